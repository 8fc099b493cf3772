"""How much is measured: from environment variables, so that a small run shows that it works."""

import os
from dataclasses import dataclass
from typing import Self

from domain.refusals import OutageError


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
            events=_whole_number("EVENTS", 20_000_000),
            seconds=_whole_number("CHECKIN_SECONDS", 600),
            rate=_whole_number("RATE", 200),
            rounds=_whole_number("ROUNDS", 40),
        )


def _whole_number(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise OutageError(f"{name} is {text!r}; a whole number above 0 is expected")
    return int(text)
