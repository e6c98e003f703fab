"""« Trouver mon référent » and the communes that have nobody."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Posting
from core import clock
from referents.models import Competence
from referents.selectors import departements_with_orphans, orphan_communes, referents_of, units_for_commune
from referents.services import set_competence
from territories.models import Commune, Departement
from tests import build
from tests.harness.queries import assert_constant_queries

pytestmark = pytest.mark.django_db
FIND = "/referents/"


@pytest.fixture
def olivet():
    return Commune.objects.select_related("departement").get(pk="45232")


@pytest.fixture
def unit(olivet):
    unit = build.a_unit()
    set_competence(unit=unit, communes=[olivet])
    return unit


def holder(unit, name, **more):
    return build.posted(Role.REFERENT, unit=unit, email=f"{name}@portail.example", last_name=name, **more)


def find(client, **query) -> str:
    response = client.get(FIND, query)
    assert response.status_code == 200
    return response.content.decode()


# --- Who to call ---------------------------------------------------------------------------------
def test_the_holder_comes_before_the_deputies(unit):
    deputy, main = holder(unit, "Adam"), holder(unit, "Zoé")
    Posting.objects.filter(user=deputy).update(is_deputy=True)
    assert referents_of(unit) == [main, deputy]


def test_only_people_in_post_that_day_are_called(unit):
    today = clock.today("Europe/Paris")
    holder(unit, "Ancien", end=today)
    holder(unit, "Futur", start=today + timedelta(days=1))
    present = holder(unit, "Présent", start=today, end=today + timedelta(days=1))
    build.posted(Role.UNIT_HEAD, unit=unit)
    assert referents_of(unit) == [present]
    assert [user.last_name for user in referents_of(unit, on=today - timedelta(days=1))] == ["Ancien"]


def test_a_closed_account_is_not_called(unit):
    user = holder(unit, "Fermé")
    user.is_active = False
    user.save()
    assert referents_of(unit) == []


def test_a_unit_out_of_service_is_not_shown(unit, olivet):
    assert units_for_commune(olivet) == [unit]
    unit.is_active = False
    unit.save()
    assert units_for_commune(olivet) == []


def test_a_large_town_has_the_units_of_its_arrondissements():
    town, eleventh, twelfth = (Commune.objects.get(pk=code) for code in ("75056", "75111", "75112"))
    first = build.a_unit("11", departement_code="75", name="Commissariat du 11e")
    second = build.a_unit("12", departement_code="75", name="Commissariat du 12e")
    set_competence(unit=first, communes=[eleventh])
    set_competence(unit=second, communes=[twelfth])
    assert units_for_commune(town) == [first, second]
    assert units_for_commune(eleventh) == [first]


def test_the_database_refuses_the_same_competence_twice(unit, olivet):
    with pytest.raises(IntegrityError), transaction.atomic():
        Competence.objects.create(unit=unit, commune=olivet, force="GN")


# --- Orphans -------------------------------------------------------------------------------------
def _counted(code):
    return next(departement for departement in departements_with_orphans() if departement.pk == code)


def test_the_table_of_orphans_reads_each_table_once(django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len(departements_with_orphans()) > 100


def test_a_commune_with_a_unit_is_no_orphan(unit, olivet):
    loiret = Departement.objects.get(pk="45")
    orphans = set(orphan_communes(loiret).values_list("pk", flat=True))
    assert olivet.pk not in orphans
    assert "45234" in orphans
    counted = _counted("45")
    assert (counted.communes_count, counted.orphans_count) == (len(orphans) + 1, len(orphans))


def test_a_town_covered_by_its_arrondissements_is_no_orphan():
    paris = Departement.objects.get(pk="75")
    assert orphan_communes(paris).count() == 1
    set_competence(unit=build.a_unit(departement_code="75"), communes=Commune.objects.filter(parent_id="75056"))
    assert orphan_communes(paris).count() == 0
    assert _counted("75").orphans_count == 0


# --- Pages ---------------------------------------------------------------------------------------
def test_typing_a_commune_gives_the_unit_its_referent_and_telephones(client, unit):
    client.force_login(holder(unit, "Exemplaire", first_name="Ana"))
    for query in ({"commune": "Olivet (45)"}, {"commune": "olivet 45"}, {"code": "45232"}):
        page = find(client, **query)
        assert "Brigade d&#x27;Olivet" in page
        assert "Ana Exemplaire" in page
        assert 'href="tel:' in page
        assert "Quelle commune" not in page


def test_the_only_commune_of_that_name_is_shown_with_those_that_begin_so(client):
    client.force_login(build.referent())
    page = find(client, commune="Gien")
    assert "Gien (Loiret)" in page
    assert "Une autre commune" in page
    assert "Gien-sur-Cure" in page


def test_a_name_of_several_communes_asks_which(client, unit):
    client.force_login(build.referent(unit))
    page = find(client, commune="Olivet")
    assert "Quelle commune" in page
    assert "?code=45232" in page
    assert "?code=53169" in page


def test_a_commune_without_unit_is_said_so_in_red(client):
    client.force_login(build.referent())
    page = find(client, code="27229")
    assert "fr-alert--error" in page
    assert "Aucune unité connue pour cette commune" in page


def test_an_unknown_commune_is_said_so(client):
    client.force_login(build.referent())
    assert "Aucune commune ne correspond" in find(client, commune="zzzzzz")
    assert client.get(FIND, {"code": "99999"}).status_code == 404


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.OPERATOR_17, Role.PSYCHOLOGIST, Role.ADMINISTRATOR])
def test_every_role_finds_a_referent(client, unit, role):
    client.force_login(build.posted(role))
    assert "Brigade d&#x27;Olivet" in find(client, code="45232")


def test_a_person_whose_posting_ended_finds_nothing(client):
    client.force_login(build.referent(end=date(2021, 1, 1)))
    assert client.get(FIND).status_code == 403


def test_the_page_costs_the_same_for_one_unit_and_for_thirty(client, olivet):
    client.force_login(build.referent())

    def add(count: int) -> None:
        for _ in range(count):
            number = Competence.objects.count() + 10
            unit = build.a_unit(str(number), name=f"Unité {number}")
            set_competence(unit=unit, communes=[olivet])
            holder(unit, f"R{number}")

    assert_constant_queries(client, f"{FIND}?code=45232", add)


def test_orphans_are_listed_by_departement_then_by_page(client):
    client.force_login(build.unit_head())
    listing = client.get(reverse("referents:orphans")).content.decode()
    assert reverse("referents:orphans_of", args=["45"]) in listing
    first = client.get(reverse("referents:orphans_of", args=["45"]))
    assert len(first.context["page"].items) == 50
    second = client.get(reverse("referents:orphans_of", args=["45"]), {"cursor": first.context["page"].next_cursor})
    assert not set(first.context["page"].items) & set(second.context["page"].items)


@pytest.mark.parametrize("code", ["96", "zz", "045"])
def test_an_unknown_departement_is_not_found(client, code):
    client.force_login(build.unit_head())
    assert client.get(f"/referents/communes-sans-unite/{code}/").status_code == 404


@pytest.mark.parametrize("role", [Role.REFERENT, Role.OFFICIAL, Role.OPERATOR_17])
def test_the_list_of_orphans_is_for_those_who_can_act(client, role):
    client.force_login(build.posted(role))
    assert client.get(reverse("referents:orphans")).status_code == 403
    assert client.get(reverse("referents:orphans_of", args=["45"])).status_code == 403
