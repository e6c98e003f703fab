from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connections

from cases.models import Case, CaseEvent, Evaluation, Threat
from cases.services import ActRefused, close_case, log_threat
from core import clock
from core.models import JournalEntry
from tests import build


@pytest.mark.django_db
def test_logging_a_threat_opens_a_file_with_a_reference_and_an_evaluation_due_by_its_urgency() -> None:
    with time_machine.travel(build.at(2026, 1, 12, 22, 10), tick=False):
        threat = build.a_threat(urgency="immediate")
        assert threat.case.reference == "2026-45-00001"
        assert threat.evaluations.get().due_at == build.at(2026, 1, 13, 0, 10)


@pytest.mark.django_db
@pytest.mark.parametrize(("urgency", "hours"), [("immediate", 2), ("high", 24), ("normal", 72)])
def test_each_urgency_has_its_delay(urgency: str, hours: int) -> None:
    threat = build.a_threat(urgency=urgency)
    assert threat.evaluations.get().due_at == threat.logged_at + timedelta(hours=hours)


@pytest.mark.django_db
def test_the_year_of_the_reference_is_the_local_one() -> None:
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    # 22 h in Paris on the 31st of December is 1 h on the 1st of January in La Réunion.
    with time_machine.travel(build.at(2025, 12, 31, 22, 0), tick=False):
        threat = build.a_threat(user=build.referent(unit))
    assert threat.case.reference == "2026-974-00001"


@pytest.mark.django_db
def test_two_departements_count_apart() -> None:
    first = build.a_threat()
    other = build.a_threat(user=build.referent(build.a_unit(departement_code="08", name="Brigade de Sedan")))
    assert first.case.reference[5:] == "45-00001"
    assert other.case.reference[5:] == "08-00001"


@pytest.mark.django_db
def test_the_same_page_sent_twice_logs_one_threat() -> None:
    user, official, page, facts = build.referent(), build.an_official(), uuid4(), build.facts()

    def send(**changes: str) -> Threat:
        return log_threat(
            official=official,
            unit=build.a_unit(),
            facts=replace(facts, **changes),
            user=user,
            actor=build.actor(user),
            submission=page,
        )

    assert send().pk == send().pk
    # Back button, other words: neither lost in silence, nor taken for the same.
    with pytest.raises(ActRefused, match="a déjà enregistré"):
        send(description="Un tout autre fait.")
    assert Threat.objects.count() == Case.objects.count() == Evaluation.objects.count() == 1


@pytest.mark.django_db
def test_a_fact_of_the_future_is_refused_and_one_of_now_is_not() -> None:
    with time_machine.travel(build.at(2026, 3, 1), tick=False):
        build.a_threat(occurred_at=clock.now())
        with pytest.raises(ActRefused, match="futur"):
            build.a_threat(
                user=Threat.objects.get().logged_by,
                official=build.an_official("Seconde"),
                occurred_at=clock.now() + timedelta(minutes=1),
            )


@pytest.mark.django_db
def test_a_year_typed_wrong_is_refused() -> None:
    with pytest.raises(ActRefused, match="trop ancienne"):
        build.a_threat(occurred_at=build.at(206, 1, 12))


@pytest.mark.django_db
def test_a_closed_file_receives_no_threat_and_an_open_one_does() -> None:
    threat = build.a_threat()
    build.a_threat(user=threat.logged_by, case=threat.case)
    for one in threat.case.threats.all():
        build.validated(one)
    close_case(case=threat.case, reason="Fini.", user=threat.logged_by, actor=build.actor(threat.logged_by))
    with pytest.raises(ActRefused, match="clos"):
        build.a_threat(user=threat.logged_by, case=threat.case)


@pytest.mark.django_db
def test_every_act_is_on_the_timeline_and_in_the_journal_without_the_narrative() -> None:
    threat = build.a_threat(description="Récit très secret")
    kinds = list(CaseEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["opened", "threat_logged", "evaluation_opened"]
    texts = str(list(CaseEvent.objects.values())) + str(list(JournalEntry.objects.values()))
    assert "secret" not in texts
    assert JournalEntry.objects.filter(object_label=threat.case.reference).count() == 3


def test_fifty_simultaneous_threats_get_fifty_distinct_references(committed_db: None) -> None:
    user, officials = build.referent(), [build.an_official(f"Nom{n}") for n in range(50)]

    def log(official) -> str:
        try:
            return build.a_threat(user=user, official=official).case.reference
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        references = list(pool.map(log, officials))
    assert len(set(references)) == 50
    assert Case.objects.count() == 50
