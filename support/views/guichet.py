"""The desk of those who help: opened with a passphrase; slips and their answers; colleagues let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import actor_from
from accounts.gate import access
from accounts.models import User
from core.acts import ActRefused, attempt
from core.wording import PARIS
from support.enums import Help, SlipState
from support.forms.desk import AnswerForm, CloseForm, CreateForm, OpenForm, ReplaceForm
from support.forms.desk import ChooseForm as JoinForm
from support.permissions import KEEP_DESK
from support.selectors.desk import current_desk, seat_of, seats_of
from support.selectors.slips import LISTED, find_at_desk, slips_listed
from support.selectors.tied import page_of_tie
from support.services.answering import GONE, close_slip, confirm_meeting, propose_moment
from support.services.desk import ask_for_seat, create_desk, let_in, open_desk, remove_seat
from support.services.pace import Pace
from support.views import opened as opening
from territories.models import Departement

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from core.journal import Actor
    from support.selectors.slips import OpenedDesk, OpenedSlip

FILTERS = {"": "À traiter", "suivies": "Avec une réponse", "finies": "Terminées"}
passphrases = Pace()


def _actor(request: HttpRequest) -> Actor:
    return actor_from(request, permission=KEEP_DESK)


@access(KEEP_DESK)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Closed, the way in; open, the slips."""
    found = opening.desk_of(request)
    return _listed(request, found) if found is not None else _closed(request)


