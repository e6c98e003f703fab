"""Who signs what: a decision without a delegation in force for what it decides is refused, with the reason."""

from datetime import date

import pytest
import time_machine
from django.db import Error, connection, transaction
from django.urls import reverse

from accounts.models import User
from call_buttons.enums import Signing
from call_buttons.models import SignatureDelegation
from call_buttons.services import ActRefused, end_delegation, give_delegations
from core.journal import SYSTEM
from tests import build

pytestmark = pytest.mark.django_db


def signatory(*signs: Signing, **more: object) -> User:
    """A decision-maker who holds these delegations and no other."""
    user = build.posted("decider", email="delegue@portail.example", delegations=False)
    if signs:
        build.delegated(user, *signs, **more)
    return User.objects.get(pk=user.pk)


def test_one_who_may_grant_may_not_refuse_by_that_alone_and_the_other_way_round() -> None:
    user = signatory(Signing.GRANT)
    request = build.a_request()
    with pytest.raises(ActRefused, match="délégation de signature en cours pour les refus"):
        build.refused(request, by=user)
    assert build.granted(request, by=user)


def test_the_letter_bears_the_quality_and_the_act_of_its_own_delegation() -> None:
    user = signatory(Signing.GRANT, quality="La directrice de cabinet")
    build.delegated(user, Signing.REFUSAL, quality="Le secrétaire général par intérim")
    text = build.text_of(build.refused(build.a_request(), by=user))
    assert "Le secrétaire général par intérim" in text
    assert "La directrice de cabinet" not in text
    assert "arrêté n° 2020-001" in text


@pytest.mark.parametrize(("day", "signed"), [(9, False), (10, True), (20, True), (21, False)])
def test_a_delegation_is_valid_from_its_first_day_to_its_last(day: int, signed: bool) -> None:
    user = signatory(Signing.GRANT, start=date(2026, 3, 10), end=date(2026, 3, 21))
    with time_machine.travel(build.at(2026, 3, 5), tick=False):
        request = build.a_request()
    with time_machine.travel(build.at(2026, 3, day, 23, 59), tick=False):
        if signed:
            assert build.granted(request, by=user)
            return
        with pytest.raises(ActRefused, match="délégation"):
            build.granted(request, by=user)


def test_a_delegation_of_another_prefecture_does_not_count() -> None:
    user = signatory()
    build.add_posting(user, "decider", departement_code="974")
    with pytest.raises(ActRefused, match="délégation"):
        build.granted(build.a_request(), by=User.objects.get(pk=user.pk))


def test_raw_sql_signs_nothing_under_the_delegation_of_another_kind() -> None:
    user = signatory(Signing.GRANT)
    (refusing,) = build.delegated(user, Signing.REFUSAL)
    grant = build.granted(by=user)
    threat = build.a_threat(user=grant.request.requested_by, official=build.an_official("Autre"))
    other = build.a_request(threat=threat)
    columns = [field.column for field in type(grant.decision)._meta.concrete_fields]
    changes = {"id": "gen_random_uuid()", "number": "'45-2026-BA-99999'", "request_id": f"'{other.pk}'"}
    changes["delegation_id"] = f"'{refusing.pk}'"
    values = ", ".join(changes.get(column, column) for column in columns)
    table = "call_buttons_callbuttondecision"
    with pytest.raises(Error, match="Aucune délégation"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}")


def test_only_the_end_of_a_delegation_changes_and_it_only_comes_sooner() -> None:
    signatory(Signing.GRANT, end=date(2030, 1, 1))
    for change in ("quality = 'autre'", "period = daterange('2020-01-01', '2031-01-01')", "signs = 'refusal'"):
        with pytest.raises(Error, match="Seule la fin"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE call_buttons_signaturedelegation SET {change}")


def test_it_does_not_end_before_what_was_signed_under_it() -> None:
    user = signatory(Signing.GRANT)
    with time_machine.travel(build.at(2026, 3, 10), tick=False):
        build.granted(by=user)
    delegation = SignatureDelegation.objects.get(user=user)
    with pytest.raises(ActRefused, match="signée après cette date"):
        end_delegation(delegation=delegation, last_day=date(2026, 3, 9), actor=SYSTEM)
    assert end_delegation(delegation=delegation, last_day=date(2026, 3, 10), actor=SYSTEM).last_day == date(2026, 3, 10)


def test_the_same_delegation_is_not_held_twice_and_goes_to_decision_makers_only() -> None:
    user = signatory(Signing.GRANT)
    with pytest.raises(ActRefused, match="déjà l'une de ces délégations"):
        build.delegated(user, Signing.GRANT, start=date(2025, 1, 1))
    values = {"signs": [Signing.GRANT], "act": "arrêté", "quality": "qualité", "end": None, "actor": SYSTEM}
    referent = build.referent()
    with pytest.raises(ActRefused, match="n'est pas décideur"):
        give_delegations(user=referent, departement=build.departement(), start=date(2026, 1, 1), **values)


def test_an_administrator_records_an_order_and_ends_it_from_the_page(client) -> None:
    user = signatory()
    client.force_login(build.posted("administrator"))
    url = reverse("call_buttons:delegations")
    typed = {"departement": "45", "user": user.pk, "signs": ["grant", "extension"], "act": "arrêté n° 1"}
    typed |= {"quality": "Le sous-préfet", "start": "2026-01-01"}
    assert client.post(url, typed).status_code == 302
    assert set(SignatureDelegation.objects.values_list("signs", flat=True)) == {"grant", "extension"}
    again = client.post(url, typed)
    assert (again.status_code, "de ces délégations sur une partie" in again.content.decode()) == (422, True)
    ending = reverse("call_buttons:end_delegation", args=[SignatureDelegation.objects.first().pk])
    assert client.post(ending, {"last_day": "2026-06-30"}).status_code == 302


def test_a_decision_maker_reads_the_delegations_of_his_prefecture_and_gives_none(client) -> None:
    client.force_login(signatory(Signing.GRANT))
    url = reverse("call_buttons:delegations")
    assert "Enregistrer un arrêté" not in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 403


def test_the_grant_page_says_why_nothing_can_be_signed(client) -> None:
    user = signatory(Signing.REFUSAL)
    request = build.a_request()
    client.force_login(user)
    page = client.get(reverse("call_buttons:grant", args=[request.pk]), follow=True)
    assert "pas de délégation de signature en cours pour les accords" in page.content.decode().replace("&#x27;", "'")
