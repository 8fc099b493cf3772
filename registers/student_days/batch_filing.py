"""File the forms of several submissions in one transaction: as sets what can be, one after the other what must be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.answers import FormResult
from domain.student_declarations import JudgedForm
from domain.tickets import Ticket
from registers.persons.numbers import PersonDirectory
from registers.student_days.context import FilingContext
from registers.student_days.filing import file_forms
from registers.student_days.lanes import Lanes, file_in_lanes, leave_out
from registers.student_days.set_filing import Opened, file_sets

SINGLE_AT_ONCE = 5_000
"""Forms that are in memory at once where a submission has many that must be decided one after the other."""


@dataclass(frozen=True, slots=True)
class StagedSubmission:
    """The judged forms of one submission: `lines` as `staged_line` writes them, `read` for those at some indexes.

    `files` hold the same lines where they may be filed in lanes.
    """

    context: FilingContext
    lines: Iterable[bytes]
    read: Callable[[Sequence[int]], Iterator[tuple[JudgedForm, Ticket]]]
    files: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class FiledSubmission:
    """What became of each form that was not refused before, by its index."""

    opened: dict[int, Opened]
    decided: dict[int, FormResult] = field(default_factory=dict)


def file_batch(
    batch: Sequence[StagedSubmission], *, persons: PersonDirectory, lanes: Lanes | None = None
) -> list[FiledSubmission]:
    """File every form of `batch`, in the order of reception, in the running transaction.

    All submissions belong to one environment. Each form ends as if all had been decided one after the other. Nothing
    is durable before the caller commits, except plain starts of a submission that comes alone with `files`: these are
    filed in `lanes` first. Raises IntegrityError when a form was filed before.
    """
    ahead: dict[int, Opened] = {}
    lines: Iterable[bytes] = (line for staged in batch for line in staged.lines)
    if lanes is not None and len(batch) == 1 and batch[0].files:
        ahead = file_in_lanes(batch[0].context, batch[0].files, lanes=lanes)
        lines = leave_out(lines, ahead)
    outcome = file_sets([staged.context for staged in batch], lines)
    filed = []
    for staged in batch:
        submission_id = staged.context.submission_id
        one = FiledSubmission(ahead | outcome.opened[submission_id])
        left = outcome.left[submission_id]
        for start in range(0, len(left), SINGLE_AT_ONCE):
            one.decided.update(_file_singly(staged, left[start : start + SINGLE_AT_ONCE], persons))
        filed.append(one)
    return filed


def _file_singly(
    staged: StagedSubmission, indexes: Sequence[int], persons: PersonDirectory
) -> Iterator[tuple[int, FormResult]]:
    forms, tickets = zip(*staged.read(indexes), strict=True)
    given = iter(tickets)
    results = file_forms(forms, context=staged.context, persons=persons, new_ticket=lambda: next(given))
    return zip(indexes, results, strict=True)
