"""« Appel traité »: one line, in the right file and to the right person, with nothing more asked of the operator."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.selectors import people_over
from accounts.services import notify
from alarm_registry.models import HandledCall
from alarm_registry.selectors.matching import record_read_by
from alarm_registry.services.registering import lock_registration
from cases.enums import EventKind, TaskKind
from cases.selectors import open_case_of
from cases.services import add_event, open_task
from core import clock
from core.acts import ActRefused

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from alarm_registry.models import Registration
    from core.journal import Actor

CALL_BACK_WITHIN = timedelta(hours=24)
LONGEST_LINE = 300


@transaction.atomic
def handle_call(*, registration: Registration, line: str, submission: UUID, user: User, actor: Actor) -> HandledCall:
    """Note that a call was handled. The référent calls the person back within a day: a task of the open file, or, when
    there is none, a notification to those of the unit. Sent twice from one page, it is noted once.

    Raises ActRefused without a line, to who has not read the record in the last day, or when the registration has ended
    meanwhile.
    """
    if known := HandledCall.objects.filter(submission=submission, by=user).first():
        return known
    line = line.strip()
    if not line:
        raise ActRefused("Écrivez en une ligne ce qui a été fait.", field="line")
    if len(line) > LONGEST_LINE:
        raise ActRefused(f"Une ligne : {LONGEST_LINE} signes au plus.", field="line")
    registration = lock_registration(registration)
    if record_read_by(user, registration.pk) is None:
        raise ActRefused("Vous n'avez pas lu cette fiche depuis un jour : cherchez l'appelant de nouveau.")
    case = open_case_of(registration.official_id, departement=registration.departement_id)
    call = HandledCall(submission=submission, registration=registration, at=clock.now(), by=user, line=line, case=case)
    call.save(force_insert=True)
    if case is None:
        notify(
            users=people_over(registration.unit, [Role.REFERENT]),
            text="Alarme élu : le 17 a traité un appel, sans dossier ouvert. Rappelez la personne.",
            path=reverse("alarm_registry:registration", args=[registration.pk]),
            dedupe_key=f"handled-call:{call.pk}",
        )
        return call
    add_event(
        case=case,
        kind=EventKind.EMERGENCY_CALL,
        # Never the line itself: an operator may write an address in it, and the timeline is not encrypted.
        sentence="Appel au 17 traité. Ce qu'a noté l'opérateur se lit sur l'inscription « Alarme élu ».",
        user=user,
        actor=actor,
    )
    open_task(
        case=case,
        kind=TaskKind.OTHER,
        title="Rappeler l'élu après son appel au 17",
        role=Role.REFERENT,
        due_at=clock.now() + CALL_BACK_WITHIN,
        path=reverse("alarm_registry:registration", args=[registration.pk]),
        dedupe_key=f"handled-call:{call.pk}",
    )
    return call
