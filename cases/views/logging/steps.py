"""The five steps. Each is a page of its own; what is typed is kept at every step, right or wrong."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.gate import access
from cases.forms import STEPS
from cases.models import ThreatDraft
from cases.permissions import LOG_THREAT
from cases.selectors import open_cases_of
from cases.services import ActRefused, abandon_draft, logged_from, save_draft
from cases.views.autosave import AUTO, autosave_answer, autosave_attrs
from cases.views.fetching import get_case_for
from cases.views.logging.duplicates import duplicates_context
from cases.views.logging.finishing import all_forms, finish, summary_of
from core import clock
from core.helpline import NUMBER, opening
from core.wording import time_words
from officials.models import Official
from officials.selectors import current_mandates

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from accounts.models import Unit, User
    from cases.forms import Step, StepForm
    from cases.models import Case

NOT_KEPT = {"csrfmiddlewaretoken", "act", "version", "draft", "window"}


def unit_of(user: User) -> Unit:
    """The unit where `user` logs: that of his posting as référent."""
    return next(posting.unit for posting in user.active_postings if posting.role == Role.REFERENT)


@dataclass
class Place:
    """Where one is: which draft, of whom, at which step."""

    official: Official
    case: Case | None
    unit: Unit
    number: int
    draft: ThreatDraft | None = None
    steps: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @property
    def step(self) -> Step:
        return STEPS[self.number - 1]

    def form(self, data: MultiValueDict | None = None, **initial: Any) -> StepForm:
        typed = self.steps.get(self.step.slug)
        if typed is None and self.number == 1:
            initial |= self._first_values()
        return self.step.form(data, official=self.official, steps=self.steps, typed=typed, initial=initial)

    def _first_values(self) -> dict[str, Any]:
        mandates = current_mandates(self.official)
        return {"official_targeted": True} | ({"mandate": mandates[0].pk} if len(mandates) == 1 else {})


@access(LOG_THREAT)
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest, official: UUID) -> HttpResponse:
    person = Official.objects.filter(pk=official).first()
    if person is None:
        raise Http404
    return _step(request, Place(person, None, unit_of(request.user), 1))


@access(LOG_THREAT)
@require_http_methods(["GET", "POST"])
def add_threat(request: HttpRequest, reference: str) -> HttpResponse:
    case = get_case_for(request, reference, act=LOG_THREAT)
    return _step(request, Place(case.official, case, case.unit, 1))


@access(LOG_THREAT)
@require_http_methods(["GET", "POST"])
def draft_step(request: HttpRequest, draft: UUID, step: str) -> HttpResponse:
    numbers = [number for number, one in enumerate(STEPS, 1) if one.slug == step]
    if not numbers:
        raise Http404
    found = _own_draft(request, draft)
    if found is None:
        return _already_logged(request, draft)
    case = get_case_for(request, found.case.reference, act=LOG_THREAT) if found.case else None
    found.case = case
    steps = {slug: kept["typed"] for slug, kept in found.steps.items()}
    place = Place(found.official, case, case.unit if case else unit_of(request.user), numbers[0], found, steps)
    return _step(request, place)


def _own_draft(request: HttpRequest, draft: UUID) -> ThreatDraft | None:
    drafts = ThreatDraft.objects.select_related("official", "case").filter(user=request.user)
    return drafts.filter(pk=draft).first()


def _already_logged(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Back button after the end, or a second click: to the file. Anything else of another person does not exist."""
    threat = logged_from(draft, user=request.user)
    if threat is None:
        raise Http404
    if request.POST.get("act") == AUTO:
        return autosave_answer(request, "Cette menace est déjà enregistrée.")
    messages.info(request, f"Cette menace est déjà enregistrée dans le dossier {threat.case.reference}.")
    return redirect("cases:detail", reference=threat.case.reference)


@access(LOG_THREAT)
@require_POST
def abandon(request: HttpRequest, draft: UUID) -> HttpResponse:
    found = _own_draft(request, draft)
    if found is None:
        raise Http404
    abandon_draft(draft=found)
    messages.success(request, "Le brouillon est abandonné.")
    return redirect("cases:new")


def _step(request: HttpRequest, place: Place) -> HttpResponse:
    if request.method == "POST":
        return _save(request, place)
    if place.draft is None:
        return _show(request, place, place.form(draft=uuid.uuid4(), version=0))
    if "erreurs" in request.GET:
        data = MultiValueDict(dict(place.steps.get(place.step.slug, {})))
        data["version"], data["window"] = str(place.draft.version), uuid.uuid4().hex
        return _show(request, place, place.form(data))
    return _show(request, place, place.form(draft=place.draft.pk, version=place.draft.version))


