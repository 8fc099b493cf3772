"""The three values a judgement on a submission can have."""

from dataclasses import dataclass
from typing import TypeAlias

from domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Accepted:
    """The submission is received; its declarations will be judged one by one."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The sender's fault: every refusal found in the first stage that failed, in order."""

    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Our own trouble: the submission is held and judged again."""

    reason: str


Verdict: TypeAlias = Accepted | Refused | Undecided
