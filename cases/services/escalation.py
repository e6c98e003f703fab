"""A late evaluation climbs: to those who should do it, to their hierarchy, to the prefecture. Each step once.

What is due is read from the evaluations and the portal's clock: a run that comes late, twice or beside another one
changes nothing, because a step is a row with a unique key, written with its notices in one transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.enums import Role
from accounts.selectors import people_over
from accounts.services import notify
from cases.enums import EscalationStep, EvaluationState, EventKind
from cases.models import Evaluation, EvaluationEscalation, UrgencyDelay
from cases.services.evaluation_tasks import ask_to_chase, ask_to_evaluate, ask_to_validate, path_of
from cases.services.timeline import add_event
from core import clock
from core.journal import SYSTEM
from core.outbox import enqueue_email

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from cases.models.evaluation import EvaluationQuerySet

BATCH = 200
SUBJECT = "Portail de la sécurité des élus : une échéance est passée"
SENTENCES = {
    EscalationStep.DUE: "Une échéance est passée sur un dossier que vous suivez : agissez dès maintenant.",
    EscalationStep.HIERARCHY: "Une échéance est passée depuis longtemps sur un dossier de votre service.",
    EscalationStep.PREFECTURE: "Une échéance est passée depuis longtemps sur un dossier de votre département.",
}
EVENTS = {
    EscalationStep.DUE: "le délai est passé",
    EscalationStep.HIERARCHY: "le retard est signalé à la hiérarchie",
    EscalationStep.PREFECTURE: "le retard est signalé à la préfecture",
}


def _hours_late(delay: UrgencyDelay, step: EscalationStep) -> timedelta:
    hours = {EscalationStep.HIERARCHY: delay.hierarchy_hours, EscalationStep.PREFECTURE: delay.prefecture_hours}
    return timedelta(hours=hours.get(step, 0))


def escalations_due(step: EscalationStep, now: datetime) -> EvaluationQuerySet:
    """Unfinished evaluations late enough for `step`, that have not climbed to it."""
    late = Q(pk__in=[])
    for delay in UrgencyDelay.objects.all():
        late |= Q(threat__urgency=delay.urgency, due_at__lte=now - _hours_late(delay, step))
    climbed = EvaluationEscalation.objects.filter(evaluation=OuterRef("pk"), step=step)
    return Evaluation.objects.unfinished().filter(late, due_at__lte=now).exclude(Exists(climbed))


def escalate_late_evaluations() -> int:
    """Write every step that is due, with its task, notifications and mails. Gives how many were written."""
    written = 0
    with clock.steady():
        now = clock.now()
        for step in EscalationStep:
            ids = list(escalations_due(step, now).order_by("due_at", "pk").values_list("pk", flat=True))
            for start in range(0, len(ids), BATCH):
                written += sum(_climb(pk, step, now) for pk in ids[start : start + BATCH])
    return written


@transaction.atomic
def _climb(evaluation_id: UUID, step: EscalationStep, now: datetime) -> bool:
    """One step of one evaluation. False when it was finished, or written by a parallel run, meanwhile."""
    evaluation = (
        Evaluation.objects.unfinished()
        .select_for_update(of=("self",), no_key=True)
        .select_related("case__unit", "case__departement", "threat")
        .filter(pk=evaluation_id)
        .first()
    )
    if evaluation is None or evaluation.escalations.filter(step=step).exists():
        return False
    people = people_over(evaluation.case.unit, _roles(evaluation, step))
    EvaluationEscalation.objects.create(evaluation=evaluation, step=step, at=now, told=len(people))
    if step == EscalationStep.HIERARCHY:
        delay = UrgencyDelay.objects.get(urgency=evaluation.threat.urgency)
        ask_to_chase(evaluation, evaluation.due_at + _hours_late(delay, EscalationStep.PREFECTURE))
    elif step == EscalationStep.DUE:
        # Evaluations opened before tasks existed get theirs here; the others keep the one they have.
        (ask_to_validate if evaluation.state == EvaluationState.SUBMITTED else ask_to_evaluate)(evaluation)
    path = path_of(evaluation)
    text = f"{evaluation.case.reference} : une évaluation est en retard"
    notify(users=people, text=text, path=path, dedupe_key=f"escalation:{evaluation.pk}:{step}")
    for person in people:
        enqueue_email(
            dedupe_key=f"escalation:{evaluation.pk}:{step}:{person.pk}",
            recipient=person.email,
            subject=SUBJECT,
            body=_body(SENTENCES[step], settings.PUBLIC_URL + path),
            about=evaluation.case.reference,
        )
    sentence = f"Évaluation n° {evaluation.number} en retard : {EVENTS[step]}."
    add_event(case=evaluation.case, kind=EventKind.EVALUATION_LATE, sentence=sentence, user=None, actor=SYSTEM)
    return True


def _roles(evaluation: Evaluation, step: EscalationStep) -> tuple[Role, ...]:
    """At the term, those it waits for; then those above them."""
    if step == EscalationStep.PREFECTURE:
        return (Role.INSTRUCTOR, Role.DECIDER)
    if step == EscalationStep.HIERARCHY or evaluation.state == EvaluationState.SUBMITTED:
        return (Role.UNIT_HEAD,)
    return (Role.REFERENT,)


def _body(sentence: str, link: str) -> str:
    return (
        f"Bonjour,\n\n{sentence}\n\nConnectez-vous au portail :\n{link}\n\n"
        "Ce message ne contient aucun détail, par sécurité. En cas de danger immédiat, appelez le 17.\n\n"
        "Portail de la sécurité des élus — message automatique, ne répondez pas."
    )
