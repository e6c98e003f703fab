from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from cases.enums import CaseState, EvaluationState, EventKind
from cases.models import Case, Threat
from cases.services.details import changed_details, set_details
from cases.services.errors import ActRefused, Conflict
from cases.services.evaluations import delay_of, lock_case, open_evaluation, return_evaluation
from cases.services.facts import ENCRYPTED_FIELDS, PLAIN_FIELDS, ThreatFacts, check_facts, columns_of
from cases.services.references import next_reference
from cases.services.timeline import add_event
from core import clock

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import Unit, User
    from core.journal import Actor
    from officials.models import Official

# A narrative is never copied into the timeline: the act says that it changed, not what it says.
CORRECTABLE = ("occurred_at", "commune", "mandate", *PLAIN_FIELDS, *ENCRYPTED_FIELDS)


def log_threat(
    *,
    official: Official,
    unit: Unit,
    facts: ThreatFacts,
    user: User,
    actor: Actor,
    case: Case | None = None,
    submission: UUID | None = None,
) -> Threat:
    """Log a threat in `case`, or in a new file of `unit`, and open its evaluation.

    `submission` names the page it was typed on: sent twice, even at once, it logs one threat.
    Raises ActRefused when the fact is in the future, when the file is closed, or concerns somebody else.
    """
    if official.user_id == user.pk:
        raise ActRefused("Vous êtes la personne visée : un collègue ou votre hiérarchie enregistre ce signalement.")
    threat_id = submission or uuid4()
    if (threat := _already_logged(threat_id, user, facts)) is not None:
        return threat
    try:
        with transaction.atomic():
            return _log(official, unit, facts, user, actor, case, threat_id)
    except IntegrityError:
        if (threat := _already_logged(threat_id, user, facts)) is not None:
            return threat
        raise


def _already_logged(threat_id: UUID, user: User, facts: ThreatFacts) -> Threat | None:
    threat = Threat.objects.filter(pk=threat_id, logged_by=user).select_related("case").first()
    if threat is not None and any(getattr(threat, name) != value for name, value in columns_of(facts).items()):
        raise ActRefused(
            f"Cette page a déjà enregistré une menace, dans le dossier {threat.case.reference}. Pour un autre fait,"
            " ouvrez un nouveau signalement ; pour une correction, corrigez la menace dans son dossier."
        )
    return threat


def _log(
    official: Official, unit: Unit, facts: ThreatFacts, user: User, actor: Actor, case: Case | None, threat_id: UUID
) -> Threat:
    check_facts(facts)
    now = clock.now()
    if case is None:
        case = Case.objects.create(
            reference=next_reference(departement=unit.departement),
            official=official,
            unit=unit,
            departement=unit.departement,
            opened_at=now,
        )
        add_event(
            case=case,
            kind=EventKind.OPENED,
            sentence=f"Dossier {case.reference} ouvert.",
            user=user,
            actor=actor,
        )
    else:
        # The lock keeps a closing of the same file behind this threat; the database checks it again.
        case = lock_case(case.pk)
        if case.official_id != official.pk:
            raise ActRefused("Ce dossier concerne un autre élu.")
        if case.state != CaseState.OPEN:
            raise ActRefused("Ce dossier est clos : rouvrez-le, ou créez un nouveau dossier.")
    threat = Threat.objects.create(
        pk=threat_id,
        case=case,
        logged_at=now,
        logged_by=user,
        recorded_unit=unit,
        recorded_departement=unit.departement,
        **columns_of(facts),
    )
    set_details(threat, facts, official=official)
    add_event(
        case=case,
        kind=EventKind.THREAT_LOGGED,
        sentence=f"Menace enregistrée : {threat}.",
        user=user,
        actor=actor,
        version=threat.version,
    )
    hours = delay_of(threat.urgency)
    open_evaluation(threat=threat, due_at=now + hours, reason="menace enregistrée", user=user, actor=actor)
    return threat


