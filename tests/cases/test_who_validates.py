"""No path lets somebody validate what he wrote, nor touches what was sent: services, pages, raw SQL."""

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from cases.models import EvaluatedPerson, Evaluation
from cases.selectors.people import covered_people
from cases.selectors.series import series_of
from cases.services import (
    ActRefused,
    return_evaluation,
    save_evaluation_draft,
    submit_evaluation,
    validate_evaluation,
)
from core import clock
from officials.models import ProtectedPerson
from tests import build

pytestmark = pytest.mark.django_db
VALIDATE = "UPDATE cases_evaluation SET state = 'validated', validated_at = now(), validated_by_id = %s{} WHERE id = %s"


def refused(sql: str, *params: object) -> str:
    with pytest.raises(Error) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return str(raised.value)


@pytest.fixture
def helped() -> tuple[Evaluation, build.User]:
    """An evaluation that a head, also référent, began, and that the référent sent."""
    threat = build.a_threat()
    head = build.unit_head()
    build.add_posting(head, build.Role.REFERENT)
    head = build.User.objects.get(pk=head.pk)
    evaluation = threat.evaluations.get()
    save_evaluation_draft(evaluation=evaluation, version=1, answers={"fear": "yes"}, user=head, actor=build.actor(head))
    return build.submitted(threat), head


def test_whoever_saved_a_draft_does_not_validate_it(helped) -> None:
    evaluation, head = helped
    with pytest.raises(ActRefused, match="remplie"):
        validate_evaluation(evaluation=evaluation, version=evaluation.version, user=head, actor=build.actor(head))
    client = Client()
    client.force_login(head)
    url = reverse("cases:validate", args=[evaluation.case.reference, evaluation.pk])
    client.post(url, {"version": evaluation.version})
    assert Evaluation.objects.get().state == "submitted"
    other = build.unit_head(email="autre@portail.example")
    done = validate_evaluation(evaluation=evaluation, version=evaluation.version, user=other, actor=build.actor(other))
    assert done.state == "validated"


def test_nor_by_raw_sql_whatever_else_the_statement_changes(helped) -> None:
    evaluation, head = helped
    assert "a rempli l'évaluation" in refused(VALIDATE.format(""), head.pk, evaluation.pk)
    refused(VALIDATE.format(", evaluated_by_id = NULL"), head.pk, evaluation.pk)
    refused(VALIDATE.format(", contributors = '[]'"), head.pk, evaluation.pk)
    refused("UPDATE cases_evaluation SET contributors = '[]', state = 'todo' WHERE id = %s", evaluation.pk)
    author = evaluation.evaluated_by_id
    refused(VALIDATE.format(f", evaluated_by_id = {head.pk}"), author, evaluation.pk)


def test_an_author_who_hands_his_evaluation_to_another_still_wrote_it(helped) -> None:
    evaluation, _ = helped
    author = evaluation.evaluated_by
    chief = build.unit_head(email="chef@portail.example")
    return_evaluation(evaluation=evaluation, reason="Relire.", user=chief, actor=build.actor(chief))
    second = build.referent(email="second@portail.example")
    again = build.submitted(evaluation.threat, user=second)
    assert again.evaluated_by == second
    assert "rempli" in refused(VALIDATE.format(""), author.pk, again.pk)


def test_an_author_named_by_raw_sql_counts_as_having_written() -> None:
    evaluation = build.a_threat().evaluations.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_evaluation SET evaluated_by_id = %s WHERE id = %s",
            [evaluation.threat.logged_by_id, evaluation.pk],
        )
    evaluation.refresh_from_db()
    assert evaluation.contributors == [evaluation.threat.logged_by_id]
    other = build.a_threat(user=evaluation.threat.logged_by, official=build.an_official("Autre")).evaluations.get()
    assert "auteur" in refused('UPDATE cases_evaluation SET answers = \'{"fear": "no"}\' WHERE id = %s', other.pk)


