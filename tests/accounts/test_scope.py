"""Who sees which rows, on every model that has a scope. One implementation, so one table of expectations."""

from dataclasses import dataclass

import pytest

from accounts.actor import actor_of
from accounts.enums import Role, ScopeKind
from accounts.permissions import Permission
from accounts.scope import ScopedQuerySet, posting_over
from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest
from call_buttons.permissions import DECIDE_REQUEST
from cases.models import Case, Evaluation
from cases.permissions import VIEW_CASE
from core import clock
from officials.models import Official
from tests import build

pytestmark = pytest.mark.django_db
ANYTHING = Permission("test.anything", "tout faire", *Role)
MODELS = [Case, Evaluation, CallButtonRequest, CallButtonDecision, CallButtonGrant]
# Where each model keeps the unit of its case: read here by another way than `scope_lookups`.
UNIT_OF = {
    Case: lambda row: row.unit,
    Evaluation: lambda row: row.threat.case.unit,
    CallButtonRequest: lambda row: row.evaluation.case.unit,
    CallButtonDecision: lambda row: row.request.evaluation.case.unit,
    CallButtonGrant: lambda row: row.decision.request.evaluation.case.unit,
}


@dataclass(frozen=True)
class World:
    """A granted request in each of three units: two in the 45, one in the 974."""

    olivet: build.Unit
    gien: build.Unit
    denis: build.Unit
    official: Official  # that of Olivet

    @property
    def everywhere(self) -> set[str]:
        return {self.olivet.code, self.gien.code, self.denis.code}


@pytest.fixture
def world() -> World:
    units = [
        build.a_unit(),
        build.a_unit("2", name="Brigade de Gien"),
        build.a_unit(departement_code="974", name="Brigade de Saint-Denis"),
    ]
    for unit in units:
        code = unit.departement_id
        official = build.an_official(f"Nom{unit.code}")
        threat = build.a_threat(user=build.referent(unit, email=f"ref.{unit.code}@portail.example"), official=official)
        heads = build.User.objects.filter(email=f"head.{code}@portail.example")
        head = heads.first() or build.unit_head(departement_code=code, email=f"head.{code}@portail.example")
        build.validated(threat, head=head)
        build.granted(build.a_request(threat=threat), by=decider_of(code))
    return World(*units, official=Official.objects.get(last_name=f"Nom{units[0].code}"))


def decider_of(code: str) -> build.User:
    email = f"dec.{code}@portail.example"
    return build.User.objects.filter(email=email).first() or build.decider(departement_code=code, email=email)


def seen(model, user: build.User, permission: Permission = ANYTHING) -> set[str]:
    rows = list(model.objects.visible_to(build.User.objects.get(pk=user.pk), permission))
    assert len(rows) == len({row.pk for row in rows})
    return {UNIT_OF[model](row).code for row in rows}


@pytest.fixture(params=MODELS, ids=lambda model: model.__name__)
def model(request):
    return request.param


def test_a_unit_sees_its_own_and_not_its_neighbour(world, model) -> None:
    assert seen(model, build.posted(Role.UNIT_HEAD, unit=world.olivet)) == {world.olivet.code}


def test_a_departement_sees_its_units_and_no_other(world, model) -> None:
    user = build.posted(Role.INSTRUCTOR, departement_code="45")
    assert seen(model, user) == {world.olivet.code, world.gien.code}
    assert seen(model, build.posted(Role.INSTRUCTOR, departement_code="13")) == set()


def test_the_nation_sees_everything(world, model) -> None:
    assert seen(model, build.posted(Role.CALAE_ANALYST)) == world.everywhere


def test_no_posting_sees_nothing(world, model) -> None:
    assert seen(model, build.a_user()) == set()


@pytest.mark.parametrize("days", [(-9, 0), (1, None)], ids=["past", "coming"])
def test_a_posting_that_is_not_of_today_shows_nothing(world, model, days) -> None:
    today = clock.today("Europe/Paris")
    start, end = (day if day is None else today + build.timedelta(days=day) for day in days)
    assert seen(model, build.posted(Role.CALAE_ANALYST, start=start, end=end)) == set()


def test_a_closed_account_sees_nothing(world, model) -> None:
    user = build.posted(Role.CALAE_ANALYST)
    build.User.objects.filter(pk=user.pk).update(is_active=False)
    assert seen(model, user) == set()


