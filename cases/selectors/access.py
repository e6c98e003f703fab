"""Who may open a file: its list, the agents whom it concerns, and those who must be able to act in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

from accounts.enums import Role
from accounts.models import User
from accounts.permissions import FILE_ROLES
from accounts.scope import postings_over
from accounts.selectors import people_over
from cases.enums import AccessKind, ConsultationMotive, EvaluationState
from cases.models import Case, CaseAccess, CaseEvent, CaseParty, CaseTask, ConsultationReason, Evaluation
from cases.models.hidden import barred_from
from cases.permissions import REVIEW_ACCESS, VIEW_CASE
from cases.signals import matters_of_apps
from core import clock
from core.wording import ordinal_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import Posting
    from cases.models.access import CaseAccessQuerySet

# Somebody who acted in a file goes on following it for a while.
ACTED_WITHIN = timedelta(days=90)


def whole_family_ids(case: Case) -> list[UUID]:
    """The file that holds the facts of `case` now, and all those merged into it, at any depth."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT f.case_id FROM cases_family_of(%s) f", [case.pk])
        return [row[0] for row in cursor.fetchall()]


def people_barred_from(case: Case) -> set[int]:
    """Ids of the accounts whom the file concerns, by its data or by a declaration."""
    barred = RawSQL("EXISTS (SELECT FROM cases_barred_from(accounts_user.id) b WHERE b.case_id = %s)", [case.pk])
    family = whole_family_ids(case)
    declared = CaseParty.objects.filter(case__in=family, ended_at__isnull=True).values_list("user_id", flat=True)
    concerned = Q(official__cases__in=family) | Q(official__victim_of__threat__case__in=family)
    concerned |= Q(protected_person__victim_of__threat__case__in=family)
    # The one rule confirms what these indexes find quickly.
    found = set(declared) | set(User.objects.filter(concerned).values_list("pk", flat=True))
    people = User.objects.filter(pk__in=found).annotate(barred=barred).filter(barred=True)
    return set(people.values_list("pk", flat=True))


def references_barred_from(user: User) -> list[str]:
    """References of the files that concern `user`: what a list without scope, like the journal, leaves out."""
    return list(Case.objects.filter(pk__in=barred_from(user)).order_by("pk").values_list("reference", flat=True))


def able_to_open(case: Case, users: Iterable[User]) -> list[User]:
    """Those of `users` from whom the file is not hidden. Their territory is the caller's business."""
    hidden = RawSQL(
        "EXISTS (SELECT FROM cases_barred_from(accounts_user.id) b WHERE b.case_id = %s)"
        " OR EXISTS (SELECT FROM cases_behind_glass(accounts_user.id, %s) g WHERE g.case_id = %s)",
        [case.pk, clock.now(), case.pk],
    )
    people = list(users)
    shut = set(
        User.objects.filter(pk__in=[user.pk for user in people])
        .annotate(hidden=hidden)
        .filter(hidden=True)
        .values_list("pk", flat=True)
    )
    return [user for user in people if user.pk not in shut]


def without_barred(case: Case, users: Iterable[User]) -> list[User]:
    """`users` without those whom the file concerns: for what must reach somebody though the file is restricted."""
    people = list(users)
    barred = people_barred_from(case) if people else set()
    return [user for user in people if user.pk not in barred]


BARRED_PAIRS = """
SELECT b.case_id, u.id FROM unnest(%s::bigint[]) AS u(id) CROSS JOIN LATERAL cases_barred_from(u.id) b
WHERE b.case_id = ANY(%s)
"""


