"""Tasks and notifications of the demonstration: some to do, some late, in the open files of each unit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.enums import Role
from accounts.selectors import people_over
from accounts.services import notify
from cases.enums import TaskKind
from cases.models import Case
from cases.services import open_task
from core import clock

if TYPE_CHECKING:
    from random import Random

TITLES = (
    "Rappeler l'élu pour faire le point",
    "Vérifier que la brigade voisine est prévenue",
    "Demander la copie du dépôt de plainte",
    "Prévenir le secrétariat de la mairie des consignes",
)
# Days before the term, for one open file in three.
TERMS = (-3, -1, 1, 2, 5, 9, 20)
PER_UNIT = 6


def create_tasks(*, rng: Random) -> None:
    """The same base gives the same tasks."""
    given: dict[int, int] = {}
    for case in Case.objects.open().select_related("unit", "departement", "official").order_by("reference"):
        if given.get(case.unit_id, 0) >= PER_UNIT or rng.random() > 0.5:
            continue
        given[case.unit_id] = given.get(case.unit_id, 0) + 1
        path = reverse("cases:detail", args=[case.reference])
        open_task(
            case=case,
            kind=TaskKind.OTHER,
            title=rng.choice(TITLES),
            role=Role.REFERENT,
            due_at=clock.now() + timedelta(days=rng.choice(TERMS), hours=rng.randint(0, 5)),
            path=f"{path}#taches",
            dedupe_key=f"demo:{case.pk}",
        )
        if given[case.unit_id] <= 3:
            notify(
                users=people_over(case.unit, [Role.REFERENT]),
                text=f"{case.reference} : une tâche attend votre unité",
                path=path,
                dedupe_key=f"demo:{case.pk}",
            )
