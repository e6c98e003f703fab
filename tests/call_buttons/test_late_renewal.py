"""Asked once the protection has ended: not a renewal any more, a new request with a gap that everybody sees."""

from datetime import date
from html import unescape

import pytest
import time_machine
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest
from call_buttons.services import ActRefused, request_call_button
from core.models import JournalEntry
from tests import build

pytestmark = pytest.mark.django_db


def ended() -> CallButtonGrant:
    """Granted on 16 February 2026: to 16 May, a Saturday."""
    with time_machine.travel(build.at(2026, 2, 16), tick=False):
        return build.granted()


def evaluated_again(grant: CallButtonGrant):
    return build.validated(build.a_threat(user=grant.request.requested_by, case=grant.case))


def asked(grant: CallButtonGrant, evaluation, gap_reason: str = "") -> CallButtonRequest:
    user = grant.request.requested_by
    return request_call_button(
        evaluation=evaluation, motive="Danger.", gap_reason=gap_reason, user=user, actor=build.actor(user)
    )


def test_it_is_refused_as_a_renewal_and_taken_with_the_reason_of_the_gap() -> None:
    grant = ended()
    with time_machine.travel(build.at(2026, 5, 19), tick=False):
        evaluation = evaluated_again(grant)
        with pytest.raises(ActRefused, match="échue depuis le 16/05/2026") as refused:
            asked(grant, evaluation)
        assert refused.value.field == "gap_reason"
        request = asked(grant, evaluation, "Le rappel n'a pas été lu.")
    assert (request.renews, request.is_renewal) == (grant, False)


def test_on_the_last_minute_it_is_still_a_renewal_and_the_reason_of_a_gap_is_left_aside() -> None:
    grant = ended()
    with time_machine.travel(build.at(2026, 5, 16, 23, 59), tick=False):
        request = asked(grant, evaluated_again(grant), "Sans objet.")
    assert (request.is_renewal, request.gap_reason) == (True, None)


def test_the_new_period_starts_today_and_the_gap_shows_in_the_letter_the_history_and_the_panel() -> None:
    grant = ended()
    with time_machine.travel(build.at(2026, 5, 19), tick=False):
        again = build.granted(asked(grant, evaluated_again(grant), "Oubli."))
        client = Client()
        client.force_login(grant.request.requested_by)
        panel = unescape(client.get(reverse("call_buttons:case_panel", args=[grant.case.reference])).content.decode())
    assert (again.first_day, again.previous) == (date(2026, 5, 19), grant)
    assert "La protection précédente avait pris fin le 16 mai 2026." in build.text_of(again.decision)
    assert "Attribution d'un bouton" in build.text_of(again.decision).replace("’", "'")
    assert "Après une interruption" in panel
    assert "du 17/05/2026 au 18/05/2026" in panel
    assert CallButtonDecision.objects.get(pk=grant.decision_id).document_sha256 == grant.decision.document_sha256


def test_a_renewal_decided_after_the_end_has_its_gap_too() -> None:
    grant = ended()
    with time_machine.travel(build.at(2026, 5, 15), tick=False):
        request = asked(grant, evaluated_again(grant))
    with time_machine.travel(build.at(2026, 5, 18), tick=False):
        again = build.granted(request)
    assert again.first_day == date(2026, 5, 18)
    assert "avait pris fin" in build.text_of(again.decision)


def test_the_form_says_what_happens_and_loses_nothing() -> None:
    grant = ended()
    client = Client()
    client.force_login(grant.request.requested_by)
    with time_machine.travel(build.at(2026, 5, 19), tick=False):
        evaluation = evaluated_again(grant)
        renew = client.get(reverse("call_buttons:renew", args=[grant.request_id]))
        form = reverse("call_buttons:new_request", args=[grant.case.reference, evaluation.pk])
        assert renew["Location"] == form
        assert "interruption du 17/05/2026 au 18/05/2026" in client.get(form).content.decode()
        answer = client.post(form, {"motive": "Le danger dure.", "gap_reason": ""})
        assert answer.status_code == 422
        assert "Le danger dure." in answer.content.decode()
        assert client.post(form, {"motive": "Le danger dure.", "gap_reason": "Oubli."}).status_code == 302


def test_an_old_evaluation_is_to_be_made_again_first() -> None:
    grant = ended()
    with time_machine.travel(build.at(2026, 5, 19), tick=False), pytest.raises(ActRefused, match="plus de 30 jours"):
        asked(grant, grant.request.evaluation, "Oubli.")


def test_what_was_refused_is_not_renewed_and_asking_so_is_journaled() -> None:
    with time_machine.travel(build.at(2026, 3, 1), tick=False):
        decision = build.refused(build.a_request())
        client = Client()
        client.force_login(decision.request.requested_by)
        answer = client.get(reverse("call_buttons:renew", args=[decision.request_id]))
    assert answer.status_code == 403
    assert "pas de bouton d'appel à renouveler" in unescape(answer.content.decode())
    assert JournalEntry.objects.filter(action="refusal", object_id=str(decision.request_id)).exists()


def test_raw_sql_asks_for_no_late_renewal_without_its_reason() -> None:
    grant = ended()
    with time_machine.travel(build.at(2026, 5, 19), tick=False):
        evaluation = evaluated_again(grant)
    columns = [field.column for field in CallButtonRequest._meta.concrete_fields]
    changes = {"id": "gen_random_uuid()", "state": "'pending'", "renews_id": f"'{grant.pk}'"}
    changes |= {"evaluation_id": f"'{evaluation.pk}'", "requested_at": "'2026-05-19 12:00+02'"}
    values = ", ".join(changes.get(column, column) for column in columns)
    table = "call_buttons_callbuttonrequest"
    with pytest.raises(Error, match="interrompue"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}")


def test_the_decision_maker_reads_the_previous_refusal_and_what_is_new() -> None:
    with time_machine.travel(build.at(2026, 3, 1), tick=False):
        decision = build.refused(build.a_request())
    with time_machine.travel(build.at(2026, 3, 11), tick=False):
        threat = build.a_threat(user=decision.request.requested_by, case=decision.case)
        request = build.a_request(threat=threat)
        client = Client()
        client.force_login(decision.decided_by)
        page = unescape(client.get(reverse("call_buttons:request", args=[request.pk])).content.decode())
    assert "Refus précédent, et ce qui est nouveau" in page
    assert decision.number in page
    assert "Nouveau fait enregistré le 11/03/2026" in page
