"""Random acts by random people: the stage, the acts, an independent model of sight, and what must always be true."""

from tests.cases.random_acts.acts import ACTS, play
from tests.cases.random_acts.furnishing import furnish
from tests.cases.random_acts.invariants import check_invariants
from tests.cases.random_acts.reading import check_reading
from tests.cases.random_acts.stage import PEOPLE, Stage

__all__ = ["ACTS", "PEOPLE", "Stage", "check_invariants", "check_reading", "furnish", "play"]
