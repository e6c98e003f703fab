"""Ten consultations of each month, drawn at random in each centre, that its supervisor confirms or has explained."""

from __future__ import annotations

from datetime import datetime
from secrets import SystemRandom
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.urls import reverse
from django.utils.dateformat import format as format_date

from accounts.services import notify
from alarm_registry.enums import SampleVerdict
from alarm_registry.models import Lookup, LookupSample
from alarm_registry.models.lookup import SAMPLE_SIZE
from alarm_registry.services.alerts import supervisors_of
from core import clock
from core.acts import ActRefused
from core.journal import record_act
from core.wording import plural_words
from territories.models import Departement

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from core.journal import Actor

LONGEST_NOTE = 300


def draw_samples() -> int:
    """Draw last month's consultations of every centre that has any. Gives how many were drawn.

    Late, twice or in parallel: a month that was drawn in a centre is not drawn there again.
    """
    # Where a month starts last is within a day of where it starts first: two months back holds the last one anywhere.
    since = clock.now() - relativedelta(months=2)
    centres = Lookup.objects.filter(shown__isnull=False, at__gte=since).order_by("departement_id")
    return sum(_draw(code) for code in centres.values_list("departement_id", flat=True).distinct())


@transaction.atomic
def _draw(code: str) -> int:
    # Two draws at once: the second one waits here, then finds the first.
    centre = Departement.objects.select_for_update(of=("self",), no_key=True).get(pk=code)
    end = clock.today(centre.time_zone).replace(day=1)
    month = end - relativedelta(months=1)
    if LookupSample.objects.filter(departement=centre, month=month).exists():
        return 0
    shown = Lookup.objects.filter(
        departement=centre, shown__isnull=False, at__gte=_start(month, centre), at__lt=_start(end, centre)
    )
    keys = list(shown.order_by("pk").values_list("pk", flat=True))
    # The system's own randomness: nobody foresees which consultation will be asked about.
    drawn = SystemRandom().sample(keys, min(SAMPLE_SIZE, len(keys)))
    LookupSample.objects.bulk_create(
        LookupSample(month=month, departement=centre, rank=rank, lookup_id=key)
        for rank, key in enumerate(drawn, start=1)
    )
    if drawn:
        notify(
            users=supervisors_of(centre),
            text=f"Contrôle du 17 : {plural_words(len(drawn), 'consultation', 'consultations')} à confirmer"
            f" ({format_date(month, 'F Y')})",
            path=f"{reverse('alarm_registry:supervision')}#consultations",
            dedupe_key=f"lookup-samples:{code}:{month:%Y-%m}",
        )
    return len(drawn)


def _start(day: date, centre: Departement) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=centre.zone)


@transaction.atomic
def review_sample(*, sample: LookupSample, verdict: str, note: str, user: User, actor: Actor) -> LookupSample:
    """Confirm a consultation, or say what is to be explained. It is said once.

    Raises ActRefused when nothing says what is to be explained, when it was reviewed already, or when the consultation
    is that of `user`.
    """
    sample = (
        LookupSample.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lookup", "reviewed_by")
        .get(pk=sample.pk)
    )
    note = note.strip()
    if verdict not in SampleVerdict.values:
        raise ActRefused("Dites si cette consultation est justifiée.", field="verdict")
    if verdict == SampleVerdict.TO_EXPLAIN and not note:
        raise ActRefused("Écrivez en une ligne ce qui est à expliquer.", field="note")
    if len(note) > LONGEST_NOTE:
        raise ActRefused(f"Une ligne : {LONGEST_NOTE} signes au plus.", field="note")
    if sample.verdict:
        raise ActRefused(f"Cette consultation a déjà été contrôlée, par {sample.reviewed_by}.")
    if sample.lookup.operator_id == user.pk:
        raise ActRefused("Cette consultation est la vôtre : une autre personne la contrôle.")
    sample.verdict, sample.note = verdict, note
    sample.reviewed_at, sample.reviewed_by = clock.now(), user
    sample.save(update_fields=["verdict", "note", "reviewed_at", "reviewed_by"])
    record_act(
        actor=actor,
        object_type="alarm_registry.lookupsample",
        object_id=str(sample.pk),
        object_label=str(sample),
        reason=f"consultation du 17 {sample.get_verdict_display()}",
    )
    return sample
