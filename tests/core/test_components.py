"""The words and the components that every page is made of."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from cases.enums import Level
from core import wording
from core.charts import bar_rows
from core.templatetags import portal as tags
from core.todo import TodoItem, todo_section

TERM = datetime(2026, 5, 16, 19, 59, tzinfo=UTC)  # 23:59 in La Réunion, 21:59 in Paris
REUNION = "Indian/Reunion"


@pytest.fixture(autouse=True)
def steady_clock(settings):
    settings.DEMO = False
    with time_machine.travel(TERM, tick=False):
        yield


def render(source: str, **values) -> str:
    return Template(source).render(Context(values))


def test_paris_is_not_named_and_overseas_is():
    assert render("{{ term|local_datetime }}", term=TERM) == "16/05/2026 à 21\u00a0h\u00a059"
    assert render("{{ term|local_datetime:zone }}", term=TERM, zone=REUNION) == (
        "16/05/2026 à 23\u00a0h\u00a059 (heure de La Réunion)"
    )


def test_a_reader_of_paris_gets_both_hours_and_the_date_when_it_differs():
    assert wording.local_datetime_words(TERM, REUNION, with_paris=True).endswith(", soit 21\u00a0h\u00a059 à Paris")
    late = datetime(2026, 5, 16, 20, 30, tzinfo=UTC)  # the 17th in La Réunion
    assert wording.local_datetime_words(late, REUNION, with_paris=True) == (
        "17/05/2026 à 00\u00a0h\u00a030 (heure de La Réunion), soit le 16/05/2026 à 22\u00a0h\u00a030 à Paris"
    )


def test_a_zone_without_a_name_gives_its_offset():
    assert (
        wording.local_datetime_words(TERM, "Pacific/Marquesas")
        == "16/05/2026 à 10\u00a0h\u00a029 (heure locale, UTC-9 h 30)"
    )


@pytest.mark.parametrize(
    ("shift", "relative", "due"),
    [
        (timedelta(seconds=40), "dans moins d'une minute", "dans moins d'une minute"),
        (timedelta(hours=2, minutes=59), "dans 2 h", "dans 2 h"),
        (timedelta(days=3, hours=1), "dans 3 jours", "dans 3 jours"),
        (timedelta(hours=-4, minutes=-1), "il y a 4 h", "en retard de 4 h"),
    ],
)
def test_delays_are_said_in_whole_units(shift, relative, due):
    assert (tags.relative(TERM + shift), tags.due(TERM + shift)) == (relative, due)


def test_a_local_day_is_today_there_when_it_is_already_tomorrow_here():
    late = datetime(2026, 5, 16, 20, 30, tzinfo=UTC)
    with time_machine.travel(late, tick=False):
        assert tags.due(date(2026, 5, 17), REUNION) == "aujourd'hui"
        assert tags.due(date(2026, 5, 17)) == "demain"
        assert tags.due(date(2026, 5, 15)) == "en retard de 1 jour"


def test_zero_and_one_are_singular():
    words = [render('{{ n|plural:"dossier,dossiers" }}', n=n) for n in (0, 1, 2, 1234)]
    assert words == ["0 dossier", "1 dossier", "2 dossiers", "1\u00a0234 dossiers"]


def test_levels_are_words_and_the_words_of_the_cases():
    assert {level: words.lower() for level, (words, _) in tags.LEVELS.items()} == dict(Level.choices)
    page = render("{% level_badge level %}", level=Level.HIGH)
    assert "Élevé" in page
    assert ">3<" not in page


def test_a_missing_level_is_said_and_not_shown_as_low():
    assert "Non évalué" in render("{% level_badge level %}", level=None)


def test_an_unknown_tone_is_refused():
    with pytest.raises(TemplateSyntaxError):
        render('{% badge "clos" "rouge" %}')


def test_the_oldest_clock_comes_first_and_what_has_none_last():
    items = [
        TodoItem("d", "", "/d/"),
        TodoItem("c", "", "/c/", TERM + timedelta(days=3)),
        TodoItem("b", "", "/b/", date(2026, 5, 17), REUNION),
        TodoItem("a", "", "/a/", TERM - timedelta(hours=3)),
    ]
    assert [item.what for item in todo_section(title="", items=items).items] == ["a", "b", "c", "d"]


def test_a_day_is_late_after_its_local_midnight_only():
    day = TodoItem("", "", "/", date(2026, 5, 16), REUNION)
    assert not day.is_late
    with time_machine.travel(datetime(2026, 5, 16, 20, 0, tzinfo=UTC), tick=False):
        assert day.is_late
        assert not TodoItem("", "", "/", date(2026, 5, 16)).is_late


def test_what_waits_without_a_term_says_since_when():
    with time_machine.travel(TERM, tick=False):
        item = TodoItem("", "", "/", since=TERM - timedelta(hours=5))
        assert (item.due_words, item.is_late) == ("attend depuis 5 h", False)


def test_a_list_of_things_to_do_shows_lateness_in_words():
    section = todo_section(title="À faire", items=[TodoItem("Évaluer", "2026-45-1", "/x/", TERM - timedelta(hours=3))])
    page = render('{% include "components/todo_list.html" with section=section only %}', section=section)
    assert "en retard de 3 h" in page
    assert 'href="/x/"' in page


def test_an_empty_list_says_so():
    page = render(
        '{% include "components/todo_list.html" with section=section only %}',
        section=todo_section(title="À faire", items=[]),
    )
    assert "Rien à faire pour le moment." in page


def test_pagination_keeps_the_filter_and_hides_what_leads_nowhere():
    request = RequestFactory().get("/dossiers/", {"etat": "ouvert", "cursor": "vieux"})
    page = SimpleNamespace(previous_cursor=None, next_cursor="a+b")
    shown = Template("{% pagination page %}").render(Context({"request": request, "page": page}))
    assert 'href="?etat=ouvert&amp;cursor=a%2Bb"' in shown
    assert "Précédent" not in shown


def test_an_act_is_a_post_with_its_token():
    page = render('{% act_form url="/agir/" label="Clore" confirm="Vraiment." %}{% endact_form %}', csrf_token="jeton")
    assert 'method="post"' in page
    assert 'name="csrfmiddlewaretoken" value="jeton"' in page
    assert "Vraiment." in page


def test_what_a_person_wrote_is_escaped_in_every_slot():
    page = render("{% callout title=bad %}{{ bad }}{% endcallout %}{% badge bad %}", bad="<script>")
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") == 3


def test_a_chart_has_its_table_and_hides_small_cells():
    page = render(
        '{% bar_chart title="T" rows=rows caption="C" header="Nature" unit="Faits" %}',
        rows=[("Menaces", 1234), ("Autres", None)],
    )
    assert 'role="img"' in page
    assert "<table>" in page
    assert page.count("&lt; 5") == 2
    assert "style=" not in page


def test_the_longest_bar_leaves_room_for_its_figure_and_an_empty_chart_does_not_divide_by_zero():
    assert [bar["width"] for bar in bar_rows([("a", 10), ("b", 5)])["bars"]] == ["82.00%", "41.00%"]
    assert bar_rows([("a", 0), ("b", None)])["bars"][0]["width"] == "0.00%"


def test_a_telephone_link_dials_what_is_written():
    assert tags.telephone_href("02 61 91 00 10") == "0261910010"
    assert tags.telephone_href("+262 692 00 00 01") == "+262692000001"