@transaction.atomic
def correct_threat(*, threat: Threat, version: int, facts: ThreatFacts, user: User, actor: Actor) -> Threat:
    """Correct a threat opened at `version`. A threat already evaluated gets a new evaluation.

    Raises Conflict when somebody saved it meanwhile, ActRefused when the file is closed or the date is in
    the future.
    """
    case = lock_case(threat.case_id)
    threat = (
        Threat.objects.select_for_update(of=("self",), no_key=True)
        .select_related("case__official", "commune__departement", "mandate")
        .get(pk=threat.pk)
    )
    if case.state != CaseState.OPEN:
        raise ActRefused("Ce dossier est clos : rouvrez-le pour corriger une menace.")
    if threat.duplicate_of_id:
        raise ActRefused("Cette menace est un doublon : corrigez celle qui est conservée.")
    check_facts(facts)
    columns = columns_of(facts)
    changed = [name for name in CORRECTABLE if getattr(threat, name) != columns[name]]
    if threat.version != version:
        raise _conflict(threat, since=version)
    changes = [_change(threat, name, columns) for name in changed] + changed_details(threat, facts)
    if not changes:
        return threat
    for name, value in columns.items():
        setattr(threat, name, value)
    threat.version += 1
    threat.save()
    set_details(threat, facts, official=threat.case.official)
    labels = ", ".join(change["label"] for change in changes)
    add_event(
        case=case,
        kind=EventKind.THREAT_CORRECTED,
        sentence=f"Menace corrigée : {labels}.",
        user=user,
        actor=actor,
        changes=changes,
        version=threat.version,
    )
    latest = threat.evaluations.order_by("-number").first()
    if latest is not None and latest.state == EvaluationState.SUBMITTED:
        # The level was signed on other facts: its author reads the new ones and signs again.
        return_evaluation(
            evaluation=latest,
            reason=f"La menace a été corrigée après la transmission ({labels}) : vérifiez vos réponses.",
            user=user,
            actor=actor,
        )
    if latest is not None and latest.state == EvaluationState.VALIDATED:
        open_evaluation(
            threat=threat,
            due_at=clock.now() + delay_of(threat.urgency),
            reason=f"menace corrigée ({labels})"[:200],
            user=user,
            actor=actor,
        )
    return threat


def _label(name: str) -> str:
    return str(getattr(Threat._meta.get_field(name), "verbose_name", name))


def _shown(threat: Threat, name: str) -> str:
    """The stored value as a person reads it."""
    if name == "occurred_at":
        return f"{threat.local_occurred_at:%d/%m/%Y à %H:%M}"
    display = getattr(threat, f"get_{name}_display", None)
    value = display() if display else getattr(threat, name)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value) if value not in (None, "") else "(vide)"


def _change(threat: Threat, name: str, columns: dict[str, Any]) -> dict[str, Any]:
    new = columns[name]
    change: dict[str, Any] = {"field": name, "label": _label(name), "threat": str(threat.pk)}
    if name not in ENCRYPTED_FIELDS:
        change["before"] = _shown(threat, name)
        after = Threat(**{name: new, "occurred_zone": columns["occurred_zone"]}) if name != "commune" else None
        change["after"] = _shown(after, name) if after else str(new)
    return change


def _conflict(threat: Threat, *, since: int) -> Conflict:
    other = (
        threat.case.events.filter(
            kind=EventKind.THREAT_CORRECTED, version__gt=since, changes__contains=[{"threat": str(threat.pk)}]
        )
        .order_by("-at", "-pk")
        .first()
    )
    return Conflict(
        # The name is enough; the act of the timeline also has the posting. A version that never was has no act.
        who=other.actor_label.partition(",")[0] if other else "Quelqu'un",
        at=other.at if other else threat.logged_at,
        stored={name: getattr(threat, name) for name in CORRECTABLE},
        version=threat.version,
    )
