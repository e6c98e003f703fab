"""What the application's SQL role cannot do to a referral, even by raw SQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import Error, connection, connections, transaction

from accounts.models import User
from core.acts import ActRefused
from support.enums import Help
from support.enums.referrals import RefusalReason
from support.models import Referral, ReferralAppointment
from support.services.referrals import accept_referral, refuse_referral, withdraw_referral
from tests import build, supporting

T = "support_"
OWN_TEXT = f"(SELECT id FROM {T}supportconsenttext WHERE kind = 'own')"


def refused(sql: str, *params: object) -> str:
    with pytest.raises(Error) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return str(raised.value)


def copy_of(referral: Referral, **changes: str) -> tuple[str, object]:
    """An INSERT of another referral, as this one but for `changes` given as SQL."""
    columns = [field.column for field in Referral._meta.concrete_fields]
    changes = {"id": "gen_random_uuid()", "submission": "gen_random_uuid()", "kind": "'legal'"} | changes
    values = ", ".join(changes.get(column, column) for column in columns)
    table = f"{T}referral"
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE id = %s", referral.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "'psychological'"}, "referral_one_open_official"),
        ({"kind": "'prayer'"}, "ne propose pas cette aide"),
        ({"state": "'accepted'"}, "commence par être proposée"),
        ({"consented_on": "consented_on + 2"}, "texte en vigueur"),
        ({"consented_on": "'2019-12-31'"}, "texte en vigueur"),
        ({"consent_id": OWN_TEXT}, "texte en vigueur"),
        ({"departement_id": "'974'"}, "dans ce département"),
        ({"urgency": "4"}, "referral_codes_known"),
        ({"contact": "''"}, "referral_can_be_reached"),
        ({"is_discreet": "true"}, "referral_discreet_has_no_file"),
        ({"case_id": "NULL"}, "agent habilité"),
        (
            {"origin": "'own'", "consent_id": OWN_TEXT},
            "agent habilité",
        ),
    ],
)
def test_a_referral_that_the_rules_forbid_is_not_written(changes: dict[str, str], said: str) -> None:
    sql, pk = copy_of(supporting.a_referral(), **changes)
    assert said in refused(sql, pk)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["decider", "elsewhere", "former"])
def test_only_an_agent_of_the_place_proposes(kind: str) -> None:
    """The wrong role here, the right role elsewhere, the right one here until some years ago."""
    referral = supporting.a_referral()
    build.referent(build.a_unit("2", name="Brigade de Gien"), email="elsewhere@portail.example")
    build.referent(email="former@portail.example", end=build.at(2021, 1, 1).date())
    build.decider(email="decider@portail.example")
    user = f"(SELECT id FROM accounts_user WHERE email = '{kind}@portail.example')"
    role = "'decider'" if kind == "decider" else "'referent'"
    sql, pk = copy_of(referral, proposed_by_id=user, proposed_as=role)
    assert "agent habilité" in refused(sql, pk)


@pytest.mark.django_db
def test_a_person_of_another_file_and_a_child_are_not_referred() -> None:
    referral = supporting.a_referral()
    stranger = build.an_official("Autre", "Paule")
    sql, pk = copy_of(referral, official_id=f"'{stranger.pk}'")
    assert "personne du dossier" in refused(sql, pk)
    minor = build.a_minor(referral.case.official)
    sql, pk = copy_of(referral, official_id="NULL", protected_person_id=f"'{minor.pk}'")
    assert "Pour un enfant" in refused(sql, pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    ["consented_on = consented_on - 1", "kind = 'legal'", "urgency = 1", "proposed_at = now()", "is_discreet = true"],
)
def test_who_agreed_to_what_is_never_rewritten(change: str) -> None:
    supporting.a_referral()
    assert "ne se réécrit pas" in refused(f"UPDATE {T}referral SET {change}")


@pytest.mark.django_db
def test_states_follow_their_table_and_each_says_who() -> None:
    referral = supporting.a_referral()
    assert "de cet état" in refused(f"UPDATE {T}referral SET state = 'ended', outcome = 'seen', closed_at = now()")
    psychologist = supporting.a_psychologist()
    accept = "state = 'accepted', answered_at = now(), handled_by_id = %s"
    assert "dit qui l'a fait" in refused(f"UPDATE {T}referral SET {accept}", psychologist.pk)
    stranger = supporting.a_psychologist("loin@portail.example", association=supporting.an_association("loin"))
    assert "personne de l'association" in refused(f"UPDATE {T}referral SET {accept}", stranger.pk)
    assert "referral_withdrawn_is_erased" in refused(
        f"UPDATE {T}referral SET state = 'withdrawn', closed_at = now() WHERE id = %s", referral.pk
    )
    supporting.withdrawn(referral)
    assert "de cet état" in refused(f"UPDATE {T}referral SET state = 'proposed', closed_at = NULL, contact = 'x'")
    assert "ne change plus" in refused(f"UPDATE {T}referral SET closed_at = now()")
    refused(f"UPDATE {T}referral SET contact = 'x'")
    refused(f"DELETE FROM {T}referral")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("state = 'refused', answered_at = now(), closed_at = now()", "referral_refusal_has_reason"),
        ("outcome = 'seen'", "referral_end_has_outcome"),
        ("refusal_reason = 'no_place'", "referral_refusal_has_reason"),
        ("closed_at = now()", "referral_close_is_dated"),
        ("answered_at = now()", "referral_answer_is_dated"),
    ],
)
def test_a_half_answer_is_no_answer(change: str, said: str) -> None:
    supporting.a_referral()
    assert said in refused(f"UPDATE {T}referral SET {change}")


@pytest.mark.django_db
def test_what_was_agreed_to_done_or_chased_never_changes() -> None:
    supporting.a_referral()
    for table in ("supportconsenttext", "referralrules", "referralevent", "referralchase"):
        refused(f"UPDATE {T}{table} SET id = id")
        refused(f"DELETE FROM {T}{table}")


@pytest.mark.django_db
def test_an_appointment_is_of_an_accepted_referral_with_one_of_its_people() -> None:
    referral = supporting.accepted()
    supporting.an_appointment(referral)
    columns = [field.column for field in ReferralAppointment._meta.concrete_fields]
    stranger = supporting.a_psychologist("loin@portail.example", association=supporting.an_association("loin"))

    def copied(**changes: str) -> str:
        shifted = {
            "id": "gen_random_uuid()", "submission": "gen_random_uuid()", "starts_at": "starts_at + interval '1 day'",
            "ends_at": "ends_at + interval '1 day'",
        }  # fmt: skip
        values = ", ".join((shifted | changes).get(column, column) for column in columns)
        return f"INSERT INTO {T}referralappointment ({', '.join(columns)}) SELECT {values} FROM {T}referralappointment"

    assert "personne de l'association" in refused(copied(host_id=str(stranger.pk)))
    assert "one_at_a_time" in refused(copied(starts_at="starts_at", ends_at="ends_at"))
    assert "ends_after_start" in refused(copied(ends_at="starts_at"))
    assert "link_is_video" in refused(copied(link="'x'"))
    refused(f"DELETE FROM {T}referralappointment")
    supporting.withdrawn(referral)
    assert "prise en charge" in refused(copied(cancelled_at="NULL"))
    assert "ne change plus" in refused(f"UPDATE {T}referralappointment SET cancelled_at = NULL")


@pytest.mark.django_db
def test_a_tie_keeps_a_hash_and_goes_with_an_open_referral_only() -> None:
    referral = supporting.a_referral()
    text = f"(SELECT id FROM {T}supportconsenttext WHERE kind = %s)"
    columns = "(referral_id, token_hash, tied_on, consent_id)"
    insert = f"INSERT INTO {T}referraltie {columns} VALUES (%s, %s, now()::date, {text})"
    assert "qu'une empreinte" in refused(insert, referral.pk, b"clear", "tie")
    assert "texte en vigueur" in refused(insert, referral.pk, b"h" * 32, "own")
    supporting.withdrawn(referral)
    assert "en cours" in refused(insert, referral.pk, b"h" * 32, "tie")


def _together(*acts) -> list[str]:
    def run(act) -> str:
        try:
            act()
        except ActRefused:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_answers_at_the_same_moment_leave_one(committed_db: None) -> None:
    one, other = supporting.a_psychologist(), supporting.a_psychologist("psy2@portail.example")
    for turn in range(6):
        kind = list(Help)[turn % 3]
        referral = supporting.a_referral(kinds=[kind])
        done = _together(
            lambda row=referral: accept_referral(referral=row, version=1, user=one, actor=build.actor(one)),
            lambda row=referral: refuse_referral(
                referral=row, version=1, reason=RefusalReason.NO_PLACE, text="", user=other, actor=build.actor(other)
            ),
        )
        assert sorted(done) == ["done", "refused"]
        assert referral.events.count() == 2


def test_an_agreement_taken_back_at_the_moment_of_an_answer_always_wins(committed_db: None) -> None:
    one = supporting.a_psychologist()
    for _ in range(6):
        referral = supporting.a_referral()
        person = User.objects.get(pk=referral.proposed_by_id)
        done = _together(
            lambda row=referral: accept_referral(referral=row, version=1, user=one, actor=build.actor(one)),
            lambda row=referral, by=person: withdraw_referral(referral=row, user=by, actor=build.actor(by)),
        )
        found = Referral.objects.get(pk=referral.pk)
        assert done[1] == "done"
        assert (found.state, found.contact) == ("withdrawn", "")
