"""The jobs that core itself declares, and the processes that run them."""

from datetime import timedelta

import pytest
import time_machine
from celery.beat import Scheduler
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from kombu.exceptions import OperationalError as BrokerAway

from calae_portal.celery import app
from core import clock
from core.enums import Process, RunOutcome
from core.heartbeat import look_again, record_heartbeat, silent_processes, silent_processes_lately
from core.jobs import all_jobs, find_job, run_job_now
from core.journal import SYSTEM, record_access
from core.models import Heartbeat, JournalSeal, JournalVerification
from core.outbox import enqueue_email
from core.scheduler import HeartbeatScheduler

pytestmark = pytest.mark.reads_the_clock


def run(name):
    return run_job_now(name=name, actor=SYSTEM)


def test_every_job_has_a_label_and_a_known_task_name():
    names = {job.name for job in all_jobs()}
    assert {"deliver_outbox", "seal_journal", "verify_journal", "clean_up"} <= names
    assert all(job.label[0].isupper() and not job.label.endswith(".") for job in all_jobs())
    assert {"core.tasks.tick", "core.tasks.deliver_outbox"} <= set(app.tasks)


def test_the_outbox_is_swept(db):
    enqueue_email(dedupe_key="k", recipient="elu@exemple.fr", subject="Bonjour", body="Voyez le portail.")
    assert run("deliver_outbox").message == "1 message envoyé."


def test_the_journal_is_sealed_then_verified(db):
    record_access(actor=SYSTEM)
    assert run("seal_journal").outcome == RunOutcome.DONE
    assert JournalSeal.objects.exists()
    assert run("verify_journal").message.startswith("Journal intact : ")


def test_an_altered_journal_makes_the_job_fail(db, settings):
    record_access(actor=SYSTEM)
    run("seal_journal")
    settings.JOURNAL_SEAL_KEY = "another-key-of-more-than-32-characters"
    result = run("verify_journal")
    assert result.outcome == RunOutcome.FAILED
    assert result.message.startswith("Le journal a été altéré : 1 anomalie.")
    assert not JournalVerification.objects.get().is_intact


def test_expired_sessions_are_erased_and_live_ones_kept(db):
    live, expired = SessionStore(), SessionStore()
    live.set_expiry(3600)
    live.save()
    expired.set_expiry(-1)
    expired.save()
    run("clean_up")
    assert [session.session_key for session in Session.objects.all()] == [live.session_key]


def test_beat_ticks_every_twenty_seconds_and_a_tick_that_waits_is_dropped():
    tick = app.conf.beat_schedule["tick"]
    assert (tick["task"], tick["schedule"]) == ("core.tasks.tick", 20.0)
    assert tick["options"]["expires"] <= tick["schedule"]
    assert find_job("verify_journal").frequency.startswith("chaque jour à 3 h (heure")


@pytest.fixture
def scheduler(monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)
    return HeartbeatScheduler(app=app)


def test_beat_gives_a_sign_of_life_when_the_queue_took_a_tick(db, scheduler):
    scheduler.apply_entry(scheduler.schedule["tick"])
    assert Heartbeat.objects.get().process == Process.BEAT


def test_beat_survives_a_queue_that_is_away_and_does_not_pretend_to_work(db, scheduler, monkeypatch):
    def away(*args, **kwargs):
        raise BrokerAway

    monkeypatch.setattr(Scheduler, "apply_async", away)
    scheduler.apply_entry(scheduler.schedule["tick"])
    monkeypatch.setattr(Scheduler, "tick", away)
    assert scheduler.tick() > 0
    assert not Heartbeat.objects.exists()


def test_processes_that_never_spoke_are_silent(db):
    assert silent_processes() == ["worker", "beat"]


def test_ten_minutes_of_true_silence_are_noticed_and_nine_are_not(db, settings):
    settings.DEMO = True
    start = clock.real_now()
    with time_machine.travel(start, tick=False) as travel:
        record_heartbeat(Process.WORKER)
        record_heartbeat(Process.BEAT)
        travel.shift(timedelta(minutes=9))
        clock.move_to(start + timedelta(days=90), actor=SYSTEM)
        record_heartbeat(Process.WORKER)
        assert silent_processes() == []
        travel.shift(timedelta(minutes=1, seconds=1))
        assert silent_processes() == ["beat"]


def test_one_query_tells_who_is_silent(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        silent_processes()


def test_pages_ask_who_is_silent_once_in_a_while_only(db, django_assert_num_queries, monkeypatch):
    elapsed = [0.0]
    monkeypatch.setattr("core.heartbeat.time.monotonic", lambda: elapsed[0])
    look_again()
    assert silent_processes_lately() == ["worker", "beat"]
    record_heartbeat(Process.WORKER)
    elapsed[0] = 9.9
    with django_assert_num_queries(0):
        assert silent_processes_lately() == ["worker", "beat"]
    elapsed[0] = 10.0
    assert silent_processes_lately() == ["beat"]
