"""Rows made by the thousand look like those that the services make."""

import pytest

from calae_portal.demo.bulk import Bulk, BulkRefused
from call_buttons.models import CallButtonGrant, CallButtonRequest
from cases.enums import CaseState, EvaluationState
from cases.models import Case, Evaluation, ReferenceCounter, Threat
from cases.services.references import next_reference
from core.models import JournalEntry
from territories.models import Departement


@pytest.mark.usefixtures("seeded")
def test_a_bulk_filling_adds_whole_lives_beside_the_demonstration():
    known = set(Threat.objects.values_list("pk", flat=True))
    before = {model: model.objects.count() for model in (Threat, Case, CallButtonRequest, JournalEntry)}
    unfinished = set(Evaluation.objects.unfinished().values_list("pk", flat=True))
    Bulk(threats=200, seed=1).fill()
    assert Threat.objects.count() == before[Threat] + 200
    assert Case.objects.count() == before[Case] + 100
    assert CallButtonRequest.objects.count() > before[CallButtonRequest]
    assert JournalEntry.objects.count() == before[JournalEntry]
    assert Evaluation.objects.filter(pk__in=unfinished).unfinished().count() == len(unfinished)
    added = Threat.objects.exclude(pk__in=known)[0]
    assert added.description.strip()
    assert added.place.strip()


@pytest.mark.usefixtures("seeded")
def test_files_closed_by_the_bulk_are_evaluated_and_have_their_timeline():
    known = set(Case.objects.values_list("pk", flat=True))
    Bulk(threats=200, seed=1).fill()
    added = Case.objects.exclude(pk__in=known)
    closed = added.filter(state=CaseState.CLOSED)
    assert closed.count() > 20
    assert not closed.exclude(evaluations__state=EvaluationState.VALIDATED).exists()
    assert not added.filter(events__isnull=True).exists()
    assert {event.kind for event in closed[0].events.all()} >= {"opened", "threat_logged", "closed"}


@pytest.mark.usefixtures("seeded")
def test_the_next_reference_and_the_grants_follow_those_of_the_bulk():
    grants = CallButtonGrant.objects.count()
    Bulk(threats=200, seed=1).fill()
    Bulk(threats=100, seed=1).fill()
    assert CallButtonGrant.objects.count() > grants
    departement = Departement.objects.get(pk="45")
    last = ReferenceCounter.objects.filter(departement=departement).latest("year").last
    assert next_reference(departement=departement).endswith(f"{last + 1:05d}")


@pytest.mark.django_db
def test_a_base_without_any_referent_is_refused():
    with pytest.raises(BulkRefused, match="seed_demo"):
        Bulk(threats=10, seed=1)
