"""The pages of those who help, of the keeper of the directory and of its readers, and who is refused there."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Posting, User
from core.models import JournalEntry
from support.models import Absence, Association, AssociationMember, Availability, Place, Replacement
from support.selectors import agenda as agenda_module
from support.selectors import figures as figures_module
from support.selectors import waiting as waiting_module
from support.selectors.meetings import Meeting
from support.selectors.waiting import Waiting
from tests import build, receiving
from tests.pages.reading import assert_kept, assert_refused_beside

pytestmark = pytest.mark.django_db
HOURS = {"mode": "telephone", "departement": "45", "weekday": "2", "start": "09:00", "end": "12:00"}
ASSOCIATION = {
    "code": "fv-28",
    "name": "Écoute d'Eure-et-Loir",
    "telephone": "02 61 91 00 28",
    "hours": "le lundi",
    "helps": ["legal"],
    "departements": "28, 45",
}


def page(name: str, *arguments: object) -> str:
    return reverse(f"support:{name}", args=arguments)


def text(response) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def member(db: None) -> AssociationMember:
    return receiving.a_member(first_name="Odile", last_name="Serravoine")


@pytest.fixture
def psychologist(member: AssociationMember) -> Client:
    return signed_in(member.user)


@pytest.fixture
def keeper(db: None) -> Client:
    return signed_in(build.posted(Role.ADMINISTRATOR))


def test_home_of_a_psychologist_is_the_space_and_says_what_waits(psychologist, member, monkeypatch) -> None:
    question = Waiting("Orientations à répondre", 2, "sous deux jours ouvrés", "/soutien/orientations/")
    monkeypatch.setattr(waiting_module, "QUESTIONS", [lambda one: question, lambda one: None])
    shown = psychologist.get("/", follow=True)
    assert shown.redirect_chain == [(page("space"), 302)]
    for said in ("Orientations à répondre", "sous deux jours ouvrés", "heure de Paris", member.association.name):
        assert said in text(shown)


def test_the_agenda_names_the_hour_of_reunion_and_walks_the_weeks(monkeypatch) -> None:
    association = receiving.an_association("fv-974", departements=["974"])
    client = signed_in(receiving.a_member(association).user)
    monday = receiving.next_weekday(1, after=8)
    start = agenda_module.at_minute(monday, 8 * 60, build.departement("974").zone)
    meeting = Meeting(start, 45, "video", "Tilleul", "/soutien/x/", "demande anonyme")
    monkeypatch.setattr(agenda_module, "SOURCES", [lambda member, first, last: [meeting]])
    shown = text(client.get(page("agenda"), {"semaine": f"{monday + timedelta(days=3):%Y-%m-%d}"}))
    for said in ("heure de La Réunion", "8 h 00 à 08 h 45", "Tilleul", "en visio", f"Du {monday:%d/%m/%Y}"):
        assert said in shown
    assert "Tilleul" not in text(client.get(page("agenda")))
    for odd in ("2026-02-30", "x", "9999-12-31", "0001-01-01"):
        assert client.get(page("agenda"), {"semaine": odd}).status_code == 200


def test_hours_are_added_shown_and_removed_once(psychologist, member) -> None:
    assert psychologist.post(page("availabilities"), HOURS).status_code == 302
    again = psychologist.post(page("availabilities"), HOURS)
    assert_refused_beside(again, "start", "Vous recevez déjà ce jour-là")
    assert "chaque mardi" in text(psychologist.get(page("availabilities")))
    given = Availability.objects.get()
    assert psychologist.post(page("remove_hours", given.pk)).status_code == 302
    assert psychologist.post(page("remove_hours", given.pk)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"mode": "on_site"}, "place", "Dites où vous recevez"),
        ({"weekday": ""}, "weekday", "jour de la semaine"),
        ({"end": "09:00"}, "end", "après l'heure de début"),
        ({"day": "2020-01-06"}, "day", "passé"),
        ({"first_day": "2020-01-06"}, "first_day", "passé"),
        ({"last_day": "2020-01-06"}, "last_day", "précède"),
        ({"departement": "974"}, "departement", "liste"),
        ({"start": "25:00"}, "start", "24 h"),
    ],
)
def test_hours_that_make_no_sense_come_back_with_the_reason(psychologist, changes, field, said) -> None:
    response = psychologist.post(page("availabilities"), HOURS | changes)
    assert_refused_beside(response, field, said)
    assert_kept(response, HOURS | changes)
    assert not Availability.objects.exists()


def test_an_absence_a_place_a_link_and_a_replacement_are_written_and_taken_back(psychologist, member) -> None:
    colleague = receiving.a_member(email="autre@portail.example", first_name="Basile")
    day = f"{receiving.next_weekday(2, after=3):%Y-%m-%d}"
    days = {"first_day": day, "last_day": day}
    psychologist.post(page("absences"), days)
    assert_refused_beside(psychologist.post(page("absences"), days), "first_day", "déjà notée")
    assert_refused_beside(psychologist.post(page("absences"), days | {"start": "09:00"}), "end", "deux heures")
    place = {"departement": "45", "name": "Maison des Tilleuls", "address": "2 rue des Tilleuls"}
    psychologist.post(page("places"), place)
    assert_refused_beside(psychologist.post(page("places"), place), "name", "déjà ce nom")
    assert_refused_beside(psychologist.post(page("video"), {"link": "http://visio.example/"}), "link", "https://")
    psychologist.post(page("video"), {"link": "https://visio.example/salle"})
    who = {"member": member.pk, "colleague": colleague.pk} | days
    psychologist.post(page("replacements"), who)
    assert_refused_beside(psychologist.post(page("replacements"), who), "first_day", "déjà remplacée")
    assert "salle" not in str(list(JournalEntry.objects.values_list("object_label", "reason", "details")))
    for name, row in (
        ("remove_absence", Absence.objects.get()),
        ("close_place", Place.objects.get()),
        ("remove_replacement", Replacement.objects.get()),
    ):
        assert psychologist.post(page(name, row.pk)).status_code == 302
    assert (Absence.objects.count(), Replacement.objects.count(), Place.objects.open().count()) == (0, 0, 0)


def test_a_colleague_does_not_change_my_hours_and_may_note_that_i_am_replaced(member) -> None:
    given = receiving.weekly(member, 2)
    colleague = receiving.a_member(email="autre@portail.example")
    client = signed_in(colleague.user)
    assert client.post(page("remove_hours", given.pk)).status_code == 404
    day = f"{receiving.next_weekday(2, after=3):%Y-%m-%d}"
    who = {"member": member.pk, "colleague": colleague.pk, "first_day": day, "last_day": day}
    assert client.post(page("replacements"), who).status_code == 302


@pytest.mark.parametrize("what", ["posting", "membership", "account"])
def test_who_has_left_reads_nothing_any_more(psychologist, member, what) -> None:
    place = receiving.a_place(member)
    over = DateRange(build.LONG_AGO, date(2021, 1, 1))
    if what == "posting":
        Posting.objects.filter(user=member.user).update(period=over)
    elif what == "membership":
        AssociationMember.objects.filter(pk=member.pk).update(period=over)
    else:
        User.objects.filter(pk=member.user_id).update(is_active=False)
    shown = psychologist.get(page("places"))
    assert "Tilleuls" not in text(shown)
    assert psychologist.post(page("close_place", place.pk)).status_code in (302, 403, 404)
    assert Place.objects.open().filter(pk=place.pk).exists()
    if what == "membership":
        assert "n'est rattaché à aucune association" in text(shown)
        assert psychologist.post(page("places"), {}).status_code == 403


def test_the_last_day_of_somebody_is_still_his(keeper, psychologist, member) -> None:
    today = receiving.today()
    keeper.post(page("end_member", member.pk), {"last_day": f"{today:%Y-%m-%d}"})
    assert member.association.name in text(psychologist.get(page("space")))
    keeper.post(page("end_member", member.pk), {"last_day": f"{today - timedelta(days=1):%Y-%m-%d}"})
    assert "aucune association" in text(psychologist.get(page("space")))
    late = keeper.post(page("end_member", member.pk), {"last_day": f"{today:%Y-%m-%d}"})
    assert_refused_beside(late, "last_day", "ne travaille déjà plus")


def test_the_keeper_inscribes_edits_closes_and_reopens(keeper) -> None:
    bad = ASSOCIATION | {"departements": "28, 99", "code": "fv 28", "telephone": "aucun"}
    response = keeper.post(page("new_association"), bad)
    assert_refused_beside(response, "departements", "inconnu : 99")
    assert_refused_beside(response, "code", "sans accent")
    assert_refused_beside(response, "telephone", "aucun chiffre")
    keeper.post(page("new_association"), ASSOCIATION)
    assert_refused_beside(keeper.post(page("new_association"), ASSOCIATION), "code", "déjà ce code")
    made = Association.objects.get()
    assert sorted(one.pk for one in made.departements.all()) == ["28", "45"]
    for name, active in (("close_association", False), ("close_association", False), ("reopen_association", True)):
        keeper.post(page(name, made.pk))
        assert Association.objects.get().is_active is active
    reasons = JournalEntry.objects.filter(object_id=str(made.pk)).values_list("reason", flat=True)
    assert [reason.rpartition(" ")[2] for reason in reasons.order_by("pk")] == ["répertoire", "fermée", "rouverte"]


def test_two_keepers_do_not_undo_one_another(keeper) -> None:
    association = receiving.an_association()
    first = keeper.get(page("change_association", association.pk)).context["form"]
    typed = {name: field.value() for name, field in ((bound.name, bound) for bound in first)}
    keeper.post(page("change_association", association.pk), typed | {"hours": "le mardi"})
    response = keeper.post(page("change_association", association.pk), typed | {"telephone": "02 61 91 00 46"})
    assert response.status_code == 200
    assert response.context["form"].conflict
    again = {bound.name: bound.value() for bound in response.context["form"]}
    assert again["hours"] == "le mardi"
    keeper.post(page("change_association", association.pk), again)
    association.refresh_from_db()
    assert (association.hours, association.telephone) == ("le mardi", "02 61 91 00 46")


def test_only_somebody_posted_as_a_psychologist_is_added(keeper) -> None:
    association = receiving.an_association()
    build.posted(Role.REFERENT, email="ref@portail.example")
    build.posted(Role.PSYCHOLOGIST, email="psy@portail.example")
    day = f"{receiving.today():%Y-%m-%d}"
    for email, said in (("ref@portail.example", "n'est pas habilitée"), ("personne@x.example", "Aucun compte")):
        response = keeper.post(page("add_member", association.pk), {"email": email, "first_day": day})
        assert_refused_beside(response, "email", said)
    typed = {"email": "PSY@portail.example", "first_day": day}
    assert keeper.post(page("add_member", association.pk), typed).status_code == 302
    assert_refused_beside(keeper.post(page("add_member", association.pk), typed), "email", "déjà pour une association")


def test_an_import_is_checked_then_done_from_the_page(keeper) -> None:
    example = keeper.get(page("import_example")).content

    def given(**more: str):
        return keeper.post(page("import"), {"file": SimpleUploadedFile("liste.csv", example)} | more)

    assert "rien n'est enregistré" in text(given(act="draft"))
    assert not Association.objects.exists()
    assert "1 association nouvelle" in text(given())
    assert "Rien n'a changé" in text(given())
    assert_refused_beside(keeper.post(page("import"), {}), "file", "Choisissez un fichier")


def test_anybody_signed_in_finds_an_association_and_closed_ones_are_not_shown() -> None:
    client = signed_in(build.official_account(build.an_official()))
    association = receiving.an_association()
    receiving.an_association("fv-974", name="Écoute de La Réunion", departements=["974"])
    for typed in ({"ou": "Orléans"}, {"ou": "45"}, {"ou": "loiret"}, {"code": "45234"}):
        shown = text(client.get(page("directory"), typed))
        assert "Écoute du Loiret" in shown, typed
        assert "La Réunion" not in shown
    keeper = signed_in(build.posted(Role.ADMINISTRATOR))
    keeper.post(page("close_association", association.pk))
    shown = text(client.get(page("directory"), {"ou": "45"}))
    assert "Écoute du Loiret" not in shown
    assert "01 80 52 33 84" in shown
    assert client.get(page("directory"), {"code": "00000"}).status_code == 404
    assert "Aucune commune" in text(client.get(page("directory"), {"ou": "zzzzzz"}))


def test_a_departement_without_a_help_is_listed_with_what_it_lacks(keeper) -> None:
    receiving.an_association(helps=["psychological", "legal"])
    receiving.an_association("fv-974", helps=["psychological", "legal", "social"], departements=["974"])
    rows = {row.pk: lacks for row, lacks in keeper.get(page("coverage")).context["rows"]}
    assert rows["45"] == ["sociale"]
    assert "974" not in rows
    assert rows["59"] == ["psychologique", "juridique", "sociale"]


def test_figures_say_neither_who_nor_where(monkeypatch) -> None:
    months = figures_module.months_over(receiving.today())
    one = figures_module.MonthCount(months[-1], figures_module.Help.LEGAL, figures_module.Reach.REMOTE, 3)
    monkeypatch.setattr(figures_module, "SOURCES", [lambda first, last: [one]])
    monkeypatch.setattr(figures_module, "DELAY_SOURCES", [])
    shown = text(signed_in(build.posted(Role.CALAE_ANALYST)).get(page("figures")))
    assert "masqué" in shown
    assert "Loiret" not in shown
    for role in (Role.DECIDER, Role.ADMINISTRATOR, Role.PSYCHOLOGIST):
        assert signed_in(build.posted(role)).get(page("figures")).status_code == 403


def test_texts_of_the_desk_are_gentle(psychologist, keeper, member) -> None:
    """No exclamation mark, no alert of danger: `portal.css` and the DSFR keep red for errors."""
    receiving.weekly(member, 2)
    receiving.a_place(member)
    for client, names in (
        (psychologist, ("space", "agenda", "availabilities", "absences", "places", "video", "replacements",
                        "how_it_works", "directory")),
        (keeper, ("associations", "new_association", "import", "coverage")),
    ):  # fmt: skip
        for name in names:
            shown = text(client.get(page(name)))
            main = shown[shown.index('<main id="contenu"') : shown.index("</main>")]
            assert "!" not in main, name
            assert "--error" not in main, name


def test_the_space_shows_nothing_of_a_file(psychologist, member) -> None:
    threat = build.a_threat()
    for name in ("space", "agenda", "how_it_works"):
        shown = text(psychologist.get(page(name)))
        assert threat.case.reference not in shown
        assert "Inventée" not in shown
    assert psychologist.get(reverse("cases:detail", args=[threat.case.reference])).status_code == 403
