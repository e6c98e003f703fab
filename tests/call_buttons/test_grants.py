from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from call_buttons.enums import Outcome
from call_buttons.models import CallButtonDecision, CallButtonGrant, CallButtonRequest
from call_buttons.services import (
    ActRefused,
    AlreadyDecided,
    PreviewOutdated,
    give_opinion,
    grant_call_button,
    preview_decision,
    request_call_button,
    three_months_from,
)
from cases.services import close_case, validate_evaluation
from core.models import JournalEntry, OutboxMessage
from tests import build


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2026, 1, 14), date(2026, 4, 14)),
        (date(2025, 11, 30), date(2026, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 1, 31), date(2026, 4, 30)),
        (date(2026, 2, 16), date(2026, 5, 16)),
    ],
)
def test_three_months_go_from_day_number_to_day_number_clamped_to_the_month(start: date, last: date) -> None:
    assert three_months_from(start).upper.toordinal() - 1 == last.toordinal()


@given(st.dates(date(2020, 1, 1), date(2099, 1, 1)))
def test_the_last_protected_day_is_in_the_third_month_after_with_the_nearest_day_number(start: date) -> None:
    last = date.fromordinal(three_months_from(start).upper.toordinal() - 1)
    assert (last.year * 12 + last.month) - (start.year * 12 + start.month) == 3
    next_day = date.fromordinal(last.toordinal() + 1)
    assert last.day == start.day or (last.day < start.day and next_day.day == 1)


@pytest.mark.django_db
def test_a_request_needs_a_validated_evaluation_of_at_most_thirty_days() -> None:
    with time_machine.travel(build.at(2026, 3, 1), tick=False):
        threat = build.a_threat()
        submitted = build.submitted(threat)
        user = threat.logged_by
        with pytest.raises(ActRefused, match="validée"):
            request_call_button(evaluation=submitted, motive="Vite.", user=user, actor=build.actor(user))
        head = build.unit_head()
        validate_evaluation(evaluation=submitted, version=submitted.version, user=head, actor=build.actor(head))
    submitted.refresh_from_db()
    with time_machine.travel(build.at(2026, 3, 31, 13, 1), tick=False), pytest.raises(ActRefused, match="30 jours"):
        request_call_button(evaluation=submitted, motive="Vite.", user=user, actor=build.actor(user))
    with time_machine.travel(build.at(2026, 3, 31, 12, 59), tick=False):
        assert request_call_button(evaluation=submitted, motive="Vite.", user=user, actor=build.actor(user)).is_pending


@pytest.mark.django_db
def test_one_request_at_a_time_waits_for_a_person() -> None:
    request = build.a_request()
    with pytest.raises(ActRefused, match="déjà en attente"):
        request_call_button(
            evaluation=request.evaluation,
            motive="Encore.",
            user=request.requested_by,
            actor=build.actor(request.requested_by),
        )


@pytest.mark.django_db
def test_the_decision_maker_signs_the_exact_document_he_read() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        request, prefet = build.a_request(), build.decider()
        preview = preview_decision(request=request, outcome=Outcome.GRANTED, user=prefet)
        text = PdfReader(BytesIO(preview.pdf)).pages[0].extract_text()
        assert "45-2026-BA-00001" in text
        assert "du 14 janvier au 14 avril 2026 inclus" in text.replace("\n", " ")
        decision = grant_call_button(
            request=request, previewed_sha256=preview.sha256, user=prefet, actor=build.actor(prefet)
        )
    assert bytes(CallButtonDecision.objects.get().document) == preview.pdf
    assert decision.grant.last_day == date(2026, 4, 14)
    entry = JournalEntry.objects.get(object_label=decision.number, details__has_key="sha256")
    assert entry.details["sha256"] == preview.sha256


@pytest.mark.django_db
def test_a_document_that_changed_since_the_preview_is_not_signed() -> None:
    with time_machine.travel(build.at(2026, 1, 14, 23, 59), tick=False):
        request, prefet = build.a_request(), build.decider()
        preview = preview_decision(request=request, outcome=Outcome.GRANTED, user=prefet)
    with time_machine.travel(build.at(2026, 1, 15, 0, 1), tick=False), pytest.raises(PreviewOutdated):
        grant_call_button(request=request, previewed_sha256=preview.sha256, user=prefet, actor=build.actor(prefet))
    assert not CallButtonDecision.objects.exists()
    assert CallButtonRequest.objects.get().is_pending


@pytest.mark.django_db
def test_a_preview_is_tagged_for_assistive_technology_and_names_its_language() -> None:
    request, prefet = build.a_request(), build.decider()
    preview = preview_decision(request=request, outcome=Outcome.GRANTED, user=prefet)
    catalog = PdfReader(BytesIO(preview.pdf)).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "fr-FR"
    assert "pdfuaid" in catalog["/Metadata"].get_object().get_data().decode()


@pytest.mark.django_db
def test_the_refusal_letter_says_the_communicable_motive_only() -> None:
    request = build.a_request()
    decision = build.refused(request)
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(bytes(decision.document))).pages)
    assert "autre mesure répond mieux" in text.replace("\n", " ")
    assert "stock réservé" not in text
    assert "recours gracieux" in text.replace("\n", " ")
    request.refresh_from_db()
    assert request.state == "refused"
    assert not CallButtonGrant.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["coded_motive", "internal_motive", "communicable_motive", "orientation"])
def test_a_refusal_lacks_no_motive(missing: str) -> None:
    with pytest.raises(ActRefused, match="Un refus"):
        build.refused(build.a_request(), refusal=replace(build.REFUSAL, **{missing: " "}))


