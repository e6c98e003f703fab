"""The parameters of the doctrine: dated, announced ahead, never rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from call_buttons.models import CallButtonRules
from call_buttons.services.errors import ActRefused
from core import clock
from core.journal import record_act

if TYPE_CHECKING:
    from datetime import date

    from core.journal import Actor


@transaction.atomic
def announce_rules(*, in_force_from: date, actor: Actor, **values: object) -> CallButtonRules:
    """Rules in force from a day on, everywhere; `values` are the other fields. Raises ActRefused for a day that has
    passed in Paris, or that has its rules already.
    """
    if in_force_from < clock.today("Europe/Paris"):
        raise ActRefused(
            "Des règles ne changent pas le passé : choisissez aujourd'hui ou plus tard.", field="in_force_from"
        )
    try:
        with transaction.atomic():
            rules = CallButtonRules.objects.create(in_force_from=in_force_from, **values)
    except IntegrityError as error:
        if "in_force_from" not in str(error):
            raise
        raise ActRefused("Des règles sont déjà prévues pour ce jour.", field="in_force_from") from error
    record_act(
        actor=actor,
        object_type="call_buttons.callbuttonrules",
        object_id=str(rules.pk),
        object_label=str(rules),
        reason="règles du bouton d'appel annoncées",
    )
    return rules
