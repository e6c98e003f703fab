"""Agents whom a file concerns: declared by others, never by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.selectors import people_over
from cases.enums import EventKind, TaskKind
from cases.models import Case, CaseAccess, CaseParty, CaseTask
from cases.selectors import people_barred_from, without_barred
from cases.services.access_notices import forget_notifications, tell_by_email
from cases.services.errors import ActRefused
from cases.services.evaluations import lock_case
from cases.services.tasks import notify_over, open_task
from cases.services.timeline import add_event
from core import clock

if TYPE_CHECKING:
    from accounts.models import User
    from core.journal import Actor

REPLACED_WITHIN = timedelta(days=1)


@transaction.atomic
def declare_party(*, case: Case, person: User, role: str, reason: str, user: User, actor: Actor) -> CaseParty:
    """Declare that a file concerns an agent: it no longer exists for him. Twice is once.

    Raises ActRefused about oneself, without a reason, or when the person is barred already by the data of the file.
    """
    case = lock_case(case.pk)
    if person.pk == user.pk:
        raise ActRefused("Une autre personne que vous fait cette déclaration.", field="person")
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi cet agent est concerné.", field="reason")
    known = case.parties.filter(user=person, ended_at__isnull=True).first()
    if known is not None:
        return known
    if person.pk in people_barred_from(case):
        raise ActRefused("Cet agent n'a déjà pas accès à ce dossier.", field="person")
    party = CaseParty.objects.create(
        case=case, user=person, role=role, reason=reason.strip(), declared_by=user, declared_at=clock.now()
    )
    add_event(
        case=case,
        kind=EventKind.ACCESS,
        sentence=f"{person} est déclaré concerné par ce dossier : il n'y a plus accès.",
        user=user,
        actor=actor,
    )
    # What he had to do waits for whoever holds the role.
    CaseTask.objects.waiting().filter(case=case, assignee=person).update(assignee=None)
    _keep_a_list(case, person, user)
    forget_notifications(case)
    _tell_when_no_referent(case)
    return party


def _keep_a_list(case: Case, person: User, user: User) -> None:
    """A restricted file whose list was that person keeps somebody: who declares it."""
    if not case.is_restricted:
        return
    staying = case.accesses.filter(kind="listed", removed_at__isnull=True, until__isnull=True).exclude(user=person)
    if not staying.exists():
        CaseAccess.objects.create(case=case, user=user, added_by=user, added_at=clock.now())


def _tell_when_no_referent(case: Case) -> None:
    referents = people_over(case.unit, [Role.REFERENT])
    if not referents or without_barred(case, referents):
        return
    path = reverse("cases:detail", args=[case.reference])
    title = "Désigner un autre référent : celui de l'unité est concerné par ce dossier"
    open_task(
        case=case,
        kind=TaskKind.OTHER,
        title=title,
        role=Role.UNIT_HEAD,
        due_at=clock.now() + REPLACED_WITHIN,
        path=path,
        dedupe_key=f"no_referent:{case.pk}",
    )
    text = "ce dossier n'a plus de référent, désignez-en un autre"
    told = notify_over(case=case, roles=[Role.UNIT_HEAD], text=text, path=path, dedupe_key=f"no_referent:{case.pk}")
    sentence = "Un dossier de votre périmètre n'a plus de référent : désignez-en un autre."
    tell_by_email(people=told, sentence=sentence, path=path, key=f"no_referent:{case.pk}", about=case.reference)


@transaction.atomic
def end_party(*, party: CaseParty, reason: str, user: User, actor: Actor) -> CaseParty:
    """Lift a declaration, with the reason. Raises ActRefused about oneself or without a reason."""
    case = lock_case(party.case_id)
    party = CaseParty.objects.select_for_update(of=("self",)).select_related("user").get(pk=party.pk)
    if party.ended_at is not None:
        return party
    if party.user_id == user.pk:
        raise ActRefused("Une autre personne que vous lève cette déclaration.")
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi cet agent n'est plus concerné.", field="reason")
    party.ended_at, party.ended_by, party.end_reason = clock.now(), user, reason.strip()
    party.save(update_fields=["ended_at", "ended_by", "end_reason"])
    add_event(
        case=case,
        kind=EventKind.ACCESS,
        sentence=f"La déclaration qui concernait {party.user} est levée.",
        user=user,
        actor=actor,
    )
    return party
