"""A referral lives under an agreement: proposed, answered, taken back, ended. Nothing of it says what happened."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import models

from accounts.models import Notification, User
from core import clock
from core.acts import ActRefused
from core.models import JournalEntry, OutboxMessage
from support.enums import Help
from support.enums.referrals import ReferralOutcome, ReferralState, RefusalReason
from support.models import Referral, ReferralAppointment, ReferralChase, ReferralEvent, ReferralTie
from support.selectors.sources import referrals_waited
from support.services.appointments import cancel_appointment, make_appointment, move_appointment
from support.services.chasing import erase_contacts_due
from support.services.referrals import (
    accept_referral,
    ask_for_support,
    end_referral,
    hand_over_referral,
    propose_referrals,
    refuse_referral,
    withdraw_referral,
)
from tests import build, supporting

pytestmark = pytest.mark.django_db


def fresh(referral: Referral) -> Referral:
    return Referral.objects.with_people().get(pk=referral.pk)


def mails_to(user: User) -> list[OutboxMessage]:
    return [mail for mail in OutboxMessage.objects.order_by("pk") if mail.recipient == user.email]


def refuse(referral: Referral, by: User, **changes: object) -> Referral:
    values = {"version": referral.version, "reason": RefusalReason.NO_PLACE, "text": ""} | changes
    return refuse_referral(referral=referral, user=by, actor=build.actor(by), **values)


def end(referral: Referral, outcome: ReferralOutcome = ReferralOutcome.SEEN) -> Referral:
    by = referral.handled_by
    return end_referral(referral=referral, version=referral.version, outcome=outcome, user=by, actor=build.actor(by))


def test_no_field_could_hold_what_happened_or_what_was_said() -> None:
    """Every column that takes text is named here, with what it is for; a clinical note has no place."""
    allowed = {
        "Referral": {
            "kind", "contact", "when_to_call", "origin", "proposed_as", "state", "refusal_reason", "refusal_text",
            "outcome",
        },
        "ReferralEvent": {"from_state", "to_state", "why"},
        "ReferralAppointment": {"mode", "link"},
        "ReferralChase": set(),
        "ReferralTie": set(),
    }  # fmt: skip
    for model in (Referral, ReferralEvent, ReferralAppointment, ReferralChase, ReferralTie):
        texts = {field.name for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)}
        assert texts == allowed[model.__name__]
        assert not any(isinstance(field, models.JSONField | models.FileField) for field in model._meta.fields)


def test_two_helps_are_two_referrals_and_one_message_that_says_nothing() -> None:
    psychologist = supporting.a_psychologist()
    case = supporting.a_case()
    supporting.a_referral(case, kinds=[Help.PSYCHOLOGICAL, Help.LEGAL])
    assert sorted(Referral.objects.values_list("kind", flat=True)) == ["legal", "psychological"]
    told = Notification.objects.get(user=psychologist)
    assert told.text == "Soutien : une orientation attend votre réponse."
    (mail,) = mails_to(psychologist)
    for word in (case.official.last_name, supporting.CONTACT, case.reference, "soutien", "psych"):
        assert word not in mail.body + mail.subject


def test_sent_twice_from_one_page_it_is_one() -> None:
    case, referent = supporting.a_case(), User.objects.get(email="referent.45-1@portail.example")
    sent = {
        "case": case, "person": case.official, "facts": supporting.facts(), "submission": uuid4(), "user": referent,
        "consented_on": clock.today("Europe/Paris"), "actor": build.actor(referent),
    }  # fmt: skip
    first, second = propose_referrals(**sent), propose_referrals(**sent)
    assert [row.pk for row in first] == [row.pk for row in second]
    with pytest.raises(ActRefused, match="Déjà en cours") as refused:
        propose_referrals(**(sent | {"submission": uuid4()}))
    assert refused.value.field == "kinds"


@pytest.mark.parametrize(("days", "allowed"), [(0, True), (-30, True), (1, False)])
def test_the_agreement_is_of_today_or_before(days: int, allowed: bool) -> None:
    case, referent = supporting.a_case(), User.objects.get(email="referent.45-1@portail.example")
    day = clock.today("Europe/Paris") + timedelta(days=days)
    sent = {
        "case": case, "person": case.official, "facts": supporting.facts(), "submission": uuid4(), "user": referent,
        "consented_on": day, "actor": build.actor(referent),
    }  # fmt: skip
    if allowed:
        assert propose_referrals(**sent)[0].consented_on == day
    else:
        with pytest.raises(ActRefused) as refused:
            propose_referrals(**sent)
        assert refused.value.field == "consented_on"


def test_an_association_elsewhere_one_that_closed_and_one_that_does_not_help_so_are_refused() -> None:
    case = supporting.a_case()
    elsewhere = supporting.an_association("essai-974", departements=("974",))
    closed = supporting.an_association("essai-close", is_active=False)
    legal = supporting.an_association("essai-droit", helps=[Help.LEGAL])
    for association in (elsewhere, closed, legal):
        with pytest.raises(ActRefused) as refused:
            supporting.a_referral(case, association=association)
        assert refused.value.field == "association"
    assert supporting.a_referral(case, association=legal, kinds=[Help.LEGAL])


def test_for_a_child_one_calls_with_the_parents() -> None:
    case = supporting.a_case()
    with pytest.raises(ActRefused, match="ses parents"):
        supporting.a_referral(case, person=build.a_minor(case.official))
    assert supporting.a_referral(case, person=build.a_relative(case.official)).protected_person


def test_who_may_not_propose_is_refused_by_the_service_too() -> None:
    case = supporting.a_case()
    for user in (build.decider(), build.referent(build.a_unit("2", name="Brigade de Gien"), email="g@portail.example")):
        with pytest.raises(ActRefused, match="habilitations"):
            supporting.a_referral(case, by=user)
    for user in (build.posted(build.Role.INSTRUCTOR), build.unit_head(email="chef@portail.example")):
        supporting.withdrawn(supporting.a_referral(case, by=user))


def test_it_is_accepted_by_one_person_and_the_others_read_so() -> None:
    referral = supporting.a_referral()
    one, other = supporting.a_psychologist(), supporting.a_psychologist("psy2@portail.example")
    for _ in range(2):
        supporting.accepted(referral, by=one)
    with pytest.raises(ActRefused, match="a changé"):
        supporting.accepted(referral, by=other)
    steps = list(ReferralEvent.objects.order_by("pk").values_list("from_state", "to_state", "by__email"))
    assert steps == [
        ("", "proposed", "referent.45-1@portail.example"), ("proposed", "accepted", one.email),
    ]  # fmt: skip


def test_the_agent_is_told_of_the_answer_and_never_of_its_reason() -> None:
    referral = supporting.a_referral()
    refuse(referral, supporting.a_psychologist(), reason=RefusalReason.OTHER, text="Son cousin travaille ici.")
    told = Notification.objects.get(user=referral.proposed_by, dedupe_key__startswith="referral-answered")
    assert told.text == f"{referral.case.reference} : le soutien proposé n'est pas pris en charge."
    assert fresh(referral).refusal_text == "Son cousin travaille ici."


@pytest.mark.parametrize(("changes", "field"), [({"reason": "other"}, "text"), ({"text": "x" * 201}, "text")])
def test_a_refusal_says_why_in_few_words(changes: dict[str, str], field: str) -> None:
    with pytest.raises(ActRefused) as refused:
        refuse(supporting.a_referral(), supporting.a_psychologist(), **changes)
    assert refused.value.field == field


@pytest.mark.parametrize("is_accepted", [False, True])
def test_taking_back_the_agreement_erases_the_contact_at_once_and_cancels_what_comes(is_accepted: bool) -> None:
    referral = supporting.a_referral()
    if is_accepted:
        referral = supporting.accepted(referral)
        supporting.an_appointment(referral, mode="video", link="https://visio.example/salle")
    for _ in range(2):
        supporting.withdrawn(referral)
    found = fresh(referral)
    assert (found.state, found.contact, found.when_to_call, found.name) == ("withdrawn", "", "", "")
    assert all(row.cancelled_at and not row.link for row in found.appointments.all())
    entry = JournalEntry.objects.get(reason="accord retiré pour un soutien")
    assert supporting.CONTACT not in f"{entry.object_label}{entry.details}"


def test_a_referral_that_is_over_is_neither_answered_nor_taken_back() -> None:
    referral = end(supporting.accepted())
    with pytest.raises(ActRefused, match="terminée"):
        supporting.withdrawn(referral)
    gone = supporting.withdrawn(supporting.a_referral(referral.case, kinds=[Help.LEGAL]))
    with pytest.raises(ActRefused, match="a retiré son accord"):
        refuse(gone, supporting.a_psychologist())
    with pytest.raises(ActRefused, match="a retiré son accord"):
        make_appointment(
            referral=gone, facts=supporting.meeting_facts(supporting.a_psychologist()), submission=uuid4(),
            user=supporting.a_psychologist(), actor=build.actor(supporting.a_psychologist()),
        )  # fmt: skip


def test_once_over_the_same_help_may_be_asked_again() -> None:
    referral = end(supporting.accepted(), ReferralOutcome.NOT_REACHED)
    assert supporting.a_referral(referral.case).state == ReferralState.PROPOSED


def test_it_is_handed_over_to_a_colleague_of_the_same_association_only() -> None:
    referral = supporting.accepted()
    colleague = supporting.a_psychologist("psy2@portail.example")
    elsewhere = supporting.a_psychologist("psy3@portail.example", association=supporting.an_association("autre"))
    without_posting = supporting.a_psychologist("sans@portail.example", end=date(2021, 1, 1))
    by = referral.handled_by

    def hand(to: User) -> Referral:
        return hand_over_referral(referral=referral, version=referral.version, to=to, user=by, actor=build.actor(by))

    for stranger in (elsewhere, without_posting):
        with pytest.raises(ActRefused) as refused:
            hand(stranger)
        assert refused.value.field == "to"
    assert hand(colleague).handled_by == colleague
    assert Notification.objects.filter(user=colleague, text="Soutien : une orientation vous est confiée.").exists()


def test_appointments_are_taken_moved_and_cancelled_and_never_overlap() -> None:
    referral = supporting.accepted()
    host = referral.handled_by
    first = supporting.an_appointment(referral)
    with pytest.raises(ActRefused, match="est pris à cette heure"):
        supporting.an_appointment(referral, first.starts_at + timedelta(minutes=44))
    second = supporting.an_appointment(referral, first.starts_at + timedelta(minutes=45))
    later = supporting.meeting_facts(host, first.starts_at + timedelta(days=1))
    moved = move_appointment(appointment=first, version=first.version, facts=later, user=host, actor=build.actor(host))
    assert (moved.starts_at, moved.minutes, moved.version) == (later.starts_at, 45, 2)
    with pytest.raises(ActRefused, match="vient d'être changé"):
        move_appointment(appointment=first, version=1, facts=later, user=host, actor=build.actor(host))
    for _ in range(2):
        cancel_appointment(appointment=second, user=host, actor=build.actor(host))
    assert referral.appointments.standing().get() == moved


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minutes": 9}, "minutes"),
        ({"minutes": 241}, "minutes"),
        ({"link": "https://visio.example/"}, "link"),
        ({"starts_at": build.at(2021, 1, 1)}, "starts_at"),
        ({"starts_at": build.at(2099, 1, 1)}, "starts_at"),
    ],
)
def test_an_appointment_that_makes_no_sense_is_refused_beside_its_field(changes: dict, field: str) -> None:
    with pytest.raises(ActRefused) as refused:
        supporting.an_appointment(supporting.accepted(), **changes)
    assert refused.value.field == field


def test_the_first_delay_is_counted_to_the_first_appointment_that_stands() -> None:
    referral = supporting.accepted()
    dropped = supporting.an_appointment(referral)
    host = referral.handled_by
    cancel_appointment(appointment=dropped, user=host, actor=build.actor(host))
    months = (clock.today(clock.PARIS).replace(day=1), clock.today(clock.PARIS) + timedelta(days=60))
    assert list(referrals_waited(*months)) == []
    kept = supporting.an_appointment(referral, dropped.starts_at + timedelta(days=3))
    supporting.an_appointment(referral, dropped.starts_at + timedelta(days=9))
    days = kept.starts_at.astimezone(clock.PARIS).date() - referral.proposed_at.astimezone(clock.PARIS).date()
    assert [(one.meetings, one.days) for one in referrals_waited(*months)] == [(1, days.days)]


def test_a_person_asks_alone_and_an_official_without_a_file_too() -> None:
    official = build.an_official()
    referral = supporting.asked(build.official_account(official))
    assert (referral.case, referral.official, referral.departement_id) == (None, official, "45")


def test_a_relative_asks_in_secret_and_no_file_nor_mail_has_it() -> None:
    case = supporting.a_case()
    account = build.relative_account(build.a_relative(case.official))
    referral = supporting.asked(account, is_discreet=True)
    assert (referral.case, referral.is_discreet) == (None, True)
    supporting.accepted(referral)
    assert Notification.objects.filter(user=account).exists()
    assert not mails_to(account)
    entries = JournalEntry.objects.filter(object_type="support.referral", object_id=str(referral.pk))
    assert {entry.object_label for entry in entries} == {""}


def test_what_was_asked_in_secret_is_told_by_no_refusal_to_an_agent() -> None:
    case = supporting.a_case()
    relative = build.a_relative(case.official)
    account = build.relative_account(relative)
    supporting.asked(account, is_discreet=True)
    proposed = supporting.a_referral(case, person=relative)
    assert proposed.state == ReferralState.PROPOSED
    with pytest.raises(ActRefused, match="Déjà en cours"):
        supporting.asked(account, is_discreet=True)


def test_an_official_cannot_hide_from_himself_and_a_relative_may_not_hide() -> None:
    case = supporting.a_case()
    referral = supporting.asked(build.official_account(case.official), is_discreet=True)
    assert (referral.is_discreet, referral.case_id) == (False, case.pk)
    open_one = supporting.asked(build.relative_account(build.a_relative(case.official)))
    assert open_one.case_id == case.pk


def test_somebody_without_a_known_place_is_given_the_number() -> None:
    official = build.an_official()
    official.mandates.all().delete()
    user = build.official_account(official)
    with pytest.raises(ActRefused, match="01 80 52 33 84"):
        ask_for_support(
            facts=supporting.facts(), is_discreet=False, submission=uuid4(), user=user, actor=build.actor(user)
        )


def test_the_contact_goes_thirty_local_days_after_the_end_whenever_the_job_runs(time_machine) -> None:
    referral = end(supporting.accepted())
    ended = referral.closed_at
    for days, erased in ((0, 0), (29, 0), (31, 1), (31, 0)):
        time_machine.move_to(ended + timedelta(days=days))
        assert erase_contacts_due() == erased
    found = fresh(referral)
    assert (found.contact, found.when_to_call, found.state) == ("", "", "ended")
    assert JournalEntry.objects.filter(reason__startswith="coordonnées effacées").count() == 1


def test_accepting_a_referral_that_was_taken_back_says_so() -> None:
    referral = supporting.a_referral()
    version = referral.version
    withdraw_referral(referral=referral, user=referral.proposed_by, actor=build.actor(referral.proposed_by))
    psychologist = supporting.a_psychologist()
    with pytest.raises(ActRefused, match="a retiré son accord"):
        accept_referral(referral=referral, version=version, user=psychologist, actor=build.actor(psychologist))