def test_a_validated_evaluation_takes_neither_answer_nor_person_nor_second_sending() -> None:
    evaluation = build.validated(build.a_threat())
    user = evaluation.threat.logged_by
    signed = {"user": user, "actor": build.actor(user)}
    answers = build.answers(evaluation)
    with pytest.raises(ActRefused):
        save_evaluation_draft(evaluation=evaluation, version=evaluation.version, answers=answers, **signed)
    with pytest.raises(ActRefused):
        submit_evaluation(evaluation=evaluation, version=evaluation.version, answers=answers, signed_level=1, **signed)
    for sql in (
        "UPDATE cases_evaluation SET contributors = '[1]' WHERE id = %s",
        "UPDATE cases_evaluatedperson SET note = 'x' WHERE evaluation_id = %s",
        "DELETE FROM cases_evaluatedperson WHERE evaluation_id = %s",
        "INSERT INTO cases_evaluatedperson (id, evaluation_id, official_id)"
        " SELECT gen_random_uuid(), %s, id FROM officials_official",
    ):
        refused(sql, evaluation.pk)


def a_child(threat) -> ProtectedPerson:
    return ProtectedPerson.objects.create(
        official=threat.case.official, kinship="child", first_name="Zoé", last_name="Inventée", initials="Z. I.",
        is_minor=True, created_at=clock.now(),
    )  # fmt: skip


def test_the_evaluation_covers_the_household_and_keeps_whom_it_covered() -> None:
    threat = build.a_threat()
    child = a_child(threat)
    note = {f"p{child.pk.hex}": "Trajet de l'école à protéger."}
    evaluation = build.submitted(threat, notes=note)
    a_child(threat)  # known later: this evaluation did not cover that one
    people = covered_people(evaluation, full=False)
    assert [(person.label, person.note) for person in people] == [
        ("Anne Inventée", ""), ("Z. I. (enfant)", "Trajet de l'école à protéger."),
    ]  # fmt: skip
    assert EvaluatedPerson.objects.filter(evaluation=evaluation).count() == 2
    assert "Zoé" in covered_people(evaluation, full=True)[1].label


def test_the_page_names_a_minor_to_the_unit_and_his_initials_elsewhere() -> None:
    threat = build.a_threat()
    a_child(threat)
    evaluation = build.submitted(threat)
    url = reverse("cases:evaluation", args=[threat.case.reference, evaluation.pk])
    decider = build.decider()
    build.consulted(threat.case, decider)
    for reader, named in ((threat.logged_by, True), (decider, False)):
        client = Client()
        client.force_login(reader)
        page = client.get(url).content.decode()
        assert ("Zoé" in page, "Z. I." in page) == (named, not named)


def test_the_series_says_what_changed_and_which_red_factor_is_new() -> None:
    threat = build.a_threat()
    build.validated(threat)
    evaluation = build.start_again(threat)
    answers = build.answers(evaluation, home_presence="yes")
    red = next(q.code for q in evaluation.grid.questions.exclude(red_floor=None) if q.code != "weapon_access")
    build.submitted(threat, answers={**answers, red: "yes"} if red in answers else answers)
    latest, first = series_of(threat)
    assert first.changes == ()
    assert {(change.before, change.after) for change in latest.changes} == {("oui", "non"), ("non", "oui")}
    assert [factor["code"] for factor in latest.new_red] == [red]
    assert [factor["code"] for factor in latest.gone_red] == ["weapon_access"]
    client = Client()
    client.force_login(threat.logged_by)
    page = client.get(reverse("cases:series", args=[threat.case.reference, threat.pk])).content.decode()
    assert "Nouveaux facteurs rouges" in page
    assert "Renouvellement." in page


def test_a_new_fact_in_the_file_proposes_to_evaluate_the_other_threat_again() -> None:
    threat = build.a_threat()
    build.validated(threat)
    client = Client()
    client.force_login(threat.logged_by)
    url = reverse("cases:detail", args=[threat.case.reference])
    assert "Nouveau fait dans le dossier" not in client.get(url).content.decode()
    build.a_threat(user=threat.logged_by, case=threat.case)
    assert "Nouveau fait dans le dossier" in client.get(url).content.decode()
