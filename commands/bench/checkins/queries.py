"""Ask the register what pages, REST, the intake and DAGs ask it, and hold one in twenty against its goal."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from commands.bench.checkins.questions import Question
from commands.bench.checkins.single import percentile

_MILLISECONDS = 1000
_SLOWEST = 95
_ON_SITE_ROUNDS = 10
"""How many more rounds the questions of who is on site now are asked: their figure is that of one in 100."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How long a question took: the median and one in twenty, in milliseconds, and its goal."""

    name: str
    p50_ms: float
    p95_ms: float
    goal_ms: float

    @property
    def is_over(self) -> bool:
        """Whether it takes longer than it may."""
        return self.p95_ms > self.goal_ms


def ask_all(questions: Iterable[Question]) -> list[Asked]:
    """Return how long each question takes once the register was asked it before."""
    return [_measure(question) for question in questions]


def measure_on_site(questions: Iterable[Question]) -> float:
    """Return the milliseconds within which 99 of 100 answers are there, of the question that takes longest."""
    return max(percentile(_times(one.ask, _ON_SITE_ROUNDS * one.rounds, warm_up=1), 99) for one in questions)


def _measure(question: Question) -> Asked:
    times = _times(question.ask, question.rounds, warm_up=question.warm_up)
    return Asked(question.name, percentile(times, 50), percentile(times, _SLOWEST), question.goal_ms)


def _times(ask: Callable[[int], object], rounds: int, *, warm_up: int) -> Sequence[float]:
    """Return the milliseconds of each round, in order, after those that only warm up."""
    times = []
    for count in range(rounds + warm_up):
        began = time.perf_counter()
        ask(count)
        times.append((time.perf_counter() - began) * _MILLISECONDS)
    return sorted(times[warm_up:])
