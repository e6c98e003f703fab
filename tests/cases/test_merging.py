"""Two files of one élu become one, keep everything, and can be two again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from accounts.models import User
from cases.enums import CaseState, EvaluationState
from cases.models import Case, CaseMerge, Threat
from cases.services import (
    ActRefused,
    add_event,
    close_case,
    correct_threat,
    merge_cases,
    start_new_evaluation,
    undo_merge,
)
from cases.services.closing import reopen_case
from core import clock
from tests import build, protecting
from tests.cases.attached import an_attachment, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> User:
    return build.unit_head()


@pytest.fixture
def pair(head: User) -> tuple[Threat, Threat]:
    """Two files of one élu at one unit: (threat of the file that goes, threat of the file that stays)."""
    referent, official = build.referent(), build.an_official()
    return build.a_threat(user=referent, official=official), build.a_threat(user=referent, official=official)


def merge(gone: Threat, kept: Threat, head: User, *, double: bool = True, reason: str = "Même fait.") -> CaseMerge:
    return merge_cases(
        absorbed=gone.case,
        survivor=kept.case,
        doubles={gone.pk: kept.pk if double else None},
        reason=reason,
        user=head,
        actor=build.actor(head),
    )


def undo(done: CaseMerge, head: User, reason: str = "Deux faits, en fait.") -> CaseMerge:
    return undo_merge(merge=done, reason=reason, user=head, actor=build.actor(head))


def settle() -> None:
    """What the end of a transaction checks."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_everything_moves_with_its_dates_and_authors(pair, head) -> None:
    gone, kept = pair
    evaluation = build.validated(gone, head=head)
    merge(gone, kept, head, double=False)
    settle()
    moved = type(evaluation).objects.get(pk=evaluation.pk)
    assert moved.case_id == kept.case_id
    assert (moved.validated_by, moved.validated_at, moved.evaluated_by) == (
        head, evaluation.validated_at, gone.logged_by,
    )  # fmt: skip
    assert kept.case.threats.count() == 2
    assert Case.objects.get(pk=kept.case_id).level == evaluation.signed_level


def test_a_double_asks_for_no_evaluation_of_its_own(pair, head) -> None:
    gone, kept = pair
    merge(gone, kept, head)
    settle()
    gone.refresh_from_db()
    assert gone.duplicate_of_id == kept.pk
    assert gone.evaluations.get().state == EvaluationState.SET_ASIDE
    build.validated(kept, head=head)
    close_case(case=kept.case, reason="Fini.", user=head, actor=build.actor(head))


def test_another_fact_still_keeps_the_file_open(pair, head) -> None:
    gone, kept = pair
    merge(gone, kept, head, double=False)
    build.validated(kept, head=head)
    with pytest.raises(ActRefused, match="évaluation"):
        close_case(case=kept.case, reason="Fini.", user=head, actor=build.actor(head))


def test_a_double_is_not_corrected_nor_evaluated_again(pair, head) -> None:
    gone, kept = pair
    merge(gone, kept, head)
    gone.refresh_from_db()
    with pytest.raises(ActRefused, match="doublon"):
        correct_threat(threat=gone, version=1, facts=build.facts(), user=gone.logged_by, actor=build.actor(head))
    with pytest.raises(ActRefused, match="doublon"):
        start_new_evaluation(threat=gone, reason="Encore.", user=gone.logged_by, actor=build.actor(head))


def test_the_undo_gives_everything_back(pair, head) -> None:
    gone, kept = pair
    build.submitted(gone)
    undo(merge(gone, kept, head), head)
    settle()
    gone.refresh_from_db()
    assert (gone.case.state, gone.case.merged_into, gone.duplicate_of) == (CaseState.OPEN, None, None)
    assert gone.evaluations.get().state == EvaluationState.SUBMITTED
    assert gone.evaluations.get().case_id == gone.case_id != kept.case_id


def test_an_evaluation_opened_since_goes_back_with_its_threat(pair, head) -> None:
    gone, kept = pair
    build.validated(gone, head=head)
    done = merge(gone, kept, head, double=False)
    gone.refresh_from_db()
    build.start_again(gone)
    undo(done, head)
    settle()
    gone.refresh_from_db()
    assert set(gone.evaluations.values_list("case", flat=True)) == {gone.case_id}
    assert gone.evaluations.count() == 2


