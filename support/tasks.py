from __future__ import annotations

from datetime import timedelta

from core.jobs import JobFailed, scheduled_job
from core.wording import plural_words
from support.services.chasing import ChasesIncomplete, chase_due_referrals, erase_contacts_due
from support.services.slips import shuffle_slips


@scheduled_job(name="support_slips", label="Demandes sans nom arrivées à leur terme", every=timedelta(hours=1))
def shuffle() -> str:
    shuffle_slips()
    # No number: it would say when somebody left.
    return "Demandes réécrites dans le désordre, sans celles qui sont arrivées à leur terme."


@scheduled_job(name="referral_chases", label="Orientations sans réponse", every=timedelta(minutes=15))
def chase() -> str:
    try:
        chased = chase_due_referrals()
    except ChasesIncomplete as error:
        raise JobFailed(
            f"{plural_words(error.chased, 'relance', 'relances')}. Impossible pour"
            f" {plural_words(error.failed, 'orientation', 'orientations')} : voir le journal technique."
        ) from error
    return "Aucune relance." if not chased else f"{plural_words(chased, 'relance', 'relances')}."


@scheduled_job(name="referral_contacts", label="Coordonnées des orientations terminées", every=timedelta(hours=1))
def erase() -> str:
    erased = erase_contacts_due()
    return (
        "Rien à effacer." if not erased else f"{plural_words(erased, 'orientation effacée', 'orientations effacées')}."
    )
