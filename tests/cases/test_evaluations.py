import pytest
from django.utils import timezone

from cases.enums import Level
from cases.models import Evaluation
from cases.services import (
    ActRefused,
    Conflict,
    UnevaluatedThreat,
    close_case,
    correct_threat,
    reopen_case,
    return_evaluation,
    save_evaluation_draft,
    start_new_evaluation,
    submit_evaluation,
    validate_evaluation,
)
from tests import build

pytestmark = pytest.mark.django_db


def test_the_server_computes_the_level_and_lists_what_triggered_it() -> None:
    evaluation = build.submitted(build.a_threat())
    assert evaluation.computed_level == evaluation.signed_level == Level.HIGH
    assert evaluation.red_factors[0]["code"] == "weapon_access"
    assert "arme" in evaluation.red_factors[0]["question"]
    assert "call_button" in evaluation.suggested_measures


def test_sending_needs_every_answer_and_a_draft_needs_none() -> None:
    evaluation = build.a_threat().evaluations.get()
    user = evaluation.threat.logged_by
    arguments = {"evaluation": evaluation, "version": 1, "user": user, "actor": build.actor(user)}
    with pytest.raises(ActRefused, match="toutes les questions"):
        submit_evaluation(answers={"fear": "yes"}, signed_level=None, **arguments)
    draft = save_evaluation_draft(answers={"fear": "yes"}, **arguments)
    assert (draft.answers, draft.computed_level, draft.version) == ({"fear": "yes"}, None, 2)


def test_another_level_needs_a_written_reason_and_both_levels_are_kept() -> None:
    threat = build.a_threat()
    with pytest.raises(ActRefused, match="pourquoi"):
        build.submitted(threat, signed_level=2, departure_reason="   ")
    evaluation = build.submitted(threat, signed_level=2, departure_reason="L'arme est un jouet.")
    assert (evaluation.computed_level, evaluation.signed_level) == (Level.HIGH, Level.MODERATE)
    assert Evaluation.objects.get().departure_reason == "L'arme est un jouet."


def test_the_author_never_validates_and_another_person_does() -> None:
    evaluation = build.submitted(build.a_threat())
    author, head = evaluation.evaluated_by, build.unit_head()
    build.add_posting(author, "unit_head")
    with pytest.raises(ActRefused, match="Une autre personne"):
        validate_evaluation(evaluation=evaluation, version=evaluation.version, user=author, actor=build.actor(author))
    done = validate_evaluation(evaluation=evaluation, version=evaluation.version, user=head, actor=build.actor(head))
    assert done.state == "validated"
    assert done.case.__class__.objects.get().level == Level.HIGH


def test_the_validator_validates_what_he_read() -> None:
    threat = build.a_threat()
    read = build.submitted(threat)
    head = build.unit_head()
    return_evaluation(evaluation=read, reason="Manque le lieu.", user=head, actor=build.actor(head))
    build.submitted(threat)
    with pytest.raises(Conflict):
        validate_evaluation(evaluation=read, version=read.version, user=head, actor=build.actor(head))


def test_two_pages_on_one_evaluation_the_second_learns_who_saved_and_nothing_is_lost() -> None:
    evaluation = build.a_threat().evaluations.get()
    user = evaluation.threat.logged_by
    save_evaluation_draft(evaluation=evaluation, version=1, answers={"fear": "yes"}, user=user, actor=build.actor(user))
    with pytest.raises(Conflict) as raised:
        save_evaluation_draft(
            evaluation=evaluation, version=1, answers={"fear": "no"}, user=user, actor=build.actor(user)
        )
    assert raised.value.who == user.get_full_name()
    assert raised.value.stored["q_fear"] == "yes"
    assert Evaluation.objects.get().answers == {"fear": "yes"}


