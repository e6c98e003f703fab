"""Pages for anybody, which keep nothing of who asks (core.no_trace): no session, no cookie, no log.

Methods are checked here and not by Django's decorators, which write a line for each refusal.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.shortcuts import render

from accounts.gate import access
from accounts.permissions import PUBLIC
from core.acts import ActRefused
from core.helpline import hours_overseas
from core.no_trace import without_trace
from core.wording import PARIS
from support.forms.slips import AgeForm, CodeForm, MoveForm, SlipForm, WordsForm
from support.selectors.desk import current_desk
from support.services.errors import WrongCode
from support.services.pace import codes
from support.services.slips import add_words, agree, ask_to_move, cancel, create_slip, open_by_code
from territories.models import Departement

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from support.selectors.slips import OpenedSlip

# One sentence for a false code and for one that does not exist.
NOT_FOUND = (
    "Ce code n'ouvre aucune demande. Relisez-le, groupe par groupe. Si la demande est terminée ou annulée, elle a été"
    " effacée."
)
READ, SENT = ("GET", "HEAD"), ("GET", "HEAD", "POST")


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    context.setdefault("zone", PARIS)
    return render(request, f"support/{template}.html", context | {"exit_url": settings.QUICK_EXIT_URL}, status=status)


@access(PUBLIC)
@without_trace
def talk(request: HttpRequest) -> HttpResponse:
    """« Parler à quelqu'un »: the number, and the two doors of a slip."""
    if request.method not in READ:
        return HttpResponseNotAllowed(READ)
    return _page(request, "talk", overseas=hours_overseas(), is_ready=current_desk() is not None)


@access(PUBLIC)
@without_trace
def new_slip(request: HttpRequest) -> HttpResponse:
    """The age, then the slip, then its code: three answers of one address, so that nothing shows in it."""
    if request.method not in SENT:
        return HttpResponseNotAllowed(SENT)
    if current_desk() is None:
        return _page(request, "not_ready")
    if request.method != "POST":
        return _page(request, "age", form=AgeForm())
    if request.POST.get("step") != "slip":
        return _after_age(request)
    form = SlipForm(request.POST)
    if not form.is_valid():
        return _page(request, "new_slip", form=form, status=422)
    content = form.content
    try:
        code = create_slip(submission=form.cleaned_data["submission"], content=content)
    except ActRefused:
        return _page(request, "not_ready")
    return _page(request, "code", code=code, content=content, zone=_zone_of(content.departement))


def _after_age(request: HttpRequest) -> HttpResponse:
    form = AgeForm(request.POST)
    if not form.is_valid():
        return _page(request, "age", form=form, status=422)
    if form.cleaned_data["age"] == "minor":
        return _page(request, "minor")
    return _page(request, "new_slip", form=SlipForm(initial={"submission": secrets.token_urlsafe(32)}))


def _zone_of(departement: str) -> str:
    found = Departement.objects.filter(pk=departement).first() if departement else None
    return found.time_zone if found is not None else PARIS


@access(PUBLIC)
@without_trace
def my_slip(request: HttpRequest) -> HttpResponse:
    """The slip of a code. The code comes again with each act, in the body: no session remembers it."""
    if request.method not in SENT:
        return HttpResponseNotAllowed(SENT)
    if request.method != "POST":
        return _page(request, "enter_code", form=CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, "enter_code", form=form, status=422)
    code, act = form.cleaned_data["code"], form.cleaned_data["act"]
    try:
        return _act(request, code, act)
    except WrongCode:
        codes.wait_after_wrong()
        form.add_error("code", NOT_FOUND)
        return _page(request, "enter_code", form=form, status=422)


def _act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Raises WrongCode."""
    forms: dict[str, MoveForm | WordsForm] = {}
    try:
        if act == "cancel":
            cancel(code=code)
            return _page(request, "cancelled")
        if act == "agree":
            return _slip(request, code, agree(code=code), done="C'est noté : votre rendez-vous est confirmé.")
        if act == "move":
            forms["move"] = move = MoveForm(request.POST)
            if move.is_valid():
                opened = ask_to_move(code=code, wishes=move.content)
                return _slip(request, code, opened, done="C'est noté. Revenez voir la réponse avec votre code.")
        if act == "words":
            forms["words"] = words = WordsForm(request.POST)
            if words.is_valid():
                return _slip(request, code, add_words(code=code, words=words.cleaned_data["words"]), done="C'est noté.")
    except ActRefused as refused:
        return _slip(request, code, open_by_code(code), refused=str(refused), status=422)
    return _slip(request, code, open_by_code(code), status=422 if forms else 200, **forms)


def _slip(
    request: HttpRequest,
    code: str,
    opened: OpenedSlip,
    *,
    status: int = 200,
    move: MoveForm | WordsForm | None = None,
    words: MoveForm | WordsForm | None = None,
    done: str = "",
    refused: str = "",
) -> HttpResponse:
    content = opened.content
    own = {"code": code}
    context = {
        "code": code,
        "content": content,
        "zone": _zone_of(content.departement),
        "move_form": move or MoveForm(initial=own | {"parts": content.parts, "days": content.days}),
        "words_form": words or WordsForm(initial=own | {"words": content.words}),
        "form": move or words,
        "done": done,
        "refused": refused,
    }
    return _page(request, "my_slip", status=status, **context)
