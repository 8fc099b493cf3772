"""File plain starts as sets, and find what must be decided one form after the other (student declarations §3.4).

A person of whom a set has anything but plain starts, or starts that overlap each other or a period that is there, is left
out entirely: all forms about that person keep their order. What is granted to the others has a closed form over running
sums, so that no form is looked at by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db import connection
from django.db.backends.utils import CursorWrapper

from domain.contingent import ContingentRules, YearlyLimit
from domain.findings import QuotaUnit
from domain.student_declarations import EmployerId
from registers.access.coverage import Coverage, read_coverage
from registers.access.employers import DIMONA_GROUP, name_employers
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.context import FilingContext
from registers.student_days.contingent_rules import read_rules
from registers.student_days.holdings import hold_off_merging
from registers.student_days.set_statements import (
    EMPLOYERS_OF_REFUSED,
    FILE,
    LEAVE_OTHERS,
    LOCK_ACCOUNTS,
    LOCK_PERSONS,
    MAKE_ACCOUNTS,
    MAKE_PERSONS,
    MAP,
    MAP_SHARE,
    NAMED_EMPLOYERS,
    NAMES,
    NOTE_REFUSED,
    OPEN_TABLES,
    ROOM_FOR_LARGE,
    YEARS,
)
from registers.student_days.staging import Route, employer_key, read_employer_key

_Values: TypeAlias = Mapping[str, str | datetime | bool | list[int] | list[str]]
LARGE = 2_000
"""Staged forms from which on the planner is told how many there are."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A period that a plain start opened: its number, and what was granted of what it plans.

    `ticket` is the form's where it was filed under another one than it is judged with now.
    """

    number: int
    granted: int
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class SetOutcome:
    """What the sets did, by submission and form index; and the forms that are left, by submission, in order."""

    opened: dict[int, dict[int, Opened]]
    left: dict[int, list[int]]


def file_sets(contexts: Sequence[FilingContext], lines: Iterable[bytes]) -> SetOutcome:
    """File what can be filed as sets, in the running transaction; `contexts` are in the order of reception.

    `lines` are those of `staged_line` for all forms of these submissions, in any order and cut anywhere. All
    submissions belong to one environment and are filed at one instant. The accounts of everyone touched stay locked,
    also for the forms that are left. Raises IntegrityError when a form was filed before.
    """
    with connection.cursor() as cursor:
        values = _map(cursor, contexts, lines, statement=MAP, making=(Route.PLAIN, Route.SINGLE))
        outcome = _outcome(contexts, _file(cursor, values))
        cursor.execute(NOTE_REFUSED, {**values, **_declared_for(cursor, contexts, values)})
        return outcome


def file_share(context: FilingContext, lines: Iterable[bytes]) -> dict[int, Opened]:
    """File the plain starts of a share of one submission's persons, in the running transaction; return what they opened.

    `lines` are those of all plain starts that name a person of the share, and of all forms that must be decided by
    themselves: these are not filed, but leave out the persons whom they concern. Raises IntegrityError when a form was
    filed before.
    """
    with connection.cursor() as cursor:
        values = _map(cursor, [context], lines, statement=MAP_SHARE, making=(Route.PLAIN,))
        cursor.execute(LEAVE_OTHERS)
        return {
            index: Opened(number, granted) for _, index, number, granted in _file(cursor, values) if number is not None
        }


def _map(
    cursor: CursorWrapper,
    contexts: Sequence[FilingContext],
    lines: Iterable[bytes],
    *,
    statement: str,
    making: Sequence[Route],
) -> _Values:
    """Stage the lines, find whom and which employer each form names; return what the statements that file need to know.

    Persons who are new are made where a start by a route of `making` names them.
    """
    first = contexts[0]
    hold_off_merging()
    rules = read_rules(first.environment)
    values: _Values = {
        "environment": first.environment,
        "filed_at": first.filed_at,
        "late_also_369": first.late_also_369,
        "exceeded": f'["{RegisterAnomaly.CONTINGENT_EXCEEDED}"]',
        "making": [str(route) for route in making],
    }
    is_large = _stage(cursor, contexts, lines)
    _name_employers(cursor, contexts)
    if is_large:
        cursor.execute(ROOM_FOR_LARGE)
        cursor.execute("ANALYZE student_days_staged, student_days_named_employer")
    cursor.execute(MAKE_PERSONS, values)
    cursor.execute(YEARS)
    limits = {year: rules.limit_of(year) for (year,) in cursor.fetchall()}
    plain = [] if first.late_tolerated else [year for year in limits if _is_plain(year, rules)]
    cursor.execute(statement, {**values, "plain_years": plain})
    if is_large:
        cursor.execute("ANALYZE student_days_mapped")
    return {**values, **_written(limits)}


def _stage(cursor: CursorWrapper, contexts: Sequence[FilingContext], lines: Iterable[bytes]) -> bool:
    """Copy the lines into the staging table; return whether they are so many that the planner must know."""
    cursor.execute(OPEN_TABLES)
    with cursor.copy(f"COPY student_days_staged ({NAMES}) FROM STDIN") as copy:
        for line in lines:
            copy.write(line)
    cursor.execute(
        "INSERT INTO student_days_batch SELECT * FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[])",
        [
            [context.submission_id for context in contexts],
            list(range(len(contexts))),
            [context.received_at for context in contexts],
        ],
    )
    cursor.execute("SELECT count(*) FROM student_days_staged")
    return bool(cursor.fetchone()[0] >= LARGE)


def _outcome(contexts: Sequence[FilingContext], rows: Iterable[tuple[int, int, int | None, int]]) -> SetOutcome:
    """Sort what became of the forms: a row without the number of a period is a form that is left."""
    ids = [context.submission_id for context in contexts]
    outcome = SetOutcome({one: {} for one in ids}, {one: [] for one in ids})
    for submission_id, form_index, number, granted in rows:
        if number is None:
            outcome.left[submission_id].append(form_index)
        else:
            outcome.opened[submission_id][form_index] = Opened(number, granted)
    return outcome


def _name_employers(cursor: CursorWrapper, contexts: Sequence[FilingContext]) -> None:
    """Say of every employer that a submission names whether it is known, and whether its sender declares for it."""
    cursor.execute(NAMED_EMPLOYERS)
    named: dict[int, set[EmployerId]] = {context.submission_id: set() for context in contexts}
    for submission_id, key in cursor.fetchall():
        named[submission_id].add(read_employer_key(key))
    known = name_employers(set().union(*named.values()), environment=contexts[0].environment)
    coverages = _read_coverages(contexts)
    rows = []
    for context in contexts:
        at, own = context.received_at, named[context.submission_id]
        active = {one: known[one].pk for one in own if one in known and known[one].was_active(at)}
        covered = coverages[context.declaring_company].among(active.values(), at=at)
        rows += [(context.submission_id, employer_key(one), pk, pk in covered) for one, pk in active.items()]
    cursor.execute(
        "INSERT INTO student_days_named_employer SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bool[])",
        [list(column) for column in zip(*rows, strict=True)] or [[]] * 4,
    )


def _declared_for(cursor: CursorWrapper, contexts: Sequence[FilingContext], values: _Values) -> dict[str, list[int]]:
    """Return, side by side, the submissions and the employers of periods that their refused forms name and their senders may."""
    cursor.execute(EMPLOYERS_OF_REFUSED, values)
    named: dict[int, set[int]] = {}
    for submission_id, employer_id in cursor.fetchall():
        named.setdefault(submission_id, set()).add(employer_id)
    coverages = _read_coverages(contexts) if named else {}
    pairs = [
        (context.submission_id, employer)
        for context in contexts
        if context.submission_id in named
        for employer in coverages[context.declaring_company].among(named[context.submission_id], at=context.received_at)
    ]
    return {"declaring": [one for one, _ in pairs], "declared_for": [employer for _, employer in pairs]}


def _read_coverages(contexts: Sequence[FilingContext]) -> dict[str, Coverage]:
    """Return by company number for whom each of the declaring companies declares, since the first was received."""
    since = min(context.received_at for context in contexts)
    return {
        company: read_coverage(company, environment=contexts[0].environment, service_group=DIMONA_GROUP, since=since)
        for company in {context.declaring_company for context in contexts}
    }


def _is_plain(year: int, rules: ContingentRules) -> bool:
    """Whether every hour of the year counts, and hours are what counts: then sums alone decide what is granted."""
    counts_nowhere = any(days.first_day.year <= year <= days.last_day.year for days in rules.neutralised)
    return rules.limit_of(year).unit is QuotaUnit.HOURS and not counts_nowhere


def _file(cursor: CursorWrapper, values: _Values) -> list[tuple[int, int, int | None, int]]:
    """Lock whatever any of the forms needs, those that are left too, decide and write; return what became of each.

    Persons whose row is their lock come first, then accounts (decisions 0003, 0024); those that are missing are made
    before any is locked. What were locked later would be locked in another order than other batches do. Only persons
    made here, whom nobody else can see yet, get their account with what it grants.
    """
    cursor.execute(LOCK_PERSONS, values)
    cursor.execute(MAKE_ACCOUNTS, values)
    cursor.execute(LOCK_ACCOUNTS, values)
    cursor.execute(FILE, values)
    rows: list[tuple[int, int, int | None, int]] = cursor.fetchall()
    return rows


def _written(limits: Mapping[int, YearlyLimit]) -> dict[str, list[int] | list[str]]:
    """Return the limits as a statement takes them."""
    return {
        "years": list(limits),
        "units": [str(limit.unit) for limit in limits.values()],
        "amounts": [limit.amount for limit in limits.values()],
    }