@pytest.mark.django_db
def test_the_requester_never_decides_and_another_decision_maker_does() -> None:
    request = build.a_request()
    build.add_posting(request.requested_by, "decider")
    requester = build.User.objects.get(pk=request.requested_by_id)
    with pytest.raises(ActRefused, match="une autre personne"):
        build.granted(request, by=requester)
    assert build.granted(request, by=build.decider()).last_day


@pytest.mark.django_db
def test_a_decided_request_takes_no_second_decision_nor_an_opinion() -> None:
    request = build.a_request()
    build.granted(request)
    with pytest.raises(AlreadyDecided):
        build.refused(request)
    instructor = build.posted("instructor")
    with pytest.raises(AlreadyDecided):
        give_opinion(
            request=request,
            version=1,
            opinion="favourable",
            text="Oui.",
            user=instructor,
            actor=build.actor(instructor),
        )


@pytest.mark.django_db
def test_a_renewal_starts_the_day_after_and_the_current_end_does_not_move() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        first = build.granted()
    with time_machine.travel(build.at(2026, 4, 2), tick=False):
        threat = first.case.threats.get()
        build.start_again(threat)
        build.validated(threat)
        request = build.a_request(threat=threat)
        assert request.renews_id == first.pk
        first.refresh_from_db()
        assert first.last_day == date(2026, 4, 14)
        second = build.granted(request)
    assert (second.first_day, second.last_day) == (date(2026, 4, 15), date(2026, 7, 15))
    assert second.previous_id == first.pk


@pytest.mark.django_db
def test_a_renewal_decided_after_the_end_starts_today_and_leaves_the_gap_visible() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        first = build.granted()
    with time_machine.travel(build.at(2026, 5, 20), tick=False):
        threat = first.case.threats.get()
        build.start_again(threat)
        build.validated(threat)
        second = build.granted(build.a_request(threat=threat))
    assert (first.last_day, second.first_day) == (date(2026, 4, 14), date(2026, 5, 20))


@pytest.mark.django_db
def test_after_a_refused_renewal_a_new_request_follows_the_running_protection() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        first = build.granted()
        threat = first.case.threats.get()
    with time_machine.travel(build.at(2026, 3, 20), tick=False):
        build.start_again(threat)
        build.validated(threat)
        build.refused(build.a_request(threat=threat))
    with time_machine.travel(build.at(2026, 3, 25), tick=False):
        second = build.granted(build.a_request(threat=build.a_threat(user=threat.logged_by, case=first.case)))
    assert (second.previous_id, second.first_day) == (first.pk, date(2026, 4, 15))


@pytest.mark.django_db
def test_another_prefecture_neither_renews_nor_doubles_a_protection() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        first = build.granted()
    with time_machine.travel(build.at(2026, 4, 1), tick=False):
        unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
        threat = build.a_threat(user=build.referent(unit), official=first.official)
        build.validated(threat, head=build.unit_head(departement_code="974"))
        request = build.a_request(threat=threat)
        assert request.renews is None
        with pytest.raises(ActRefused, match="déjà protégée jusqu'au 14/04/2026"):
            build.granted(request, by=build.decider(departement_code="974"))
        assert CallButtonGrant.objects.to_renew().filter(pk=first.pk).exists()


@pytest.mark.django_db
def test_a_file_does_not_close_while_a_request_waits_or_a_protection_runs() -> None:
    with time_machine.travel(build.at(2026, 1, 14), tick=False):
        request = build.a_request()
        case, user = request.case, request.requested_by
        with pytest.raises(ActRefused, match="attend une décision"):
            close_case(case=case, reason="Fini.", user=user, actor=build.actor(user))
        build.granted(request)
        with pytest.raises(ActRefused, match="14/04/2026"):
            close_case(case=case, reason="Fini.", user=user, actor=build.actor(user))
    with time_machine.travel(build.at(2026, 4, 15, 0, 1), tick=False):
        assert close_case(case=case, reason="Fini.", user=user, actor=build.actor(user)).state == "closed"


@pytest.mark.django_db
def test_the_period_is_that_of_the_departement_zone() -> None:
    unit = build.a_unit(departement_code="974", name="Brigade de Saint-Denis")
    # 22 h on the 15th in Paris is already the 16th in La Réunion.
    with time_machine.travel(build.at(2026, 2, 15, 22, 0), tick=False):
        threat = build.a_threat(user=build.referent(unit))
        build.validated(threat, head=build.unit_head(departement_code="974"))
        grant = build.granted(build.a_request(threat=threat), by=build.decider(departement_code="974"))
    assert (grant.first_day, grant.last_day) == (date(2026, 2, 16), date(2026, 5, 16))


@pytest.mark.django_db
def test_the_messages_of_a_decision_carry_no_fact() -> None:
    official = build.an_official()
    build.official_account(official)
    build.granted(build.a_request(official=official))
    bodies = list(OutboxMessage.objects.values_list("recipient", "subject", "body"))
    assert len(bodies) == 2
    for recipient, subject, body in bodies:
        assert "Inventée" not in subject + body
        assert "bouton" not in (subject + body).lower()
        assert "http" in body, recipient


def test_twenty_simultaneous_grants_on_one_request_give_exactly_one(committed_db: None) -> None:
    request, prefet = build.a_request(), build.decider()
    preview = preview_decision(request=request, outcome=Outcome.GRANTED, user=prefet)

    def sign(_: int) -> bool:
        try:
            grant_call_button(request=request, previewed_sha256=preview.sha256, user=prefet, actor=build.actor(prefet))
        except AlreadyDecided:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(sign, range(20))) == 1
    assert CallButtonGrant.objects.count() == CallButtonDecision.objects.count() == 1
