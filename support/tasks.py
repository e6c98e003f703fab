from __future__ import annotations

from datetime import timedelta

from core.jobs import scheduled_job
from core.wording import plural_words
from support.services.chasing import chase_due_referrals, erase_contacts_due


@scheduled_job(name="referral_chases", label="Orientations sans réponse", every=timedelta(minutes=15))
def chase() -> str:
    chased = chase_due_referrals()
    return "Aucune relance." if not chased else f"{plural_words(chased, 'relance', 'relances')}."


@scheduled_job(name="referral_contacts", label="Coordonnées des orientations terminées", every=timedelta(hours=1))
def erase() -> str:
    erased = erase_contacts_due()
    return "Rien à effacer." if not erased else f"{plural_words(erased, 'orientation effacée', 'orientations effacées')}."
