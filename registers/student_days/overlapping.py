"""Find living periods of one person that no two declarations could have made: they came together in a merge.

A replaced number merges what was declared under both (student declarations §4.3): contingents are recomputed and nobody is
notified. Which of two periods that overlap is the right one only their employer knows, so both stay and count until the
employer ends or cancels one.
"""

from collections.abc import Iterator
from itertools import combinations

from domain.environments import Environment
from registers.student_days.decisions.overlaps import find_conflict
from registers.student_days.holdings import read_periods_of
from registers.student_days.records import PeriodRecord


def overlaps_of(
    person_id: int, *, environment: Environment, users_apart: bool
) -> Iterator[tuple[PeriodRecord, PeriodRecord]]:
    """Yield each two living periods of the person that collide at one employer, in the order of their numbers."""
    living = [record for record in read_periods_of(person_id, environment=environment) if record.lives]
    for one, other in combinations(living, 2):
        if one.employer_id == other.employer_id and find_conflict(one, [other], users_apart=users_apart) is not None:
            yield one, other
