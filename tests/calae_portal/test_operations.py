"""Pages of the administrator: clock, outbox, jobs, journal."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from core import clock, jobs
from core.enums import DeliveryState, RunOutcome
from core.journal import SYSTEM, Action, Actor, Outcome, record_access
from core.journal.sealing import seal_journal
from core.models import DemoClock, JobRun, JournalEntry, JournalVerification, OutboxMessage
from core.outbox import enqueue_email
from tests.build import posted
from tests.harness.queries import assert_constant_queries

pytestmark = pytest.mark.reads_the_clock
DEMO_PAGES = ("operations:clock", "operations:outbox", "operations:jobs")


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(posted(role))
    return client


@pytest.fixture
def admin(db, settings) -> Client:
    settings.DEMO = True
    return signed_in(Role.ADMINISTRATOR)


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def text_of(client: Client, name: str, **query: str) -> str:
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", [*DEMO_PAGES, "operations:journal"])
def test_nobody_else_enters_and_the_refusal_is_journaled(db, name):
    client = signed_in(Role.DECIDER)
    assert client.get(reverse(name)).status_code == 403
    entry = JournalEntry.objects.get(action=Action.REFUSAL)
    assert (entry.outcome, entry.object_id) == (Outcome.REFUSED, reverse(name))


@pytest.mark.parametrize("name", ["operations:clock", "operations:jobs"])
def test_the_demonstration_pages_do_not_exist_on_a_real_instance(admin, settings, name):
    assert admin.get(reverse(name)).status_code == 200
    settings.DEMO = False
    assert admin.get(reverse(name)).status_code == 404


def test_a_real_instance_keeps_its_journal_page_and_refuses_to_move_its_clock(admin, settings):
    settings.DEMO = False
    assert admin.get(reverse("operations:journal")).status_code == 200
    assert admin.post(reverse("operations:clock"), {"moment": "2026-05-16T08:00"}).status_code == 404
    assert admin.post(reverse("operations:reset_clock")).status_code == 404
    assert not DemoClock.objects.exists()


def test_a_real_instance_shows_what_did_not_leave_and_no_text(admin, settings):
    for key in ("parti", "coincé"):
        enqueue_email(dedupe_key=key, recipient="a@portail.example", subject=f"Objet {key}", body=f"Texte {key}")
    OutboxMessage.objects.filter(dedupe_key="parti").update(
        state=DeliveryState.SENT, sent_at=OutboxMessage.objects.first().created_at
    )
    settings.DEMO = False
    page = text_of(admin, "operations:outbox")
    assert "Objet coincé" in page
    assert "Objet parti" not in page
    assert "Texte" not in page


# --- Clock ---------------------------------------------------------------------------------------
def test_the_date_is_moved_in_paris_time_and_the_banner_says_so(admin):
    response = admin.post(reverse("operations:clock"), {"moment": "2026-05-16T08:00"}, follow=True)
    assert clock.now().astimezone(clock.PARIS).strftime("%d/%m/%Y %H:%M") == "16/05/2026 08:00"
    assert "Date du portail déplacée" in response.content.decode()
    assert JournalEntry.objects.filter(object_type="core.democlock", actor_label="Camille Invente").exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez la date et l&#x27;heure."),
        ("30/02/2026 10:00", "Saisissez une date et une heure qui existent"),
        ("1999-01-01T08:00", "Choisissez une date entre le 01/01/2015 et le 31/12/2044."),
        ("2045-01-01T00:00", "Choisissez une date entre le 01/01/2015 et le 31/12/2044."),
    ],
)
def test_a_wrong_date_is_explained_and_moves_nothing(admin, typed, sentence):
    response = admin.post(reverse("operations:clock"), {"moment": typed})
    assert sentence in response.content.decode()
    assert not DemoClock.objects.exists()


def test_the_true_time_comes_back(admin):
    admin.post(reverse("operations:clock"), {"moment": "2026-05-16T08:00"})
    admin.post(reverse("operations:reset_clock"))
    assert not clock.is_moved()


# --- Jobs ----------------------------------------------------------------------------------------
def test_every_job_is_listed_with_its_last_run(admin):
    JobRun.objects.create(
        name="seal_journal", started_at=clock.now(), real_started_at=clock.real_now(), outcome=RunOutcome.INTERRUPTED
    )
    page = text_of(admin, "operations:jobs")
    assert all(job.label.replace("'", "&#x27;") in page for job in jobs.all_jobs())
    assert "interrompue" in page


def test_a_job_is_run_now_and_its_report_is_shown(admin):
    response = admin.post(reverse("operations:run_job", args=["clean_up"]))
    report = "Sessions expirées effacées ; 0 ancien compte rendu effacé."
    assert said(response) == [f"Nettoyage des sessions et des comptes rendus : {report}"]
    assert JobRun.objects.get().outcome == RunOutcome.DONE


def test_an_unknown_job_is_not_found_and_a_link_runs_nothing(admin):
    assert admin.post(reverse("operations:run_job", args=["inconnue"])).status_code == 404
    assert admin.get(reverse("operations:run_job", args=["clean_up"])).status_code == 405
    assert not JobRun.objects.exists()


def test_a_job_already_running_is_said_so(admin, monkeypatch):
    from calae_portal.operations.views import jobs as views

    def busy(**given):
        raise jobs.JobBusy("La tâche « Scellement du journal » est déjà en cours.")

    monkeypatch.setattr(views, "run_job_now", busy)
    response = admin.post(reverse("operations:run_job", args=["seal_journal"]))
    assert said(response) == ["La tâche « Scellement du journal » est déjà en cours."]


# --- Outbox --------------------------------------------------------------------------------------
def letters(count: int, state: DeliveryState = DeliveryState.PENDING) -> list[OutboxMessage]:
    start = OutboxMessage.objects.count()
    made = [
        enqueue_email(
            dedupe_key=f"lettre-{start + number}",
            recipient=f"elu{start + number}@exemple.fr",
            subject="Votre situation",
            body="Voyez http://127.0.0.1:8000/ma-situation/",
            about="bouton d'appel",
        )
        for number in range(count)
    ]
    OutboxMessage.objects.filter(pk__in=[message.pk for message in made]).update(state=state)
    return made


def test_messages_are_read_as_their_addressee_reads_them(admin):
    letters(1)
    page = text_of(admin, "operations:outbox")
    assert "elu0@exemple.fr" in page
    assert '<a href="http://127.0.0.1:8000/ma-situation/"' in page


def test_failures_are_announced_filtered_and_sent_again(admin):
    letters(1)
    (failed,) = letters(1, DeliveryState.FAILED)
    assert "1 message en échec" in text_of(admin, "operations:outbox")
    filtered = text_of(admin, "operations:outbox", etat="echecs")
    assert "elu1@exemple.fr" in filtered
    assert "elu0@exemple.fr" not in filtered
    response = admin.post(reverse("operations:retry_message", args=[failed.pk]))
    assert said(response) == ["Le message va être renvoyé."]
    failed.refresh_from_db()
    assert failed.state == DeliveryState.PENDING


def test_a_message_that_did_not_fail_is_not_sent_again(admin):
    (message,) = letters(1)
    response = admin.post(reverse("operations:retry_message", args=[message.pk]))
    assert said(response) == ["Seul un message en échec peut être renvoyé."]


def test_the_outbox_costs_the_same_for_any_number_of_messages(admin):
    assert_constant_queries(admin, reverse("operations:outbox"), letters)


# --- Journal -------------------------------------------------------------------------------------
def readings(count: int, **given) -> None:
    for number in range(count):
        record_access(
            **{"actor": SYSTEM, "object_type": "cases.case", "object_id": str(number), "object_label": "2026-45-00012"}
            | given
        )


def test_reading_the_journal_is_itself_journaled_with_what_was_sought(admin):
    text_of(admin, "operations:journal", reference="2026-45-00012", person="Jeanne")
    entry = JournalEntry.objects.get(object_type="journal")
    assert (entry.action, entry.actor_label) == (Action.CONSULTATION, "Camille Invente")
    assert entry.details == {"reference": "2026-45-00012", "person": "Jeanne"}


def test_without_a_journal_entry_the_page_does_not_leave(admin, monkeypatch):
    readings(1)

    def fail(self, **given):
        raise DatabaseError("disk full")

    monkeypatch.setattr(JournalEntry, "save", fail)
    admin.raise_request_exception = False
    response = admin.get(reverse("operations:journal"))
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert "2026-45-00012" not in response.content.decode()
    assert "Le journal ne répond pas" in response.content.decode()


def test_filters_keep_what_they_name(admin):
    reader = posted(Role.REFERENT, first_name="Jeanne", last_name="Martin")
    readings(1, actor=Actor(reader.pk, "Jeanne Martin", None, "", None), object_label="2026-45-00001")
    readings(1, outcome=Outcome.REFUSED, object_label="2026-45-00002")
    readings(1, action=Action.EXPORT, object_label="2026-45-00003")

    def shown(**query: str) -> list[str]:
        page = text_of(admin, "operations:journal", **query)
        return [reference for reference in ("00001", "00002", "00003") if f"2026-45-{reference}</td>" in page]

    assert shown() == ["00001", "00002", "00003"]
    assert shown(person="martin jeanne") == ["00001"]
    assert shown(outcome="refused") == ["00002"]
    assert shown(action="export") == ["00003"]
    assert shown(reference="2026-45-00002") == ["00002"]
    assert shown(last_day="2020-01-01") == []
    tomorrow = clock.today("Europe/Paris") + timedelta(days=1)
    assert shown(last_day=tomorrow.isoformat()) == ["00001", "00002", "00003"]
    assert shown(person="Personne") == []


def test_a_wrong_filter_is_explained(admin):
    page = text_of(admin, "operations:journal", first_day="2026-02-01", last_day="2026-01-01")
    assert "La fin de la période précède son début." in page


def test_the_key_of_a_sign_in_is_not_shown(admin):
    readings(1, action=Action.SIGN_IN, object_type="sign_in", object_id="cle-secrete", object_label="")
    assert "cle-secrete" not in text_of(admin, "operations:journal")


def test_the_journal_is_verified_on_demand_and_the_result_shown(admin):
    readings(3)
    seal_journal()
    assert "n'a pas encore été vérifié" in text_of(admin, "operations:journal")
    assert said(admin.post(reverse("operations:verify_journal"))) == ["Le journal est intact."]
    assert "Journal intact" in text_of(admin, "operations:journal")


def test_an_altered_journal_is_shown_with_its_findings(admin, settings):
    readings(3)
    seal_journal()
    settings.JOURNAL_SEAL_KEY = "another-key-of-more-than-32-characters"
    admin.post(reverse("operations:verify_journal"))
    assert not JournalVerification.objects.get().is_intact
    page = text_of(admin, "operations:journal")
    assert "Journal altéré" in page
    assert "sous le sceau n° 1" in page


def test_the_journal_page_costs_the_same_for_any_number_of_entries(admin):
    assert_constant_queries(admin, reverse("operations:journal"), readings)
