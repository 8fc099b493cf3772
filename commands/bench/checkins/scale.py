"""How much is measured: from environment variables, so that a small run shows that it works."""

from dataclasses import dataclass
from typing import Self

from commands.bench.whole_numbers import whole_number


@dataclass(frozen=True, slots=True)
class Scale:
    """`EVENTS` in the register, `CHECKIN_SECONDS` of single check-ins, `RATE` a second, questions asked `ROUNDS` times."""

    events: int
    seconds: int
    rate: int
    rounds: int

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; OutageError names the first variable that is no whole number."""
        return cls(
            events=whole_number("EVENTS", 20_000_000),
            seconds=whole_number("CHECKIN_SECONDS", 600),
            rate=whole_number("RATE", 200),
            rounds=whole_number("ROUNDS", 40),
        )
