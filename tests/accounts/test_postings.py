"""What the database and the form refuse of a posting, and the days when it gives a right."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from accounts.enums import Role, ScopeKind
from accounts.models import Posting
from accounts.selectors import postings_by_time
from accounts.services import end_posting, give_posting
from core import clock
from core.journal import SYSTEM
from tests import build

pytestmark = pytest.mark.django_db
REUNION, MARTINIQUE, PARIS = "Indian/Reunion", "America/Martinique", "Europe/Paris"
START, END = date(2026, 1, 1), date(2026, 3, 1)


@pytest.fixture
def user():
    return build.a_user()


def a_posting(user, **changes) -> Posting:
    usual = {"role": Role.DECIDER, "scope": ScopeKind.DEPARTEMENT, "departement": build.departement("45")}
    return Posting(**{"user": user, "period": DateRange(START, END)} | usual | changes)


def refused_by_both(posting: Posting, sentence: str) -> None:
    """The form has a French sentence; the database refuses even without the form."""
    with pytest.raises(ValidationError) as told:
        posting.full_clean()
    assert sentence in " ".join(told.value.messages)
    with pytest.raises(IntegrityError), transaction.atomic():
        posting.save()


OVERLAP = "déjà cette habilitation sur une partie de la période"


def test_two_periods_of_one_role_in_one_place_do_not_overlap(user) -> None:
    a_posting(user).save()
    refused_by_both(a_posting(user, period=DateRange(END - timedelta(days=1), None)), OVERLAP)
    # Near misses: the day of the end, another place, another role, another person.
    for near in (
        a_posting(user, period=DateRange(END, None)),
        a_posting(user, departement=build.departement("974")),
        a_posting(user, role=Role.INSTRUCTOR),
        a_posting(build.a_user("autre@portail.example")),
    ):
        near.full_clean()
        near.save()


def test_overlap_is_seen_on_a_unit_and_on_the_nation(user) -> None:
    unit = {"role": Role.REFERENT, "scope": ScopeKind.UNIT, "departement": None, "unit": build.a_unit()}
    nation = {"role": Role.CALAE_ANALYST, "scope": ScopeKind.NATION, "departement": None}
    for place in (unit, nation):
        a_posting(user, **place).save()
        refused_by_both(a_posting(user, **place), OVERLAP)


def place_of(scope: ScopeKind) -> dict:
    unit = build.a_unit() if scope == ScopeKind.UNIT else None
    departement = build.departement("45") if scope == ScopeKind.DEPARTEMENT else None
    return {"scope": scope, "unit": unit, "departement": departement}


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.REFERENT, ScopeKind.DEPARTEMENT),
        (Role.REFERENT, ScopeKind.NATION),
        (Role.DECIDER, ScopeKind.UNIT),
        (Role.DECIDER, ScopeKind.NATION),
        (Role.INSTRUCTOR, ScopeKind.NATION),
        (Role.OPERATOR_17, ScopeKind.NATION),
        (Role.CALAE_ANALYST, ScopeKind.DEPARTEMENT),
        (Role.OFFICIAL, ScopeKind.UNIT),
        (Role.OFFICIAL, ScopeKind.NATION),
        (Role.ADMINISTRATOR, ScopeKind.OWN),
    ],
)
def test_a_role_is_held_where_it_is_exercised(user, role, scope) -> None:
    refused_by_both(a_posting(user, role=role, **place_of(scope)), "ne s'exerce pas sur ce périmètre")


@pytest.mark.parametrize("scope", list(ScopeKind))
def test_a_scope_comes_with_its_place_and_no_other(user, scope) -> None:
    right = place_of(scope)
    role = {"unit": Role.REFERENT, "departement": Role.DECIDER, "nation": Role.ADMINISTRATOR, "own": Role.OFFICIAL}[
        scope
    ]
    wrong = {
        "unit": None if right["unit"] else build.a_unit("9"),
        "departement": right["departement"],
    }
    refused_by_both(a_posting(user, role=role, **right | wrong), "ne vont pas ensemble")
    a_posting(user, role=role, **right).full_clean()


@pytest.mark.parametrize("period", [DateRange(START, START), DateRange(None, END), DateRange(None, None)])
def test_a_period_has_a_start_before_its_end(user, period) -> None:
    refused_by_both(a_posting(user, period=period), "a une date de début")


def test_a_posting_is_cut_short_and_never_lengthened(user) -> None:
    posting = a_posting(user)
    posting.save()
    for wrong in (START, END + timedelta(days=1)):
        with pytest.raises(ValueError, match="only moves towards its start"):
            end_posting(posting=posting, end=wrong, actor=SYSTEM)
    assert end_posting(posting=posting, end=START + timedelta(days=1), actor=SYSTEM).last_day == START


def may_enter(client: Client, moment) -> bool:
    with clock.replayed_at(moment):
        return client.get(reverse("call_buttons:queue")).status_code == 200


@pytest.fixture
def deciding(settings):
    """A client whose person decides in a département, from 1 January until the last day of February 2026."""
    settings.DEMO = True

    def enter(departement: str) -> Client:
        client = Client()
        client.force_login(build.decider(departement_code=departement, start=START, end=END))
        return client

    return enter


@pytest.mark.parametrize(("departement", "zone"), [("45", PARIS), ("974", REUNION), ("972", MARTINIQUE)])
def test_a_posting_begins_and_ends_at_midnight_where_it_is_held(deciding, departement, zone) -> None:
    client = deciding(departement)
    assert not may_enter(client, build.at(2025, 12, 31, 23, 59, zone=zone))
    assert may_enter(client, build.at(2026, 1, 1, 0, 1, zone=zone))
    assert may_enter(client, build.at(2026, 2, 28, 23, 59, zone=zone))
    assert not may_enter(client, build.at(2026, 3, 1, 0, 1, zone=zone))


def test_midnight_in_paris_changes_nothing_overseas(deciding) -> None:
    reunion, martinique = deciding("974"), deciding("972")
    # Still 28 February in Paris, already 1 March in La Réunion; the reverse in Martinique.
    assert not may_enter(reunion, build.at(2026, 2, 28, 22))
    assert may_enter(martinique, build.at(2026, 3, 1, 3))


def test_the_zone_of_a_unit_is_that_of_its_departement(settings) -> None:
    settings.DEMO = True
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    client = Client()
    client.force_login(build.referent(unit, start=START, end=END))
    assert may_enter(client, build.at(2026, 2, 28, 23, 59, zone=REUNION))
    assert not may_enter(client, build.at(2026, 3, 1, 0, 1, zone=REUNION))


def test_a_posting_that_ends_closes_the_very_next_page() -> None:
    user = build.decider()
    client = Client()
    client.force_login(user)
    assert client.get(reverse("call_buttons:queue")).status_code == 200
    end_posting(posting=user.postings.get(), end=clock.today(PARIS), actor=SYSTEM)
    assert client.get(reverse("call_buttons:queue")).status_code == 403
    assert client.get(reverse("accounts:postings")).status_code == 200


def test_my_postings_are_told_by_time(user) -> None:
    today = clock.today(PARIS)
    day = timedelta(days=1)
    wanted = {"past": (today - 9 * day, today), "current": (today - day, today + day), "coming": (today + day, None)}
    roles = {"past": Role.DECIDER, "current": Role.INSTRUCTOR, "coming": Role.OPERATOR_17}
    for group, (start, end) in wanted.items():
        give_posting(
            user=user, role=roles[group], start=start, end=end, departement=build.departement("45"), actor=SYSTEM
        )
    found = postings_by_time(user=build.User.objects.get(pk=user.pk))
    assert {group: [posting.role for posting in postings] for group, postings in found.items()} == {
        group: [role] for group, role in roles.items()
    }