def test_a_file_closes_only_when_every_threat_has_a_validated_evaluation() -> None:
    first = build.a_threat()
    case, user = first.case, first.logged_by
    second = build.a_threat(user=user, case=case)
    build.validated(first)
    with pytest.raises(UnevaluatedThreat):
        close_case(case=case, reason="Fini.", user=user, actor=build.actor(user))
    build.submitted(second)
    with pytest.raises(UnevaluatedThreat):
        close_case(case=case, reason="Fini.", user=user, actor=build.actor(user))
    head = build.User.objects.get(postings__role="unit_head")
    last = second.evaluations.get()
    validate_evaluation(evaluation=last, version=last.version, user=head, actor=build.actor(head))
    assert close_case(case=case, reason="Fini.", user=user, actor=build.actor(user)).state == "closed"
    assert reopen_case(case=case, reason="Fait nouveau.", user=user, actor=build.actor(user)).state == "open"


def test_a_new_evaluation_keeps_the_validated_one_and_blocks_the_closing() -> None:
    threat = build.a_threat()
    build.validated(threat)
    user = threat.logged_by
    new = start_new_evaluation(threat=threat, reason="Renouvellement.", user=user, actor=build.actor(user))
    assert (new.number, new.state) == (2, "todo")
    with pytest.raises(ActRefused, match="déjà en cours"):
        start_new_evaluation(threat=threat, reason="Encore.", user=user, actor=build.actor(user))
    with pytest.raises(UnevaluatedThreat):
        close_case(case=threat.case, reason="Fini.", user=user, actor=build.actor(user))


def test_the_level_of_a_file_is_its_highest_current_one_not_the_latest() -> None:
    first = build.a_threat()
    build.validated(first)
    second = build.a_threat(user=first.logged_by, case=first.case)
    build.validated(second, answers=build.answers(second.evaluations.get()))
    first.case.refresh_from_db()
    assert first.case.level == Level.HIGH


def test_correcting_an_evaluated_threat_opens_a_new_evaluation_and_a_second_tab_conflicts() -> None:
    threat = build.a_threat()
    build.validated(threat)
    user = threat.logged_by
    arguments = {"threat": threat, "version": 1, "user": user, "actor": build.actor(user)}
    changed = build.facts(occurred_at=threat.occurred_at, place="Devant la mairie")
    assert correct_threat(facts=changed, **arguments).version == 2
    assert threat.evaluations.count() == 2
    with pytest.raises(Conflict) as raised:
        correct_threat(facts=build.facts(occurred_at=threat.occurred_at, place="Chez elle"), **arguments)
    assert raised.value.stored["place"] == "Devant la mairie"
    assert raised.value.at <= timezone.now()


def test_correcting_a_threat_already_sent_returns_its_evaluation_to_its_author() -> None:
    threat = build.a_threat()
    sent = build.submitted(threat)
    user, head = threat.logged_by, build.unit_head()
    worse = build.facts(occurred_at=threat.occurred_at, nature="violence")
    correct_threat(threat=threat, version=1, facts=worse, user=user, actor=build.actor(user))
    back = Evaluation.objects.get()
    assert (back.state, back.number) == ("todo", 1)
    assert "corrigée" in back.returned_reason
    with pytest.raises(ActRefused):
        validate_evaluation(evaluation=sent, version=sent.version, user=head, actor=build.actor(head))
    assert build.validated(threat, head=head).state == "validated"


def test_a_version_that_never_was_conflicts_without_an_author() -> None:
    threat = build.a_threat()
    user = threat.logged_by
    with pytest.raises(Conflict) as raised:
        correct_threat(threat=threat, version=99, facts=build.facts(), user=user, actor=build.actor(user))
    assert raised.value.who == "Quelqu'un"


def test_saving_a_correction_that_changes_nothing_writes_nothing() -> None:
    threat = build.a_threat()
    user = threat.logged_by
    same = build.facts(occurred_at=threat.occurred_at)
    assert correct_threat(threat=threat, version=1, facts=same, user=user, actor=build.actor(user)).version == 1
    assert threat.case.events.filter(kind="threat_corrected").count() == 0
