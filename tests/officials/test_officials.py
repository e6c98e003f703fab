"""Searching élus, their page, and what the database refuses."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from core.enums import Action
from core.models import JournalEntry
from officials.enums import MandateKind
from officials.models import Mandate, Official
from officials.selectors import email_of, matching_officials, quality_of, search_officials
from officials.services import add_mandate, create_official, end_mandate
from territories.models import Departement
from territories.services import create_fictitious_commune
from tests import build
from tests.harness.queries import assert_constant_queries

pytestmark = pytest.mark.django_db


def invent(last: str = "Zéphyrin", first: str = "Éléonore", **more) -> Official:
    return create_official(last_name=last, first_name=first, is_fictitious=True, **more)


@pytest.fixture
def olmes():
    return create_fictitious_commune(departement=Departement.objects.get(pk="45"), code="45999", name="Olmes-les-Bois")


@pytest.fixture
def mayor(olmes):
    official = invent("Le Goff-Zéphyrin", "Éléonore", email="maire@olmes.example", telephone="0639 98 00 01")
    add_mandate(official=official, kind=MandateKind.MAYOR, commune=olmes, started_on=date(2020, 5, 18))
    return official


# --- Search --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        "zephyrin",
        "ZÉPHYRIN",
        "le goff",
        "eleonore le goff",
        "Le Goff Éléonore",
        "zephirin",  # a letter for another
        "zephyirn",  # two letters swapped
        "zephyrn",  # one forgotten
        "olmes",
        "goff olmes",
        "olmes les bois",
        "eleo",
        "  zephyrin   eleonore ",
    ],
)
def test_an_official_is_found_as_people_type(mayor, typed):
    invent("Quidam", "Paul")
    assert [found.pk for found in search_officials(typed)] == [mayor.pk]


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "'; --", "quidam", "zephyrin paul", "zephyrin evreux"])
def test_a_search_that_means_another_finds_nobody(mayor, typed):
    assert search_officials(typed) == []


def test_the_exact_name_comes_before_the_resembling_one():
    invent("Zéphirin", "Anne")
    invent("Zéphyrin", "Zoé")
    assert [found.first_name for found in search_officials("zephyrin")] == ["Zoé", "Anne"]


def test_a_search_gives_the_mandates_of_today(mayor, olmes):
    past = add_mandate(official=mayor, kind=MandateKind.MUNICIPAL, commune=olmes, started_on=date(2014, 3, 30))
    end_mandate(mandate=past, ended_on=date(2020, 5, 18))
    assert [mandate.kind for mandate in search_officials("zephyrin")[0].current_mandates] == [MandateKind.MAYOR]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_search_costs_the_same_for_one_and_for_thirty(olmes, settings, count):
    settings.DEMO = False  # the movable clock costs one more
    for number in range(count):
        official = invent("Zéphyrin", f"Prénom{number}")
        add_mandate(official=official, kind=MandateKind.MUNICIPAL, commune=olmes)
    with CaptureQueriesContext(connection) as captured:
        found = search_officials("zephyrin", limit=30)
        assert all(str(official.current_mandates[0]) for official in found)
    assert (len(found), len([q for q in captured if q["sql"].startswith(("SELECT", "WITH"))])) == (count, 3)


def test_ids_are_found_for_filters(mayor):
    assert list(matching_officials("eleonore goff")) == [mayor]
    assert not matching_officials("eleonore autre").exists()
    assert not matching_officials("!!!").exists()


def test_the_quality_names_the_mandates(mayor):
    assert quality_of(mayor) == "maire — Olmes-les-Bois"


def test_the_account_s_address_comes_before_the_given_one(mayor):
    assert email_of(mayor) == "maire@olmes.example"
    mayor.user = build.a_user("compte@portail.example")
    assert email_of(mayor) == "compte@portail.example"


# --- Database ------------------------------------------------------------------------------------
def test_contact_details_are_not_readable_in_the_database(mayor):
    with connection.cursor() as cursor:
        cursor.execute("SELECT email || telephone FROM officials_official WHERE id = %s", [mayor.pk])
        stored = cursor.fetchone()[0]
    assert "olmes.example" not in stored
    assert "0639" not in stored
    assert Official.objects.get(pk=mayor.pk).telephone == "0639 98 00 01"


def test_a_person_cannot_be_there_twice():
    create_official(last_name="Zéphyrin", first_name="Éléonore", birth_date=date(1970, 1, 1))
    with pytest.raises(ValidationError, match="déjà dans le répertoire"):
        create_official(last_name="ZEPHYRIN", first_name="eleonore", birth_date=date(1970, 1, 1))
    create_official(last_name="ZEPHYRIN", first_name="eleonore", birth_date=date(1970, 1, 2))


def test_a_real_person_without_birth_date_is_refused():
    with pytest.raises(ValidationError, match="homonymes"):
        create_official(last_name="Zéphyrin", first_name="Éléonore")


def test_a_mandate_never_ends_before_it_starts(mayor, olmes):
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(
            official=mayor, kind="maire", started_on=date(2020, 1, 2), ended_on=date(2020, 1, 2), territory_code="x"
        )


def test_the_same_mandate_cannot_be_there_twice_even_undated(mayor):
    values = {"official": mayor, "kind": "maire", "territory_code": "x", "function_label": ""}
    Mandate.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(**values)


def test_an_unknown_mandate_is_refused(mayor):
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(official=mayor, kind="roi")


# --- Pages ---------------------------------------------------------------------------------------
def test_the_search_page_lists_and_links(client, mayor):
    client.force_login(build.referent())
    page = client.get(reverse("officials:search"), {"q": "zephirin"}).content.decode()
    assert reverse("officials:detail", args=[mayor.pk]) in page
    assert "maire — Olmes-les-Bois" in page


def test_the_search_page_costs_the_same_for_all_lengths(client, olmes):
    client.force_login(build.referent())

    def add(count: int) -> None:
        for _ in range(count):
            official = invent("Zéphyrin", f"Prénom{Official.objects.count()}")
            add_mandate(official=official, kind=MandateKind.MUNICIPAL, commune=olmes)

    assert_constant_queries(client, reverse("officials:search") + "?q=zephyrin", add)


@pytest.mark.parametrize("role", [Role.OPERATOR_17, Role.PSYCHOLOGIST, Role.OFFICIAL, Role.ADMINISTRATOR])
def test_other_roles_do_not_search(client, mayor, role):
    client.force_login(build.posted(role))
    assert client.get(reverse("officials:search"), {"q": "zephyrin"}).status_code == 403
    assert client.get(reverse("officials:detail", args=[mayor.pk])).status_code == 403


def test_a_person_of_the_territory_reads_the_contact_details(client, mayor):
    client.force_login(build.referent())
    page = client.get(reverse("officials:detail", args=[mayor.pk])).content.decode()
    assert 'href="tel:' in page
    assert "maire@olmes.example" in page


@pytest.mark.parametrize(("role", "departement"), [(Role.DECIDER, "974"), (Role.CALAE_ANALYST, None)])
def test_a_person_of_elsewhere_or_of_another_role_does_not(client, mayor, role, departement):
    client.force_login(build.posted(role, departement_code=departement))
    response = client.get(reverse("officials:detail", args=[mayor.pk]))
    assert response.status_code == 200
    assert "olmes.example" not in response.content.decode()
    assert "réservées" in response.content.decode()


def test_reading_the_page_is_in_the_journal(client, mayor):
    user = build.referent()
    client.force_login(user)
    client.get(reverse("officials:detail", args=[mayor.pk]))
    entry = JournalEntry.objects.filter(action=Action.CONSULTATION).latest("pk")
    assert (entry.object_id, entry.details) == (str(mayor.pk), {"contact_details": True})


def test_an_unknown_official_is_not_found(client):
    client.force_login(build.referent())
    assert client.get("/elus/00000000-0000-4000-8000-000000000000/").status_code == 404
