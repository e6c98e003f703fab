from datetime import timedelta

import pytest
import time_machine

from core import clock
from core.acts import ActRefused
from support.enums import SlipState
from support.models import Slip, SupportCount, SupportDelay
from support.selectors.slips import find_at_desk, meetings_of, slips_listed, slips_of
from support.services.answering import close_slip, confirm_meeting, propose_moment
from support.services.errors import WrongCode
from support.services.slips import (
    DeskNotReady,
    add_words,
    agree,
    ask_to_move,
    cancel,
    create_slip,
    open_by_code,
    shuffle_slips,
    tie_slip,
    untie_slip,
)
from tests.support.slipping import a_content, a_desk, a_slip, in_days

pytestmark = pytest.mark.django_db


def test_a_code_opens_its_slip_however_it_is_typed() -> None:
    a_desk()
    code = a_slip()
    for typed in (code, code.lower(), code.replace("-", " "), f"  {code.replace('0', 'o').replace('1', 'l')} "):
        assert open_by_code(typed).content.nickname == "Tilleul"


def test_a_form_sent_twice_leaves_one_slip_with_one_code() -> None:
    a_desk()
    codes = {create_slip(submission="s" * 43, content=a_content()) for _ in range(2)}
    assert len(codes) == 1
    assert Slip.objects.count() == 1
    assert SupportCount.objects.get().count == 1


def test_nobody_leaves_a_slip_that_nobody_could_read() -> None:
    with pytest.raises(DeskNotReady):
        a_slip()


def test_every_other_code_is_wrong() -> None:
    a_desk()
    code = a_slip()
    other = code[:-2] + ("2" if code[-2] != "2" else "3") + code[-1]
    for wrong in (other, code[:-1], code + "0", "", "0000-0000-0000-0000"):
        with pytest.raises(WrongCode):
            open_by_code(wrong)


def test_an_answer_is_read_with_the_code_and_the_person_moves_it() -> None:
    desk = a_desk()
    code = a_slip()
    slip = open_by_code(code).id
    confirm_meeting(desk=desk, slip_id=slip, moment=in_days(3), words="Rendez-vous confirmé.")
    content = open_by_code(code).content
    assert (content.state, content.answer) == (SlipState.CONFIRMED, "Rendez-vous confirmé.")
    ask_to_move(code=code, wishes=a_content(parts=("evening",)))
    moved = find_at_desk(desk, slip)
    assert moved is not None
    assert (moved.content.state, moved.content.parts) == (SlipState.MOVING, ("evening",))
    propose_moment(desk=desk, slip_id=slip, moment=in_days(5), words="Plutôt vendredi ?")
    agree(code=code)
    assert open_by_code(code).content.meeting == in_days(5)


def test_an_appointment_is_to_come_and_a_slip_that_ended_takes_none() -> None:
    desk = a_desk()
    code = a_slip()
    slip = open_by_code(code).id
    with pytest.raises(ActRefused):
        confirm_meeting(desk=desk, slip_id=slip, moment=in_days(-1), words="")
    with pytest.raises(ActRefused):
        agree(code=code)
    confirm_meeting(desk=desk, slip_id=slip, moment=in_days(1), words="")
    with pytest.raises(ActRefused):
        close_slip(desk=desk, slip_id=slip, outcome=SlipState.SEEN)
    with time_machine.travel(clock.now() + timedelta(days=2)):
        close_slip(desk=desk, slip_id=slip, outcome=SlipState.SEEN)
        for act in (lambda: add_words(code=code, words="…"), lambda: ask_to_move(code=code, wishes=a_content())):
            with pytest.raises(ActRefused):
                act()


def test_cancelling_erases_at_once_or_tells_the_psychologist_who_waits() -> None:
    desk = a_desk()
    free, awaited = a_slip(), a_slip(words="Ce que je voulais dire.")
    cancel(code=free)
    with pytest.raises(WrongCode):
        open_by_code(free)
    slip = open_by_code(awaited).id
    confirm_meeting(desk=desk, slip_id=slip, moment=in_days(4), words="")
    cancel(code=awaited)
    content = open_by_code(awaited).content
    assert (content.state, content.words) == (SlipState.CANCELLED, "")
    assert content.expires_on == in_days(5).starts_at.astimezone(clock.PARIS).date()


def test_the_first_appointment_is_counted_once_with_its_delay() -> None:
    desk = a_desk()
    code = a_slip(helps=("psychological", "legal"), modes=("remote", "in_person"))
    slip = open_by_code(code).id
    for days in (3, 6):
        confirm_meeting(desk=desk, slip_id=slip, moment=in_days(days), words="")
    delay = SupportDelay.objects.get()
    assert (delay.meetings, delay.days) == (1, 3)
    assert sorted(SupportCount.objects.values_list("help", "mode", "count")) == [
        ("legal", "in_person", 1),
        ("legal", "remote", 1),
        ("psychological", "in_person", 1),
        ("psychological", "remote", 1),
    ]


def test_a_slip_vanishes_thirty_days_after_it_was_left_read_or_not() -> None:
    desk = a_desk()
    code, other = a_slip(), a_slip(nickname="Bouleau")
    slip = open_by_code(other).id
    confirm_meeting(desk=desk, slip_id=slip, moment=in_days(10), words="")
    with time_machine.travel(clock.now() + timedelta(days=29)):
        assert open_by_code(code)
    with time_machine.travel(clock.now() + timedelta(days=30)):
        # Before any job.
        assert Slip.objects.count() == 2
        with pytest.raises(WrongCode):
            open_by_code(code)
        assert [opened.content.nickname for opened in slips_of(desk)] == ["Bouleau"]
        shuffle_slips()
        assert Slip.objects.count() == 1
    with time_machine.travel(clock.now() + timedelta(days=40)):
        shuffle_slips()
        assert not Slip.objects.exists()


def test_the_agenda_and_the_list_of_the_desk_read_what_is_theirs() -> None:
    desk = a_desk()
    code = a_slip(departement="45", helps=("legal",))
    a_slip(nickname="Bouleau")
    assert [s.content.nickname for s in slips_listed(desk)[0]] == ["Bouleau", "Tilleul"]
    assert [s.content.nickname for s in slips_listed(desk, departement="45", help_="legal")[0]] == ["Tilleul"]
    confirm_meeting(desk=desk, slip_id=open_by_code(code).id, moment=in_days(3), words="")
    day = in_days(3).starts_at.astimezone(clock.PARIS).date()
    assert [meeting.who for meeting in meetings_of(desk, day, day)] == ["Tilleul"]
    assert meetings_of(desk, day + timedelta(days=1), day + timedelta(days=2)) == []
    assert slips_listed(desk, wanted="suivies")[1] == 1


def test_a_tie_is_put_in_the_slip_and_taken_away_at_will() -> None:
    a_desk()
    code = a_slip()
    tie_slip(code=code, token=b"t" * 32)
    assert open_by_code(code).content.tie == (b"t" * 32).hex()
    untie_slip(code=code)
    assert open_by_code(code).content.tie == ""
