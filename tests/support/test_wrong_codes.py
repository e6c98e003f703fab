"""A false code and an unknown one are one path; guesses are answered later and later, and hinder nobody."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import boxes
from support.selectors import codes
from support.services import pace
from support.services.errors import WrongCode
from support.services.slips import open_by_code
from tests.support.slipping import a_desk, a_slip

MINE = reverse("support:my_slip")
GUESSES, ATTACKERS = 10_000, 4


def answer(client: Client, code: str, act: str = "open") -> tuple[int, str]:
    response = client.post(MINE, {"act": act, "code": code})
    return response.status_code, re.sub(r'value="[^"]*"', "", response.content.decode())


def unknown(code: str) -> str:
    """Well formed, and nobody's."""
    signs = code.replace("-", "")[:15]
    other = ("2" if signs[0] != "2" else "3") + signs[1:]
    return codes.in_groups(other + codes.check_sign(other))


@pytest.mark.django_db
def test_false_unknown_and_cancelled_codes_get_one_page_by_one_path(monkeypatch: pytest.MonkeyPatch) -> None:
    a_desk()
    code, gone = a_slip(), a_slip()
    client = Client()
    client.post(MINE, {"act": "cancel", "code": gone})
    hashed: list[bytes] = []
    slow = boxes.slow_key
    monkeypatch.setattr(codes, "slow_key", lambda secret, **rest: hashed.append(secret) or slow(secret, **rest))
    pages, statements = [], []
    for wrong in (code[:-1] + "*", "n'importe quoi", unknown(code), gone):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            pages.append(answer(client, wrong))
        statements.append([re.sub(r"'[^']*'|\\x[0-9a-f]+", "?", query["sql"]) for query in seen.captured_queries])
    assert len(set(pages)) == 1
    assert pages[0][0] == 422
    assert all(one == statements[0] for one in statements)
    assert len(hashed) == 4


@pytest.mark.django_db
def test_wrong_codes_are_answered_later_and_later_and_a_right_one_at_once(waits: list[float]) -> None:
    a_desk()
    code = a_slip()
    for _ in range(7):
        assert answer(Client(), "0000")[0] == 422
    assert waits == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert answer(Client(), code)[0] == 200
    assert len(waits) == 7


def test_one_wrong_code_waits_at_a_time_and_the_others_hold_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    asleep, wake = threading.Event(), threading.Event()

    def sleep(seconds: float) -> None:
        asleep.set()
        assert wake.wait(10)

    monkeypatch.setattr(pace, "sleep", sleep)
    one = pace.Pace()
    thread = threading.Thread(target=one.wait_after_wrong)
    thread.start()
    assert asleep.wait(10)
    assert [one.wait_after_wrong() for _ in range(3)] == [0.0] * 3
    wake.set()
    thread.join(10)
    assert not thread.is_alive()


def test_guesses_find_nothing_and_do_not_hinder_a_true_code(committed_db: None) -> None:
    """From four threads. The hash is cheap; its gate, the queries and the bound of the waits are real."""
    a_desk()
    code = a_slip()
    missed: list[int] = []

    def guess(first: int) -> None:
        try:
            for number in range(first, GUESSES, ATTACKERS):
                signs = f"{number:015d}"
                with pytest.raises(WrongCode):
                    open_by_code(codes.in_groups(signs + codes.check_sign(signs)))
                pace.codes.wait_after_wrong()
                missed.append(number)
        finally:
            connection.close()

    def everywhere() -> list[int]:
        try:
            return [answer(Client(), code)[0] for _ in range(3)]
        finally:
            connection.close()

    with ThreadPoolExecutor(ATTACKERS + 1) as pool:
        attackers = [pool.submit(guess, first) for first in range(ATTACKERS)]
        assert pool.submit(everywhere).result(60) == [200] * 3
        for attacker in attackers:
            attacker.result(300)
    assert len(missed) == GUESSES
    assert open_by_code(code)


def test_the_check_sign_sees_one_wrong_sign_and_two_exchanged() -> None:
    signs = codes.code_of("s" * 43).replace("-", "")
    assert len(signs) == 16
    for rank in range(15):
        for other in codes.ALPHABET:
            if other != signs[rank]:
                wrong = signs[:rank] + other + signs[rank + 1 : 15]
                assert codes.check_sign(wrong) != signs[15]
