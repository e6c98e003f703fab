"""« We know the same author »: units talk to each other, and their files stay closed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.selectors import people_over
from accounts.services import notify
from cases.enums import ContactState, EventKind, TaskKind
from cases.models import Case, ContactRequest
from cases.models.hidden import hidden_from
from cases.permissions import VIEW_CASE
from cases.selectors.same_author import same_author
from cases.services.errors import ActRefused
from cases.services.tasks import finish_task, notify_over, open_task
from cases.services.timeline import add_event
from core import clock

if TYPE_CHECKING:
    from accounts.models import Unit, User
    from cases.models import AuthorIdentifier
    from core.journal import Actor

TIME_TO_ANSWER = timedelta(days=3)


def ask_contact(*, case: Case, identifier: AuthorIdentifier, unit: Unit, user: User, actor: Actor) -> ContactRequest:
    """Ask a unit that knows the same author to talk. Once for each file, unit and identifier.

    Raises ActRefused when the unit does not know the author, or was asked already.
    """
    if case.merged_into_id or not case.is_open:
        raise ActRefused("Ce dossier est clos : rouvrez-le pour demander un contact.")
    known = same_author([bytes(identifier.key)]).filter(threat__case__unit=unit).exclude(threat__case=case)
    seen = Case.objects.visible_to(user, VIEW_CASE).values("pk")
    target = (
        Case.objects.filter(pk__in=known.values("threat__case"))
        .exclude(pk__in=seen)
        .exclude(pk__in=hidden_from(user))
        .order_by("-opened_at")
        .first()
    )
    if target is None:
        raise ActRefused("Aucune autre unité ne connaît cet identifiant.")
    try:
        with transaction.atomic():
            return _ask(case, target, identifier, unit, user, actor)
    except IntegrityError as error:
        if "contact_once" not in str(error):
            raise
        raise ActRefused("Cette unité a déjà reçu votre demande de contact.") from error


def _ask(
    case: Case, target: Case, identifier: AuthorIdentifier, unit: Unit, user: User, actor: Actor
) -> ContactRequest:
    contact = ContactRequest.objects.create(
        from_case=case,
        to_case=target,
        to_unit=unit,
        kind=identifier.kind,
        key=identifier.key,
        asked_by=user,
        asked_at=clock.now(),
    )
    path = reverse("cases:contact", args=[contact.pk])
    open_task(
        case=target,
        kind=TaskKind.ANSWER_CONTACT,
        title="Répondre à une demande de contact",
        role=Role.REFERENT,
        due_at=clock.now() + TIME_TO_ANSWER,
        path=path,
        dedupe_key=_key(contact),
    )
    notify(
        users=people_over(unit, [Role.REFERENT]),
        text="Une autre unité demande un contact à propos d'un même auteur.",
        path=path,
        dedupe_key=_key(contact),
    )
    _tell(case, f"Contact demandé à l'unité « {unit} ».", user, actor)
    return contact


def _key(contact: ContactRequest) -> str:
    return f"contact:{contact.pk}"


def _tell(case: Case, sentence: str, user: User, actor: Actor) -> None:
    add_event(case=case, kind=EventKind.CONTACT, sentence=sentence, user=user, actor=actor)


def _locked(contact: ContactRequest) -> ContactRequest:
    return (
        ContactRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("from_case__unit", "to_case", "to_unit")
        .get(pk=contact.pk)
    )


@transaction.atomic
def answer_contact(*, contact: ContactRequest, accept: bool, user: User, actor: Actor) -> ContactRequest:
    """Accept or decline to talk. Raises ActRefused when it is answered, or was withdrawn."""
    contact = _locked(contact)
    if contact.state != ContactState.ASKED:
        raise ActRefused(f"Cette demande de contact est déjà {contact.get_state_display()}.")
    contact.state = ContactState.ACCEPTED if accept else ContactState.DECLINED
    contact.answered_by, contact.answered_at = user, clock.now()
    contact.save(update_fields=["state", "answered_by", "answered_at"])
    words = "accepté" if accept else "décliné"
    finish_task(dedupe_key=_key(contact), user=user, outcome=f"contact {words}")
    _tell(contact.to_case, f"Contact {words} avec l'unité « {contact.from_case.unit} ».", user, actor)
    # On the asking file nobody of the other unit is named before its page shows whom to call.
    add_event(
        case=contact.from_case,
        kind=EventKind.CONTACT,
        sentence=f"L'unité « {contact.to_unit} » a {words} le contact.",
        user=user,
        actor=actor,
    )
    notify_over(
        case=contact.from_case,
        roles=[Role.REFERENT],
        text=f"une unité a {words} votre demande de contact",
        path=reverse("cases:links", args=[contact.from_case.reference]),
        dedupe_key=f"{_key(contact)}:answer",
    )
    return contact


@transaction.atomic
def withdraw_contact(*, contact: ContactRequest, user: User, actor: Actor) -> ContactRequest:
    """Take back a request that waits for its answer. Raises ActRefused otherwise."""
    contact = _locked(contact)
    if contact.state != ContactState.ASKED:
        raise ActRefused(f"Cette demande de contact est déjà {contact.get_state_display()}.")
    contact.state = ContactState.WITHDRAWN
    contact.save(update_fields=["state"])
    finish_task(dedupe_key=_key(contact), user=user, outcome="demande retirée")
    _tell(contact.from_case, f"Demande de contact à l'unité « {contact.to_unit} » retirée.", user, actor)
    return contact