def barred_among(cases: Iterable[UUID], users: Iterable[int]) -> set[tuple[UUID, int]]:
    """Which of these people each of these files concerns: `without_barred` for a whole list, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(BARRED_PAIRS, [list(users), list(cases)])
        return set(cursor.fetchall())


def people_to_list(case: Case) -> list[User]:
    """Who may be put on the list: those with a posting over the file, without those whom it concerns."""
    return without_barred(case, people_over(case.unit, FILE_ROLES, nation=True))


def people_to_declare(case: Case, *, user: User) -> list[User]:
    """Who may be declared as concerned: those with a posting over the file, and never oneself."""
    barred = people_barred_from(case) | {user.pk}
    return [one for one in people_over(case.unit, FILE_ROLES, nation=True) if one.pk not in barred]


def accesses_of(case: Case) -> list[CaseAccess]:
    """The list as it stands, those for good first, then what was opened by breaking the glass."""
    live = case.accesses.live(clock.now()).select_related("user", "added_by")
    return list(live.order_by("-kind", "user__last_name", "pk"))


def parties_of(case: Case) -> list[CaseParty]:
    return list(case.parties.filter(ended_at__isnull=True).select_related("user", "declared_by").order_by("pk"))


def live_access(case: Case, *, user: User) -> CaseAccess | None:
    """How `user` is on the list now: for good rather than by breaking the glass."""
    return case.accesses.live(clock.now()).filter(user=user).order_by("-kind").first()


def restricted_count(*, user: User) -> int:
    """How many restricted files of his territory `user` does not open. A number, and nothing else."""
    return Case.objects.behind_glass_for(user, VIEW_CASE).filter(is_restricted=True).count()


def emergency_accesses(*, user: User) -> CaseAccessQuerySet:
    """Accesses by breaking the glass in the territory of a hierarchy, the latest first."""
    accesses = CaseAccess.objects.visible_to(user, REVIEW_ACCESS).by_glass()
    return accesses.with_rank().select_related("user", "case__departement", "case__unit", "reviewed_by")


def glasses_in_a_day(user: User, *, moment: datetime) -> int:
    """How many times `user` broke a glass in the 24 hours before `moment`, in any territory: a number alone."""
    return CaseAccess.objects.of_the_day_before(user, moment).count()


def repetition_words(rank: int) -> str:
    """What the hierarchy is told of an access that comes after others in 24 hours; nothing below the parameter."""
    if rank < settings.EMERGENCY_ACCESS_ALERT_FROM:
        return ""
    return f"{ordinal_words(rank)} ouverture d'urgence en 24 heures par cette personne"


def missing_roles(case: Case, people: Iterable[User]) -> list[Role]:
    """Roles that must act in the file (the apps above say so) and that nobody of `people` holds over it."""
    waiting = {Role(role) for matter in matters_of_apps for role in matter.roles if matter.runs_in(case)}
    held = {user.pk for user in people}
    return [
        role
        for role in sorted(waiting)
        if (holders := without_barred(case, people_over(case.unit, [role])))
        and not held.intersection(user.pk for user in holders)
    ]


@dataclass(frozen=True)
class Standing:
    """Why `user` may read a file outside his own list: something to do in it, or a reason given today."""

    has_matter: bool
    # In words, empty when none was given.
    reason: str


def standing_in(case: Case, *, user: User, now: datetime) -> Standing:
    """What `user` has to do in the file or did there lately, and the reason he gave today for reading it. One query."""
    file = OuterRef("pk")
    roles = {posting.role for posting in _held_over(user, case)}
    matters = (
        Exists(CaseTask.objects.waiting().filter(Q(assignee=user) | Q(assignee=None, role__in=roles), case=file)),
        Exists(CaseEvent.objects.filter(case=file, actor=user, at__gt=now - ACTED_WITHIN)),
        Exists(CaseAccess.objects.live(now).filter(case=file, user=user)),
        *(Exists(rows) for rows in _evaluations_for(roles, now)),
        *(Exists(matter.rows(user)) for matter in matters_of_apps if roles.intersection(matter.roles)),
    )
    condition = Q()
    for matter in matters:
        condition |= Q(matter)
    given = ConsultationReason.objects.filter(case=file, user=user, until__gt=now).order_by("-until")
    found = Case.objects.annotate(
        has_matter=ExpressionWrapper(condition, output_field=BooleanField()),
        motive=Subquery(given.values("motive")[:1]),
    )
    has_matter, motive = found.values_list("has_matter", "motive").get(pk=case.pk)
    return Standing(has_matter, str(ConsultationMotive(motive).label) if motive else "")


def _held_over(user: User, case: Case) -> list[Posting]:
    return list(postings_over(user, VIEW_CASE, case))


def _evaluations_for(roles: set[str], now: datetime) -> Iterable[QuerySet[Evaluation]]:
    """To be validated by the hierarchy; late, for the hierarchy and the prefecture."""
    mine = Evaluation.objects.unfinished().filter(case=OuterRef("pk"))
    if Role.UNIT_HEAD in roles:
        yield mine.filter(state=EvaluationState.SUBMITTED)
    if roles.intersection({Role.UNIT_HEAD, Role.INSTRUCTOR, Role.DECIDER}):
        yield mine.filter(due_at__lt=now)


def is_listed(case: Case, *, user: User) -> bool:
    """On the list for good, or for a time that somebody else gave: not by breaking the glass."""
    return case.accesses.live(clock.now()).filter(user=user, kind=AccessKind.LISTED).exists()
