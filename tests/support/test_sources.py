"""What slips and referrals give to the agenda, to what waits and to the figures: no fake between them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from support.enums import Help, MeetingMode, Reach
from support.models import ReferralTie
from support.selectors.agenda import agenda_of
from support.selectors.associations import association_of
from support.selectors.figures import MonthCount, MonthDelay
from support.selectors.sources import (
    referrals_counted,
    referrals_to_answer,
    referrals_waited,
    slips_counted,
    slips_left,
    slips_waited,
)
from support.selectors.tied import page_of_tie
from support.services.answering import confirm_meeting
from support.services.slips import open_by_code
from support.services.tying import tie_slip_to, untie
from tests import build, supporting
from tests.support.slipping import PASSPHRASE, a_desk, a_slip, in_days, opened_at_desk

pytestmark = pytest.mark.django_db


def this_month():
    return clock.today(clock.PARIS).replace(day=1)


def test_the_agenda_shows_the_referrals_of_its_owner_and_nobody_elses() -> None:
    referral = supporting.accepted()
    appointment = supporting.an_appointment(referral)
    mine = association_of(referral.handled_by)
    colleague = association_of(supporting.a_psychologist("psy2@portail.example"))
    day = appointment.starts_at.astimezone(clock.PARIS).date()
    names = [
        [entry.meeting.who for day in agenda_of(one, day, day) for entry in day.entries] for one in (mine, colleague)
    ]
    assert names == [[referral.name], []]


def test_the_agenda_reads_slips_while_the_desk_is_open_and_only_those_that_its_owner_answered() -> None:
    psychologist = supporting.a_psychologist()
    desk = a_desk(psychologist)
    confirm_meeting(desk=desk, slip_id=open_by_code(a_slip()).id, moment=in_days(1), words="")
    client = Client()
    client.force_login(psychologist)
    assert "Tilleul" not in client.get(reverse("support:space")).content.decode()
    opened_at_desk(client, psychologist)
    assert "Tilleul" in client.get(reverse("support:space")).content.decode()
    assert PASSPHRASE not in str(client.session.items())


def test_what_waits_counts_the_referrals_to_answer_and_the_slips() -> None:
    member = association_of(supporting.a_psychologist())
    assert [referrals_to_answer(member).count, slips_left(member).count] == [0, 0]
    supporting.a_referral()
    a_desk(build.posted(build.Role.PSYCHOLOGIST, email="guichet@portail.example"))
    a_slip()
    assert [referrals_to_answer(member).count, slips_left(member).count] == [1, 1]


def test_figures_count_slips_when_left_and_referrals_when_first_met() -> None:
    desk = a_desk()
    code = a_slip(helps=("psychological", "legal"))
    referral = supporting.accepted()
    month = this_month()
    assert list(referrals_counted(month, month)) == []
    later = (month + timedelta(days=95)).replace(day=1)
    appointment = supporting.an_appointment(referral)
    supporting.an_appointment(referral, appointment.starts_at + timedelta(days=2))
    met = appointment.starts_at.astimezone(clock.PARIS).date().replace(day=1)
    reach = Reach.IN_PERSON if appointment.mode == MeetingMode.ON_SITE else Reach.REMOTE
    assert list(referrals_counted(month, later)) == [MonthCount(met, Help(referral.kind), reach, 1)]
    (waited,) = referrals_waited(month, later)
    assert (waited.month, waited.meetings) == (met, 1)
    counted = {(one.help, one.reach): one.count for one in slips_counted(month, month)}
    assert counted == {(Help.PSYCHOLOGICAL, Reach.REMOTE): 1, (Help.LEGAL, Reach.REMOTE): 1}
    confirm_meeting(desk=desk, slip_id=open_by_code(code).id, moment=in_days(3), words="")
    assert list(slips_waited(month, month)) == [MonthDelay(month, 1, 3)]


def test_a_person_ties_a_slip_to_a_referral_and_the_desk_is_led_there_until_it_is_undone() -> None:
    a_desk()
    code = a_slip()
    referral = supporting.asked(build.official_account(build.an_official()))
    tie_slip_to(referral=referral, code=code.lower())
    token = bytes.fromhex(open_by_code(code).content.tie)
    psychologist = supporting.a_psychologist()
    assert page_of_tie(token, user=psychologist) == reverse("support:referral", args=[referral.pk])
    untie(referral=referral, code=code)
    assert open_by_code(code).content.tie == ""
    assert not ReferralTie.objects.exists()
    assert page_of_tie(token, user=psychologist) == ""
