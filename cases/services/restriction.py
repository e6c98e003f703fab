"""Restricting a file to a list of people, and breaking the glass."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import people_over
from accounts.services import notify
from cases.enums import AccessKind, EventKind, TaskKind
from cases.models import Case, CaseAccess
from cases.permissions import VIEW_CASE
from cases.selectors import (
    glasses_in_a_day,
    is_listed,
    missing_roles,
    people_barred_from,
    repetition_words,
    without_barred,
)
from cases.services.access_notices import forget_notifications, tell_by_email
from cases.services.errors import ActRefused
from cases.services.evaluations import lock_case
from cases.services.tasks import finish_tasks, notify_over, open_task
from cases.services.timeline import add_event
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.journal import Actor

GLASS_LASTS = timedelta(hours=24)
COMPLETED_WITHIN = timedelta(hours=24)
REVIEWED_WITHIN = timedelta(hours=72)


@transaction.atomic
def restrict_case(*, case: Case, people: Iterable[User], reason: str, user: User, actor: Actor) -> Case:
    """Restrict a file to `people`, to the référents of its unit and to `user`.

    Raises ActRefused when it is restricted already, when no reason is written, when one of them is concerned by the
    file, or when nobody of the list could decide what waits in it.
    """
    case = lock_case(case.pk)
    if case.is_restricted:
        raise ActRefused("L'accès à ce dossier est déjà restreint.")
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi vous restreignez l'accès à ce dossier.", field="reason")
    chosen = {one.pk: one for one in (user, *people_over(case.unit, [Role.REFERENT]), *people)}
    barred = people_barred_from(case)
    listed = [one for pk, one in chosen.items() if pk not in barred]
    if absent := missing_roles(case, listed):
        raise ActRefused(_somebody_must_act(absent), field="people")
    case.is_restricted, case.restricted_at, case.restricted_by = True, clock.now(), user
    case.version += 1
    case.save(update_fields=["is_restricted", "restricted_at", "restricted_by", "version"])
    for one in listed:
        _add(case, one, user, reason=reason if one.pk == user.pk else "")
    add_event(
        case=case,
        kind=EventKind.ACCESS,
        sentence=f"Accès restreint à {len(listed)} personne{'s' if len(listed) > 1 else ''}.",
        user=user,
        actor=actor,
        changes=[{"field": "access", "label": "liste", "before": "vide", "after": _names(listed)}],
    )
    forget_notifications(case)
    return case


def _names(people: list[User]) -> str:
    return ", ".join(str(one) for one in people)


def _somebody_must_act(roles: list[Role]) -> str:
    labels = " et ".join(f"une personne du rôle « {role.label} »" for role in roles)
    return f"Une demande ou un bouton d'appel est en cours dans ce dossier : ajoutez {labels}."


def _add(case: Case, person: User, by: User, *, reason: str = "", until: datetime | None = None) -> CaseAccess:
    return CaseAccess.objects.create(
        case=case, user=person, added_by=by, added_at=clock.now(), until=until, reason=reason.strip() or None
    )


def _locked_for_its_list(case: Case, user: User) -> Case:
    """The file, locked, when `user` is on its list for good: breaking the glass lets one read, not choose who reads."""
    case = lock_case(case.pk)
    if not case.is_restricted:
        raise ActRefused("L'accès à ce dossier n'est pas restreint.")
    if not is_listed(case, user=user):
        raise ActRefused("Vous êtes dans ce dossier par un accès d'urgence : une personne de la liste fait cet acte.")
    return case


@transaction.atomic
def lift_restriction(*, case: Case, reason: str, user: User, actor: Actor) -> Case:
    """Open a restricted file again to those of its territory. Raises ActRefused without a reason."""
    case = _locked_for_its_list(case, user)
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi vous levez la restriction.")
    case.is_restricted, case.restricted_at, case.restricted_by = False, None, None
    case.version += 1
    case.save(update_fields=["is_restricted", "restricted_at", "restricted_by", "version"])
    case.accesses.live(clock.now()).update(removed_at=clock.now(), removed_by=user)
    add_event(
        case=case,
        kind=EventKind.ACCESS,
        sentence=f"Restriction d'accès levée : {reason.strip()}",
        user=user,
        actor=actor,
    )
    return case


@transaction.atomic
def add_to_list(*, case: Case, person: User, until: datetime | None, user: User, actor: Actor) -> CaseAccess:
    """Put somebody on the list, for good or until a moment. Twice is once.

    Raises ActRefused when the file concerns the person or when the moment is past.
    """
    case = _locked_for_its_list(case, user)
    if person.pk in people_barred_from(case):
        raise ActRefused("Cette personne ne peut pas être ajoutée à la liste.", field="person")
    if until is not None and until <= clock.now():
        raise ActRefused("La fin de l'accès est déjà passée.", field="until")
    known = case.accesses.filter(user=person, kind=AccessKind.LISTED, removed_at__isnull=True).first()
    if known is not None:
        if known.until == until:
            return known
        # A new term is a new line: the former one stays in the history of the file.
        known.removed_at, known.removed_by = clock.now(), user
        access = _replace(known, case, person, user, until)
    else:
        access = _add(case, person, user, until=until)
    add_event(case=case, kind=EventKind.ACCESS, sentence=f"Ajout à la liste : {person}.", user=user, actor=actor)
    path = reverse("cases:detail", args=[case.reference])
    text = f"{case.reference} : vous êtes sur la liste des personnes qui y ont accès"
    notify(users=[person], text=text, path=path, dedupe_key=f"listed:{access.pk}")
    return access


def _replace(known: CaseAccess, case: Case, person: User, by: User, until: datetime | None) -> CaseAccess:
    known.save(update_fields=["removed_at", "removed_by"])
    _check_somebody_stays(case)
    return _add(case, person, by, until=until)


def _check_somebody_stays(case: Case) -> None:
    staying = case.accesses.filter(kind=AccessKind.LISTED, removed_at__isnull=True, until__isnull=True)
    if not staying.exists():
        raise ActRefused("La liste ne peut pas être vide : ajoutez d'abord une autre personne, sans date de fin.")


@transaction.atomic
def remove_from_list(*, access: CaseAccess, user: User, actor: Actor) -> CaseAccess:
    """Take somebody off the list, or end an access by breaking the glass. Raises ActRefused for the last person."""
    case = _locked_for_its_list(access.case, user)
    access = CaseAccess.objects.select_for_update(of=("self",)).select_related("user").get(pk=access.pk)
    if access.removed_at is not None:
        return access
    access.removed_at, access.removed_by = clock.now(), user
    access.save(update_fields=["removed_at", "removed_by"])
    _check_somebody_stays(case)
    staying = [one.user for one in case.accesses.live(clock.now()).select_related("user").order_by("pk")]
    if absent := missing_roles(case, staying):
        raise ActRefused(_somebody_must_act(absent))
    add_event(
        case=case, kind=EventKind.ACCESS, sentence=f"Retrait de la liste : {access.user}.", user=user, actor=actor
    )
    forget_notifications(case)
    return access


@transaction.atomic
def break_glass(*, case: Case, reason: str, user: User, actor: Actor) -> CaseAccess:
    """Open a restricted file at once, for 24 hours, and tell the hierarchy and the owner of the list. Twice is once.

    Raises ActRefused when no reason is written, or when there is no glass to break for `user`.
    """
    case = lock_case(case.pk)
    # Two files opened at once by one person are counted one after the other.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    now = clock.now()
    if (open_now := case.accesses.live(now).filter(user=user).first()) is not None:
        return open_now
    if not reason.strip():
        raise ActRefused("Écrivez pourquoi vous devez ouvrir ce dossier maintenant.", field="reason")
    if not Case.objects.behind_glass_for(user, VIEW_CASE).filter(pk=case.pk).exists():
        raise ActRefused("Ce dossier ne s'ouvre pas par un accès d'urgence.")
    access = CaseAccess.objects.create(
        case=case,
        user=user,
        kind=AccessKind.BREAK_GLASS,
        added_by=user,
        added_at=now,
        until=now + GLASS_LASTS,
        reason=reason.strip(),
    )
    add_event(
        case=case,
        kind=EventKind.ACCESS,
        sentence=f"Accès d'urgence de {user}, pour 24 heures. La hiérarchie est prévenue.",
        user=user,
        actor=actor,
    )
    _tell_of_glass(access, case)
    return access


def _tell_of_glass(access: CaseAccess, case: Case) -> None:
    """Never refuses: an emergency opens the file, and repeated ones are said so to those who review them."""
    repeated = repetition_words(glasses_in_a_day(access.user, moment=access.added_at))
    told = without_barred(case, people_over(case.unit, [Role.UNIT_HEAD]))
    if case.restricted_by is not None and case.restricted_by not in told:
        told += without_barred(case, [case.restricted_by])
    told = [one for one in told if one.pk != access.user_id]
    path = reverse("cases:emergency_accesses")
    text = f"{case.reference} : un accès d'urgence a été ouvert, à contrôler"
    title = "Contrôler un accès d'urgence"
    sentence = "Un accès d'urgence a été ouvert sur un dossier : il est à contrôler."
    if repeated:
        text, title = f"{text} ({repeated})", f"{title} ({repeated})"
        sentence += " Cette personne en a ouvert plusieurs en 24 heures : contrôlez sans attendre."
    notify(users=told, text=text, path=path, dedupe_key=f"glass:{access.pk}")
    tell_by_email(people=told, sentence=sentence, path=path, key=f"glass:{access.pk}", about=case.reference)
    open_task(
        case=case,
        kind=TaskKind.REVIEW_ACCESS,
        title=title,
        role=Role.UNIT_HEAD,
        due_at=access.added_at + REVIEWED_WITHIN,
        path=path,
        dedupe_key=f"glass:{access.pk}",
    )


@transaction.atomic
def review_access(*, access: CaseAccess, justified: bool, note: str, user: User, actor: Actor) -> CaseAccess:
    """Say whether an access by breaking the glass was justified. One that was not ends at once.

    Raises ActRefused when it is one's own, when it was reviewed already, or without a reason when it was not.
    """
    case = lock_case(access.case_id)
    access = CaseAccess.objects.select_for_update(of=("self",)).select_related("user").get(pk=access.pk)
    if access.user_id == user.pk:
        raise ActRefused("Une autre personne que celle qui est entrée contrôle l'accès d'urgence.")
    if access.reviewed_at is not None:
        raise ActRefused("Cet accès d'urgence a déjà été contrôlé.")
    if not justified and not note.strip():
        raise ActRefused("Écrivez pourquoi cet accès d'urgence n'est pas justifié.", field="note")
    access.reviewed_at, access.reviewed_by, access.is_justified = clock.now(), user, justified
    access.review_note = note.strip() or None
    if not justified and access.removed_at is None and access.until is not None and access.until > clock.now():
        access.removed_at, access.removed_by = clock.now(), user
    access.save()
    verdict = "justifié" if justified else "non justifié"
    add_event(
        case=case,
        kind=EventKind.ACCESS,
        sentence=f"Accès d'urgence de {access.user} contrôlé : {verdict}.",
        user=user,
        actor=actor,
    )
    finish_tasks(case=case, prefix=f"glass:{access.pk}", user=user, outcome=verdict)
    return access


def ask_to_complete_list(*, case: Case) -> None:
    """Something new must be decided in a restricted file, and nobody of its list can: its hierarchy is told.

    Joins the caller's transaction. Nothing happens when the list is complete.
    """
    if not case.is_restricted:
        return
    listed = [access.user for access in case.accesses.live(clock.now()).select_related("user").order_by("pk")]
    if not (absent := missing_roles(case, listed)):
        return
    path = reverse("cases:access", args=[case.reference])
    key = f"list:{case.pk}:{'+'.join(absent)}:{clock.today(case.departement.time_zone)}"
    open_task(
        case=case,
        kind=TaskKind.REVIEW_ACCESS,
        title="Ajouter à la liste d'accès une personne de la préfecture qui peut agir",
        role=Role.UNIT_HEAD,
        due_at=clock.now() + COMPLETED_WITHIN,
        path=path,
        dedupe_key=key,
    )
    told = notify_over(
        case=case,
        roles=[Role.UNIT_HEAD, Role.REFERENT],
        text="la préfecture doit agir dans ce dossier, complétez la liste d'accès",
        path=path,
        dedupe_key=key,
    )
    sentence = "La préfecture doit agir dans un dossier à accès restreint : complétez la liste des personnes."
    tell_by_email(people=told, sentence=sentence, path=path, key=key, about=case.reference)
