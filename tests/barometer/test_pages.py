import csv
import io

import pytest
from django.urls import reverse

from accounts.enums import Role
from barometer.exports import harmless, month_as_csv
from barometer.models import FrozenMonth
from barometer.permissions import READ_BAROMETER
from barometer.selectors import Figure, MonthFigures
from barometer.services import freeze_past_months
from barometer.views import percent_words
from cases.enums import Nature
from core import clock
from core.enums import Action, Outcome
from core.models import JournalEntry
from tests.barometer.portal import LILLE, MARCH, OLIVET, SAINT_DENIS, account_of_45, at, log
from tests.harness.queries import assert_constant_queries

pytestmark = pytest.mark.django_db
URLS = ["/barometre/", "/barometre/2026-03/", "/barometre/2026-03/chiffres.csv"]


@pytest.fixture
def on_the_second_of_april():
    """March is frozen: 6 facts in Loiret, 2 in Nord, 3 in La Réunion. April has one so far."""
    with at(2026, 3, 10, 8):
        for commune, times in ((OLIVET, 6), (LILLE, 2), (SAINT_DENIS, 3)):
            for _ in range(times):
                log(commune=commune, nature=Nature.VIOLENCE if commune == LILLE else Nature.THREAT)
    with at(2026, 4, 2, 8):
        freeze_past_months()
        log()
        yield


@pytest.fixture
def analyst(client, on_the_second_of_april):
    client.force_login(account_of_45(Role.CALAE_ANALYST))
    return client


def test_those_who_read_the_barometer_read_the_same_national_figures(client, on_the_second_of_april):
    for role in sorted(READ_BAROMETER.roles):
        client.force_login(account_of_45(role))
        assert [client.get(url).status_code for url in URLS] == [200, 200, 200]
        assert client.get(URLS[1]).context["figures"].total == 11


def test_another_role_is_refused_and_the_refusal_journaled(client, on_the_second_of_april):
    others = sorted(set(Role) - READ_BAROMETER.roles - {Role.PROTECTED_PERSON})
    for role in others:
        client.force_login(account_of_45(role))
        assert [client.get(url).status_code for url in URLS] == [403, 403, 403], role
    refusals = JournalEntry.objects.filter(action=Action.REFUSAL, outcome=Outcome.REFUSED, object_id__in=URLS)
    assert refusals.count() == 3 * len(others)
    assert not JournalEntry.objects.filter(action=Action.EXPORT).exists()


def test_a_visitor_is_sent_to_the_sign_in_page(client, on_the_second_of_april):
    for response in map(client.get, URLS):
        assert response.status_code == 302
        assert response.url.startswith(reverse("accounts:sign_in"))


def test_an_expired_posting_opens_nothing(client, on_the_second_of_april):
    analyst = account_of_45(Role.CALAE_ANALYST)
    posting = analyst.postings.get()
    posting.period = type(posting.period)(posting.period.lower, clock.today("Europe/Paris"))
    posting.save()
    client.force_login(analyst)
    assert [client.get(url).status_code for url in URLS] == [403, 403, 403]


def test_the_list_shows_what_is_frozen_and_what_is_provisional(analyst):
    page = analyst.get("/barometre/").content.decode()
    assert page.index("Avril 2026") < page.index("Mars 2026")
    assert 'href="/barometre/2026-04/"' in page
    assert ("gelé" in page, "provisoire" in page, "faits enregistrés dans le portail" in page) == (True, True, True)


def test_a_year_without_figures_shows_the_nearest_one(analyst):
    for year in ("1999", "9999", "x", "²⁰²⁶", "-1", "2026' OR 1=1"):
        assert "Année 2026" in analyst.get("/barometre/", {"annee": year}).content.decode(), year


def test_a_frozen_month_names_its_unit_definitions_territory_date_and_fingerprint(analyst):
    page = analyst.get("/barometre/2026-03/").content.decode()
    caption = "Faits par département des faits, mars 2026 (faits enregistrés dans le portail, définitions version 1"
    assert caption in page
    assert FrozenMonth.objects.get().sha256 in page
    assert "empreinte vérifiée" in page
    assert "02/04/2026 à 10\u00a0h\u00a000" in page
    assert "Chiffres provisoires" not in page
    assert page.count('role="img"') == 4


def test_a_small_count_of_a_departement_is_hidden_and_that_of_a_nature_is_not(analyst):
    page = analyst.get("/barometre/2026-03/").content.decode()
    row = '<th scope="row">{}</th><td data-label="Faits" class="portal-figure">{}</td>'
    assert row.format("Nord (59)", "masqué") in page
    assert row.format("La Réunion (974)", "masqué") in page
    assert row.format("Loiret (45)", "6") in page
    assert row.format("Violences physiques", "2") in page


def test_the_reader_chooses_which_territory_is_counted(analyst):
    titles = {"mandat": "du mandat", "enregistrement": "de l&#x27;enregistrement", "x": "des faits", "": "des faits"}
    for word, title in titles.items():
        page = analyst.get("/barometre/2026-03/", {"territoire": word}).content.decode()
        assert f"<figcaption>Faits par département {title}</figcaption>" in page


