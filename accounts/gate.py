"""Closed by default: every view says who may knock; the middleware opens or refuses.

`access` is the permission needed to enter a page at all. The object on the page is then fetched with
`fetch_scoped`, which tells 404 (outside my scope) from 403 (in my scope, without the right).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.actor import actor_from
from core.journal import Action, Outcome, record_access
from core.wording import of_words

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from accounts.permissions import Door, Permission, TokenDoor
    from accounts.scope import ScopedQuerySet

View = TypeVar("View", bound=Callable[..., Any])


class SentElsewhere(Exception):
    """The page answers after another one: the middleware of the gate redirects there."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


# Called with the request, the queryset and the row once a row may be seen, before anything of it is shown. A rule may
# raise SentElsewhere. The apps below the gate's callers add theirs when they start.
OpeningRule = Callable[["HttpRequest", "ScopedQuerySet", "Model"], None]
REASON_GIVEN = "consultation_reason"
opening_rules: list[OpeningRule] = []


class Refused(PermissionDenied):
    """A refusal with a sentence for the person. Raised after the journal has it."""


def access(needed: Permission | Door | TokenDoor) -> Callable[[View], View]:
    """Declare what a function view needs. A class-based view sets the attribute `access` instead."""

    def declare(view: View) -> View:
        view.access = needed  # type: ignore[attr-defined]  # a function carries what it declares
        return view

    return declare


def access_of(callback: Callable[..., Any]) -> Permission | Door | TokenDoor | None:
    """What a resolved view declares, or None: then nobody enters."""
    declared = getattr(callback, "access", None)
    return declared if declared is not None else getattr(getattr(callback, "view_class", None), "access", None)


def refuse(request: HttpRequest, permission: Permission, *, object_type: str = "page", object_id: str = "") -> Refused:
    """Journal a refusal and give the exception to raise."""
    record_access(
        action=Action.REFUSAL,
        actor=actor_from(request),
        object_type=object_type,
        object_id=object_id or request.path[:200],
        reason=permission.name,
        outcome=Outcome.REFUSED,
    )
    return Refused(f"Vos habilitations ne permettent pas {of_words(permission.label)}.")


def refuse_because(
    request: HttpRequest, permission: Permission, sentence: str, *, object_type: str, object_id: str
) -> Refused:
    """The same for a right that is held, on an object that does not bear it: `sentence` says why."""
    refuse(request, permission, object_type=object_type, object_id=object_id)
    return Refused(sentence)


def journal_reading(request: HttpRequest, row: Model, *, see: Permission, label: str, what: str) -> None:
    """Journal the consultation of `row`, committed before anything of it leaves. No entry, no page.

    Called wherever its content is rendered, error pages included.
    """
    actor = actor_from(request, permission=see, over=row)
    given = getattr(request, REASON_GIVEN, "")
    record_access(
        action=Action.CONSULTATION,
        actor=actor,
        object_type=row._meta.label_lower,
        object_id=str(row.pk),
        object_label=label,
        reason=" — ".join(filter(None, (what, actor.posting_label, given)))[:200],
        details={"consultation_reason": given} if given else None,
    )


def fetch_scoped(
    request: HttpRequest,
    queryset: ScopedQuerySet,
    *,
    see: Permission,
    act: Permission | None = None,
    asks_reason: bool = True,
    **key: Any,
) -> Any:
    """Fetch and authorise in one call. `asks_reason` is False on the pages that ask for it themselves.

    Raises Http404 when the object is unknown or outside the scope of `see`, Refused when it can be seen but
    `act` is missing on it. Both leave a journal entry.
    """
    model: type[Model] = queryset.model
    label = " ".join(str(value) for value in key.values())[:200]
    found = queryset.visible_to(request.user, see).filter(**key).first()
    if found is None:
        record_access(
            action=Action.REFUSAL,
            actor=actor_from(request, permission=see),
            object_type=model._meta.label_lower,
            object_id=label,
            reason="hors périmètre ou inconnu",
            outcome=Outcome.REFUSED,
        )
        raise Http404
    if act is not None and not model._default_manager.visible_to(request.user, act).filter(pk=found.pk).exists():
        raise refuse(request, act, object_type=model._meta.label_lower, object_id=label)
    queryset.remember_shown(request.user, found)
    if asks_reason:
        ask_before_opening(request, queryset, found)
    return found


def ask_before_opening(request: HttpRequest, queryset: ScopedQuerySet, row: Model) -> None:
    """The opening rules, for who fetched `row` with `asks_reason=False` to know first whether it would be shown."""
    for rule in opening_rules:
        rule(request, queryset, row)
