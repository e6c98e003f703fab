"""What the application's SQL role cannot do to a registration, even by raw SQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import Error, connection, connections, transaction

from alarm_registry.models import ConsentText, NumberIndex, RegisteredNumber, Registration, RegistrationKey
from alarm_registry.services import RegistrationChanged, change_registration, withdraw_registration
from core.acts import ActRefused
from tests import alarming, build

T = "alarm_registry_"


def refused(sql: str, *params: object) -> str:
    with pytest.raises(Error) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return str(raised.value)


def copy_of(registration: Registration, **changes: str) -> tuple[str, object]:
    """An INSERT of another registration, as this one but for `changes` given as SQL."""
    columns = [field.column for field in Registration._meta.concrete_fields]
    other = build.an_official("Autre", "Paule")
    changes = {"id": "gen_random_uuid()", "official_id": f"'{other.pk}'"} | changes
    values = ", ".join(changes.get(column, column) for column in columns)
    table = f"{T}registration"
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE id = %s", registration.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_on": "(consented_on + interval '10 years' + interval '1 day')::date"}, "ten_years"),
        ({"ends_on": "consented_on"}, "ten_years"),
        ({"departement_id": "'974'"}, "département de son unité"),
        ({"consented_on": "consented_on + 2"}, "texte en vigueur"),
        ({"consented_on": "'2019-12-31'", "ends_on": "'2029-12-31'"}, "texte en vigueur"),
        ({"identity_document": "'none'"}, "identity_checked"),
        ({"state": "'withdrawn'"}, "end_has_its_date"),
        ({"after_mandate": "'kept'"}, "after_mandate_dated"),
    ],
)
def test_a_registration_that_the_rules_forbid_is_not_written(changes: dict[str, str], said: str) -> None:
    sql, pk = copy_of(alarming.a_registration(), **changes)
    assert said in refused(sql, pk)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["instructor", "elsewhere", "former"])
def test_only_an_agent_of_the_unit_registers(kind: str) -> None:
    """The right role elsewhere, the wrong role here, the right one here until last year."""
    registration = alarming.a_registration()
    build.referent(build.a_unit("2", name="Brigade de Gien"), email="elsewhere@portail.example")
    build.referent(email="former@portail.example", end=build.at(2021, 1, 1).date())
    build.posted(build.Role.INSTRUCTOR, email="instructor@portail.example")
    user = f"(SELECT id FROM accounts_user WHERE email = '{kind}@portail.example')"
    sql, pk = copy_of(registration, registered_by_id=user)
    assert "agent habilité" in refused(sql, pk)


@pytest.mark.django_db
def test_one_live_registration_a_person() -> None:
    registration = alarming.a_registration()
    sql, pk = copy_of(registration, official_id="official_id")
    assert "alarm_one_registration" in refused(sql, pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "consented_on = consented_on - 1",
        "ends_on = ends_on - 1",
        "identity_document = 'passport'",
        "unit_id = unit_id + 1",
    ],
)
def test_who_agreed_to_what_is_never_rewritten(change: str) -> None:
    alarming.a_registration()
    assert "ne se réécrit pas" in refused(f"UPDATE {T}registration SET {change}")


@pytest.mark.django_db
@pytest.mark.parametrize("left", [NumberIndex, RegisteredNumber, RegistrationKey])
def test_an_ended_registration_keeps_nothing(left: type) -> None:
    registration = alarming.a_registration()
    with pytest.raises(Error, match="ne garde ni clé, ni numéro, ni adresse"), transaction.atomic():
        for model in (
            NumberIndex,
            RegisteredNumber,
            alarming.Registration.addresses.rel.related_model,
            RegistrationKey,
        ):
            if model is not left and not (left is NumberIndex and model is RegisteredNumber):
                model.objects.filter(registration=registration).delete()
        Registration.objects.filter(pk=registration.pk).update(state="ended", ended_at=registration.registered_at)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
def test_nothing_is_added_to_an_ended_registration_nor_brings_it_back() -> None:
    registration = alarming.a_registration()
    withdraw_registration(registration=registration, actor=build.actor(registration.registered_by))
    assert "ne change plus" in refused(f"UPDATE {T}registration SET state = 'active', ended_at = NULL")
    refused(f"DELETE FROM {T}registration")
    added = f"INSERT INTO {T}registrationkey (id, wrapped, registration_id) VALUES (gen_random_uuid(), 'x', %s)"
    assert "rien ne s'y ajoute" in refused(added, registration.pk)


@pytest.mark.django_db
def test_a_text_that_was_agreed_to_an_asking_and_a_rule_never_change() -> None:
    assert ConsentText.objects.exists()
    for table in ("consenttext", "absencerule", "registrationasking", "lookup"):
        refused(f"UPDATE {T}{table} SET id = id" if table != "consenttext" else f"UPDATE {T}{table} SET text = 'x'")
        refused(f"DELETE FROM {T}{table}")


def _together(registration: Registration) -> list[str]:
    actor = build.actor(registration.registered_by)

    def run(act) -> str:
        try:
            act()
        except (ActRefused, RegistrationChanged) as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        facts = alarming.facts("06 39 98 00 09")
        acts = [
            lambda: withdraw_registration(registration=registration, actor=actor),
            lambda: change_registration(registration=registration, version=1, facts=facts, actor=actor),
        ]
        return list(pool.map(run, acts))


def test_a_change_and_a_withdrawal_at_the_same_moment_leave_nothing(committed_db: None) -> None:
    for turn in range(6):
        registration = alarming.a_registration(official=build.an_official(f"Simultanée {turn}"))
        withdrawn, changed = _together(registration)
        assert withdrawn == "done"
        assert changed in ("done", "ActRefused")
        assert Registration.objects.get(pk=registration.pk).state == "withdrawn"
        for model in (NumberIndex, RegisteredNumber, RegistrationKey):
            assert not model.objects.filter(registration=registration).exists()
