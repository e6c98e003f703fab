"""The last step: what was typed, read again, and the threat logged from the draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.datastructures import MultiValueDict

from accounts.actor import actor_from
from cases.forms import STEPS, WhoForm, person_facts_label, threat_facts
from cases.permissions import LOG_THREAT
from cases.services import log_draft
from core.forms import value_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from accounts.models import Unit
    from cases.forms import StepForm
    from cases.models import Case, Threat, ThreatDraft
    from officials.models import Official

Typed = dict[str, dict[str, list[str]]]
READ_AGAIN = {
    "faits": (
        "nature", "channel", "platform", "online_reach", "still_online", "occurred_date", "occurred_time", "commune",
        "place",
    ),
    "recit": ("description", "offences"),
    "auteur": (
        "author_knowledge", "antecedents", "telephones", "handles", "plates", "emails", "author_description",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One step as it is read again."""

    slug: str
    title: str
    lines: list[tuple[str, str]]
    is_right: bool


def all_forms(official: Official, steps: Typed) -> list[StepForm]:
    """Every step, checked again as if it had just been sent."""
    return [step.form(MultiValueDict(dict(steps.get(step.slug, {}))), official=official, steps=steps) for step in STEPS]


def finish(request: HttpRequest, *, draft: ThreatDraft, case: Case | None, unit: Unit, forms: list[StepForm]) -> Threat:
    who = forms[0]
    if not isinstance(who, WhoForm):
        raise TypeError("the first step says who")
    data: dict[str, Any] = {}
    for form in forms:
        data |= form.cleaned_data
    return log_draft(
        draft=draft,
        unit=unit,
        facts=threat_facts(data, who.victims),
        new_people=who.new_people,
        user=request.user,
        actor=actor_from(request, permission=LOG_THREAT, over=case)
        if case
        else actor_from(request, permission=LOG_THREAT),
    )


def summary_of(official: Official, steps: Mapping[str, Any], unit: Unit) -> list[Part]:
    """What was typed before the last step, and the three territories."""
    forms = all_forms(official, dict(steps))
    parts = []
    for step, form in zip(STEPS[:-1], forms[:-1], strict=True):
        right = form.is_valid()
        lines = _victims(form) if isinstance(form, WhoForm) else _lines(form, READ_AGAIN[step.slug])
        parts.append(Part(step.slug, step.title, lines, right))
    return [*parts, Part("", "Les trois territoires", _territories(forms, unit), is_right=True)]


def _lines(form: StepForm, names: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for name in names:
        value = form.cleaned_data.get(name)
        if value not in (None, "", []):
            words = value_words(form.fields[name], value)
            found.append((str(form.fields[name].label), words if len(words) < 400 else f"{words[:400]}…"))
    return found


def _victims(form: WhoForm) -> list[tuple[str, str]]:
    if not form.is_valid():
        return []
    known = [str(victim.official) if victim.official else str(victim.protected_person) for victim in form.victims]
    names = [*known, *map(person_facts_label, form.new_people)]
    mandate = form.cleaned_data.get("mandate")
    return [("Personnes visées", " ; ".join(names)), ("Mandat visé", str(mandate or "non précisé"))]


def _territories(forms: list[StepForm], unit: Unit) -> list[tuple[str, str]]:
    commune = forms[1].cleaned_data.get("commune") if forms[1].is_bound else None
    mandate = forms[0].cleaned_data.get("mandate")
    return [
        ("Territoire des faits", str(commune or "non renseigné")),
        ("Territoire du mandat", str(mandate.departement or mandate) if mandate else "non précisé"),
        ("Territoire de l'enregistrement", f"{unit}, {unit.departement}"),
    ]