def _closed(request: HttpRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    known, seat = current_desk(), seat_of(request.user)
    context = {
        "known": known,
        "seat": seat,
        "is_waiting": seat is not None and seat.desk_box is None,
        "create_form": CreateForm(auto_id="creer_%s"),
        "open_form": OpenForm(auto_id="ouvrir_%s"),
        "join_form": JoinForm(auto_id="entrer_%s"),
        "replace_form": ReplaceForm(auto_id="remplacer_%s"),
        "form": next(iter(forms.values()), None),
        **forms,
    }
    return render(request, "support/desk_closed.html", context, status=status)


def _listed(request: HttpRequest, found: OpenedDesk) -> HttpResponse:
    wanted = request.GET.get("voir", "")
    wanted = wanted if wanted in FILTERS else ""
    help_ = request.GET.get("aide", "")
    help_ = help_ if help_ in Help.values else ""
    departement = request.GET.get("departement", "")[:3]
    slips, count = slips_listed(found, wanted=wanted, help_=help_, departement=departement)
    places = {place.pk: place for place in Departement.objects.order_by("sort_name", "pk")}
    people = User.objects.in_bulk({slip.content.taken_by for slip in slips if slip.content.taken_by})
    context = {
        "rows": [(slip, places.get(slip.content.departement), people.get(slip.content.taken_by)) for slip in slips],
        "count": count,
        "more": count > LISTED,
        "listed": LISTED,
        "wanted": wanted,
        "filters": FILTERS.items(),
        "help": help_,
        "helps": Help.choices,
        "departement": departement,
        "places": places.values(),
    }
    return render(request, "support/desk.html", context)


def _opening(request: HttpRequest, name: str, form: Any, act: Callable[[str], OpenedDesk]) -> HttpResponse:
    found = attempt(form, lambda: act(form.cleaned_data["passphrase"]))
    if found is None:
        return _closed(request, status=422, **{name: form})
    response = redirect("support:desk")
    opening.keep_open(request, response, found)
    return response


@access(KEEP_DESK)
@require_POST
def open_(request: HttpRequest) -> HttpResponse:
    form = OpenForm(request.POST, auto_id="ouvrir_%s")
    response = _opening(
        request, "open_form", form, lambda words: open_desk(user=request.user, passphrase=words, actor=_actor(request))
    )
    if response.status_code == 422:
        passphrases.wait_after_wrong()
    return response


@access(KEEP_DESK)
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    form = CreateForm(request.POST, auto_id="creer_%s")

    def act(words: str) -> OpenedDesk:
        return create_desk(user=request.user, passphrase=words, actor=_actor(request))

    return _opening(request, "create_form", form, act)


@access(KEEP_DESK)
@require_POST
def replace(request: HttpRequest) -> HttpResponse:
    form = ReplaceForm(request.POST, auto_id="remplacer_%s")

    def act(words: str) -> OpenedDesk:
        return create_desk(user=request.user, passphrase=words, actor=_actor(request), replaces=True)

    return _opening(request, "replace_form", form, act)


@access(KEEP_DESK)
@require_POST
def join(request: HttpRequest) -> HttpResponse:
    form = JoinForm(request.POST, auto_id="entrer_%s")

    def act() -> bool:
        ask_for_seat(user=request.user, passphrase=form.cleaned_data["passphrase"], actor=_actor(request))
        return True

    if not attempt(form, act):
        return _closed(request, status=422, join_form=form)
    messages.success(request, "C'est noté. Un collègue doit maintenant vous faire entrer.")
    return redirect("support:desk")


@access(KEEP_DESK)
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    response = redirect("support:desk")
    opening.close(request, response)
    messages.success(request, "Le guichet est fermé sur cet appareil.")
    return response


@access(KEEP_DESK)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    found = opening.desk_of(request)
    if found is None:
        return redirect("support:desk")
    return render(request, "support/desk_people.html", {"seats": seats_of(found.desk), "own": request.user.pk})


@access(KEEP_DESK)
@require_POST
def seat(request: HttpRequest, seat: UUID, what: str) -> HttpResponse:
    """Let a colleague in, or take a seat away."""
    found = opening.desk_of(request)
    if found is None:
        return redirect("support:desk")
    try:
        if what == "ouvrir":
            done = let_in(desk=found, seat_id=seat, by=request.user, actor=_actor(request))
            messages.success(request, f"{done.user.get_full_name()} peut ouvrir le guichet.")
        elif what == "retirer":
            done = remove_seat(desk=found, seat_id=seat, actor=_actor(request))
            messages.success(request, f"{done.user.get_full_name()} n'a plus de place au guichet.")
        else:
            raise Http404
    except ActRefused as refused:
        messages.warning(request, str(refused))
    return redirect("support:desk_people")


@access(KEEP_DESK)
@require_http_methods(["GET", "POST"])
def slip(request: HttpRequest, slip: UUID) -> HttpResponse:
    found = opening.desk_of(request)
    if found is None:
        return redirect("support:desk")
    opened = find_at_desk(found, slip)
    if opened is None:
        messages.warning(request, GONE)
        return redirect("support:desk")
    if request.method == "GET":
        return _slip(request, opened)
    zone = _zone_of(opened)
    if request.POST.get("act") == "close":
        closing = CloseForm(request.POST, auto_id="fin_%s")

        def end() -> OpenedSlip:
            return close_slip(desk=found, slip_id=slip, outcome=SlipState(closing.cleaned_data["outcome"]))

        if not attempt(closing, end):
            return _slip(request, opened, close_form=closing)
        messages.success(request, "C'est noté.")
        return redirect("support:desk")
    answer = AnswerForm(request.POST, zone=zone, content=opened.content)
    make = propose_moment if request.POST.get("act") == "propose" else confirm_meeting
    if not attempt(
        answer,
        lambda: make(desk=found, slip_id=slip, moment=answer.moment, words=answer.cleaned_data["words"]),
    ):
        return _slip(request, opened, answer_form=answer)
    messages.success(request, "C'est noté. La personne le lit avec son code.")
    return redirect("support:desk")


def _zone_of(opened: OpenedSlip) -> ZoneInfo:
    place = Departement.objects.filter(pk=opened.content.departement).first()
    return place.zone if place is not None else ZoneInfo(PARIS)


def _slip(request: HttpRequest, opened: OpenedSlip, **forms: Any) -> HttpResponse:
    content, zone = opened.content, _zone_of(opened)
    context = {
        "slip": opened,
        "content": content,
        "zone": zone,
        "place": Departement.objects.filter(pk=content.departement).first(),
        "taken_by": User.objects.filter(pk=content.taken_by).first(),
        "tied_url": page_of_tie(bytes.fromhex(content.tie), user=request.user) if content.tie else "",
        "answer_form": AnswerForm(zone=zone, content=content),
        "close_form": CloseForm(auto_id="fin_%s"),
        "form": next(iter(forms.values()), None),
        **forms,
    }
    return render(request, "support/desk_slip.html", context, status=422 if forms else 200)
