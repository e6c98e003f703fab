"""The two-key link: the person, and nobody else, ties an anonymous slip to a referral of his own, and undoes it.

Nothing here writes in the journal: an entry would say for years that there was a tie. Nothing changes the referral's
row either, whose version would remember it. The slip is written first, in its own transaction: a row of each side in
one transaction would carry the same number. Undone, the row is deleted, and a token that leads nowhere says nothing.
"""

from __future__ import annotations

import secrets

from django.db import transaction

from core import clock
from core.acts import ActRefused
from support.enums.referrals import OPEN_STATES, ConsentKind
from support.models import Referral, ReferralTie
from support.selectors.consents import consent_in_force
from support.selectors.tied import hash_of
from support.services import slip_door

TOKEN_BYTES = 32
UNKNOWN = "Ce code n'ouvre aucune fiche. Vérifiez-le, lettre par lettre. Un code perdu ne se retrouve pas."
OVER = "Cette demande n'est plus en cours : elle ne se relie plus."


def tie_slip_to(*, referral: Referral, code: str) -> None:
    """Tie the slip that `code` opens. Tied again, with the same slip or another, the former tie is gone.

    Raises ActRefused when the referral is over, or when the code opens nothing. Not within another transaction.
    """
    if referral.state not in OPEN_STATES:
        raise ActRefused(OVER)
    token = secrets.token_bytes(TOKEN_BYTES)
    hashed = hash_of(token)
    if not slip_door.slips.tie_slip(code=code, token=token):
        raise ActRefused(UNKNOWN, field="code")
    today = clock.today(referral.departement.time_zone)
    with transaction.atomic():
        locked = Referral.objects.select_for_update(of=("self",), no_key=True)
        if locked.get(pk=referral.pk).state not in OPEN_STATES:
            # Taken back meanwhile: the token that the slip keeps leads nowhere.
            raise ActRefused(OVER)
        ReferralTie.objects.filter(referral=referral).delete()
        ReferralTie.objects.create(
            referral=referral,
            token_hash=hashed,
            tied_on=today,
            consent=consent_in_force(ConsentKind.TIE, on=today),
        )


def untie(*, referral: Referral, code: str = "") -> None:
    """Undo the tie: its row is gone. With the code, the token leaves the slip too; without it, it leads nowhere.

    Raises ActRefused, once the tie is undone, when a code is given that opens nothing.
    """
    ReferralTie.objects.filter(referral=referral).delete()
    if code and not slip_door.slips.untie_slip(code=code):
        raise ActRefused("Le lien est défait. Ce code n'ouvre aucune fiche : vérifiez-le.", field="code")
