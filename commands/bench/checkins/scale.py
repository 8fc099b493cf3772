"""How much is measured: from environment variables, so that a small run shows that it works."""

from dataclasses import dataclass
from typing import Self

from commands.bench.whole_numbers import whole_number

FULL = 20_000_000
_SECONDS = 600
_FEWEST_SECONDS = 5


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
        events = whole_number("EVENTS", FULL)
        return cls(
            events=events,
            seconds=whole_number("CHECKIN_SECONDS", seconds_for(events)),
            rate=whole_number("RATE", 200),
            rounds=whole_number("ROUNDS", 40),
        )


def seconds_for(events: int) -> int:
    """Return how long single check-ins are sent: ten minutes beside a full register, less beside a smaller one."""
    return max(min(_SECONDS, _SECONDS * events // FULL), _FEWEST_SECONDS)
