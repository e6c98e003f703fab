"""Messages about a call button. They carry no fact: a neutral sentence and a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Posting
from accounts.services import notify
from cases.selectors import able_to_open, without_barred
from cases.services import notify_over
from core.outbox import NEUTRAL_SUBJECT, Email, enqueue_email, enqueue_emails, neutral_body
from officials.selectors import email_of

if TYPE_CHECKING:
    from accounts.models import User
    from call_buttons.models import CallButtonDecision, CallButtonEndAcceptance, CallButtonRequest


def announce_decision(*, decision: CallButtonDecision, request: CallButtonRequest) -> None:
    """Tell the unit's référents and the élu that a decision can be read. Joins the caller's transaction."""
    _tell_unit_and_official(
        request=request,
        key=f"decision:{decision.pk}",
        sentence="Une décision est arrivée sur un dossier que vous suivez.",
        about=decision.number,
    )


def announce_end(*, acceptance: CallButtonEndAcceptance, request: CallButtonRequest) -> None:
    """Tell the same that the end of a measure is settled: the élu must not find out on the day."""
    _tell_unit_and_official(
        request=request,
        key=f"end:{acceptance.pk}",
        sentence="La suite d'une mesure est connue sur un dossier que vous suivez.",
        about=request.case.reference,
    )


def _tell_unit_and_official(*, request: CallButtonRequest, key: str, sentence: str, about: str) -> None:
    link = settings.PUBLIC_URL + reverse("call_buttons:open", args=[request.pk])
    postings = Posting.objects.active().filter(unit_id=request.unit_id, user__is_active=True)
    postings = postings.with_roles([Role.REFERENT])
    for user in without_barred(request.case, {posting.user for posting in postings.select_related("user")}):
        enqueue_email(
            dedupe_key=f"{key}:user:{user.pk}",
            recipient=user.email,
            subject=NEUTRAL_SUBJECT,
            body=neutral_body(sentence, link),
            about=about,
        )
    if address := email_of(request.official):
        enqueue_email(
            dedupe_key=f"{key}:official",
            recipient=address,
            subject=NEUTRAL_SUBJECT,
            body=neutral_body("Une information vous attend dans votre espace.", settings.PUBLIC_URL + reverse("home")),
            about=about,
        )


def announce_withdrawal(*, request: CallButtonRequest, by: User) -> None:
    """Tell the prefecture, and the requester when a colleague withdraws for him. Joins the caller's transaction."""
    path, key = reverse("call_buttons:request", args=[request.pk]), f"withdrawal:{request.pk}"
    words = "une demande est retirée"
    told = notify_over(case=request.case, roles=[Role.INSTRUCTOR, Role.DECIDER], text=words, path=path, dedupe_key=key)
    if request.requested_by != by:
        told += (requester := able_to_open(request.case, [request.requested_by]))
        notify(users=requester, text=f"{request.case.reference} : {words}", path=path, dedupe_key=key)
    body = neutral_body(
        "Une demande que vous suivez n'attend plus de réponse.",
        settings.PUBLIC_URL + reverse("call_buttons:open", args=[request.pk]),
    )
    reference = request.case.reference
    enqueue_emails(Email(f"{key}:{user.pk}", user.email, NEUTRAL_SUBJECT, body, reference) for user in told)


def announce_remedy(*, request: CallButtonRequest) -> None:
    """Tell the élu that his recours is received, and the prefecture, with whom it is attributed to, that it waits."""
    key, reference = f"remedy:{request.pk}", request.case.reference
    path = reverse("call_buttons:request", args=[request.pk])
    words = "une demande de revoir une décision attend"
    told = notify_over(case=request.case, roles=[Role.INSTRUCTOR, Role.DECIDER], text=words, path=path, dedupe_key=key)
    body = neutral_body(
        "Une décision est attendue sur un dossier de votre département.",
        settings.PUBLIC_URL + reverse("call_buttons:open", args=[request.pk]),
    )
    enqueue_emails(Email(f"{key}:{user.pk}", user.email, NEUTRAL_SUBJECT, body, reference) for user in told)
    if address := email_of(request.official):
        received = neutral_body("Votre demande est enregistrée.", settings.PUBLIC_URL + reverse("home"))
        enqueue_email(
            dedupe_key=f"{key}:official", recipient=address, subject=NEUTRAL_SUBJECT, body=received, about=reference
        )
