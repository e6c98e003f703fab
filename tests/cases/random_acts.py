"""The stage of the random acts: a few files, a few people, the pages they press, and what must always be true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from cases.enums import Answer, CaseState, EvaluationState
from cases.models import Case, CaseParty, Evaluation
from cases.permissions import VIEW_CASE
from core import clock
from core.acts import ActRefused
from tests import build

FILE_ROLES = {Role.REFERENT, Role.UNIT_HEAD, Role.INSTRUCTOR, Role.DECIDER, Role.CALAE_ANALYST}


@dataclass(frozen=True)
class Act:
    """An act as a page sends it. `roles`: who may; anybody else is refused at the door."""

    roles: frozenset[Role]
    send: Callable[[Stage, Client, Case, int], int | None]
    # False: the director of the stage does it, whoever was drawn.
    of_the_page: bool = True


class Stage:
    def __init__(self) -> None:
        olivet, gien = build.a_unit(), build.a_unit("2", name="Brigade de Gien")
        saint_denis = build.a_unit("1", departement_code="974", name="Brigade de Saint-Denis")
        self.people: dict[str, User] = {
            "referent": build.referent(olivet),
            "colleague": build.referent(olivet, email="collegue@portail.example"),
            "referent_gien": build.referent(gien),
            "referent_974": build.referent(saint_denis),
            "head": build.unit_head(),
            "head_974": build.unit_head(departement_code="974"),
            "instructor": build.posted(Role.INSTRUCTOR),
            "decider": build.decider(),
            "analyst": build.posted(Role.CALAE_ANALYST),
            "operator": build.posted(Role.OPERATOR_17),
        }
        self.names = list(self.people)
        authors = (self.people["referent"], self.people["referent_gien"], self.people["referent_974"])
        self.cases = [
            build.a_threat(user=author, official=build.an_official(name)).case_id
            for author, name in zip(authors, ("Une", "Deux", "Trois"), strict=True)
        ]
        self.cases.append(build.a_threat(user=authors[0], official=build.an_official("Quatre")).case_id)
        # One client for all: each new one reads the static files again.
        self.client = Client()
        # Acts that took place, in order.
        self.done: list[str] = []
        # Validated evaluations as they were first seen: they never change.
        self.frozen: dict[object, tuple] = {}

    def index_of(self, name: str) -> int:
        return self.names.index(name)

    def case(self, which: int) -> Case:
        return Case.objects.select_related("unit", "departement", "official").get(pk=self.cases[which])

    def head_of(self, case: Case) -> User:
        return self.people["head_974" if case.departement_id == "974" else "head"]

    def client_of(self, person: User) -> Client:
        self.client.force_login(person)
        return self.client

    def play(self, name: str, *, who: int, which: int, luck: int) -> None:
        act, person, case = ACTS[name], self.people[self.names[who]], self.case(which)
        before = fingerprint(case.pk)
        allowed = may_see(person, case) and bool(roles_of(person) & act.roles)
        status = act.send(self, self.client_of(person), case, luck)
        if status is None or not act.of_the_page:
            return  # nothing on which to do it, or nobody's page
        assert status < 500, f"{name} by {self.names[who]}: {status}"
        if not allowed:
            assert status in (403, 404), f"{name} by {self.names[who]}: {status}"
            assert fingerprint(case.pk) == before, f"{name} by {self.names[who]} changed the file"
        elif fingerprint(case.pk) != before:
            self.done.append(name)


def fingerprint(case_id: object) -> tuple:
    """All that an act may change in a file, the journal left aside."""
    case = Case.objects.values_list().get(pk=case_id)
    evaluations = Evaluation.objects.filter(case=case_id).order_by("pk").values_list("pk", "state", "version")
    return case, tuple(evaluations)


# --- Who may see, worked out apart from the portal ------------------------------------------------


def roles_of(person: User) -> set[Role]:
    return {Role(posting.role) for posting in person.postings.all()}


def is_barred(person: User, case: Case) -> bool:
    return CaseParty.objects.filter(case=case, user=person, ended_at=None).exists()


def may_see(person: User, case: Case) -> bool:
    if is_barred(person, case):
        return False
    if case.is_restricted and not case.accesses.live(clock.now()).filter(user=person).exists():
        return False
    for posting in person.postings.all():
        near = posting.unit_id == case.unit_id if posting.unit_id else posting.departement_id == case.departement_id
        if posting.role in FILE_ROLES and (near or posting.scope == "nation"):
            return True
    return False


# --- What must always be true ---------------------------------------------------------------------


def check_invariants(stage: Stage) -> None:
    for case in Case.objects.filter(pk__in=stage.cases):
        evaluations = list(case.evaluations.order_by("threat_id", "number"))
        if case.state == CaseState.CLOSED:
            assert all(evaluation.state == EvaluationState.VALIDATED for evaluation in evaluations)
        for threat in case.threats.all():
            assert any(evaluation.threat_id == threat.pk for evaluation in evaluations)
            unfinished = [e for e in evaluations if e.threat_id == threat.pk and e.state in ("todo", "submitted")]
            assert len(unfinished) <= 1
        for evaluation in evaluations:
            check_evaluation(stage, evaluation)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def check_evaluation(stage: Stage, evaluation: Evaluation) -> None:
    if evaluation.state != EvaluationState.VALIDATED:
        assert evaluation.pk not in stage.frozen
        return
    assert evaluation.validated_by_id != evaluation.evaluated_by_id
    assert evaluation.signed_level == evaluation.computed_level or evaluation.departure_reason
    now = (evaluation.answers, evaluation.signed_level, evaluation.computed_level, evaluation.validated_by_id)
    assert stage.frozen.setdefault(evaluation.pk, now) == now


def check_sight(stage: Stage) -> None:
    """Lists, pages and the one scope say the same as the postings."""
    for name, person in stage.people.items():
        client = stage.client_of(person)
        page = client.get(reverse("cases:list")).content.decode()
        for case in Case.objects.filter(pk__in=stage.cases).select_related("unit", "departement"):
            seen = may_see(person, case)
            fresh = User.objects.get(pk=person.pk)
            assert Case.objects.visible_to(fresh, VIEW_CASE).filter(pk=case.pk).exists() == seen, name
            assert (case.reference in page) == seen, f"list of {name}"
            status = client.get(reverse("cases:detail", args=[case.reference])).status_code
            assert (status in (200, 302)) == seen, f"{case.reference} by {name}: {status}"


# --- The acts -------------------------------------------------------------------------------------


def latest(case: Case, state: str) -> Evaluation | None:
    return case.evaluations.filter(state=state).order_by("opened_at", "pk").first()


def evaluate(stage: Stage, client: Client, case: Case, luck: int) -> int | None:
    evaluation = latest(case, "todo")
    if evaluation is None:
        return None
    answers = {f"q_{code}": value for code, value in build.answers(evaluation, Answer.values[luck % 3]).items()}
    level = {"signed_level": str(1 + luck % 4), "departure_reason": "Un motif." * (luck % 2)} if luck > 4 else {}
    url = reverse("cases:evaluation", args=[case.reference, evaluation.pk])
    return client.post(url, answers | level | {"version": evaluation.version, "act": "send"}).status_code


def save_draft(stage: Stage, client: Client, case: Case, luck: int) -> int | None:
    evaluation = latest(case, "todo")
    if evaluation is None:
        return None
    url = reverse("cases:evaluation", args=[case.reference, evaluation.pk])
    first = evaluation.grid.questions.first()
    answer = {f"q_{first.code}": Answer.values[luck % 3]} if first else {}
    return client.post(url, answer | {"version": evaluation.version, "act": "draft"}).status_code


def validate(stage: Stage, client: Client, case: Case, luck: int) -> int | None:
    evaluation = latest(case, "submitted")
    if evaluation is None:
        return None
    url = reverse("cases:validate", args=[case.reference, evaluation.pk])
    return client.post(url, {"version": evaluation.version - (luck == 9)}).status_code


def send_back(stage: Stage, client: Client, case: Case, luck: int) -> int | None:
    evaluation = latest(case, "submitted")
    if evaluation is None:
        return None
    url = reverse("cases:return", args=[case.reference, evaluation.pk])
    return client.post(url, {"reason": "Il manque la date." * (luck % 2)}).status_code


def evaluate_again(stage: Stage, client: Client, case: Case, luck: int) -> int | None:
    threat = case.threats.first()
    if threat is None:
        return None
    url = reverse("cases:reevaluate", args=[case.reference, threat.pk])
    return client.post(url, {"reason": "Un fait nouveau." * (luck % 3 > 0)}).status_code


def close(stage: Stage, client: Client, case: Case, luck: int) -> int:
    return client.post(reverse("cases:close", args=[case.reference]), {"reason": "Fin du danger."}).status_code


def reopen(stage: Stage, client: Client, case: Case, luck: int) -> int:
    return client.post(reverse("cases:reopen", args=[case.reference]), {"reason": "Un fait nouveau."}).status_code


def reached(work: Callable[[], object]) -> int:
    """An act of the hierarchy that its own service refuses or does; the page behind it has tests of its own."""
    try:
        with transaction.atomic():
            work()
    except ActRefused:
        return 409
    return 302


def restrict(stage: Stage, client: Client, case: Case, luck: int) -> int:
    by = stage.head_of(case)
    others = [stage.people[name] for name in ("instructor", "decider") if luck % 2]
    return reached(lambda: build.restricted(case, by=by, people=others))


def declare(stage: Stage, client: Client, case: Case, luck: int) -> int:
    person = stage.people[stage.names[luck % len(stage.names)]]
    return reached(lambda: build.declared(case, person, by=stage.head_of(case)))


def break_the_glass(stage: Stage, client: Client, case: Case, luck: int) -> int | None:
    url = reverse("cases:break_glass", args=[case.reference])
    if not case.is_restricted:
        return None
    client.post(url, {"reason": "Appel du 17 : la personne est menacée." * (luck > 1)})
    return None


def say_why(stage: Stage, client: Client, case: Case, luck: int) -> int | None:
    client.post(reverse("cases:consultation_reason", args=[case.reference]), {"motive": "oversight"})
    return None


def act(send: Callable[[Stage, Client, Case, int], int | None], *roles: Role) -> Act:
    return Act(frozenset(roles), send)


ACTS: dict[str, Act] = {
    "evaluate": act(evaluate, Role.REFERENT),
    "save_draft": act(save_draft, Role.REFERENT),
    "validate": act(validate, Role.UNIT_HEAD),
    "send_back": act(send_back, Role.UNIT_HEAD),
    "evaluate_again": act(evaluate_again, Role.REFERENT),
    "close": act(close, Role.REFERENT, Role.UNIT_HEAD),
    "reopen": act(reopen, Role.REFERENT, Role.UNIT_HEAD),
    "restrict": Act(frozenset(), restrict, of_the_page=False),
    "declare": Act(frozenset(), declare, of_the_page=False),
    "break_the_glass": act(break_the_glass),
    "say_why": act(say_why),
}