def test_two_postings_add_up(world, model) -> None:
    user = build.posted(Role.UNIT_HEAD, unit=world.gien)
    build.add_posting(user, Role.DECIDER, departement_code="974")
    assert seen(model, user) == {world.gien.code, world.denis.code}
    build.add_posting(user, Role.UNIT_HEAD, unit=world.olivet)
    assert seen(model, user) == world.everywhere


def test_a_posting_gives_only_what_its_role_holds(world) -> None:
    user = build.posted(Role.UNIT_HEAD, unit=world.gien)
    build.add_posting(user, Role.DECIDER, departement_code="974")
    # He decides in the 974 only, though he reads the requests of Gien too.
    assert seen(CallButtonRequest, user, DECIDE_REQUEST) == {world.denis.code}
    assert seen(Case, user, VIEW_CASE) == {world.gien.code, world.denis.code}
    assert seen(Case, build.posted(Role.OPERATOR_17), VIEW_CASE) == set()


def test_an_official_sees_what_is_his(world, model) -> None:
    user = build.official_account(world.official)
    expected = {world.olivet.code} if ScopeKind.OWN in model.objects.all().scope_lookups else set()
    assert seen(model, user) == expected
    assert expected or model is Evaluation  # the level of danger is not his to read


def test_an_account_that_is_nobodys_sees_nothing(world, model) -> None:
    assert seen(model, build.posted(Role.OFFICIAL)) == set()


def test_a_model_that_does_not_know_a_kind_gives_nothing_of_it(world) -> None:
    class Bare(ScopedQuerySet):
        scope_lookups = {}

    for role, unit in ((Role.UNIT_HEAD, world.olivet), (Role.DECIDER, None), (Role.OFFICIAL, None)):
        user = build.posted(role, unit=unit, email=f"nu.{role}@portail.example")
        assert not Bare(Case).visible_to(user, ANYTHING).exists()


def test_a_filter_before_or_after_is_kept(world, model) -> None:
    user = build.posted(Role.INSTRUCTOR)
    none = model.objects.none()
    assert not none.visible_to(user, ANYTHING).exists()
    kept = model.objects.filter(pk=model.objects.visible_to(user, ANYTHING).first().pk)
    assert kept.visible_to(user, ANYTHING).count() == 1
    assert kept.visible_to(build.posted(Role.DECIDER, departement_code="13"), ANYTHING).count() == 0


def test_the_posting_named_in_the_journal_is_one_that_sees_the_row(db):
    """`posting_over` names, `visible_to` decides: the two agree for every role of the file, here and elsewhere."""
    case = build.a_threat().case
    people = [build.posted(role, departement_code=code) for role in ("instructor", "decider") for code in ("45", "974")]
    people += [
        build.unit_head(email="tete@portail.example"),
        build.posted("calae_analyst"),
        build.posted("psychologist"),
    ]
    people.append(build.referent(build.a_unit("2", name="Brigade de Gien")))
    people.append(build.User.objects.get(pk=case.threats.get().logged_by_id))
    for user in people:
        sees = Case.objects.visible_to(user, VIEW_CASE).filter(pk=case.pk).exists()
        assert (posting_over(user, VIEW_CASE, case) is not None) == sees, user.email


@pytest.mark.parametrize("hide", ["declared", "restricted"])
def test_the_posting_named_and_the_row_seen_agree_when_a_file_is_hidden(world, model, hide) -> None:
    user = build.posted(Role.CALAE_ANALYST)
    row = next(row for row in model.objects.order_by("pk") if UNIT_OF[model](row) == world.denis)
    case = Case.objects.get(unit=world.denis)
    assert posting_over(user, ANYTHING, row) is not None
    head = build.User.objects.get(email="head.974@portail.example")
    if hide == "declared":
        build.declared(case, user, by=head)
    else:
        build.restricted(case, by=head, people=[*everybody_of("974")])
    user = build.User.objects.get(pk=user.pk)
    assert seen(model, user) == {world.olivet.code, world.gien.code}
    assert posting_over(user, ANYTHING, row) is None
    assert posting_over(build.User.objects.get(pk=head.pk), ANYTHING, row) is not None


def everybody_of(code: str) -> list[build.User]:
    return list(build.User.objects.filter(postings__departement_id=code))


def test_a_person_of_two_prefectures_signs_for_the_right_one(db):
    request = build.a_request()
    both = build.decider(departement_code="974")
    build.add_posting(both, "decider", departement_code="45")
    both = build.User.objects.get(pk=both.pk)
    assert actor_of(both, permission=DECIDE_REQUEST, over=request).posting_label.endswith("Loiret (45)")
