"""Fills an empty demonstration, all or nothing."""

from __future__ import annotations

import json
import os
from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import User
from barometer.services import freeze_past_months
from calae_portal.demo.access import create_access
from calae_portal.demo.alarms import Alarms
from calae_portal.demo.answers import Grid
from calae_portal.demo.devices import Park
from calae_portal.demo.doubles import tell_twice
from calae_portal.demo.elected import create_elected
from calae_portal.demo.evaluating import plan_evaluating
from calae_portal.demo.lives import World
from calae_portal.demo.measures import MeasureStory
from calae_portal.demo.people import DOMAIN, POSTED_SINCE, RESERVED_SURNAMES, Names, create_people
from calae_portal.demo.places import Telephones, create_places
from calae_portal.demo.scenario import Scenario
from calae_portal.demo.slips import leave_slips
from calae_portal.demo.support import SupportDesk
from calae_portal.demo.support_referrals import Referrals
from calae_portal.demo.tasks import create_tasks
from calae_portal.demo.timeline import Timeline
from call_buttons.models import CallButtonRules
from call_buttons.services import send_due_reminders
from cases.models import Case
from core import clock
from core.enums import DeliveryState
from core.journal import SYSTEM, record_act
from core.models import OutboxMessage
from officials.models import Official

if TYPE_CHECKING:
    from pathlib import Path

# Reminders are played day by day for as long as lists show them.
REMINDED_DAYS = 45
REMINDERS_AT = time(6)
HISTORY_DAYS = 735
FROZEN_AT = time(0, 10)


class SeedRefused(Exception):
    """The demonstration cannot be filled here. `str(error)` is the sentence for the person."""


class AlreadySeeded(Exception):
    """The demonstration is already there: nothing to do."""


def seed_demo(*, seed: int, accounts_file: Path) -> list[dict[str, str]]:
    """Invent the demonstration and write its accounts in `accounts_file`, readable by its owner only.

    The same seed on the same day gives the same people and the same history; passwords differ each time.
    Raises SeedRefused outside a demonstration or on a base that already holds something else, AlreadySeeded when
    it was done before.
    """
    if not settings.DEMO:
        raise SeedRefused("Les données de démonstration ne s'installent que sur une démonstration (DEMO=1).")
    _check_empty()
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    with transaction.atomic(), clock.replayed_at(now):
        world = create_world(seed, now)
        _open_extensions(now)
        park = Park(world)
        park.fill_stocks(world.timeline.days_ago(HISTORY_DAYS))
        Scenario(world).plan()
        MeasureStory(world).plan()
        _plan_jobs(world.timeline)
        plan_evaluating(world)
        world.timeline.play()
        tell_twice(world)
        create_access(world)
        park.hand_over()
        Alarms(world).create()
        SupportDesk(world).create()
        leave_slips(world)
        Referrals(world).create()
        send_due_reminders()
        create_tasks(rng=world.random("tasks"))
        _mark_past_messages_sent(now)
        record_act(actor=SYSTEM, object_type="calae_portal.demo", reason="données de démonstration installées")
        # Before the end of the transaction: without the passwords nobody could sign in to what it holds.
        write_accounts(accounts_file, world.people.sign_ins)
    return world.people.sign_ins


def _open_extensions(now: datetime) -> None:
    """Conservatory extensions are closed by default; a demonstration shows them, in all its history."""
    first = CallButtonRules.objects.latest("in_force_from")
    CallButtonRules.objects.create(
        in_force_from=(now - POSTED_SINCE).date(),
        evaluation_max_age_days=first.evaluation_max_age_days,
        remedy=first.remedy,
        extension_max_days=5,
    )


def _check_empty() -> None:
    if User.objects.filter(email=f"admin@{DOMAIN}").exists():
        raise AlreadySeeded
    if User.objects.exists() or Official.objects.exists() or Case.objects.exists():
        raise SeedRefused(
            "Cette base contient déjà des comptes, des élus ou des dossiers : la démonstration s'installe sur une"
            " base vide."
        )


def create_world(seed: int, now: datetime) -> World:
    rng = Random(seed)  # noqa: S311  # a demonstration that can be made again
    today = clock.today(clock.PARIS)
    telephones, names = Telephones(rng), Names(rng, reserved=RESERVED_SURNAMES)
    places = create_places(telephones=telephones)
    people = create_people(places=places, names=names, telephones=telephones, today=today)
    elected = create_elected(rng=rng, places=places, people=people, names=names, telephones=telephones, today=today)
    return World(seed, Timeline(now), places, people, elected, Grid())


def _plan_jobs(timeline: Timeline) -> None:
    """What the scheduler would have done: each month's figures frozen on the next 1st, each day's reminders."""
    today = timeline.end.astimezone(clock.PARIS).date()
    for days in range(HISTORY_DAYS, -1, -1):
        day = today - timedelta(days=days)
        if day.day == 1:
            timeline.plan(datetime.combine(day, FROZEN_AT, tzinfo=clock.PARIS), freeze_past_months)
        if days <= REMINDED_DAYS:
            timeline.plan(datetime.combine(day, REMINDERS_AT, tzinfo=clock.PARIS), send_due_reminders)


def _mark_past_messages_sent(now: datetime) -> None:
    """Messages of the past were received long ago; those of the last day leave when the worker starts."""
    OutboxMessage.objects.filter(created_at__lt=now - timedelta(days=1)).update(
        state=DeliveryState.SENT, sent_at=F("created_at"), attempts=1
    )


def write_accounts(path: Path, accounts: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(accounts, file, ensure_ascii=False, indent=1)
    partial.replace(path)
