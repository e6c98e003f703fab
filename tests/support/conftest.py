from collections.abc import Iterator

import pytest

from core import boxes
from support.services import pace
from support.views.guichet import passphrases


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's algorithm at its lowest cost: what is tested is not how long it takes."""
    monkeypatch.setattr(boxes, "COST", boxes.Cost(passes=1, memory=8))


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The seconds that wrong codes would have waited."""
    waited: list[float] = []
    monkeypatch.setattr(pace, "sleep", waited.append)
    for one in (pace.codes, passphrases):
        one.forget()
    yield waited
    for one in (pace.codes, passphrases):
        one.forget()
