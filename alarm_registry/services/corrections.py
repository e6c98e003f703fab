"""What the person asks to correct, and the answer of the unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from alarm_registry.models import Correction
from alarm_registry.services.notices import tell_people, tell_unit
from alarm_registry.services.registering import journal_act, lock_registration
from core import clock
from core.acts import ActRefused

if TYPE_CHECKING:
    from accounts.models import User
    from alarm_registry.models import Registration
    from core.journal import Actor


@transaction.atomic
def ask_correction(*, registration: Registration, text: str, actor: Actor) -> Correction:
    """The person writes what is wrong; the référents of the unit are told. The same text sent twice is one request.

    Raises ActRefused without a word, while another request waits, or when the registration has ended.
    """
    registration = lock_registration(registration)
    text = text.strip()
    if not text:
        raise ActRefused("Écrivez ce qui est à corriger.", field="text")
    waiting = registration.corrections.filter(answered_at__isnull=True).first()
    if waiting is not None:
        waiting.registration = registration
        if waiting.text == text:
            return waiting
        raise ActRefused("Une demande attend déjà une réponse. Appelez votre référent pour la compléter.", field="text")
    correction = Correction(registration=registration, asked_at=clock.now(), text=text)
    correction.save(force_insert=True)
    journal_act(registration, actor, "correction demandée sur une inscription « Alarme élu »")
    tell_unit(registration, text="une correction est demandée.", key=f"alarm-correction:{correction.pk}", by=actor)
    return correction


@transaction.atomic
def answer_correction(*, correction: Correction, answer: str, user: User, actor: Actor) -> Correction:
    """Say what was done, or why nothing was; the person is told that an answer waits.

    Raises ActRefused without a word, when it is answered already, or when the registration has ended.
    """
    registration = lock_registration(correction.registration)
    correction = Correction.objects.select_for_update(of=("self",), no_key=True).get(pk=correction.pk)
    correction.registration = registration
    answer = answer.strip()
    if not answer:
        raise ActRefused("Écrivez ce qui est changé, ou pourquoi rien ne l'est.", field="answer")
    if correction.answered_at is not None:
        if correction.answered_by == user and correction.answer == answer:
            return correction
        raise ActRefused(f"Cette demande a déjà sa réponse, de {correction.answered_by}.", field="answer")
    correction.answered_at, correction.answered_by, correction.answer = clock.now(), user, answer
    correction.save(update_fields=["answered_at", "answered_by", "answer"])
    journal_act(registration, actor, "réponse à une correction demandée sur une inscription « Alarme élu »")
    tell_people(
        [registration],
        text="votre référent a répondu à votre demande de correction.",
        keys={registration.pk: f"alarm-correction-answer:{correction.pk}"},
    )
    return correction
