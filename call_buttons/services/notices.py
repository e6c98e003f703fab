"""Messages about a call button. They carry no fact: a neutral sentence and a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Posting
from cases.selectors import without_barred
from core.outbox import enqueue_email
from officials.selectors import email_of

if TYPE_CHECKING:
    from call_buttons.models import CallButtonDecision, CallButtonRequest

SUBJECT = "Portail de la sécurité des élus : une information vous attend"


def announce_decision(*, decision: CallButtonDecision, request: CallButtonRequest) -> None:
    """Tell the unit's référents and the élu that a decision can be read. Joins the caller's transaction."""
    link = settings.PUBLIC_URL + reverse("call_buttons:open", args=[request.pk])
    postings = Posting.objects.active().filter(unit_id=request.unit_id, user__is_active=True)
    postings = postings.with_roles([Role.REFERENT])
    for user in without_barred(request.case, {posting.user for posting in postings.select_related("user")}):
        enqueue_email(
            dedupe_key=f"decision:{decision.pk}:user:{user.pk}",
            recipient=user.email,
            subject=SUBJECT,
            body=neutral_body("Une décision est arrivée sur un dossier que vous suivez.", link),
            about=decision.number,
        )
    if address := email_of(request.official):
        enqueue_email(
            dedupe_key=f"decision:{decision.pk}:official",
            recipient=address,
            subject=SUBJECT,
            body=neutral_body("Une information vous attend dans votre espace.", settings.PUBLIC_URL + reverse("home")),
            about=decision.number,
        )


def neutral_body(sentence: str, link: str) -> str:
    return (
        f"Bonjour,\n\n{sentence}\n\nConnectez-vous au portail pour la lire :\n{link}\n\n"
        "Ce message ne contient aucun détail, par sécurité. En cas de danger immédiat, appelez le 17.\n\n"
        "Portail de la sécurité des élus — message automatique, ne répondez pas."
    )
