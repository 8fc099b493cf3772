"""What became of one attempt to tell a receiver."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Taken:
    """The receiver took the notice."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not be told; `problem` is a clause for the operator, without anything the receiver sent."""

    problem: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The receiver says that it will never take a notice again."""


Outcome: TypeAlias = Taken | Failed | Gone
