"""Small builders for tests, on the real services. Three permanent personas do most of the work: the référent of the
brigade of Olivet, the head of the units of the 45, the decision-maker of the prefecture of the 45."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from pypdf import PdfReader

from accounts.enums import Force, Role
from accounts.models import Posting, Unit, User
from accounts.services import give_posting
from call_buttons.enums import Outcome, RefusalMotive, Signing
from call_buttons.models import (
    CallButtonDecision,
    CallButtonGrant,
    CallButtonRequest,
    CallButtonRules,
    SignatureDelegation,
)
from call_buttons.services import (
    GrantAct,
    Refusal,
    give_delegations,
    grant_call_button,
    preview_act,
    preview_decision,
    refuse_call_button,
    request_call_button,
    sign_act,
)
from cases.enums import Answer, Channel, Complaint, ConsultationMotive, Nature, PartyRole, TaskKind, Urgency
from cases.models import Case, CaseAccess, CaseParty, CaseTask, ConsultationReason, Evaluation, GridVersion, Threat
from cases.services import (
    ThreatFacts,
    break_glass,
    create_grid_draft,
    declare_party,
    give_reason,
    log_threat,
    open_task,
    restrict_case,
    save_draft,
    start_new_evaluation,
    submit_evaluation,
    validate_evaluation,
)
from core import clock
from core.journal import SYSTEM, Actor
from officials.models import Mandate, Official, ProtectedPerson
from officials.services import PersonFacts, add_protected_person
from territories.calendar import add_working_days
from territories.models import ClosedDay, Commune, Departement
from territories.services import declare_closed_day

LONG_AGO = date(2020, 1, 1)
PASSWORD = "une phrase de passe pour les essais"
REFUSAL = Refusal(
    coded_motive=RefusalMotive.OTHER_MEASURE,
    internal_motive="Motif interne : stock réservé à d'autres.",
    communicable_motive="Une autre mesure répond mieux à votre situation.",
    orientation="Inscription « Alarme élu » et diagnostic du référent sûreté.",
)


def departement(code: str = "45") -> Departement:
    return Departement.objects.get(pk=code)


def a_commune(code: str = "45234") -> Commune:
    """Orléans by default: places are real, persons are invented."""
    return Commune.objects.select_related("departement").get(pk=code)


def a_unit(code: str = "1", *, departement_code: str = "45", name: str = "Brigade d'Olivet") -> Unit:
    unit, _ = Unit.objects.get_or_create(
        code=f"{departement_code}-{code}",
        defaults={"name": name, "force": Force.GN, "departement_id": departement_code, "telephone": "02 61 91 00 00"},
    )
    return Unit.objects.select_related("departement").get(pk=unit.pk)


def a_user(email: str = "personne@portail.example", **names: str) -> User:
    values = {"first_name": "Camille", "last_name": "Invente"} | names
    return User.objects.create_user(email=email, password=PASSWORD, **values)


def posted(
    role: Role,
    *,
    email: str | None = None,
    unit: Unit | None = None,
    departement_code: str | None = None,
    start: date = LONG_AGO,
    end: date | None = None,
    delegations: bool = True,
    **names: str,
) -> User:
    """A person with one posting. Without a place: the role's usual one in the 45. A decision-maker signs everything
    unless `delegations` is false.
    """
    user = a_user(email or f"{role}.{departement_code or (unit.code if unit else '45')}@portail.example", **names)
    add_posting(
        user,
        role,
        unit=unit,
        departement_code=departement_code,
        start=start,
        end=end,
        delegations=delegations,
    )
    return User.objects.get(pk=user.pk)


def add_posting(
    user: User,
    role: Role,
    *,
    unit: Unit | None = None,
    departement_code: str | None = None,
    start: date = LONG_AGO,
    end: date | None = None,
    delegations: bool = True,
) -> Posting:
    if role == Role.REFERENT:
        unit = unit or a_unit()
    by_departement = {Role.SECURITY_ADVISER, Role.INSTRUCTOR, Role.DECIDER, Role.OPERATOR_17, Role.SUPERVISOR_17}
    if unit is None and (role in by_departement or role == Role.UNIT_HEAD):
        departement_code = departement_code or "45"
    posting = give_posting(
        user=user,
        role=role,
        start=start,
        end=end,
        unit=unit,
        departement=departement(departement_code) if departement_code else None,
        actor=SYSTEM,
    )
    if role == Role.DECIDER and delegations:
        delegated(user, departement_code=posting.departement_id, start=start, end=end)
    return posting


def delegated(
    user: User,
    *signs: Signing,
    departement_code: str = "45",
    start: date = LONG_AGO,
    end: date | None = None,
    quality: str = "Pour le préfet et par délégation, le directeur de cabinet",
) -> list[SignatureDelegation]:
    """The delegations of signature of a decision-maker: all of them when none is named."""
    return give_delegations(
        user=user,
        departement=departement(departement_code),
        signs=signs or list(Signing),
        act="arrêté n° 2020-001",
        quality=quality,
        start=start,
        end=end,
        actor=SYSTEM,
    )


def referent(unit: Unit | None = None, **more: Any) -> User:
    return posted(Role.REFERENT, unit=unit or a_unit(), **more)


def unit_head(**more: Any) -> User:
    return posted(Role.UNIT_HEAD, **more)


def decider(**more: Any) -> User:
    return posted(Role.DECIDER, **more)


def actor(user: User) -> Actor:
    posting = user.active_postings[0]
    return Actor(
        user_id=user.pk,
        label=user.get_full_name(),
        posting_id=posting.pk,
        posting_label=str(posting),
        address="127.0.0.1",
    )


def an_official(last_name: str = "Inventée", first_name: str = "Anne", **more: Any) -> Official:
    official = Official.objects.create(last_name=last_name, first_name=first_name, sex="F", is_fictitious=True, **more)
    commune = a_commune()
    Mandate.objects.create(
        official=official,
        kind="maire",
        commune=commune,
        departement=commune.departement,
        territory_code=commune.pk,
        label=commune.name,
        started_on=date(2020, 5, 25),
    )
    return official


def official_account(official: Official, email: str = "elue@portail.example") -> User:
    user = posted(Role.OFFICIAL, email=email, first_name=official.first_name, last_name=official.last_name)
    official.user = user
    official.save(update_fields=["user"])
    return user


def a_relative(official: Official, **changes: Any) -> ProtectedPerson:
    usual = {"kinship": "spouse", "first_name": "Jeanne", "last_name": "Inventée", "telephone": "06 39 98 00 21"}
    safe = {"safe_contact": "portable, après 18 h"}
    return add_protected_person(official=official, facts=PersonFacts(**(usual | safe | changes)), actor=SYSTEM)


def a_minor(official: Official, **changes: Any) -> ProtectedPerson:
    young = {"kinship": "child", "first_name": "Léo", "telephone": "", "is_minor": True, "birth_year": 2011}
    return a_relative(official, **(young | changes))


def relative_account(person: ProtectedPerson, email: str = "proche@portail.example") -> User:
    user = posted(Role.PROTECTED_PERSON, email=email, first_name=person.first_name, last_name=person.last_name)
    ProtectedPerson.objects.filter(pk=person.pk).update(user=user)
    return user


def a_draft(user: User, official: Official, *, case: Case | None = None, step: str = "victimes", **typed: Any) -> Any:
    return save_draft(
        draft_id=uuid4(), official=official, case=case, step=step, number=1,
        typed=typed or {"official_targeted": ["on"]}, version=0, user=user,
    ).draft  # fmt: skip


def facts(**changes: Any) -> ThreatFacts:
    usual = ThreatFacts(
        occurred_at=clock.now() - timedelta(hours=1),
        commune=a_commune(),
        nature=Nature.DEATH_THREAT,
        channel=Channel.LETTER,
        description="Une lettre anonyme promet un malheur.",
        author_knowledge="unknown",
        complaint=Complaint.FILED,
        urgency=Urgency.HIGH,
    )
    return replace(usual, **changes)


def a_threat(
    *, user: User | None = None, official: Official | None = None, case: Case | None = None, **changes: Any
) -> Threat:
    user = user or referent()
    unit = user.active_postings[0].unit
    return log_threat(
        official=case.official if case else official or an_official(),
        unit=Unit.objects.select_related("departement").get(pk=unit.pk),
        facts=facts(**changes),
        user=user,
        actor=actor(user),
        case=case,
    )


def answers(evaluation: Evaluation, default: str = Answer.NO, **changes: str) -> dict[str, str]:
    return {question.code: default for question in evaluation.grid.questions.all()} | changes


def submitted(threat: Threat, *, user: User | None = None, **changes: Any) -> Evaluation:
    user = user or threat.logged_by
    evaluation = threat.evaluations.order_by("-number").first()
    values: dict[str, Any] = {"signed_level": None, "departure_reason": ""} | changes
    values.setdefault("answers", answers(evaluation, weapon_access="yes"))
    return submit_evaluation(evaluation=evaluation, version=evaluation.version, user=user, actor=actor(user), **values)


def validated(threat: Threat, *, head: User | None = None, **changes: Any) -> Evaluation:
    evaluation = submitted(threat, **changes)
    head = head or User.objects.filter(postings__role=Role.UNIT_HEAD).first() or unit_head()
    return validate_evaluation(evaluation=evaluation, version=evaluation.version, user=head, actor=actor(head))


def start_again(threat: Threat) -> Evaluation:
    user = threat.logged_by
    return start_new_evaluation(threat=threat, reason="Renouvellement.", user=user, actor=actor(user))


def a_grid_draft(analyst: User | None = None) -> GridVersion:
    analyst = analyst or posted(Role.CALAE_ANALYST)
    return create_grid_draft(user=analyst, actor=actor(analyst))


def a_request(*, threat: Threat | None = None, official: Official | None = None) -> CallButtonRequest:
    threat = threat or a_threat(official=official)
    latest = threat.evaluations.order_by("-number").first()
    evaluation = latest if latest.state == "validated" else validated(threat)
    user = threat.logged_by
    return request_call_button(
        evaluation=evaluation, motive="Danger sérieux.", gap_reason="Oubli.", user=user, actor=actor(user)
    )


def granted(request: CallButtonRequest | None = None, *, by: User | None = None) -> CallButtonGrant:
    request = request or a_request()
    by = by or User.objects.filter(postings__role=Role.DECIDER).first() or decider()
    preview = preview_decision(request=request, outcome=Outcome.GRANTED, user=by)
    return grant_call_button(request=request, previewed_sha256=preview.sha256, user=by, actor=actor(by)).grant


def refused(request: CallButtonRequest, *, by: User | None = None, refusal: Refusal = REFUSAL) -> CallButtonDecision:
    by = by or User.objects.filter(postings__role=Role.DECIDER).first() or decider()
    preview = preview_decision(request=request, outcome=Outcome.REFUSED, user=by, refusal=refusal)
    return refuse_call_button(
        request=request, refusal=refusal, previewed_sha256=preview.sha256, user=by, actor=actor(by)
    )


def a_task(case: Case, *, days: float = 2, **more: Any) -> CaseTask:
    """Something that the référents of the file have to do in some days; late when `days` is negative."""
    values: dict[str, Any] = {"kind": TaskKind.OTHER, "title": "Rappeler la mairie", "role": Role.REFERENT} | more
    values.setdefault("path", f"/dossiers/{case.reference}/")
    values.setdefault("dedupe_key", f"essai:{case.pk}:{CaseTask.objects.count()}")
    return open_task(case=case, due_at=clock.now() + timedelta(days=days), **values)


def a_closed_day(day: date | None = None, *, departement_code: str = "45") -> ClosedDay:
    """A bridge of the prefecture; without a day, the first worked one from ten days on."""
    place = departement(departement_code)
    day = day or add_working_days(place, clock.today(place.time_zone) + timedelta(days=10), 1)
    return declare_closed_day(departement=place, day=day, reason="Pont.", actor=SYSTEM)


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0, zone: str = "Europe/Paris") -> datetime:
    """A moment, in local time, for `time_machine.travel`."""
    from zoneinfo import ZoneInfo

    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def restricted(case: Case, *, by: User | None = None, people: Iterable[User] = ()) -> Case:
    by = by or User.objects.filter(postings__role=Role.UNIT_HEAD).first() or unit_head()
    return restrict_case(case=case, people=people, reason="Affaire sensible.", user=by, actor=actor(by))


def glass_broken(case: Case, user: User, reason: str = "Une menace immédiate.") -> CaseAccess:
    return break_glass(case=case, reason=reason, user=user, actor=actor(user))


def declared(case: Case, person: User, *, by: User | None = None, role: str = PartyRole.RELATIVE) -> CaseParty:
    by = by or User.objects.filter(postings__role=Role.UNIT_HEAD).first() or unit_head()
    return declare_party(case=case, person=person, role=role, reason="Son frère.", user=by, actor=actor(by))


def consulted(case: Case, user: User, motive: str = ConsultationMotive.OVERSIGHT) -> ConsultationReason:
    return give_reason(case=case, motive=motive, note="", user=user, actor=actor(user))


def text_of(decision: CallButtonDecision) -> str:
    """What a signed document says, on one line."""
    pages = PdfReader(BytesIO(bytes(decision.document))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def extended(grant: CallButtonGrant, *, to: date) -> CallButtonGrant:
    """A conservatory extension of `grant`, which the rules of the day are made to allow."""
    rules = CallButtonRules.objects.latest("in_force_from")
    if not rules.extension_max_days:
        rules.pk, rules.in_force_from, rules.extension_max_days = None, date(2025, 1, 1), 5
        rules.save()
    return acted(grant, GrantAct(Outcome.EXTENDED, to, "La suite sera décidée.")).grant


def acted(grant: CallButtonGrant, act: GrantAct) -> CallButtonDecision:
    """What who granted then decides about the protection, on the letter that he read."""
    by = grant.decision.decided_by
    preview = preview_act(grant=grant, act=act, user=by)
    return sign_act(grant=grant, act=act, previewed_sha256=preview.sha256, user=by, actor=actor(by))
