"""Tell how many hours of a period count in no contingent, beside those of the student's others (student declarations §3.3).

Where several rules concern a period, any of them takes its hours, in parts too, and what one took another may take over as long
as that leaves room for more. So all periods of a student together keep the same sum out of the contingent in whatever order
they were declared, and however their hours are divided among them; which of them keep it still follows that order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from domain.contingent import ContingentRules, NeutralisedDays
from registers.student_days.records import Holdings, PeriodRecord

Hours: TypeAlias = Mapping[frozenset[NeutralisedDays], int]
"""How many hours the same rules concern, each of which has a most."""


def neutralised_hours(period: PeriodRecord, holdings: Holdings, rules: ContingentRules) -> int:
    """Return how many of the planned hours count nowhere: all where a rule without a most concerns them, else what finds room."""
    planned, concerning = period.planned or 0, _concerning(period, rules)
    if not concerning:
        return 0
    if _without_most(concerning):
        return planned
    beside = _beside(period, holdings, rules)
    return most_taken(beside + Counter({concerning: planned})) - most_taken(beside)


def _beside(period: PeriodRecord, holdings: Holdings, rules: ContingentRules) -> Counter[frozenset[NeutralisedDays]]:
    """Return the neutralised hours of the student's other periods that use up a most; those of a rule without one use up none."""
    hours: Counter[frozenset[NeutralisedDays]] = Counter()
    for other in holdings.students_periods(period.person_id):
        concerning = _concerning(other, rules)
        if other.number != period.number and concerning and not _without_most(concerning):
            hours[concerning] += other.neutralised
    return hours


def _concerning(period: PeriodRecord, rules: ContingentRules) -> frozenset[NeutralisedDays]:
    return frozenset(
        days
        for days in rules.neutralised
        if days.concerns(period.starting_date, joint_commission=period.joint_commission, employer_id=period.employer_id)
    )


def _without_most(concerning: Iterable[NeutralisedDays]) -> bool:
    return any(days.most is None for days in concerning)


def most_taken(hours: Hours) -> int:
    """Return how many of the hours their rules can take together."""
    room = _Room({days: days.most or 0 for concerning in hours for days in concerning})
    taken = 0
    for concerning, wanted in hours.items():
        before = taken
        while some := room.take(concerning, wanted - (taken - before), asked=set()):
            taken += some
    return taken


@dataclass(slots=True)
class _Room:
    """What each rule has left, and whose hours it took: a maximal flow, found by augmenting paths."""

    left: dict[NeutralisedDays, int]
    taken: Counter[tuple[frozenset[NeutralisedDays], NeutralisedDays]] = field(default_factory=Counter)

    def take(self, concerning: frozenset[NeutralisedDays], wanted: int, *, asked: set[NeutralisedDays]) -> int:
        """Let one of those rules that was not asked yet take some of the hours; return how many, 0 when none has room."""
        for days in concerning:
            if days in asked:
                continue
            asked.add(days)
            if not self.left[days]:
                self._move_some(days, wanted, asked=asked)
            if some := min(wanted, self.left[days]):
                self.left[days] -= some
                self.taken[concerning, days] += some
                return some
        return 0

    def _move_some(self, days: NeutralisedDays, wanted: int, *, asked: set[NeutralisedDays]) -> None:
        """Let another rule take over some of what this one took, where others concern the same hours."""
        for (concerning, holder), held in list(self.taken.items()):
            if holder == days and held and (moved := self.take(concerning, min(wanted, held), asked=asked)):
                self.taken[concerning, days] -= moved
                self.left[days] += moved
                return
