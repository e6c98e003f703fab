"""The extract of a centre: off by default, two people, made each night, given with its entry, erased after 36 hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, connection, transaction
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from alarm_registry.models import Extract, ExtractSetting
from alarm_registry.services import (
    ExtractsIncomplete,
    allow_extract,
    choose_passphrase,
    erase_expired_extracts,
    file_of,
    forbid_extract,
    make_due_extracts,
    make_extract,
    withdraw_registration,
)
from core import clock
from core.acts import ActRefused
from core.models import JournalEntry
from tests import alarming, build, centring

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


def test_there_is_no_extract_by_default() -> None:
    alarming.a_registration()
    assert make_due_extracts() == 0
    centring.a_setting(passphrase="")
    assert make_due_extracts() == 0, "allowed, but nobody has chosen the passphrase"


def test_one_extract_is_made_a_night(time_machine) -> None:
    time_machine.move_to(NOON)
    alarming.a_registration()
    setting = centring.a_setting()
    assert (make_due_extracts(), make_due_extracts()) == (1, 0)
    time_machine.move_to(NOON + timedelta(hours=13, minutes=50))  # 1:50 in Paris
    assert make_due_extracts() == 0
    time_machine.move_to(NOON + timedelta(hours=14, minutes=10))
    assert (make_due_extracts(), make_due_extracts()) == (1, 0)
    assert [row.setting_id for row in Extract.objects.kept()] == [setting.pk], "the former one is erased"


def test_an_extract_holds_the_reach_of_its_centre_and_nobody_else() -> None:
    alarming.a_registration()
    far = build.referent(build.a_unit("9", departement_code="974", name="Brigade de Saint-Paul"), email="r@x.example")
    alarming.a_registration("0692 00 00 01", official=build.an_official("Lointaine"), by=far)
    assert centring.an_extract(centring.a_setting("45")).registrations == 1
    assert centring.an_extract(centring.a_setting("41")).registrations == 1, "a neighbour"
    assert centring.an_extract(centring.a_setting("75")).registrations == 0


def test_the_cost_of_reading_does_not_grow_with_each_person(django_assert_max_num_queries) -> None:
    setting = centring.a_setting()
    for number in range(6):
        alarming.a_registration(f"06 39 98 00 1{number}", official=build.an_official(f"Personne {number}"))
    with django_assert_max_num_queries(30):
        make_extract(setting)


def test_a_withdrawal_makes_the_extract_unusable_then_made_again() -> None:
    registration = alarming.a_registration()
    setting = centring.a_setting()
    extract = centring.an_extract(setting)
    assert file_of(extract, setting)
    withdraw_registration(registration=registration, actor=build.actor(registration.registered_by))
    with pytest.raises(ActRefused, match="s'est retirée"):
        file_of(extract, setting)
    assert make_due_extracts() == 1
    assert Extract.objects.kept().get().registrations == 0


def test_somebody_far_away_who_withdraws_changes_nothing() -> None:
    alarming.a_registration()
    far = build.referent(build.a_unit("9", departement_code="974", name="Brigade de Saint-Paul"), email="r@x.example")
    gone = alarming.a_registration("0692 00 00 01", official=build.an_official("Lointaine"), by=far)
    setting = centring.a_setting()
    extract = centring.an_extract(setting)
    withdraw_registration(registration=gone, actor=build.actor(far))
    assert file_of(extract, setting)
    assert make_due_extracts() == 0


def test_an_extract_is_erased_after_36_hours_and_its_line_stays(time_machine) -> None:
    time_machine.move_to(NOON)
    setting = centring.a_setting()
    extract = centring.an_extract(setting)
    time_machine.move_to(NOON + timedelta(hours=35, minutes=59))
    assert erase_expired_extracts() == 0
    time_machine.move_to(NOON + timedelta(hours=36, minutes=1))
    with pytest.raises(ActRefused, match="expiré"):
        file_of(extract, setting)
    assert (erase_expired_extracts(), erase_expired_extracts()) == (1, 0)
    extract.refresh_from_db()
    assert (extract.content, extract.content_key) == (None, "")
    assert extract.registrations == 0


def test_closing_erases_what_waits_and_forgets_the_key() -> None:
    setting, user = centring.a_setting(), centring.administrator()
    centring.an_extract(setting)
    forbid_extract(setting=setting, user=user, actor=build.actor(user))
    setting.refresh_from_db()
    assert (setting.is_on, setting.public_key, setting.sealed_key) == (False, None, "")
    assert not Extract.objects.kept().exists()
    assert make_due_extracts() == 0
    with pytest.raises(ActRefused, match="n'est pas permis"):
        forbid_extract(setting=setting, user=user, actor=build.actor(user))


def test_a_setting_changed_during_the_reading_keeps_nothing() -> None:
    setting = centring.a_setting()
    read_before = ExtractSetting.objects.select_related("departement").get(pk=setting.pk)
    keeper = centring.supervisor()
    choose_passphrase(
        setting=setting, passphrase="une autre phrase de six mots", user=keeper, actor=build.actor(keeper)
    )
    assert make_extract(read_before) is None


def test_one_centre_that_fails_does_not_deprive_the_others(monkeypatch) -> None:
    centring.a_setting("41")
    centring.a_setting("45")
    real = make_extract

    def fails_in_41(setting: ExtractSetting) -> Extract | None:
        if setting.departement_id == "41":
            raise OSError("disk")
        return real(setting)

    monkeypatch.setattr("alarm_registry.services.extracts.make_extract", fails_in_41)
    with pytest.raises(ExtractsIncomplete) as caught:
        make_due_extracts()
    assert (caught.value.made, caught.value.failed) == (1, 1)


@pytest.mark.parametrize("weak", ["dix-neuf signes tout", "aaaa aaaa aaaa aaaa aaaa", "                    "])
def test_a_weak_passphrase_is_refused(weak: str) -> None:
    setting, user = centring.a_setting(passphrase=""), centring.supervisor()
    with pytest.raises(ActRefused) as caught:
        choose_passphrase(
            setting=setting, passphrase=weak[:19] if "dix" in weak else weak, user=user, actor=build.actor(user)
        )
    assert caught.value.field == "passphrase"


def refused(sql: str, *values: object) -> str:
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return str(caught.value)


def test_who_allows_an_extract_does_not_choose_its_passphrase() -> None:
    user = centring.administrator()
    build.add_posting(user, Role.SUPERVISOR_17)
    user = User.objects.get(pk=user.pk)
    setting = centring.a_setting(passphrase="")
    with pytest.raises(ActRefused, match="une autre personne"):
        choose_passphrase(setting=setting, passphrase=centring.PASSPHRASE, user=user, actor=build.actor(user))
    build.add_posting(user, Role.SUPERVISOR_17, departement_code="41")
    other = centring.a_setting("41", keeper=build.posted(Role.SUPERVISOR_17, departement_code="41"))
    table = "alarm_registry_extractsetting"
    assert "extract_setting_two_people" in refused(
        f"UPDATE {table} SET keyed_by_id = set_by_id WHERE id = %s", other.pk
    )


def test_the_database_wants_the_right_people_and_a_slow_key() -> None:
    setting = centring.a_setting()
    table = "alarm_registry_extractsetting"
    neighbour = build.posted(Role.SUPERVISOR_17, departement_code="41")
    assert "superviseur du centre" in refused(f"UPDATE {table} SET keyed_by_id = %s, keyed_at = now()", neighbour.pk)
    assert "administrateur" in refused(f"UPDATE {table} SET set_by_id = %s, is_on = false", neighbour.pk)
    assert "extract_setting_key_whole" in refused(f"UPDATE {table} SET iterations = 1000")
    assert "extract_setting_key_whole" in refused(f"UPDATE {table} SET sealed_key = ''")
    assert "reste celui" in refused(f"UPDATE {table} SET departement_id = '974' WHERE id = %s", setting.pk)


def test_the_database_keeps_an_extract_as_it_was_made() -> None:
    extract = centring.an_extract()
    table = "alarm_registry_extract"
    assert "ne peut qu'être effacé" in refused(f"UPDATE {table} SET recipient = 'Autre'")
    assert "extract_erased_whole" in refused(f"UPDATE {table} SET erased_at = now()")
    user = centring.administrator()
    forbid_extract(setting=extract.setting, user=user, actor=build.actor(user))
    assert "ne peut qu'être effacé" in refused(f"UPDATE {table} SET erased_at = NULL")
    copy = (
        f"INSERT INTO {table} (id, setting_id, recipient, made_at, expires_at, registrations, size, sha256, content,"
        " content_key) SELECT gen_random_uuid(), setting_id, recipient, made_at, expires_at, 0, 0, sha256, 'x', 'x'"
        f" FROM {table}"
    )
    assert "n'a pas d'extrait" in refused(copy)
    kept = centring.an_extract(centring.a_setting("41"))
    longer = copy.replace("made_at, expires_at, 0", "made_at, expires_at + interval '1 day', 0") + " WHERE id = %s"
    assert "extract_lasts_36_hours" in refused(longer, kept.pk)


def test_a_dump_of_the_tables_shows_neither_a_name_nor_the_sealed_key() -> None:
    alarming.a_registration()
    centring.an_extract()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(e)::text || to_jsonb(s)::text"
            " FROM alarm_registry_extract e, alarm_registry_extractsetting s"
        )
        dumped = cursor.fetchone()[0]
    assert "boite" not in dumped
    assert b"ALARME17".hex() not in dumped
    assert "Inventée" not in dumped


def test_the_supervisor_downloads_and_it_is_journaled(client: Client) -> None:
    extract = centring.an_extract()
    client.force_login(centring.supervisor())
    page = client.get("/17/extrait/").content.decode()
    assert "Chef de salle Inventé" in page
    answer = client.post(f"/17/extrait/{extract.pk}/telecharger/")
    assert answer.content.startswith(b"ALARME17")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    entry = JournalEntry.objects.get(action="export")
    assert (entry.object_id, entry.actor_id) == (str(extract.pk), centring.supervisor().pk)
    assert entry.posting_id is not None


def test_a_supervisor_of_elsewhere_or_of_yesterday_gets_nothing(client: Client) -> None:
    extract = centring.an_extract()
    address = f"/17/extrait/{extract.pk}/telecharger/"
    client.force_login(build.posted(Role.SUPERVISOR_17, departement_code="974"))
    assert client.post(address).status_code == 404
    client.force_login(build.posted(Role.OPERATOR_17))
    assert client.post(address).status_code == 403
    ended = clock.today("Europe/Paris")
    client.force_login(build.posted(Role.SUPERVISOR_17, email="hier@portail.example", end=ended))
    assert client.post(address).status_code == 403
    assert not JournalEntry.objects.filter(action="export").exists()


def test_a_stale_extract_is_not_given_from_the_page(client: Client) -> None:
    registration = alarming.a_registration()
    extract = centring.an_extract()
    withdraw_registration(registration=registration, actor=build.actor(registration.registered_by))
    client.force_login(centring.supervisor())
    answer = client.post(f"/17/extrait/{extract.pk}/telecharger/", follow=True)
    assert "s&#x27;est retirée" in answer.content.decode()
    assert not JournalEntry.objects.filter(action="export").exists()


def test_the_pages_allow_then_key_then_close(client: Client) -> None:
    client.force_login(centring.administrator())
    sent = {"departement": "45", "recipient": "Chef de salle Inventé"}
    assert client.post("/17/centres/extraits/", sent).status_code == 302
    assert client.post("/17/centres/extraits/", sent).status_code == 422, "allowed already for that person"
    setting = ExtractSetting.objects.get()
    client.force_login(centring.supervisor())
    address = f"/17/extrait/{setting.pk}/phrase/"
    wrong = {"passphrase": centring.PASSPHRASE, "again": "autre chose de bien long"}
    assert client.post(address, wrong).status_code == 422
    right = {"passphrase": centring.PASSPHRASE, "again": centring.PASSPHRASE}
    assert client.post(address, right).status_code == 302
    assert make_due_extracts() == 1
    assert "Télécharger" in client.get("/17/extrait/").content.decode()
    client.force_login(centring.administrator())
    assert client.post(f"/17/centres/extraits/{setting.pk}/fermer/").status_code == 302
    assert not Extract.objects.kept().exists()


def test_another_recipient_asks_for_another_passphrase() -> None:
    setting, user = centring.a_setting(), centring.administrator()
    centring.an_extract(setting)
    again = allow_extract(departement=setting.departement, recipient="Autre", user=user, actor=build.actor(user))
    assert again.public_key is None
    assert not Extract.objects.kept().exists()


@pytest.mark.parametrize(("tool", "start"), [("page", b"<!DOCTYPE html>"), ("programme", b"#!/usr/bin/env python3")])
def test_what_opens_an_extract_is_given_as_a_download(client: Client, tool: str, start: bytes) -> None:
    client.force_login(centring.supervisor())
    answer = client.get(f"/17/extrait/ouvrir/{tool}/")
    assert answer.content.startswith(start)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get("/17/extrait/ouvrir/autre/").status_code == 404