def test_the_current_month_is_provisional_and_a_later_fact_changes_it(analyst):
    before = analyst.get("/barometre/2026-04/")
    log()
    after = analyst.get("/barometre/2026-04/")
    assert "Chiffres provisoires" in before.content.decode()
    assert "gelés le 1er mai 2026" in before.content.decode()
    assert (before.context["figures"].total, after.context["figures"].total) == (1, 2)


def test_a_fact_that_comes_after_the_freeze_is_told_and_changes_no_frozen_figure(analyst):
    assert "a changé après le gel" not in analyst.get("/barometre/2026-03/").content.decode()
    with at(2026, 3, 20, 8):
        log()
    response = analyst.get("/barometre/2026-03/")
    assert "Le portail compte aujourd&#x27;hui 12 faits" in response.content.decode().replace("'", "&#x27;")
    assert response.context["figures"].total == 11


def test_a_month_without_history_does_not_exist(analyst):
    for month in ("2026-02", "2026-05", "2026-13", "2026-00", "1926-03", "2026-3", "mars"):
        assert analyst.get(f"/barometre/{month}/").status_code == 404, month
        assert analyst.get(f"/barometre/{month}/chiffres.csv").status_code == 404, month


def test_an_empty_portal_shows_the_current_month(client, db):
    client.force_login(account_of_45(Role.DECIDER))
    month = clock.today("Europe/Paris")
    assert client.get("/barometre/").status_code == 200
    assert "Aucun fait ce mois-ci" in client.get(f"/barometre/{month:%Y-%m}/").content.decode()


def read_csv(response) -> list[list[str]]:
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_the_file_says_the_same_figures_as_the_page(analyst):
    response = analyst.get("/barometre/2026-03/chiffres.csv")
    headers, *lines = read_csv(response)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="barometre-2026-03.csv"' in response["Content-Disposition"]
    found = {(line[3], line[4]): line[5] for line in lines}
    assert found["total", "ensemble"] == "11"
    assert found["département des faits", "Loiret (45)"] == "6"
    assert found["département des faits", "Nord (59)"] == found["département des faits", "La Réunion (974)"] == "masqué"
    assert {len(line) for line in lines} == {len(headers)}
    assert {(line[0], line[1], line[6], line[7]) for line in lines} == {
        ("2026-03", "gelé", "faits enregistrés dans le portail", "1")
    }


def test_the_export_is_journaled_before_it_leaves(analyst):
    analyst.get("/barometre/2026-03/chiffres.csv")
    entry = JournalEntry.objects.get(action=Action.EXPORT)
    assert (entry.object_label, entry.outcome) == ("mars 2026", Outcome.DONE)
    assert entry.details == {"frozen": True, "sha256": FrozenMonth.objects.get().sha256}


def test_the_file_of_the_current_month_says_that_it_is_provisional(analyst):
    response = analyst.get("/barometre/2026-04/chiffres.csv")
    assert "barometre-2026-04-provisoire.csv" in response["Content-Disposition"]
    assert {line[1] for line in read_csv(response)[1:]} == {"provisoire"}
    assert [line[5] for line in read_csv(response) if line[4] == "ensemble de la répartition"][:1] == ["masqué"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_label_that_a_spreadsheet_would_run_is_made_harmless(text):
    assert harmless(text) == f"'{text}"
    figures = MonthFigures(MARCH, clock.now(), 9, (Figure("nature", "a", text, 9),))
    assert f"'{text}".strip("\r\t") in month_as_csv(figures)


@pytest.mark.parametrize("cell", ["Loiret (45)", "", 12, 0])
def test_an_ordinary_cell_is_left_as_it_is(cell):
    assert harmless(cell) == cell


def test_posting_to_the_file_is_not_allowed(analyst):
    assert analyst.post("/barometre/2026-03/chiffres.csv").status_code == 405


def test_a_month_costs_the_same_queries_with_1_3_and_30_facts(client):
    with at(2026, 4, 2, 8):
        client.force_login(account_of_45(Role.CALAE_ANALYST))
        assert_constant_queries(client, "/barometre/2026-04/", lambda rows: [log() for _ in range(rows)])
        assert_constant_queries(client, "/barometre/", lambda rows: [log() for _ in range(rows)])


def test_a_year_of_12_months_shows_each_of_them(client, django_assert_max_num_queries):
    with at(2025, 1, 10, 8):
        log()
    with at(2026, 1, 2, 8):
        freeze_past_months()
        client.force_login(account_of_45(Role.CALAE_ANALYST))
        with django_assert_max_num_queries(12):
            page = client.get("/barometre/", {"annee": "2025"}).content.decode()
    assert page.count('href="/barometre/2025-') == 12
    assert 'href="/barometre/2026-' not in page


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (5, 8, "62,5\u202f%"),
        (3, 3, "100\u202f%"),
        (1999, 2000, "99,9\u202f%"),
        (0, 4, "0\u202f%"),
        (0, 0, "sans objet"),
    ],
)
def test_a_rate_is_rounded_down_to_a_tenth(part, whole, words):
    assert percent_words(part, whole) == words
