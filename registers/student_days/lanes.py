"""File the plain starts of a large submission in lanes: connections side by side, each for its share of the persons.

What a lane files is durable when the lane ends, before anything else of the submission is. A second try finds it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias

from django.db import connection, transaction

from registers.student_days.context import FilingContext
from registers.student_days.set_filing import Opened, file_share
from registers.student_days.staging import Route, read_place

_READ_OPENED = """
SELECT d.form_index, d.period_id, v.granted, d.ticket
FROM student_days_declaration d
JOIN student_days_periodversion v ON v.period_id = d.period_id AND v.number = 1 AND v.declaration_id = d.id
WHERE d.submission_id = %s
"""


@dataclass(frozen=True, slots=True)
class Share:
    """One of several shares of all persons, told by the number that a form names."""

    number: int
    of: int

    def select(self, lines: Iterable[bytes], *, but: frozenset[int]) -> Iterator[bytes]:
        """Yield the plain starts of the share except the forms `but`, and every form that must be decided by itself."""
        for line in lines:
            place = read_place(line)
            is_mine = (
                place.route == Route.PLAIN and place.form_index not in but and place.spread % self.of == self.number
            )
            if is_mine or place.route == Route.SINGLE:
                yield line


Lane: TypeAlias = Callable[[Share], dict[int, Opened]]
"""File one share and commit; return what was opened, by form index."""


class Lanes(Protocol):
    """Connections side by side."""

    def run(self, lane: Lane) -> Iterable[dict[int, Opened]]:
        """Run `lane` for every share, each on a connection of its own; return what they return when all have ended.

        Raises what a lane raised, and OutageError when the process of one is gone.
        """
        ...


def file_in_lanes(context: FilingContext, files: Sequence[Path], *, lanes: Lanes) -> dict[int, Opened]:
    """File the plain starts of a submission whose lines stand in `files`; return what they opened, by form index.

    Each lane is a transaction of its own: a person's plain starts are filed all or not at all, and those of whom the
    submission has other forms, or starts that overlap, are left out. What an earlier try filed is found again. The
    caller holds the submission, so that no second worker files it at the same time. Raises what the lanes raise.
    """
    opened = read_opened(context.submission_id)
    for more in lanes.run(partial(_file_lane, context, files, frozenset(opened))):
        opened |= more
    return opened


def _file_lane(context: FilingContext, files: Sequence[Path], but: frozenset[int], share: Share) -> dict[int, Opened]:
    lines = (line for file in files for line in file.read_bytes().splitlines(keepends=True))
    with transaction.atomic():
        return file_share(context, share.select(lines, but=but))


def read_opened(submission_id: int) -> dict[int, Opened]:
    """Return what forms of the submission have opened, in lanes of an earlier try, by form index."""
    with connection.cursor() as cursor:
        cursor.execute(_READ_OPENED, [submission_id])
        return {index: Opened(number, granted, ticket) for index, number, granted, ticket in cursor.fetchall()}


def leave_out(lines: Iterable[bytes], opened: dict[int, Opened]) -> Iterator[bytes]:
    """Yield the lines of forms that have opened nothing yet; `lines` may hold several each."""
    for several in lines:
        for line in several.splitlines(keepends=True):
            if read_place(line).form_index not in opened:
                yield line