def _save(request: HttpRequest, place: Place) -> HttpResponse:
    """Keep what was typed, right or wrong, then go where the button leads."""
    act = request.POST.get("act", "next")
    form = place.form(request.POST)
    form.is_valid()
    draft_id = place.draft.pk if place.draft else form.cleaned_data.get("draft")
    if draft_id is None:
        if "draft" not in form.errors:
            form.add_error(None, "Cette page est incomplète : rechargez-la.")
        return _show(request, place, form)
    typed = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_KEPT}
    stay = place.number == 1 and _more(act, typed)
    try:
        saved = save_draft(
            draft_id=draft_id,
            official=place.official,
            case=place.case,
            step=place.step.slug,
            number=place.number,
            typed=typed,
            version=form.cleaned_data.get("version") or 0,
            user=request.user,
            window=form.cleaned_data.get("window", ""),
            sent=act != AUTO,
        )
    except ActRefused as error:
        return _not_kept(request, place, form, draft_id, error)
    place.draft = saved.draft
    if saved.stored is not None:
        return _in_conflict(request, place, form, saved.stored, auto=act == AUTO)
    if act == AUTO:
        moment = clock.now().astimezone(place.unit.departement.zone)
        return autosave_answer(request, f"Brouillon enregistré à {time_words(moment)}", version=saved.draft.version)
    if stay:
        return redirect(f"{_address(saved.draft, place.number)}#{'entourage' if act == 'person' else 'autres'}")
    if act == "back":
        return redirect(_address(saved.draft, max(place.number - 1, 1)))
    return _go_on(request, place, form, saved.draft)


def _go_on(request: HttpRequest, place: Place, form: StepForm, draft: ThreatDraft) -> HttpResponse:
    if form.errors:
        # The next submission is made against what has just been kept.
        form.data = form.data.copy()
        form.data["version"] = str(draft.version)
        return _show(request, place, form)
    if place.number < len(STEPS):
        return redirect(_address(draft, place.number + 1))
    return _finish(request, place, form)


def _not_kept(request: HttpRequest, place: Place, form: StepForm, draft_id: UUID, error: ActRefused) -> HttpResponse:
    if request.POST.get("act") == AUTO:
        return autosave_answer(request, str(error))
    if logged_from(draft_id, user=request.user):
        return _already_logged(request, draft_id)
    form.add_error(None, str(error))
    return _show(request, place, form)


def _more(act: str, typed: dict[str, list[str]]) -> bool:
    """Whether the person stays on the first step: one more person to type, or an élu to look for."""
    if act == "person":
        count = "".join(typed.get("people", []))
        typed["people"] = [str(int(count) + 1 if count.isascii() and count.isdigit() else 1)]
        return True
    words = "".join(typed.get("other_search", [])).strip()
    if act == "search" or (act == "next" and words):
        typed["searched"], typed["other_search"] = [words], [""]
        return True
    return False


def _finish(request: HttpRequest, place: Place, form: StepForm) -> HttpResponse:
    draft = place.draft
    if draft is None:
        raise Http404
    steps = {slug: kept["typed"] for slug, kept in draft.steps.items()}
    forms = all_forms(place.official, steps)
    for number, one in enumerate(forms, 1):
        if not one.is_valid():
            messages.error(request, f"Étape {number} : il manque une réponse, ou l'une d'elles est à corriger.")
            return redirect(f"{_address(draft, number)}?erreurs=1")
    try:
        threat = finish(request, draft=draft, case=place.case, unit=place.unit, forms=forms)
    except ActRefused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        form.data = form.data.copy()
        form.data["version"] = str(draft.version)
        return _show(request, place, form)
    messages.success(request, f"Menace enregistrée dans le dossier {threat.case.reference}. Évaluez-la dès maintenant.")
    line = opening(threat.case.departement.zone)
    messages.info(request, f"Proposez à la personne de parler à quelqu'un : {NUMBER}. {line.words}.")
    return redirect("cases:detail", reference=threat.case.reference)


def _in_conflict(
    request: HttpRequest, place: Place, form: StepForm, stored: dict[str, list[str]], *, auto: bool
) -> HttpResponse:
    if auto:
        return autosave_answer(request, "Une autre fenêtre a modifié cette étape : continuez pour comparer.")
    draft = place.draft
    if draft is None:
        raise Http404
    form.show_conflict(at=draft.updated_at, version=draft.version, stored=stored)
    return _show(request, place, form, status=409)


def _address(draft: ThreatDraft, number: int) -> str:
    return reverse("cases:draft_step", args=[draft.pk, STEPS[number - 1].slug])


def _show(request: HttpRequest, place: Place, form: StepForm, *, status: int | None = None) -> HttpResponse:
    address = _address(place.draft, place.number) if place.draft else request.path
    form.form_attrs = {"action": address} | autosave_attrs(address)
    last = place.number == len(STEPS)
    context = {
        "form": form,
        "official": place.official,
        "case": place.case,
        "unit": place.unit,
        "draft": place.draft,
        "step": place.step,
        "number": place.number,
        "total": len(STEPS),
        "following": "" if last else STEPS[place.number].title,
        "open_cases": []
        if place.case or place.number > 1
        else open_cases_of(user=request.user, official_id=place.official.pk),
        "summary": summary_of(place.official, place.steps, place.unit) if last else [],
        "duplicates": None,
        **(duplicates_context(official=place.official, steps=place.steps, user=request.user) if last else {}),
    }
    return render(request, "cases/logging/step.html", context, status=status or (422 if form.errors else 200))
