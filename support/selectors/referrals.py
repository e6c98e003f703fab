"""Reads of named referrals: each of the three doors gets its own, and nothing of the two others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Posting, User
from cases.selectors import case_family_ids, open_case_of
from core import clock
from core.wording import day_words
from officials.models import Official, ProtectedPerson
from officials.selectors import current_mandates, household_of
from support.enums import Help
from support.enums.referrals import Origin, ReferralState
from support.models import Association, AssociationMember, Referral, ReferralAppointment
from support.permissions import HANDLE_REFERRAL, OWN_SUPPORT, PROPOSE_REFERRAL, SEE_REFERRAL_STATE
from support.selectors.meetings import Meeting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from cases.models import Case
    from support.models import ReferralQuerySet
    from territories.models import Departement

WAITING, RUNNING, CLOSED = "a-repondre", "en-cours", "closes"
FILTERS = {WAITING: "À répondre", RUNNING: "En cours", CLOSED: "Closes"}
STATES_OF = {
    WAITING: (ReferralState.PROPOSED,),
    RUNNING: (ReferralState.ACCEPTED,),
    CLOSED: (ReferralState.REFUSED, ReferralState.WITHDRAWN, ReferralState.ENDED),
}
# An ended referral reads like one that runs: how it ended stays between the person and the association.
FILE_WORDS = {
    ReferralState.PROPOSED: "en attente de réponse",
    ReferralState.ACCEPTED: "pris en charge",
    ReferralState.ENDED: "pris en charge",
    ReferralState.REFUSED: "non pris en charge",
    ReferralState.WITHDRAWN: "retirée",
}


# --- Who helps ----------------------------------------------------------------------------------------------


def associations_for(departement: Departement) -> list[Association]:
    """Those in service that receive people of that département, by name."""
    return list(Association.objects.active().covering(departement).order_by("name", "pk"))


def people_of(association: Association) -> list[User]:
    """Those who work there today and hold the role of those who help."""
    members = AssociationMember.objects.on(clock.today(clock.PARIS)).filter(association=association)
    ids = list(members.order_by().values_list("user_id", flat=True))
    held = Posting.objects.active().with_roles([Role.PSYCHOLOGIST]).filter(user__in=ids, user__is_active=True)
    found = {posting.user_id: posting.user for posting in held.select_related("user").order_by("user_id", "pk")}
    return sorted(found.values(), key=lambda user: (user.last_name, user.first_name, user.pk))


# --- The file's door: a state, and no more ------------------------------------------------------------------


@dataclass(frozen=True)
class FileLine:
    """What an agent reads of a referral. Neither the association, nor an appointment, nor an outcome is in it."""

    pk: UUID
    who: str
    kind: str
    proposed_on: str
    words: str
    may_withdraw: bool


def file_lines(case: Case, *, user: User) -> list[FileLine]:
    """The referrals of a file and of those merged into it, the latest first; never those asked for in secret."""
    found = Referral.objects.visible_to(user, SEE_REFERRAL_STATE).filter(case__in=case_family_ids(case))
    rows = found.select_related("official", "protected_person", "departement").order_by("-proposed_at", "pk")[:50]
    mine = set(_withdrawable(user, [row.pk for row in rows]))
    return [
        FileLine(
            pk=row.pk,
            who=row.person.full_name,
            kind=row.get_kind_display(),
            proposed_on=day_words(row.proposed_at, row.departement.zone),
            words=FILE_WORDS[ReferralState(row.state)],
            may_withdraw=row.pk in mine,
        )
        for row in rows
    ]


def _withdrawable(user: User, ids: Sequence[UUID]) -> Iterable[UUID]:
    """An agent takes back what agents propose; what the person asked for is taken back by the person."""
    if not ids:
        return ()
    open_ones = Referral.objects.visible_to(user, PROPOSE_REFERRAL).open().filter(pk__in=ids, origin=Origin.REFERRED)
    return open_ones.order_by("pk").values_list("pk", flat=True)


def people_to_refer(case: Case) -> list[Official | ProtectedPerson]:
    """The élu of a file, then the adults around him. For a child, one calls with his parents."""
    return [case.official, *(person for person in household_of(case.official) if not person.is_minor)]


def person_named(case: Case, key: str) -> Official | ProtectedPerson | None:
    """The person that an address names: « elu », or the key of a relative."""
    return next((person for person in people_to_refer(case) if key_of(person) == key), None)


def key_of(person: Official | ProtectedPerson) -> str:
    return "elu" if isinstance(person, Official) else person.pk.hex


def kinds_open_for(person: Official | ProtectedPerson, *, is_discreet: bool) -> set[str]:
    """The kinds of help that are on their way already. Secret ones are counted apart: a refusal would tell."""
    running = Referral.objects.of_person(person).open().filter(is_discreet=is_discreet)
    return set(running.order_by().values_list("kind", flat=True))


# --- The person's own door ----------------------------------------------------------------------------------


def person_behind(user: User) -> Official | ProtectedPerson | None:
    """The élu or the adult relative whose account it is."""
    official = Official.objects.filter(user=user).first()
    return official or ProtectedPerson.objects.filter(user=user, is_minor=False).select_related("official").first()


def place_of(person: Official | ProtectedPerson) -> tuple[Case | None, Departement | None]:
    """The open file of the élu when there is one, and the département in which associations are looked for."""
    official = person if isinstance(person, Official) else person.official
    case = open_case_of(official.pk, departement="")
    if case is not None:
        return case, case.departement
    places = (mandate.departement for mandate in current_mandates(official))
    return None, next((place for place in places if place is not None), None)


def own_referrals(user: User) -> list[Referral]:
    """One's own, what runs first, with the appointments that stand."""
    found = Referral.objects.visible_to(user, OWN_SUPPORT).with_people().select_related("tie", "consent")
    rows = list(found.prefetch_related("appointments__host").order_by("-proposed_at", "pk")[:50])
    return sorted(rows, key=lambda row: not row.is_open)


# --- The association's door ---------------------------------------------------------------------------------


def referrals_for_desk(user: User, *, wanted: str) -> ReferralQuerySet:
    """Those of the association of `user`, to be ordered by `("urgency", "proposed_at", "pk")`."""
    found: ReferralQuerySet = Referral.objects.visible_to(user, HANDLE_REFERRAL).filter(state__in=STATES_OF[wanted])
    standing = ReferralAppointment.objects.standing().filter(referral=OuterRef("pk"))
    return (
        found.with_people()
        .select_related("handled_by")
        .annotate(last_chase=Max("chases__at"), has_appointment=Exists(standing))
    )


def meetings_of(
    owner: AssociationMember | Association, first_day: date, last_day: date, *, zone: ZoneInfo = clock.PARIS
) -> list[Meeting]:
    """The appointments of referrals that stand, from the first to the last day included, local to `zone`."""
    start = datetime.combine(first_day, time(), tzinfo=zone)
    end = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=zone)
    association = owner if isinstance(owner, Association) else owner.association
    condition = Q(referral__association=association)
    if isinstance(owner, AssociationMember):
        condition &= Q(host=owner.user_id)
    rows = ReferralAppointment.objects.standing().between(start, end).filter(condition)
    return [
        Meeting(
            starts_at=row.starts_at,
            minutes=row.minutes,
            mode=row.mode,
            who=row.referral.name,
            url=reverse("support:referral", args=[row.referral_id]),
            kind=Help(row.referral.kind).label,
        )
        for row in rows.select_related("referral__official", "referral__protected_person").order_by("starts_at", "pk")
    ]
