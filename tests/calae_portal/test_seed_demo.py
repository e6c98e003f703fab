"""The demonstration that the seed leaves: complete, invented from end to end, and the same for the same seed."""

import re
import stat
from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from random import Random

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Posting, Unit, User
from calae_portal.demo.answers import Grid
from calae_portal.demo.buttons import first_day_for
from calae_portal.demo.places import INVENTED_COMMUNES
from calae_portal.demo.scenario import Scenario
from calae_portal.demo.seed import create_world, write_accounts
from call_buttons.enums import RequestState
from call_buttons.models import (
    CallButtonDevice,
    CallButtonGrant,
    CallButtonHandover,
    CallButtonLoan,
    CallButtonRequest,
    CallButtonStockAlert,
)
from call_buttons.services import three_months_from
from cases.enums import FAMILY_OF_NATURE, CaseState, EvaluationState, Level, NatureFamily
from cases.models import Case, Evaluation, Threat
from cases.selectors import only_unevaluated
from cases.services.scoring import score_answers
from core import clock
from core.models import OutboxMessage
from officials.enums import PARLIAMENT, MandateKind
from officials.models import Mandate, Official
from territories.models import Commune, FormerCommune
from territories.naming import search_key

FICTION = re.compile(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d")
NOW = datetime(2026, 3, 1, 0, 20, tzinfo=UTC)


@pytest.mark.usefixtures("seeded")
class TestWhatItLeaves:
    def test_the_figures_of_the_demonstration(self):
        assert Official.objects.count() == 300
        assert Unit.objects.count() == 120
        assert Threat.objects.count() == 200
        codes = Case.objects.values_list("departement", flat=True).distinct()
        assert set(codes.order_by()) == {"45", "974", "08", "59", "75", "13"}

    def test_nobody_is_real_and_nowhere_either(self):
        assert not Official.objects.filter(is_fictitious=False).exists()
        assert not Mandate.objects.filter(commune__is_fictitious=False).exists()
        assert not Threat.objects.filter(commune__is_fictitious=False).exists()
        wider = Mandate.objects.filter(commune__isnull=True)
        assert [label for label in wider.values_list("label", flat=True) if "démonstration" not in label] == []

    def test_the_loiret_has_five_devices_in_stock_and_the_ardennes_none(self):
        stock = CallButtonDevice.objects.in_stock()
        assert list(stock.filter(holder="45").order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
        assert stock.filter(holder="974").count() == 3
        assert [alert.departement_id for alert in CallButtonStockAlert.objects.open()] == ["08"]
        assert CallButtonHandover.objects.to_return().filter(grant__departement="45").exists()
        assert CallButtonLoan.objects.open().get().borrower_id == "08"

    def test_every_number_and_address_belongs_to_fiction(self):
        numbers = [unit.telephone for unit in Unit.objects.all()]
        numbers += [person.telephone for person in [*Official.objects.all(), *User.objects.all()] if person.telephone]
        assert [number for number in numbers if not FICTION.fullmatch(number)] == []
        addresses = [person.email for person in [*Official.objects.all(), *User.objects.all()] if person.email]
        assert [address for address in addresses if not address.endswith(".example")] == []

    def test_shares_follow_the_published_ones(self):
        threats = list(Threat.objects.select_related("mandate"))
        families = Counter(FAMILY_OF_NATURE[threat.nature] for threat in threats)
        kinds = Counter(threat.mandate.kind for threat in threats)
        municipal = kinds[MandateKind.DEPUTY_MAYOR] + kinds[MandateKind.MUNICIPAL]
        assert families[NatureFamily.THREATS] / 2 == pytest.approx(68, abs=1)
        assert families[NatureFamily.VIOLENCE] / 2 == pytest.approx(10, abs=1)
        assert 8 <= families[NatureFamily.DAMAGE] / 2 <= 15
        assert kinds[MandateKind.MAYOR] / 2 == pytest.approx(64, abs=1)
        assert municipal / 2 == pytest.approx(18, abs=1)
        assert sum(kinds[kind] for kind in PARLIAMENT) / 2 == pytest.approx(13, abs=1)

    def test_evaluations_are_in_every_state(self):
        states = Counter(Evaluation.objects.values_list("state", flat=True))
        # Setting one aside is the work of whoever merges the double that the demonstration proposes.
        assert all(states[state] >= 4 for state in set(EvaluationState.values) - {EvaluationState.SET_ASIDE})
        waiting = Evaluation.objects.to_do()
        assert any(evaluation.is_late(clock.now()) for evaluation in waiting)
        assert not all(evaluation.is_late(clock.now()) for evaluation in waiting)
        assert waiting.exclude(returned_reason="").exists()
        assert Evaluation.objects.filter(number=2).count() >= 10
        departing = [evaluation for evaluation in Evaluation.objects.validated() if evaluation.departs]
        assert len(departing) >= 10
        assert all(evaluation.departure_reason for evaluation in departing)

    def test_call_buttons_are_in_every_state(self):
        states = Counter(CallButtonRequest.objects.values_list("state", flat=True))
        assert all(states[state] >= 2 for state in RequestState.values)
        today = clock.today("Europe/Paris")
        grants = CallButtonGrant.objects.with_end()
        left = [(grant.end - today).days for grant in grants.without_decided_follow_up()]
        assert any(days > 75 for days in left), "in its first month"
        assert any(0 < days <= 30 for days in left), "about to end"
        assert any(-10 <= days < 0 for days in left), "ended, with nothing decided"
        assert grants.filter(previous__previous__isnull=False).exists(), "renewed twice"
        assert CallButtonRequest.objects.filter(state="refused", renews__isnull=False).exists()

    def test_the_journeys_find_what_they_start_from(self):
        mayor, deputy = (Official.objects.get(last_name=name) for name in ("Montclarel", "Prévaudel"))
        assert {mandate.commune.name for person in (mayor, deputy) for mandate in person.mandates.all()} == {"Olmes"}
        assert mayor.telephone == deputy.telephone == "02 61 91 00 10"
        assert mayor.user.email == "elu.olmes@portail.example"
        assert not Case.objects.filter(official__in=[mayor, deputy]).exists()
        assert Official.objects.get(user__email="elu.trois@portail.example").mandates.count() == 3
        olivet = Posting.objects.get(user__email="ref.olivet@portail.example").unit
        assert Evaluation.objects.to_do().filter(case__unit=olivet).count() >= 3
        assert olivet.competences.filter(commune__name="Olmes").exists()

    def test_two_communes_of_the_nord_alone_have_no_unit(self):
        orphans = Commune.objects.filter(departement__in=INVENTED_COMMUNES, competences__isnull=True)
        assert list(orphans.values_list("departement", flat=True)) == ["59", "59"]

    def test_a_fresh_demonstration_has_few_messages_left_to_send(self):
        assert OutboxMessage.objects.filter(state="sent").count() > 50
        assert OutboxMessage.objects.filter(state="pending").count() < 40

    def test_every_account_opens_and_the_former_referent_may_nothing(self, seeded_accounts):
        assert len(seeded_accounts) == 27
        users = [authenticate(username=account["email"], password=account["password"]) for account in seeded_accounts]
        assert all(users)
        assert [user.email for user in users if not user.active_postings] == ["ref.ancien@portail.example"]
        assert all(account["role"] and account["scope"] for account in seeded_accounts)

    def test_closed_files_have_everything_evaluated(self):
        closed = Case.objects.filter(state=CaseState.CLOSED)
        assert closed.count() >= 20
        assert not only_unevaluated(closed).exists()

    def test_a_second_seeding_changes_nothing(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DEMO_ACCOUNTS_FILE", str(tmp_path / "accounts.json"))
        output = StringIO()
        call_command("seed_demo", stdout=output)
        assert "déjà installée" in output.getvalue()
        assert list(tmp_path.iterdir()) == []
        assert User.objects.filter(email__startswith="admin@").count() == 1


@pytest.fixture
def cheap_passwords(monkeypatch):
    monkeypatch.setattr(User, "set_password", lambda user, password: user.set_unusable_password())


def plan(seed: int) -> tuple[list, list]:
    with clock.replayed_at(NOW):
        world = create_world(seed, NOW)
        Scenario(world).plan()
    people = [(official.pk, str(official)) for official in Official.objects.order_by("pk")]
    people += list(User.objects.order_by("email").values_list("email", "last_name", "telephone"))
    return people, sorted(moment for moment, *_ in world.timeline.planned)


@pytest.mark.django_db
@pytest.mark.usefixtures("cheap_passwords")
def test_one_seed_gives_one_demonstration_and_another_gives_another():
    plans = []
    for seed in (45, 45, 46):
        with transaction.atomic():
            plans.append(plan(seed))
            transaction.set_rollback(True)
    assert plans[0] == plans[1]
    assert plans[0][0] != plans[2][0]
    assert plans[0][1] != plans[2][1]


@pytest.mark.django_db
def test_it_refuses_to_run_elsewhere_than_in_a_demonstration(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_ACCOUNTS_FILE", str(tmp_path / "accounts.json"))
    settings.DEMO = False
    for command in ("seed_demo", "seed_bulk"):
        with pytest.raises(CommandError, match="DEMO=1"):
            call_command(command)
    assert not User.objects.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_it_refuses_a_base_that_holds_somebody(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_ACCOUNTS_FILE", str(tmp_path / "accounts.json"))
    User.objects.create_user("quelquun@mairie.example", first_name="Quelqu'un", last_name="Déjà")
    with pytest.raises(CommandError, match="base vide"):
        call_command("seed_demo")
    assert User.objects.count() == 1


def test_accounts_are_written_for_their_owner_only(tmp_path):
    path = tmp_path / "accounts.json"
    path.write_text("[]")
    path.chmod(0o644)
    write_accounts(path, [{"email": "a@portail.example", "password": "secret", "role": "élu", "scope": "Olmes"}])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.django_db
def test_invented_communes_bear_no_name_of_the_cog():
    keys = [search_key(name) for names in INVENTED_COMMUNES.values() for name in names]
    assert len(set(keys)) == len(keys) == 64
    assert not Commune.objects.filter(search_name__in=keys).exists()
    assert not FormerCommune.objects.filter(search_name__in=keys).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("level", list(Level))
def test_answers_lead_to_the_wanted_level(level):
    grid = Grid()
    answers = grid.answers_for(level, Random(1))  # noqa: S311
    score = score_answers(grid=grid.version, questions=grid.questions, answers=answers)
    assert (score.level, score.missing) == (level, [])


@pytest.mark.parametrize("renewals", [0, 1, 3])
def test_a_chain_of_periods_ends_on_the_wanted_day(renewals):
    wanted = datetime(2026, 4, 14, tzinfo=UTC).date()
    period = three_months_from(first_day_for(wanted, renewals=renewals))
    for _ in range(renewals):
        period = three_months_from(period.upper)
    assert (period.upper - wanted).days == 1
