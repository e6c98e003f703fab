"""What the supervisor of a centre is told of, once while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest
from django.urls import reverse

from accounts.enums import Role, ScopeKind
from accounts.models import Posting
from accounts.services import notify
from alarm_registry.enums import AlertKind
from alarm_registry.models import LookupAlert
from core import clock
from core.acts import ActRefused
from core.journal import record_act

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User
    from alarm_registry.services.caller import Caller
    from core.journal import Actor
    from territories.models import Departement

LONGEST_ANSWER = 300


def supervisors_of(departement: Departement) -> list[User]:
    """Those of the centre today: a posting that has ended is told of nothing."""
    return _people(Role.SUPERVISOR_17, ScopeKind.DEPARTEMENT, departement)


def _people(role: Role, scope: ScopeKind, departement: Departement | None = None) -> list[User]:
    held = Posting.objects.active().filter(role=role, scope=scope, user__is_active=True)
    if departement is not None:
        held = held.filter(departement=departement)
    return list({posting.user_id: posting.user for posting in held.select_related("user").order_by("pk")}.values())


@transaction.atomic
def raise_alert(caller: Caller, kind: AlertKind, searches: int) -> LookupAlert:
    """Open an alert, or add to the one that is open. The supervisors are told when it opens."""
    now = clock.now()
    # Two searches at once: the second one waits at the unique index, then adds to the alert of the first.
    alert, created = LookupAlert.objects.get_or_create(
        departement=caller.departement,
        operator=caller.operator,
        asked_by=caller.actor.label[:300],
        kind=kind,
        seen_at=None,
        defaults={"raised_at": now, "last_at": now, "searches": searches},
    )
    if created:
        _tell(alert)
    else:
        LookupAlert.objects.open().filter(pk=alert.pk).update(last_at=now, searches=Greatest(F("searches"), searches))
    return alert


def _tell(alert: LookupAlert) -> None:
    """The supervisors of the centre, never the one whom it is about; without any, those who can name one."""
    others = _but(supervisors_of(alert.departement), alert.operator_id)
    if others:
        notify(
            users=others,
            text=f"Recherches du 17 à contrôler : {alert.get_kind_display()}",
            path=f"{reverse('alarm_registry:supervision')}#alertes",
            dedupe_key=f"lookup-alert:{alert.pk}",
        )
        return
    notify(
        users=_but(_people(Role.ADMINISTRATOR, ScopeKind.NATION), alert.operator_id),
        text=f"Recherches du 17 à contrôler, et aucun superviseur pour le centre {alert.departement.name_of}",
        path=f"{reverse('alarm_registry:limits')}#sans-superviseur",
        dedupe_key=f"lookup-alert:{alert.pk}",
    )


def _but(users: Iterable[User], about: int | None) -> list[User]:
    return [user for user in users if user.pk != about]


def answered_lately(caller: Caller, *, since: datetime) -> dict[AlertKind, datetime]:
    """When each kind of alert about this caller was last answered, since `since`."""
    rows = LookupAlert.objects.filter(
        departement=caller.departement,
        operator=caller.operator,
        asked_by=caller.actor.label[:300],
        seen_at__gt=since,
    )
    return {AlertKind(kind): seen for kind, seen in rows.values_list("kind").annotate(Max("seen_at")).order_by()}


@transaction.atomic
def answer_alert(*, alert: LookupAlert, answer: str, user: User, actor: Actor) -> LookupAlert:
    """Close an alert with what was done about it.

    Raises ActRefused without a word, when it is closed already, or when it is about the searches of `user`.
    """
    alert = LookupAlert.objects.select_for_update(of=("self",), no_key=True).select_related("seen_by").get(pk=alert.pk)
    answer = answer.strip()
    if not answer:
        raise ActRefused("Écrivez en une ligne la suite donnée.", field="answer")
    if len(answer) > LONGEST_ANSWER:
        raise ActRefused(f"Une ligne : {LONGEST_ANSWER} signes au plus.", field="answer")
    if alert.seen_at is not None:
        raise ActRefused(f"Cette alerte a déjà reçu une suite, de {alert.seen_by}.")
    if alert.operator_id == user.pk:
        raise ActRefused("Cette alerte porte sur vos propres recherches : une autre personne y répond.")
    alert.seen_at, alert.seen_by, alert.answer = clock.now(), user, answer
    alert.save(update_fields=["seen_at", "seen_by", "answer"])
    record_act(
        actor=actor,
        object_type="alarm_registry.lookupalert",
        object_id=str(alert.pk),
        object_label=alert.get_kind_display(),
        reason="alerte de recherche du 17 traitée",
    )
    return alert
