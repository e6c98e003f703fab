from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from alarm_registry.enums import AskingKind
from alarm_registry.services import (
    AskingsIncomplete,
    ExtractsIncomplete,
    ask_what_is_due,
    draw_samples,
    end_registrations_due,
    erase_expired_extracts,
    make_due_extracts,
)
from core.jobs import JobFailed, scheduled_job
from core.journal import SYSTEM
from core.wording import plural_words

if TYPE_CHECKING:
    from collections.abc import Iterable


@scheduled_job(name="alarm_askings", label="Confirmations d'« Alarme élu »", every=timedelta(minutes=15))
def ask() -> str:
    return _asked((AskingKind.CONFIRM, AskingKind.UNCONFIRMED))


@scheduled_job(name="alarm_mandates", label="Fins de mandat des inscrits à « Alarme élu »", daily_at=time(6))
def ask_after_mandates() -> str:
    """Once a day: mandates end on a day, and this one reads them all."""
    return _asked((AskingKind.MANDATE,))


def _asked(kinds: Iterable[AskingKind]) -> str:
    try:
        asked = ask_what_is_due(kinds)
    except AskingsIncomplete as error:
        raise JobFailed(
            f"{plural_words(error.asked, 'demande faite', 'demandes faites')}. Impossible pour"
            f" {plural_words(error.failed, 'inscription', 'inscriptions')} : voir le journal technique."
        ) from error
    return "Rien à demander." if not asked else f"{plural_words(asked, 'demande faite', 'demandes faites')}."


@scheduled_job(name="alarm_terms", label="Inscriptions « Alarme élu » arrivées à terme", every=timedelta(minutes=15))
def end() -> str:
    ended = end_registrations_due(actor=SYSTEM)
    if not ended:
        return "Aucune inscription à terme."
    return f"{plural_words(ended, 'inscription effacée', 'inscriptions effacées')}."


@scheduled_job(name="lookup_samples", label="Consultations du 17 à confirmer", daily_at=time(5))
def sample() -> str:
    drawn = draw_samples()
    return "Aucune consultation à tirer au sort." if not drawn else f"{drawn} consultation(s) tirée(s) au sort."


@scheduled_job(name="alarm_extracts", label="Extraits de secours du 17", every=timedelta(minutes=2))
def extracts() -> str:
    # What has expired first: it never waits for what is long to make.
    erased = plural_words(erase_expired_extracts(), "extrait effacé", "extraits effacés")
    try:
        made = make_due_extracts()
    except ExtractsIncomplete as error:
        raise JobFailed(
            f"{error.made} extrait(s) fait(s). Impossible pour {error.failed} centre(s) : voir le journal technique."
        ) from error
    return f"{plural_words(made, 'extrait fait', 'extraits faits')}, {erased}."
