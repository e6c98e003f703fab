"""The page of the 17: POST only, one screen an answer, nothing of a number in an address or a redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from alarm_registry.forms import ElsewhereForm, HandledForm, NameForm, NumberForm
from alarm_registry.permissions import SEARCH_CALLER
from alarm_registry.selectors.card import card_of
from alarm_registry.selectors.matching import centre_of, reach_of, record_read_by, with_qualities
from alarm_registry.services import (
    Caller,
    ReasonNeeded,
    TooFast,
    handle_call,
    look_up_name,
    look_up_number,
    open_record,
)
from core.acts import attempt
from core.journal import record_access
from core.telephones import last_digits

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from alarm_registry.models import Registration
    from alarm_registry.selectors.matching import Found


def caller_of(request: HttpRequest) -> Caller:
    """Who searches, from the postings held at this very request: a posting that ended a minute ago gives nothing."""
    departement = centre_of(request.user, SEARCH_CALLER)
    if departement is None:
        raise Http404
    return Caller(
        departement=departement,
        reach=reach_of(request.user, SEARCH_CALLER),
        actor=actor_from(request, permission=SEARCH_CALLER),
        operator=request.user,
    )


@access(SEARCH_CALLER)
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    if request.method == "GET":
        return _page(request, caller)
    form = NumberForm(request.POST, departement=caller.departement.pk)

    def look(data: dict[str, Any]) -> Found:
        return look_up_number(data["number"], caller=caller, forced=data["forced"])

    return _answer(request, caller, form, look, about=last_digits(request.POST.get("number", "")[:200]))


@access(SEARCH_CALLER)
@require_http_methods(["GET", "POST"])
def search_name(request: HttpRequest) -> HttpResponse:
    """For a hidden number. By GET, the same page with this form first."""
    caller = caller_of(request)
    if request.method == "GET":
        return _page(request, caller, by_name=True)
    form = NameForm(request.POST)

    def look(data: dict[str, Any]) -> Found:
        return look_up_name(data["name"], commune=data["commune"], caller=caller, forced=data["forced"])

    return _answer(request, caller, form, look, by_name=True)


def _answer(
    request: HttpRequest,
    caller: Caller,
    form: NumberForm | NameForm,
    look: Callable[[dict[str, Any]], Found],
    *,
    by_name: bool = False,
    about: str = "",
) -> HttpResponse:
    shown: dict[str, Any] = {"by_name": by_name, ("name_form" if by_name else "number_form"): form}
    if not form.is_valid():
        return _page(request, caller, status=422, **shown)
    try:
        found = look(form.cleaned_data)
    except TooFast as pause:
        shown["name_form" if by_name else "number_form"] = _paused(form, caller, pause)
        return _page(request, caller, status=429, **shown)
    if not found.matches:
        return _page(request, caller, found=found, about=about, by_name=by_name)
    only = found.matches[0]
    if len(found.matches) == 1 and only.in_reach:
        return _card(request, caller, only.registration, found=found)
    shown = {"about": about, "by_name": by_name}
    if len(found.matches) == 1:
        shown["elsewhere"] = ElsewhereForm(initial={"registration": only.registration.pk})
        shown |= {"elsewhere_in": only.registration.departement, "match": only}
    return _page(request, caller, found=with_qualities(found), **shown)


def _paused(form: NumberForm | NameForm, caller: Caller, pause: TooFast) -> NumberForm | NameForm:
    """The same form, what was typed still in it, with the way through for a call that cannot wait."""
    again = (
        NameForm(form.data, paused=True)
        if isinstance(form, NameForm)
        else NumberForm(form.data, departement=caller.departement.pk, paused=True)
    )
    again.is_valid()
    again.add_error(None, f"{pause} Pour un appel urgent, cochez la case : la recherche part tout de suite.")
    return again


@access(SEARCH_CALLER)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """One of several, or a record out of reach with its reason."""
    caller = caller_of(request)
    form = ElsewhereForm(request.POST)
    form.fields["reason"].required = False
    if not form.is_valid():
        raise Http404
    chosen, reason = form.cleaned_data["registration"], form.cleaned_data["reason"]
    try:
        found = open_record(chosen, caller=caller, reason=reason)
    except ReasonNeeded as elsewhere:
        return _page(
            request, caller, elsewhere=ElsewhereForm(request.POST), elsewhere_in=elsewhere.departement, status=422
        )
    if found is None:
        return _page(request, caller, is_gone=True, status=410)
    return _card(request, caller, found)


@access(SEARCH_CALLER)
@require_POST
def handled(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    form = HandledForm(request.POST)
    if "registration" not in form.data or (form.errors.keys() - {"line"}):
        raise Http404
    registration = record_read_by(request.user, form.cleaned_data["registration"])
    if registration is None:
        raise Http404

    def act() -> object:
        return handle_call(
            registration=registration,
            line=form.cleaned_data["line"],
            submission=form.cleaned_data["submission"],
            user=request.user,
            actor=caller.actor,
        )

    if attempt(form, act):
        messages.success(request, "C'est noté. Le référent rappellera la personne.")
        return redirect("alarm_registry:search")
    # Shown again with its error: read again.
    record_access(
        actor=caller.actor,
        object_type="alarm_registry.registration",
        object_id=str(registration.pk),
        object_label="Alarme élu, appel à noter",
        reason="fiche affichée de nouveau",
    )
    return _card(request, caller, registration, handled_form=form, status=422)


def _card(
    request: HttpRequest,
    caller: Caller,
    registration: Registration,
    *,
    found: Found | None = None,
    handled_form: HandledForm | None = None,
    status: int = 200,
) -> HttpResponse:
    match = found.matches[0] if found else None
    context = {
        "card": card_of(registration),
        "match": match,
        "found": found,
        "handled_form": handled_form or HandledForm(initial={"registration": registration.pk}),
    }
    return _page(request, caller, status=status, **context)


def _page(request: HttpRequest, caller: Caller, *, status: int = 200, **shown: Any) -> HttpResponse:
    context = {
        "by_name": False,
        "number_form": NumberForm(departement=caller.departement.pk),
        "name_form": NameForm(),
        "found": None,
        "card": None,
        "match": None,
        "about": "",
        "elsewhere": None,
        "elsewhere_in": None,
        "is_gone": False,
        "handled_form": None,
        "centre": caller.departement,
        **shown,
    }
    typed_next = context["elsewhere"] or (context["name_form"] if context["by_name"] else context["number_form"])
    if not (context["handled_form"] and context["handled_form"].errors):
        typed_next.take_focus()
    form = context["handled_form"] or context["elsewhere"]
    context["form"] = (
        next(
            (one for one in (form, context["name_form"], context["number_form"]) if one is not None and one.errors),
            None,
        )
        or context["number_form"]
    )
    # Of the same page htmx takes the answer and the field: nothing else is drawn between two calls.
    template = "alarm_registry/_part.html" if request.htmx else "alarm_registry/search.html"
    return render(request, template, context, status=status)
