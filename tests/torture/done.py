"""What a run played and found. Needs nothing of Django: the process that adds up the lanes has none."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

LANE = "\x1e"


@dataclass
class Done:
    seed: int
    wanted: int
    drawn: Counter[str] = field(default_factory=Counter)
    played: Counter[str] = field(default_factory=Counter)
    dealt: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    schedules: int = 0
    seconds: float = 0
    # The schedule that found it, then what does not hold.
    violation: list[str] = field(default_factory=list)

    def line(self) -> str:
        """For the process that adds up the lanes."""
        return LANE + json.dumps(vars(self))

    @classmethod
    def read(cls, line: str) -> Done | None:
        """What another lane's `line` says; None when it is anything else."""
        if not line.startswith(LANE):
            return None
        said = json.loads(line.removeprefix(LANE))
        return cls(**{name: Counter(value) if isinstance(value, dict) else value for name, value in said.items()})

    def add(self, other: Done) -> None:
        for name in ("drawn", "played", "dealt", "struck"):
            getattr(self, name).update(getattr(other, name))
        self.schedules += other.schedules
        self.violation += other.violation

    @property
    def code(self) -> int:
        """1 for a violation, 3 when time ran out before the last schedule: neither is a success."""
        if self.violation:
            return 1
        return 0 if self.schedules == self.wanted else 3

    def summary(self) -> str:
        said = [f"{self.schedules} programmes sur {self.wanted} en {self.seconds:.0f} s (graine {self.seed})."]
        for title, counts in (
            ("Tiré", self.drawn),
            ("Joué et comparé", self.played),
            ("Pannes portées", self.dealt),
            ("dont en plein travail (transaction ouverte)", self.struck),
        ):
            said.append(
                f"{title} : " + (", ".join(f"{what} {times}" for what, times in sorted(counts.items())) or "rien")
            )
        if self.violation:
            said += ["", "VIOLATION", *self.violation]
        elif self.code:
            said.append("Le temps imparti a manqué : les programmes restants n'ont pas été joués.")
        else:
            said.append("Aucune violation.")
        return "\n".join(said)
