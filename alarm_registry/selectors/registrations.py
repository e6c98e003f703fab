"""The registrations of a unit, and those that wait for something."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import DateTimeField, Exists, F, Func, OuterRef, Prefetch, Q, Value
from django.db.models.lookups import LessThanOrEqual

from alarm_registry.enums import AfterMandate, AskingKind
from alarm_registry.models import ConsentText, Correction, Registration, RegistrationAsking
from alarm_registry.models.registration import CONFIRMED_FOR
from core import clock
from officials.models import Mandate, Official
from officials.selectors import matching_officials, with_current_mandates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User
    from accounts.permissions import Permission
    from alarm_registry.models import RegistrationQuerySet

# How long before « non reconfirmée » the person is asked.
ASKED_BEFORE = timedelta(days=15)
# 31 August and six months are 28 February.
CLAMP = timedelta(days=3)
# A mandate that is over is asked about again after this, as long as nobody has decided.
ASKED_AGAIN = CONFIRMED_FOR
TO_CONFIRM, TO_CORRECT, MANDATE_OVER = "a-reconfirmer", "corrections", "fin-de-mandat"
FILTERS = {TO_CONFIRM: "À reconfirmer", TO_CORRECT: "Corrections demandées", MANDATE_OVER: "Fin de mandat"}


def unconfirmed() -> Q:
    """Registration.is_unconfirmed, in SQL: six months to the day, clamped at the end of a month as it is there."""
    term = Func(F("confirmed_at"), template="(%(expressions)s + interval '6 months')", output_field=DateTimeField())
    # The first condition is a little wider than the second one: an index can follow it.
    near = Q(confirmed_at__lte=clock.now() - CONFIRMED_FOR + CLAMP)
    return near & Q(LessThanOrEqual(term, Value(clock.now(), output_field=DateTimeField())))


def _open_correction() -> Exists:
    return Exists(Correction.objects.filter(registration=OuterRef("pk"), answered_at__isnull=True))


def _holds_mandate() -> Exists:
    held = Mandate.objects.current(clock.today(clock.PARIS))
    return Exists(held.filter(official_id=OuterRef("official_id")))


def registrations_listed(
    *, user: User, permission: Permission, wanted: str = "", text: str = ""
) -> RegistrationQuerySet:
    """The live registrations that `user` follows, each saying what it waits for. Three queries whatever their number.

    To be ordered by `("official__sort_name", "pk")`.
    """
    found: RegistrationQuerySet = Registration.objects.active().visible_to(user, permission)
    if wanted == TO_CONFIRM:
        found = found.filter(unconfirmed())
    elif wanted == TO_CORRECT:
        found = found.filter(_open_correction())
    elif wanted == MANDATE_OVER:
        found = found.filter(~_holds_mandate(), after_mandate=AfterMandate.UNDECIDED)
    if text.strip():
        found = found.filter(official__in=matching_officials(text))
    officials = with_current_mandates(Official.objects.all())
    found = found.select_related("unit__departement").annotate(has_correction=_open_correction())
    return found.prefetch_related(Prefetch("official", queryset=officials))


def own_registration(user: User, permission: Permission) -> Registration | None:
    """That of the person, while it runs."""
    found = Registration.objects.active().visible_to(user, permission)
    return found.select_related("key", "official", "unit__departement", "departement", "consent").first()


def live_registration_of(official: Official) -> Registration | None:
    return Registration.objects.active().filter(official=official).first()


def registered_among(officials: Sequence[Official], *, user: User, permission: Permission) -> dict[UUID, Registration]:
    """Those of them whose registration `user` follows already."""
    live = Registration.objects.active().visible_to(user, permission).filter(official__in=officials)
    return {row.official_id: row for row in live.order_by("pk")}


def consent_in_force() -> ConsentText:
    """The text to agree to today."""
    return ConsentText.objects.filter(in_force_from__lte=clock.today(clock.PARIS)).latest("in_force_from")


# --- What a job has to ask. Each says what is due now: late, twice or in parallel, it is the same. ----------------


def _asked(kind: AskingKind) -> Exists:
    """Already asked since the person last confirmed."""
    return Exists(
        RegistrationAsking.objects.filter(registration=OuterRef("pk"), kind=kind, since=OuterRef("confirmed_at"))
    )


def to_ask(kind: AskingKind) -> RegistrationQuerySet:
    """The live registrations about which `kind` is to be asked now, for the first time since they were confirmed."""
    now = clock.now()
    live: RegistrationQuerySet = Registration.objects.active()
    if kind == AskingKind.MANDATE:
        lately = RegistrationAsking.objects.filter(registration=OuterRef("pk"), kind=kind, at__gt=now - ASKED_AGAIN)
        return live.filter(~_holds_mandate(), ~Exists(lately), after_mandate=AfterMandate.UNDECIDED)
    if kind == AskingKind.UNCONFIRMED:
        return live.filter(~_asked(kind), unconfirmed())
    # Late, it is « non reconfirmée » already: one message says so.
    return live.filter(~_asked(kind), ~unconfirmed(), confirmed_at__lte=now + ASKED_BEFORE - CONFIRMED_FOR)


def moment_of(registration: Registration, kind: AskingKind) -> datetime:
    """What the asking follows: two that follow the same moment are one."""
    if kind == AskingKind.MANDATE:
        return clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return registration.confirmed_at
