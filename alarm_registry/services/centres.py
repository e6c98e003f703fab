"""The right of a centre's software: given for a time, shown once, taken back at once."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import IntegrityError, transaction

from alarm_registry.models import CentreToken
from alarm_registry.models.centre import LONGEST_TOKEN
from alarm_registry.selectors.centres import sha256_of
from core import clock
from core.acts import ActRefused
from core.journal import Action, Outcome, recent_refusals, record_access, record_act

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from core.journal import Actor
    from territories.models import Departement

logger = structlog.get_logger(__name__)

TOKEN_BYTES = 32
# So that a token left in a file or a mail is recognised by whoever looks for secrets.
TOKEN_PREFIX = "alarme17_"  # noqa: S105  # the start of every token, which hides nothing
OBJECT = "alarm_registry.centretoken"
UNKNOWN = "jeton inconnu"
# A wrong token is journaled, up to so many from one machine: guessing must not fill the journal.
REFUSALS_KEPT = 30
REFUSAL_WINDOW = timedelta(minutes=15)


def create_token(
    *, departement: Departement, label: str, last_day: date, certificate: str = "", user: User, actor: Actor
) -> str:
    """Give the software of a centre its token, that nobody can read again.

    Raises ActRefused when the term is past or more than a year away, when the label is taken, or when what is given as
    a certificate's fingerprint is none.
    """
    today = clock.today(departement.time_zone)
    label = " ".join(label.split())
    if not label:
        raise ActRefused("Dites quel logiciel se sert de ce jeton.", field="label")
    if last_day < today:
        raise ActRefused("Ce jour est passé.", field="last_day")
    if last_day + timedelta(days=1) > today + LONGEST_TOKEN:
        raise ActRefused("Un jeton vaut un an au plus.", field="last_day")
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    row = CentreToken(
        departement=departement,
        label=label,
        sha256=sha256_of(token),
        certificate=clean_fingerprint(certificate),
        created_at=clock.now(),
        created_by=user,
        expires_on=last_day + timedelta(days=1),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _journal(row, actor, "jeton du 17 créé")
    except IntegrityError as error:
        if "centre_token_one_a_label" not in str(error):
            raise
        raise ActRefused(
            "Un jeton en service porte déjà ce nom dans ce centre : révoquez-le d'abord, ou changez le nom.",
            field="label",
        ) from None
    return token


def clean_fingerprint(text: str) -> str:
    """The SHA-256 of a certificate as tools write it (« AB:CD:… ») or not. Raises ActRefused."""
    digits = re.sub(r"[\s:]", "", text).lower().removeprefix("sha256fingerprint=")
    if digits and not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise ActRefused(
            "Ce n'est pas une empreinte SHA-256 : elle a 64 chiffres hexadécimaux, de 0 à 9 et de A à F.",
            field="certificate",
        )
    return digits


@transaction.atomic
def revoke_token(*, token: CentreToken, user: User, actor: Actor) -> CentreToken:
    """Take a token back: the next request with it is refused. Raises ActRefused when it was already."""
    row = CentreToken.objects.select_for_update(of=("self",), no_key=True).select_related("departement")
    found = row.get(pk=token.pk)
    if found.revoked_at is not None:
        raise ActRefused("Ce jeton est déjà révoqué.")
    found.revoked_at, found.revoked_by = clock.now(), user
    found.save(update_fields=["revoked_at", "revoked_by"])
    _journal(found, actor, "jeton du 17 révoqué")
    return found


def note_use(token: CentreToken) -> None:
    """Keep the day of the last use: one writing a day, none on the other requests."""
    today = clock.today(token.departement.time_zone)
    if token.last_used_on != today:
        CentreToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(last_used_on=today)


def journal_refused_token(*, actor: Actor, token: CentreToken | None, reason: str) -> bool:
    """Write down that a program was refused. False when this machine has had too many: it is then told to wait."""
    key = str(token.pk) if token else UNKNOWN
    since = clock.real_now() - REFUSAL_WINDOW
    count = recent_refusals(action=Action.REFUSAL, object_id=key, address=actor.address, since=since)
    logger.warning("centre_token_refused", known=token is not None, recent=count)
    if count >= REFUSALS_KEPT:
        return False
    record_access(
        action=Action.REFUSAL,
        actor=actor,
        object_type=OBJECT,
        object_id=key,
        object_label=str(token) if token else "",
        reason=reason,
        outcome=Outcome.REFUSED,
    )
    return True


def _journal(row: CentreToken, actor: Actor, reason: str) -> None:
    record_act(actor=actor, object_type=OBJECT, object_id=str(row.pk), object_label=str(row), reason=reason)
