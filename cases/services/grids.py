"""The life of the grid: a draft made from the published version, edited by several, published once and for all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.text import slugify

from cases.enums import GridState
from cases.models import GridQuestion, GridVersion
from cases.services.errors import ActRefused, Conflict
from core import clock
from core.journal import record_act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from core.journal import Actor

SETTINGS = (
    "label", "moderate_from", "high_from", "very_high_from", "unknown_percent", "measures_by_level", "change_note",
)  # fmt: skip
QUESTION_FIELDS = ("section", "text", "weight", "red_floor", "red_sentence", "measures")
NO_DRAFT = "Il n'y a plus de brouillon : il a été publié ou abandonné."
CODE_LENGTH = 40


@dataclass(frozen=True)
class QuestionFields:
    """What an analyst types about one question."""

    section: str
    text: str
    weight: int
    red_floor: int | None = None
    red_sentence: str = ""
    measures: list[str] = field(default_factory=list)


@transaction.atomic
def create_grid_draft(*, user: User, actor: Actor) -> GridVersion:
    """Copy the published grid into a draft. Raises ActRefused when there is one already."""
    published = GridVersion.objects.filter(state=GridState.PUBLISHED).latest("number")
    number = (GridVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    values = {name: getattr(published, name) for name in SETTINGS if name != "change_note"}
    try:
        with transaction.atomic():
            draft = GridVersion.objects.create(
                number=number, saved_by=actor.label[:200], saved_at=clock.now(), **values
            )
    except IntegrityError as error:
        raise ActRefused("Un brouillon de la grille existe déjà : il n'y en a qu'un à la fois.") from error
    GridQuestion.objects.bulk_create(
        GridQuestion(
            grid=draft,
            position=question.position,
            code=question.code,
            **{name: getattr(question, name) for name in QUESTION_FIELDS},
        )
        for question in published.questions.all()
    )
    _journal(draft, actor, f"brouillon créé depuis la version {published.number}")
    return draft


def _locked_draft(number: int) -> GridVersion:
    draft = GridVersion.objects.select_for_update().filter(number=number, state=GridState.DRAFT).first()
    if draft is None:
        raise ActRefused(NO_DRAFT)
    return draft


def _touch(draft: GridVersion) -> None:
    draft.revision += 1
    draft.save(update_fields=["revision"])


def _journal(grid: GridVersion, actor: Actor, reason: str) -> None:
    record_act(
        actor=actor, object_type="cases.gridversion", object_id=str(grid.pk), object_label=str(grid), reason=reason
    )


def _check(row: GridVersion | GridQuestion, version: int, names: tuple[str, ...]) -> None:
    if row.version == version:
        return
    stored = {name: getattr(row, name) for name in names}
    raise Conflict(who=row.saved_by or "Quelqu'un", at=row.saved_at or clock.now(), stored=stored, version=row.version)


def _stamp(row: GridVersion | GridQuestion, actor: Actor) -> None:
    row.version += 1
    row.saved_by, row.saved_at = actor.label[:200], clock.now()


@transaction.atomic
def edit_grid_settings(
    *, number: int, version: int, values: Mapping[str, Any], user: User, actor: Actor
) -> GridVersion:
    """Change thresholds, the share of « ne sait pas », measures by level, the note. Raises Conflict, ActRefused."""
    draft = _locked_draft(number)
    _check(draft, version, SETTINGS)
    if not values["moderate_from"] < values["high_from"] < values["very_high_from"]:
        raise ActRefused("Les seuils doivent être croissants : modéré, élevé, très élevé.", field="high_from")
    for name in SETTINGS:
        setattr(draft, name, values[name])
    _stamp(draft, actor)
    draft.revision += 1
    draft.save()
    _journal(draft, actor, "réglages du brouillon modifiés")
    return draft


def _check_red(values: QuestionFields) -> None:
    if values.red_floor and not values.red_sentence.strip():
        raise ActRefused("Un facteur rouge a une phrase, que le référent lira.", field="red_sentence")
    if values.red_sentence.strip() and not values.red_floor:
        raise ActRefused("Choisissez le niveau minimal de ce facteur rouge, ou effacez la phrase.", field="red_floor")


@transaction.atomic
def add_grid_question(*, number: int, values: QuestionFields, user: User, actor: Actor) -> GridQuestion:
    """Add a question at the end of its theme, under a code that no version ever used."""
    draft = _locked_draft(number)
    _check_red(values)
    if draft.questions.filter(text__iexact=values.text.strip()).exists():
        raise ActRefused("Cette question est déjà dans la grille.", field="text")
    last = draft.questions.aggregate(last=Max("position"))["last"] or 0
    question = GridQuestion(grid=draft, position=last + 1, code=_new_code(values.text))
    _fill(question, values, actor)
    question.save()
    _touch(draft)
    _place(draft, _by_section(list(draft.questions.order_by("position"))))
    _journal(draft, actor, f"question ajoutée : {question.code}")
    return question


def _fill(question: GridQuestion, values: QuestionFields, actor: Actor) -> None:
    question.section, question.text = values.section.strip(), values.text.strip()
    question.weight, question.red_floor = values.weight, values.red_floor
    question.red_sentence, question.measures = values.red_sentence.strip(), list(values.measures)
    _stamp(question, actor)


def _new_code(text: str) -> str:
    root = re.sub(r"[^a-z0-9]+", "_", slugify(text))[: CODE_LENGTH - 4].strip("_") or "question"
    code, number = root, 1
    while GridQuestion.objects.filter(code=code).exists():
        number += 1
        code = f"{root}_{number}"
    return code


def _question_of(draft: GridVersion, code: str) -> GridQuestion:
    question = draft.questions.filter(code=code).first()
    if question is None:
        raise ActRefused("Cette question n'est plus dans le brouillon.")
    return question


@transaction.atomic
def edit_grid_question(
    *, number: int, code: str, version: int, values: QuestionFields, user: User, actor: Actor
) -> GridQuestion:
    """Change a question of the draft; its code, by which answers are compared, stays. Raises Conflict, ActRefused."""
    draft = _locked_draft(number)
    question = _question_of(draft, code)
    _check(question, version, QUESTION_FIELDS)
    _check_red(values)
    before = {name: getattr(question, name) for name in QUESTION_FIELDS}
    _fill(question, values, actor)
    changed = [name for name in QUESTION_FIELDS if before[name] != getattr(question, name)]
    if not changed:
        return question
    question.save()
    _touch(draft)
    if "section" in changed:
        _place(draft, _by_section(list(draft.questions.order_by("position"))))
    _journal(draft, actor, f"question modifiée : {code} ({', '.join(changed)})")
    return question


@transaction.atomic
def remove_grid_question(*, number: int, code: str, user: User, actor: Actor) -> None:
    draft = _locked_draft(number)
    _question_of(draft, code).delete()
    _touch(draft)
    _journal(draft, actor, f"question retirée : {code}")


@transaction.atomic
def move_grid_question(*, number: int, code: str, position: int, up: bool, user: User, actor: Actor) -> None:
    """Move a question one rank inside its theme, from the rank it was read at: a second click changes nothing."""
    draft = _locked_draft(number)
    questions = _by_section(list(draft.questions.order_by("position")))
    question = _question_of(draft, code)
    if question.position != position:
        raise ActRefused("L'ordre a changé depuis que vous l'avez lu. Relisez-le.")
    index = next(rank for rank, other in enumerate(questions) if other.pk == question.pk)
    target = index - 1 if up else index + 1
    if not 0 <= target < len(questions) or questions[target].section != question.section:
        raise ActRefused("Cette question est déjà au bout de son thème.")
    questions[index], questions[target] = questions[target], questions[index]
    _place(draft, questions)
    _touch(draft)
    _journal(draft, actor, f"question déplacée : {code}")


def _by_section(questions: list[GridQuestion]) -> list[GridQuestion]:
    """Questions of one theme together, themes in the order of their first question."""
    themes: dict[str, list[GridQuestion]] = {}
    for question in questions:
        themes.setdefault(question.section, []).append(question)
    return [question for theme in themes.values() for question in theme]


def _place(draft: GridVersion, questions: list[GridQuestion]) -> None:
    # Ranks are unique: all go out of the way before each takes its own.
    draft.questions.update(position=F("position") + 10_000)
    for rank, question in enumerate(questions, 1):
        question.position = rank
    GridQuestion.objects.bulk_update(questions, ["position"])


@transaction.atomic
def publish_grid(*, number: int, revision: int, note: str, user: User, actor: Actor) -> GridVersion:
    """Publish the draft as it was read. New evaluations use it; those under way keep theirs.

    Raises ActRefused when it changed since it was read, has no question, or says not what changes and why.
    """
    draft = _locked_draft(number)
    if draft.revision != revision:
        raise ActRefused("Le brouillon a changé depuis que vous l'avez lu. Relisez-le avant de publier.")
    if not note.strip():
        raise ActRefused("Écrivez ce qui change et pourquoi.", field="note")
    if not draft.questions.exists():
        raise ActRefused("Une grille sans question ne se publie pas.")
    draft.state, draft.change_note = GridState.PUBLISHED, note.strip()[:500]
    draft.published_at, draft.published_by = clock.now(), user
    draft.save()
    _journal(draft, actor, f"grille publiée : {draft.change_note}")
    return draft


@transaction.atomic
def discard_grid_draft(*, number: int, user: User, actor: Actor) -> None:
    """Throw the draft away, with its replays. The journal keeps that it existed."""
    draft = _locked_draft(number)
    _journal(draft, actor, "brouillon abandonné")
    draft.questions.all().delete()
    draft.delete()
