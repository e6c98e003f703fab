"""What waits for the supervisor of a 17: alerts, then consultations to confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.dateformat import format as format_date

from accounts.permissions import has_permission
from alarm_registry.permissions import SUPERVISE
from alarm_registry.selectors.supervision import alerts_of, samples_of
from core.todo import TodoItem, todo_section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from core.todo import TodoSection

SHOWN = 20


def supervision_sections(user: User) -> Iterable[TodoSection]:
    if not has_permission(user, SUPERVISE):
        return
    page = reverse("alarm_registry:supervision")
    alerts = list(alerts_of(user=user).open().order_by("raised_at", "pk")[: SHOWN + 1])
    yield todo_section(
        title="Alertes de recherche",
        items=[
            TodoItem(
                what=f"{alert.get_kind_display().capitalize()} : {alert.asked_by}",
                about=f"Centre {alert.departement.name_of}",
                url=reverse("alarm_registry:alert", args=[alert.pk]),
                since=alert.raised_at,
                zone=alert.departement.time_zone,
            )
            for alert in alerts[:SHOWN]
        ],
        empty_text="Aucune alerte n'attend de réponse.",
        more_url=f"{page}#alertes" if len(alerts) > SHOWN else "",
    )
    samples = list(samples_of(user=user).waiting().order_by("month", "rank", "pk")[: SHOWN + 1])
    yield todo_section(
        title="Consultations à confirmer",
        items=[
            TodoItem(
                what=f"Consultation n° {sample.rank} ({format_date(sample.month, 'F Y')})",
                about=f"Centre {sample.departement.name_of}",
                url=reverse("alarm_registry:sample", args=[sample.pk]),
            )
            for sample in samples[:SHOWN]
        ],
        empty_text="Aucune consultation n'est à confirmer.",
        more_url=f"{page}#consultations" if len(samples) > SHOWN else "",
    )
