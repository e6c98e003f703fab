"""Versions of the grid, and what an analyst is warned of before he publishes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from cases.enums import GridState, Level
from cases.models import GridVersion
from cases.selectors.divergence import SIDES, lines_of, matrix_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cases.models import GridQuestion, GridReplay
    from cases.selectors.divergence import Line


def grid_versions() -> list[GridVersion]:
    """Every version, the latest first, with the number of its questions and of the evaluations made on it."""
    counted = GridVersion.objects.select_related("published_by").annotate(
        question_count=Count("questions", distinct=True)
    )
    return list(counted.order_by("-number"))


def grid_draft() -> GridVersion | None:
    return GridVersion.objects.filter(state=GridState.DRAFT).first()


def questions_by_section(questions: Iterable[GridQuestion]) -> list[tuple[str, list[GridQuestion]]]:
    sections: dict[str, list[GridQuestion]] = {}
    for question in questions:
        sections.setdefault(question.section, []).append(question)
    return list(sections.items())


def grid_warnings(grid: GridVersion, questions: Sequence[GridQuestion]) -> list[str]:
    """What is probably not meant. None of these forbids to publish."""
    found = _level_warnings(grid, questions)
    if not any(question.red_floor for question in questions):
        found.append("Aucun facteur rouge : seul le total des points fait le niveau.")
    if not any(question.weight < 0 for question in questions):
        found.append("Aucun facteur protecteur : aucune réponse ne fait baisser le total.")
    useless = [question.text for question in questions if question.weight == 0 and not question.red_floor]
    found += [f"Question sans effet (0 point, pas de facteur rouge) : {text}" for text in useless]
    bare = [level.label for level in Level if not grid.measures_by_level.get(str(level.value))]
    if bare:
        found.append(f"Aucune mesure suggérée pour le niveau {', '.join(bare)}.")
    if grid.unknown_percent == 0:
        found.append("« Ne sait pas » ne vaut rien : cela revient à répondre « non ».")
    if len(questions) > 60:
        found.append(f"{len(questions)} questions : un référent y passera plus de dix minutes.")
    return found


def _level_warnings(grid: GridVersion, questions: Sequence[GridQuestion]) -> list[str]:
    most = sum(max(question.weight, 0) for question in questions)
    floors = [question.red_floor for question in questions if question.red_floor]
    if len(floors) > 1:
        floors.append(Level.VERY_HIGH)
    found = []
    starts = {Level.MODERATE: grid.moderate_from, Level.HIGH: grid.high_from, Level.VERY_HIGH: grid.very_high_from}
    for level, start in starts.items():
        if most < start and level not in floors:
            found.append(
                f"Niveau « {level.label} » hors d'atteinte : il commence à {start} points,"
                f" et la grille en donne {most} au plus."
            )
    if grid.moderate_from == 0:
        found.append("Niveau « faible » hors d'atteinte : « modéré » commence à 0 point.")
    return found


class ReplayFigures:
    """A replay as it is shown: counts, the small ones hidden."""

    def __init__(self, replay: GridReplay) -> None:
        cells = {tuple(map(int, key.split("-"))): count for key, count in replay.result.get("cells", {}).items()}
        self.evaluations: int = replay.result.get("evaluations", 0)
        self.missing: dict[str, int] = replay.result.get("missing", {})
        changed: dict[tuple[int, int], int] = {}
        signed: dict[tuple[int, int], int] = {}
        moves = dict.fromkeys(SIDES, 0)
        before, after = dict.fromkeys(SIDES, 0), dict.fromkeys(SIDES, 0)
        for (old, new, chosen), count in cells.items():
            changed[old, new] = changed.get((old, new), 0) + count
            signed[new, chosen] = signed.get((new, chosen), 0) + count
            moves[SIDES[(new > old) - (new < old) + 1]] += count
            before[SIDES[(chosen > old) - (chosen < old) + 1]] += count
            after[SIDES[(chosen > new) - (chosen < new) + 1]] += count
        self.matrix = matrix_of(changed)
        self.signed = matrix_of(signed)
        self.move_lines: list[Line] = lines_of({"toutes les évaluations": moves}, overlapping=True)
        self.gaps: list[Line] = lines_of({"grille de chaque évaluation": before, "brouillon": after}, overlapping=True)