@pytest.mark.parametrize(("days", "possible"), [(29, True), (31, False)])
def test_the_undo_lasts_thirty_days(pair, head, days: int, possible: bool) -> None:
    done = merge(*pair, head)
    with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
        if possible:
            assert undo(done, head).state == "undone"
        else:
            with pytest.raises(ActRefused, match="30 jours"):
                undo(done, head)


def test_the_undo_is_refused_once_the_surviving_file_is_closed(pair, head) -> None:
    gone, kept = pair
    done = merge(gone, kept, head)
    build.validated(kept, head=head)
    close_case(case=kept.case, reason="Fini.", user=head, actor=build.actor(head))
    with pytest.raises(ActRefused, match="rouvrez-le"):
        undo(done, head)


def test_an_undone_merge_is_not_undone_twice_and_can_be_done_again(pair, head) -> None:
    gone, kept = pair
    done = undo(merge(gone, kept, head), head)
    with pytest.raises(ActRefused, match="déjà annulée"):
        undo(done, head)
    gone.refresh_from_db()
    assert merge(gone, kept, head).state == "done"


def test_a_merge_needs_a_reason_and_so_does_its_undo(pair, head) -> None:
    with pytest.raises(ActRefused, match="Écrivez"):
        merge(*pair, head, reason="  ")
    done = merge(*pair, head)
    with pytest.raises(ActRefused, match="Écrivez"):
        undo(done, head, reason="")


def test_a_merged_file_merges_no_more(pair, head) -> None:
    gone, kept = pair
    merge(gone, kept, head)
    with pytest.raises(ActRefused, match="déjà fusionné"):
        merge(gone, kept, head)
    third = build.a_threat(user=kept.logged_by, official=kept.case.official)
    with pytest.raises(ActRefused, match="déjà fusionné"):
        merge_cases(
            absorbed=third.case, survivor=Case.objects.get(state="merged"),
            doubles={third.pk: None}, reason="x", user=head, actor=build.actor(head),
        )  # fmt: skip


def test_files_of_two_people_are_linked_not_merged(head) -> None:
    referent = build.referent()
    gone, kept = build.a_threat(user=referent), build.a_threat(user=referent, official=build.an_official("Autre"))
    with pytest.raises(ActRefused, match="liez-les"):
        merge(gone, kept, head)


def test_a_closed_file_does_not_merge(pair, head) -> None:
    gone, kept = pair
    build.validated(kept, head=head)
    close_case(case=kept.case, reason="Fini.", user=head, actor=build.actor(head))
    with pytest.raises(ActRefused, match="clos"):
        merge(gone, kept, head)


@pytest.mark.parametrize("place", ["974", "59"])
def test_a_head_from_elsewhere_merges_nothing_here(pair, place: str) -> None:
    with pytest.raises(ActRefused, match="périmètre"):
        merge(*pair, build.unit_head(departement_code=place))


def test_a_referent_of_the_unit_merges_nothing(pair) -> None:
    with pytest.raises(ActRefused, match="périmètre"):
        merge(*pair, pair[0].logged_by)


def test_a_threat_logged_since_the_preview_stops_the_merge(pair, head) -> None:
    gone, kept = pair
    build.a_threat(user=gone.logged_by, case=gone.case)
    with pytest.raises(ActRefused, match="ajoutée depuis"):
        merge(gone, kept, head)


def test_a_file_with_a_pending_request_stays_and_the_other_goes(pair, head) -> None:
    gone, kept = pair
    build.a_request(threat=gone)
    with pytest.raises(ActRefused, match="comme dossier conservé"):
        merge(gone, kept, head)
    assert merge(kept, gone, head).state == "done"


def test_a_live_grant_keeps_its_file(pair, head) -> None:
    gone, kept = pair
    build.granted(build.a_request(threat=gone))
    with pytest.raises(ActRefused, match="comme dossier conservé"):
        merge(gone, kept, head)


