"""What the supervisor of a centre is told of, once while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role, ScopeKind
from accounts.models import Posting
from accounts.services import notify
from alarm_registry.models import LookupAlert
from core import clock
from core.acts import ActRefused
from core.journal import record_act

if TYPE_CHECKING:
    from accounts.models import User
    from alarm_registry.enums import AlertKind
    from alarm_registry.services.looking import Caller
    from core.journal import Actor
    from territories.models import Departement


def supervisors_of(departement: Departement) -> list[User]:
    held = Posting.objects.active().filter(
        departement=departement, role=Role.SUPERVISOR_17, scope=ScopeKind.DEPARTEMENT, user__is_active=True
    )
    return list({posting.user_id: posting.user for posting in held.select_related("user").order_by("pk")}.values())


@transaction.atomic
def raise_alert(caller: Caller, kind: AlertKind, searches: int) -> LookupAlert:
    """Open an alert, or add to the one that is open. The supervisors are told when it opens."""
    now = clock.now()
    alert, created = LookupAlert.objects.get_or_create(
        departement=caller.departement,
        asked_by=caller.actor.label[:300],
        kind=kind,
        seen_at=None,
        defaults={"operator": caller.operator, "raised_at": now, "last_at": now, "searches": searches},
    )
    if not created:
        LookupAlert.objects.filter(pk=alert.pk).update(last_at=now, searches=max(searches, alert.searches))
        return alert
    notify(
        users=supervisors_of(caller.departement),
        text=f"Recherches du 17 à contrôler : {alert.get_kind_display()}",
        path=f"{reverse('alarm_registry:supervision')}#alertes",
        dedupe_key=f"lookup-alert:{alert.pk}",
    )
    return alert


@transaction.atomic
def answer_alert(*, alert: LookupAlert, answer: str, user: User, actor: Actor) -> LookupAlert:
    """Close an alert with what was done about it. Raises ActRefused without a word, or when it is closed already."""
    alert = LookupAlert.objects.select_for_update(of=("self",), no_key=True).get(pk=alert.pk)
    if not answer.strip():
        raise ActRefused("Écrivez en une ligne la suite donnée.", field="answer")
    if alert.seen_at is not None:
        raise ActRefused(f"Cette alerte a déjà reçu une suite, de {alert.seen_by}.")
    alert.seen_at, alert.seen_by, alert.answer = clock.now(), user, answer.strip()[:300]
    alert.save(update_fields=["seen_at", "seen_by", "answer"])
    record_act(
        actor=actor,
        object_type="alarm_registry.lookupalert",
        object_id=str(alert.pk),
        object_label=alert.get_kind_display(),
        reason="alerte de recherche du 17 traitée",
    )
    return alert
