from collections.abc import Iterator

import pytest

from tests.harness.browser import OpenPage
from tests.harness.portal import Portal
from tests.journeys.people import Person, Play


@pytest.fixture
def play(open_page: OpenPage, seeded_portal: Portal) -> Play:
    """`play("ref.olivet")`: that person, signed in, in a browser of their own."""

    def enter(login: str, **options) -> Person:
        return Person(open_page(seeded_portal, **options), seeded_portal, login).sign_in()

    return enter


@pytest.fixture
def admin(play: Play) -> Iterator[Person]:
    """The administrator; the date of the portal is the true one again afterwards."""
    person = play("admin")
    yield person
    person.goto("/demonstration/date/")
    if person.main.get_by_role("button", name="Revenir à l'heure réelle").count():
        person.press("Revenir à l'heure réelle")
