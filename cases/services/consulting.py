from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from cases.enums import MOTIVES_WITH_NOTE, ConsultationMotive
from cases.models import Case, ConsultationReason
from cases.services.errors import ActRefused
from core import clock
from core.journal import record_act

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor


@transaction.atomic
def give_reason(*, case: Case, motive: str, note: str, user: User, actor: Actor) -> ConsultationReason:
    """Say why `user` opens a file that is not of his list, for what is left of the local day.

    Raises ActRefused when the reason says nothing without a few words and there are none.
    """
    if motive in MOTIVES_WITH_NOTE and not note.strip():
        raise ActRefused("Précisez en quelques mots : qui remplacez-vous, ou qui le demande ?", field="note")
    now = clock.now()
    tomorrow = clock.today(case.departement.time_zone) + timedelta(days=1)
    reason = ConsultationReason.objects.create(
        case=case,
        user=user,
        motive=motive,
        note=note.strip() or None,
        at=now,
        until=datetime.combine(tomorrow, time(), tzinfo=case.departement.zone),
    )
    record_act(
        actor=actor,
        object_type="cases.case",
        object_id=str(case.pk),
        object_label=case.reference,
        reason=f"raison de consultation : {ConsultationMotive(motive).label}",
    )
    return reason
