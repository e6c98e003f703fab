"""Delegations of signature: recorded from the arrêté that gives them, ended when it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.enums import Role
from accounts.models import Posting
from call_buttons.models import SignatureDelegation
from call_buttons.services.errors import ActRefused
from core import clock
from core.journal import record_act

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from accounts.models import User
    from call_buttons.enums import Signing
    from core.journal import Actor
    from territories.models import Departement


@transaction.atomic
def give_delegations(
    *,
    user: User,
    departement: Departement,
    signs: Iterable[Signing],
    act: str,
    quality: str,
    start: date,
    end: date | None,
    actor: Actor,
    by: User | None = None,
) -> list[SignatureDelegation]:
    """Record that `user` signs these kinds of decision for a prefecture, from `start` to the day before `end`.

    Both are local to the département; without `end` the delegation lasts until it is ended. Raises ActRefused when the
    person does not decide there on `start`, when the dates are upside down, or when he already holds one of them then.
    """
    if end is not None and end <= start:
        raise ActRefused("Le dernier jour vient après le premier.", field="last_day")
    deciding = Posting.objects.filter(user=user, role=Role.DECIDER, departement=departement, period__contains=start)
    if not deciding.exists():
        raise ActRefused(
            f"{user.get_full_name()} n'est pas décideur {departement.name_of} à cette date : habilitez d'abord cette"
            " personne.",
            field="user",
        )
    try:
        with transaction.atomic():
            made = [
                SignatureDelegation.objects.create(
                    user=user,
                    departement=departement,
                    signs=kind,
                    act=act.strip(),
                    quality=quality.strip(),
                    period=DateRange(start, end),
                    created_at=clock.now(),
                    created_by=by,
                )
                for kind in signs
            ]
    except IntegrityError as error:
        if "delegation_no_overlap" not in str(error):
            raise
        raise ActRefused(
            "Cette personne a déjà l'une de ces délégations sur une partie de cette période.", field="start"
        ) from error
    for delegation in made:
        _journal(delegation, f"délégation enregistrée : {delegation.get_signs_display()}", actor)
    return made


@transaction.atomic
def end_delegation(*, delegation: SignatureDelegation, last_day: date, actor: Actor) -> SignatureDelegation:
    """End a delegation after `last_day`, local to the département. Raises ActRefused when it would last longer, or when
    something was signed under it after that day.
    """
    delegation = SignatureDelegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    first, end = delegation.period.lower, delegation.period.upper
    if last_day < first or (end is not None and last_day >= end):
        raise ActRefused("Choisissez un jour de la période de la délégation.", field="last_day")
    delegation.period = DateRange(first, last_day + timedelta(days=1))
    try:
        with transaction.atomic():
            delegation.save(update_fields=["period"])
    except IntegrityError as error:
        if "signée après cette date" not in str(error):
            raise
        raise ActRefused(
            "Une décision a été signée après cette date avec cette délégation.", field="last_day"
        ) from error
    _journal(delegation, f"délégation terminée le {last_day:%d/%m/%Y}", actor)
    return delegation


def _journal(delegation: SignatureDelegation, reason: str, actor: Actor) -> None:
    record_act(
        actor=actor,
        object_type="call_buttons.signaturedelegation",
        object_id=str(delegation.pk),
        object_label=f"{delegation.user.get_full_name()}, {delegation.departement_id}"[:200],
        reason=reason[:200],
    )
