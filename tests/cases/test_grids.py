"""The grid that CALAE edits: one draft, edited by several, replayed, published, frozen."""

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from cases.enums import Level
from cases.models import GridQuestion, GridVersion
from cases.selectors.grids import ReplayFigures, grid_warnings
from cases.services import (
    ActRefused,
    Conflict,
    QuestionFields,
    add_grid_question,
    create_grid_draft,
    discard_grid_draft,
    edit_grid_question,
    move_grid_question,
    publish_grid,
    remove_grid_question,
    request_replay,
    run_waiting_replays,
)
from cases.services.scoring import score_answers
from core.models import JournalEntry
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed() -> dict:
    analyst = build.posted(Role.CALAE_ANALYST)
    return {"user": analyst, "actor": build.actor(analyst)}


@pytest.fixture
def draft(signed: dict) -> GridVersion:
    return create_grid_draft(**signed)


def fields(question: GridQuestion, **changes) -> QuestionFields:
    names = ("section", "text", "weight", "red_floor", "red_sentence", "measures")
    return QuestionFields(**({name: getattr(question, name) for name in names} | changes))


def test_a_draft_copies_the_published_grid_and_there_is_one_at_a_time(draft, signed) -> None:
    published = GridVersion.objects.get(state="published")
    assert draft.questions.count() == published.questions.count() > 20
    with pytest.raises(ActRefused, match="un à la fois"):
        create_grid_draft(**signed)
    with pytest.raises(Error, match="grid_one_draft"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_gridversion (number, label, state, moderate_from, high_from, very_high_from,"
            " unknown_percent, measures_by_level) VALUES (99, 'x', 'draft', 1, 2, 3, 50, '{}')"
        )


def test_two_analysts_on_one_question_the_second_learns_it_and_on_two_questions_neither_waits(draft, signed) -> None:
    first, second = draft.questions.all()[:2]
    save = {"number": draft.number, "version": first.version, **signed}
    edit_grid_question(code=first.code, values=fields(first, weight=9), **save)
    edit_grid_question(code=second.code, values=fields(second, weight=8), **save)
    with pytest.raises(Conflict) as raised:
        edit_grid_question(code=first.code, values=fields(first, weight=7), **save)
    assert raised.value.stored["weight"] == 9
    assert draft.questions.get(code=first.code).weight == 9


def test_the_page_of_a_conflict_shows_both_values_and_keeps_what_was_typed(draft, signed) -> None:
    question = draft.questions.first()
    client = Client()
    client.force_login(signed["user"])
    url = reverse("cases:grid_question", args=[draft.number, question.code])
    typed = {"section": question.section, "text": question.text, "weight": "5", "version": "1"}
    assert client.post(url, typed).status_code == 302
    page = client.post(url, typed | {"weight": "6"}).content.decode()
    assert "a modifié" in page
    assert 'value="6"' in page


def test_a_red_factor_without_sentence_is_refused_beside_its_field(draft, signed) -> None:
    client = Client()
    client.force_login(signed["user"])
    url = reverse("cases:grid_add", args=[draft.number])
    typed = {"section": "nouveau", "new_section": "Essai", "text": "Une question ?", "weight": "3", "version": "0"}
    answer = client.post(url, typed | {"red_floor": "4"})
    assert answer.status_code == 422
    assert "red_sentence" in answer.context["form"].errors
    assert "Une question ?" in answer.content.decode()
    assert client.post(url, typed | {"red_floor": "4", "red_sentence": "Danger."}).status_code == 302


def test_questions_move_inside_their_theme_and_a_second_click_changes_nothing(draft, signed) -> None:
    first, second = draft.questions.order_by("position")[:2]
    move = {"number": draft.number, "code": second.code, "position": second.position, "up": True, **signed}
    move_grid_question(**move)
    assert draft.questions.order_by("position").first().code == second.code
    with pytest.raises(ActRefused, match="ordre a changé"):
        move_grid_question(**move)
    with pytest.raises(ActRefused, match="bout de son thème"):
        move_grid_question(**move | {"position": first.position})


def test_a_new_question_goes_to_the_end_of_its_theme_under_a_code_never_used(draft, signed) -> None:
    theme = draft.questions.first().section
    values = QuestionFields(section=theme, text="Weapon access", weight=1)
    added = add_grid_question(number=draft.number, values=values, **signed)
    assert added.code == "weapon_access_2"
    assert draft.questions.filter(section=theme).order_by("position").last().code == added.code
    remove_grid_question(number=draft.number, code=added.code, **signed)
    assert not draft.questions.filter(code=added.code).exists()


def test_warnings_name_what_is_probably_not_meant(draft) -> None:
    assert grid_warnings(draft, list(draft.questions.all())) == []
    draft.questions.update(red_floor=None, red_sentence="", weight=0)
    found = " ".join(grid_warnings(draft, list(draft.questions.all())))
    for words in ("« très élevé » hors d'atteinte", "Aucun facteur rouge", "Aucun facteur protecteur", "sans effet"):
        assert words in found


def test_publishing_is_of_what_was_read_and_says_why(draft, signed) -> None:
    question = draft.questions.first()
    edit_grid_question(number=draft.number, code=question.code, version=1, values=fields(question, weight=7), **signed)
    with pytest.raises(ActRefused, match="a changé"):
        publish_grid(number=draft.number, revision=1, note="Plus lourd.", **signed)
    with pytest.raises(ActRefused, match="pourquoi"):
        publish_grid(number=draft.number, revision=2, note=" ", **signed)
    publish_grid(number=draft.number, revision=2, note="Plus lourd.", **signed)
    assert JournalEntry.objects.filter(reason__startswith="grille publiée").exists()
    with pytest.raises(ActRefused, match="plus de brouillon"):
        remove_grid_question(number=draft.number, code=question.code, **signed)


def test_an_unfinished_evaluation_keeps_its_grid_and_the_next_one_takes_the_new(draft, signed) -> None:
    before = build.a_threat()
    publish_grid(number=draft.number, revision=draft.revision, note="Essai.", **signed)
    after = build.a_threat(user=before.logged_by, official=build.an_official("Suivante"))
    assert build.submitted(before).grid.number == draft.number - 1
    assert after.evaluations.get().grid.number == draft.number


def test_a_draft_thrown_away_leaves_the_place_and_a_line_in_the_journal(draft, signed) -> None:
    request_replay(grid=draft, months=12, **signed)
    discard_grid_draft(number=draft.number, **signed)
    assert JournalEntry.objects.filter(reason="brouillon abandonné").exists()
    assert create_grid_draft(**signed).state == "draft"


def replayed(draft: GridVersion, signed: dict) -> dict:
    replay = request_replay(grid=draft, months=12, **signed)
    assert request_replay(grid=draft, months=12, **signed).pk == replay.pk  # a double click
    assert run_waiting_replays() == 1
    assert run_waiting_replays() == 0
    replay.refresh_from_db()
    assert (replay.state, replay.revision) == ("done", draft.revision)
    return replay.result


def test_an_unchanged_draft_replays_every_answer_to_the_same_level(draft, signed) -> None:
    build.validated(build.a_threat())
    assert replayed(draft, signed)["cells"] == {"3-3-3": 1}


def test_a_replay_counts_what_a_changed_weight_and_a_new_question_do(draft, signed) -> None:
    evaluation = build.validated(build.a_threat())
    weapon = draft.questions.get(code="weapon_access")
    changed = fields(weapon, red_floor=None, red_sentence="")
    edit_grid_question(number=draft.number, code=weapon.code, version=1, values=changed, **signed)
    added = add_grid_question(
        number=draft.number, values=QuestionFields(section=weapon.section, text="Nouvelle ?", weight=4), **signed
    )
    draft.refresh_from_db()
    result = replayed(draft, signed)
    answers = evaluation.answers | {added.code: "unknown"}
    expected = score_answers(grid=draft, questions=list(draft.questions.all()), answers=answers).level
    assert expected < Level.HIGH
    assert result["cells"] == {f"3-{int(expected)}-3": 1}
    assert result["missing"] == {added.code: 1}


def test_a_replay_shows_no_small_count(draft, signed) -> None:
    replay = request_replay(grid=draft, months=12, **signed)
    replay.result = {"evaluations": 44, "cells": {"1-1-1": 30, "1-2-1": 3, "2-2-2": 11}}
    figures = ReplayFigures(replay)
    assert figures.move_lines[0].raised is None
    assert figures.matrix[0][1][:2] == [None, None]


def test_evaluations_out_of_the_window_are_not_replayed(draft, signed, time_machine) -> None:
    time_machine.move_to(build.at(2025, 1, 10), tick=False)
    build.validated(build.a_threat())
    time_machine.move_to(build.at(2026, 3, 10), tick=False)
    assert replayed(draft, signed)["evaluations"] == 0