def test_a_request_made_since_on_a_moved_threat_stops_the_undo(pair, head) -> None:
    gone, kept = pair
    done = merge(gone, kept, head, double=False)
    gone.refresh_from_db()
    build.a_request(threat=gone)
    with pytest.raises(ActRefused, match="bouton d'appel"):
        undo(done, head)


def test_a_measure_proposed_since_on_a_moved_threat_stops_the_undo(pair, head) -> None:
    gone, kept = pair
    evaluation = build.validated(gone)
    moved_with_it = protecting.proposed(evaluation)
    done = merge(gone, kept, head, double=False)
    undo(done, head)
    moved_with_it.refresh_from_db()
    assert moved_with_it.case == gone.case
    done = merge(gone, kept, head, double=False)
    evaluation.refresh_from_db()
    protecting.proposed(evaluation, kind="advice")
    with pytest.raises(ActRefused, match="mesure de protection"):
        undo(done, head)


def waiting(case: Case) -> set[tuple[str, str]]:
    return {(task.kind, task.path) for task in case.tasks.waiting()}


def test_nobody_is_asked_to_evaluate_a_double_until_the_merge_is_undone(pair, head) -> None:
    gone, kept = pair
    asked_there, asked_here = waiting(gone.case), waiting(kept.case)
    assert asked_there
    done = merge(gone, kept, head)
    assert (waiting(gone.case), waiting(kept.case)) == (set(), asked_here)
    undo(done, head)
    assert (waiting(gone.case), waiting(kept.case)) == (asked_there, asked_here)


def test_a_task_opened_since_on_a_moved_threat_goes_back_with_it(pair, head) -> None:
    gone, kept = pair
    build.validated(gone)
    asked_here = waiting(kept.case)
    done = merge(gone, kept, head, double=False)
    gone.refresh_from_db()
    referent = gone.logged_by
    again = start_new_evaluation(threat=gone, reason="Un fait nouveau.", user=referent, actor=build.actor(referent))
    undo(done, head)
    assert waiting(done.absorbed) == {("evaluate", f"/dossiers/{done.absorbed.reference}/evaluations/{again.pk}/")}
    assert waiting(kept.case) == asked_here


def test_a_merged_file_is_not_closed_nor_reopened(pair, head) -> None:
    gone, kept = pair
    merge(gone, kept, head)
    for act in (close_case, reopen_case):
        with pytest.raises(ActRefused, match="fusion"):
            act(case=gone.case, reason="x", user=head, actor=build.actor(head))


def test_a_chain_of_merges_is_undone_from_its_end(pair, head) -> None:
    gone, kept = pair
    first = merge(gone, kept, head)
    last = build.a_threat(user=kept.logged_by, official=kept.case.official)
    doubles = {kept.pk: last.pk}
    second = merge_cases(
        absorbed=kept.case, survivor=last.case, doubles=doubles, reason="Encore.", user=head, actor=build.actor(head)
    )
    with pytest.raises(ActRefused, match="à son tour"):
        undo(first, head)
    undo(second, head)
    assert undo(first, head).state == "undone"
    settle()


def test_the_acts_of_both_files_are_read_in_one_timeline(pair, head) -> None:
    from cases.enums import EventKind
    from cases.selectors import latest_events

    gone, kept = pair
    add_event(case=gone.case, kind=EventKind.CLOSED, sentence="Un acte ancien.", user=head, actor=build.actor(head))
    merge(gone, kept, head)
    sentences = [event.sentence for event in latest_events(kept.case)[0]]
    assert "Un acte ancien." in sentences


def test_attachments_follow_a_merge_and_its_undo_even_the_same_file_in_both(pair, head) -> None:
    gone, kept = pair
    content = picture()
    mine, theirs = an_attachment(gone.case, content, threat=gone), an_attachment(kept.case, content)
    done = merge(gone, kept, head)
    assert set(kept.case.attachments.all()) == {mine, theirs}
    settle()
    undo(done, head)
    settle()
    assert list(gone.case.attachments.all()) == [mine]
    assert list(kept.case.attachments.all()) == [theirs]
