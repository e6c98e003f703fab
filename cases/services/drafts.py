"""A threat being typed: kept at each step and as it is typed, logged at the end, forgotten after a month."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from cases.models import Threat, ThreatDraft
from cases.services.errors import ActRefused
from cases.services.facts import VictimFacts
from cases.services.households import protect_person
from cases.services.threats import log_threat
from core import clock
from officials.services import PersonFacts, add_protected_person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from accounts.models import Unit, User
    from cases.models import Case
    from cases.services.facts import ThreatFacts
    from core.journal import Actor
    from officials.models import Official

KEPT_FOR = timedelta(days=30)
# A narrative of 200,000 characters typed by mistake is still kept for its author to cut.
LONGEST = 1_500_000
MOST_DRAFTS = 50


@dataclass(frozen=True)
class Saved:
    """What a save answers. `stored`: what another window saved at this step meanwhile; nothing was written then."""

    draft: ThreatDraft
    stored: dict[str, list[str]] | None = None


@transaction.atomic
def save_draft(
    *,
    draft_id: UUID,
    official: Official,
    case: Case | None,
    step: str,
    number: int,
    typed: Mapping[str, list[str]],
    version: int,
    user: User,
    window: str = "",
    sent: bool = True,
) -> Saved:
    """Keep what was typed at a step, right or wrong. The first save makes the draft.

    Two windows on one step: the second is given what the first saved, and writes once it has read that version.
    `window` names the page: one that saved by itself a moment ago, and was then `sent`, does not meet itself; nor does
    its automatic save, come late, undo what was sent.
    Raises ActRefused when the threat is already logged, when the draft is somebody else's, or when it is too long.
    """
    draft = _locked(draft_id, official, case, user)
    kept = draft.steps.get(step, {})
    own = bool(window) and kept.get("window") == window and (sent or not kept.get("sent"))
    if draft.saved_version(step) > version and draft.typed(step) != dict(typed) and not own:
        return Saved(draft, draft.typed(step))
    steps = draft.steps
    steps[step] = {"version": draft.version + 1, "typed": dict(typed), "window": window, "sent": sent}
    text = json.dumps(steps)
    if len(text) > LONGEST:
        raise ActRefused("Ce texte est trop long pour être gardé : raccourcissez-le.")
    draft.version += 1
    draft.step, draft.data, draft.updated_at = number, text, clock.now()
    draft.save()
    return Saved(draft)


def _locked(draft_id: UUID, official: Official, case: Case | None, user: User) -> ThreatDraft:
    now = clock.now()
    draft = ThreatDraft.objects.select_for_update(of=("self",)).filter(pk=draft_id).first()
    if draft is None:
        if Threat.objects.filter(pk=draft_id).exists():
            raise ActRefused("Cette menace est déjà enregistrée.")
        if ThreatDraft.objects.filter(user=user).count() >= MOST_DRAFTS:
            raise ActRefused("Vous avez trop de brouillons : terminez-en ou abandonnez-en un.")
        # The same first page saved twice at once makes one draft.
        ThreatDraft.objects.bulk_create(
            [
                ThreatDraft(
                    pk=draft_id, user=user, official=official, case=case, data="", created_at=now, updated_at=now
                )
            ],
            ignore_conflicts=True,
        )
        draft = ThreatDraft.objects.select_for_update(of=("self",)).get(pk=draft_id)
    if draft.user_id != user.pk or draft.official_id != official.pk or draft.case_id != (case.pk if case else None):
        raise ActRefused("Ce brouillon est celui d'un autre signalement.")
    return draft


@transaction.atomic
def log_draft(
    *,
    draft: ThreatDraft,
    unit: Unit,
    facts: ThreatFacts,
    new_people: Iterable[PersonFacts] = (),
    user: User,
    actor: Actor,
) -> Threat:
    """Log the threat of a draft and delete the draft, in one transaction. Sent twice, even at once, it logs one.

    Raises what `log_threat` raises; ActRefused when the draft was abandoned meanwhile.
    """
    locked = ThreatDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk, user=user).first()
    if locked is None:
        logged = logged_from(draft.pk, user=user)
        if logged is None:
            raise ActRefused("Ce brouillon n'existe plus : recommencez le signalement.")
        return logged
    people = [add_protected_person(official=draft.official, facts=one, actor=actor) for one in new_people]
    victims = (*(facts.victims or ()), *(VictimFacts(protected_person=person) for person in people))
    threat = log_threat(
        official=draft.official,
        unit=unit,
        facts=replace(facts, victims=victims),
        user=user,
        actor=actor,
        case=draft.case,
        submission=draft.pk,
    )
    for person in people:
        protect_person(case=threat.case, person=person, user=user, actor=actor)
    locked.delete()
    return threat


def logged_from(draft_id: UUID, *, user: User) -> Threat | None:
    """The threat that a draft of `user` became."""
    return Threat.objects.filter(pk=draft_id, logged_by=user).select_related("case").first()


def abandon_draft(*, draft: ThreatDraft) -> None:
    """Forget a draft: nothing of it was ever seen by anybody else."""
    ThreatDraft.objects.filter(pk=draft.pk).delete()


def purge_old_drafts() -> int:
    """Forget the drafts that nobody has touched for a month. Gives how many."""
    return ThreatDraft.objects.filter(updated_at__lt=clock.now() - KEPT_FOR).delete()[0]
