"""What may be the same fact, told before: proposed with reasons in words, never more than the agent may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from cases.enums import IdentifierKind
from cases.models import Case, CaseLink, CaseMerge, ContactRequest, DuplicateHint, Threat
from cases.permissions import MERGE_CASES, VIEW_CASE
from cases.selectors.lists import units_with_open_cases
from cases.selectors.same_author import hits_of_keys, same_author

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import Unit, User
    from officials.models import Official
    from territories.models import Commune

# Facts of the day before or after may be one fact: nights, and « hier » said on the phone.
NEAR = timedelta(days=1)
MOST = 10
SAME_IDENTIFIER = {
    IdentifierKind.TELEPHONE: "même auteur : même numéro",
    IdentifierKind.HANDLE: "même auteur : même compte en ligne",
    IdentifierKind.PLATE: "même auteur : même plaque",
    IdentifierKind.EMAIL: "même auteur : même adresse électronique",
}


@dataclass(frozen=True)
class Candidate:
    """A threat of a file of my scope that may be this fact, and why."""

    threat: Threat
    reasons: tuple[str, ...]

    @property
    def case(self) -> Case:
        return self.threat.case


@dataclass(frozen=True)
class Duplicates:
    candidates: list[Candidate] = field(default_factory=list)
    # Units with an open file of the élu that I may not see: whom to call.
    units: list[Unit] = field(default_factory=list)
    # The same author, another victim: files of my scope to link, units elsewhere to talk to.
    author_cases: list[Case] = field(default_factory=list)
    author_units: list[Unit] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.candidates or self.units or self.author_cases or self.author_units)


def probable_duplicates(
    *,
    officials: Collection[Official],
    occurred_at: datetime,
    commune: Commune,
    nature: str,
    keys: Collection[bytes] = (),
    user: User,
    but: UUID | None = None,
) -> Duplicates:
    """What may be the same fact. `keys` are the keyed hashes of the author's identifiers (services.identifier_key).

    Candidates are threats against one of the same élus at most a day apart, in the scope of `user`. What lies outside
    of it depends on the élu and the author only: neither the date nor the place typed changes the answer, so that
    nobody guesses a file by trying dates.
    """
    ids = [official.pk for official in officials]
    candidates = _candidates(ids, occurred_at, commune, nature, keys, Case.objects.visible_to(user, VIEW_CASE), but)
    elsewhere = units_with_open_cases(user=user, official_ids=ids)
    units = list({unit.pk: unit for found in elsewhere.values() for unit in found}.values())
    author_cases, author_units = hits_of_keys(keys=keys, user=user) if keys else ([], [])
    shown = {candidate.case.pk for candidate in candidates}
    return Duplicates(
        candidates=candidates,
        units=units,
        author_cases=[case for case in author_cases if case.pk not in shown],
        author_units=[unit for unit in author_units if unit not in units],
    )


def _candidates(
    official_ids: Collection[UUID],
    occurred_at: datetime,
    commune: Commune,
    nature: str,
    keys: Collection[bytes],
    seen: QuerySet[Case],
    but: UUID | None,
) -> list[Candidate]:
    zone = commune.departement.zone
    # A day more on each side: « a day apart » is said in local dates.
    window = (occurred_at - 2 * NEAR, occurred_at + 2 * NEAR)
    threats = (
        Threat.objects.filter(case__in=seen, case__official__in=official_ids, occurred_at__range=window)
        .filter(duplicate_of=None)
        .select_related("case__official", "case__unit", "case__departement", "commune")
        .defer("description", "place", "author_description")
        .order_by("-occurred_at", "pk")
    )
    threats = threats.exclude(pk=but) if but else threats
    same = same_author(keys).values_list("threat", "kind") if keys else ()
    by_author = dict(same)
    found = []
    for threat in threats[: 5 * MOST]:
        days = abs((threat.occurred_at.astimezone(zone).date() - occurred_at.astimezone(zone).date()).days)
        if days <= NEAR.days:
            reasons = ["même élu", "le même jour" if not days else "à un jour près"]
            reasons += ["même commune"] if threat.commune_id == commune.pk else []
            reasons += ["même nature"] if threat.nature == nature else []
            reasons += [SAME_IDENTIFIER[IdentifierKind(by_author[threat.pk])]] if threat.pk in by_author else []
            found.append(Candidate(threat, tuple(reasons)))
    return sorted(found, key=lambda candidate: -len(candidate.reasons))[:MOST]


# --- The panel of a file ---------------------------------------------------------------------------


@dataclass(frozen=True)
class LinkedFile:
    """A link as this reader may know it: without `other` when he may not consult that file."""

    link: CaseLink
    unit: Unit
    other: Case | None


def links_of(*, case_ids: Collection[UUID], user: User) -> list[LinkedFile]:
    links = list(
        CaseLink.objects.standing()
        .filter(_of_pair(case_ids))
        .select_related("first__unit", "first__official", "second__unit", "second__official", "by")
        .order_by("-at", "pk")
    )
    ends = {link.pk: link.second if link.first_id in case_ids else link.first for link in links}
    seen = _seen([end.pk for end in ends.values()], user)
    return [
        LinkedFile(link, ends[link.pk].unit, ends[link.pk] if ends[link.pk].pk in seen else None)
        for link in links
        if ends[link.pk].pk not in case_ids
    ]


def _of_pair(case_ids: Collection[UUID]) -> Q:
    return Q(first__in=case_ids) | Q(second__in=case_ids)


def _seen(ids: Collection[UUID], user: User) -> set[UUID]:
    if not ids:
        return set()
    return set(Case.objects.visible_to(user, VIEW_CASE).filter(pk__in=ids).values_list("pk", flat=True))


def merges_into(case: Case) -> list[CaseMerge]:
    """Files merged into this one and still so, the latest first."""
    return list(case.merges_in.filter(state="done").select_related("absorbed", "survivor", "by").order_by("-at", "pk"))


def standing_merge(case: Case) -> CaseMerge | None:
    """The merge that absorbed this file, when one did."""
    return case.merges_out.filter(state="done").select_related("absorbed", "survivor__unit", "by").first()


def contacts_asked(case_ids: Collection[UUID]) -> list[ContactRequest]:
    """Requests that these files made, the latest first."""
    return list(
        ContactRequest.objects.filter(from_case__in=case_ids)
        .select_related("to_unit__departement", "asked_by", "answered_by")
        .order_by("-asked_at", "pk")
    )


def open_hints(*, user: User) -> QuerySet[DuplicateHint]:
    """The queue « doublons à vérifier »: pairs of which both files are in my scope."""
    mine = Case.objects.visible_to(user, MERGE_CASES)
    return (
        DuplicateHint.objects.filter(state="open", first__in=mine, second__in=mine)
        .select_related("first__official", "first__unit", "second__official", "second__unit")
        .order_by("created_at", "pk")
    )


def hints_of(*, case_ids: Collection[UUID], user: User) -> list[DuplicateHint]:
    return list(open_hints(user=user).filter(_of_pair(case_ids)))


def mergeable_files(*, case: Case, user: User) -> list[Case]:
    """Other open files of the same élu that `user` may merge with this one."""
    return list(
        Case.objects.visible_to(user, MERGE_CASES)
        .open()
        .filter(official_id=case.official_id)
        .exclude(pk=case.pk)
        .select_related("official", "unit", "departement")
        .order_by("-opened_at", "-pk")[:20]
    )
