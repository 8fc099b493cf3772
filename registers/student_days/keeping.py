"""Forget student days and other employments kept long enough, in batches that commit for themselves (decision 0055).

What students did leaves with the contingent of its year, whole: a ledger always adds up to its account.
"""

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import datetime, time
from typing import Any, TypeAlias

from django.db import connection, transaction

from domain.brussels import BRUSSELS, brussels_date
from domain.quarters import Quarter
from domain.student_declarations import STUDENT
from evidence.audit import append_event
from registers.student_days.forgetting_statements import (
    CANDIDATE_ACCOUNTS,
    CANDIDATE_PERIODS,
    DELETE_ACCOUNTS,
    DELETE_DECLARATIONS,
    DELETE_FORMS,
    DELETE_PERIOD_VERSIONS,
    DELETE_PERIODS,
    DELETE_REFUSED,
    DELETE_REGISTRATION_VERSIONS,
    DELETE_REGISTRATIONS,
    JUDGED_ACCOUNTS,
    JUDGED_PERIODS,
    PERIODS_OF_ACCOUNTS,
)
from registers.student_days.merging import hold_off_filing

ROWS_AT_ONCE = 1000
_ACTOR = "retention"
_OPEN_BATCH = "SET LOCAL lock_timeout = '3s'; SET LOCAL enable_seqscan = off"
"""A batch is little of large tables: it is found by keys, whatever the database knows of them yet."""
_Values: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows of each kind were deleted; `versions` of periods and of daily registrations.

    `forms` had waited for the identification of their worker.
    """

    periods: int = 0
    versions: int = 0
    registrations: int = 0
    declarations: int = 0
    accounts: int = 0
    forms: int = 0

    def __add__(self, other: "Forgotten") -> "Forgotten":
        """Return both together."""
        return Forgotten(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))

    @property
    def rows(self) -> int:
        """How many rows these are together."""
        return sum(astuple(self))


def forget_student_days(*, years: int, at: datetime, rows_at_once: int = ROWS_AT_ONCE) -> Forgotten:
    """Delete what ended and last changed in a quarter that is over for so many years; return what was deleted.

    A period that an agent locked or blocked stays twice as long at most. OperationalError when a filing keeps the
    accounts for seconds: what is done is done, and the next try goes on.
    """
    quarter = Quarter.of(brussels_date(at))
    first, first_held = (quarter.shifted(-4 * kept).first_day for kept in (years, 2 * years))
    values: _Values = {"first": first, "first_held": first_held, "student": STUDENT, "limit": rows_at_once}
    return _forget_accounts(values, at=at) + _forget_others(values, at=at) + _forget_loose(values, at=at)


def _forget_accounts(values: _Values, *, at: datetime) -> Forgotten:
    """Forget contingents of years of which nothing is kept any more, with the periods of students in them."""
    forgotten, last = Forgotten(), (0, 0)
    while found := _read(CANDIDATE_ACCOUNTS, values | {"after_person": last[0], "after_year": last[1]}):
        last = found[-1]
        with transaction.atomic():
            _hold_off_filing()
            named = values | _named(_read(JUDGED_ACCOUNTS, values | _named(found)))
            batch = _forget_periods(_read(PERIODS_OF_ACCOUNTS, named)) + Forgotten(
                accounts=_delete(DELETE_ACCOUNTS, named)
            )
            _note(batch, at=at)
        forgotten += batch
    return forgotten


def _forget_others(values: _Values, *, at: datetime) -> Forgotten:
    """Forget periods of workers who have no contingent, each by itself."""
    forgotten, last = Forgotten(), 0
    while found := _read(CANDIDATE_PERIODS, values | {"after": last}):
        last = found[-1][0]
        with transaction.atomic():
            _hold_off_filing()
            batch = _forget_periods(_read(JUDGED_PERIODS, values | {"numbers": [number for (number,) in found]}))
            _note(batch, at=at)
        forgotten += batch
    return forgotten


def _forget_loose(values: _Values, *, at: datetime) -> Forgotten:
    """Forget declarations that made or changed no period, and forms that waited and were settled."""
    named = values | {"before": datetime.combine(values["first"], time(), BRUSSELS)}
    forgotten = Forgotten()
    while True:
        with transaction.atomic():
            batch = Forgotten(declarations=_delete(DELETE_REFUSED, named), forms=_delete(DELETE_FORMS, named))
            _note(batch, at=at)
        forgotten += batch
        if max(batch.declarations, batch.forms) < values["limit"]:
            return forgotten


def _forget_periods(found: Sequence[tuple[int]]) -> Forgotten:
    """Delete the periods and what belongs to them in the running transaction, what refers to others first."""
    if not found:
        return Forgotten()
    named = {"numbers": [number for (number,) in found]}
    of_registrations = _read(DELETE_REGISTRATION_VERSIONS, named)
    registrations = _delete(DELETE_REGISTRATIONS, named)
    of_periods = _read(DELETE_PERIOD_VERSIONS, named)
    periods = _delete(DELETE_PERIODS, named)
    declarations = {number for (number,) in (*of_registrations, *of_periods) if number is not None}
    return Forgotten(
        periods=periods,
        versions=len(of_periods) + len(of_registrations),
        registrations=registrations,
        declarations=_delete(DELETE_DECLARATIONS, {"declarations": list(declarations)}),
    )


def _hold_off_filing() -> None:
    """Let nobody file, lock or merge while a batch is judged again and deleted; give up after seconds."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_BATCH)
    hold_off_filing()


def _note(batch: Forgotten, *, at: datetime) -> None:
    if batch.rows:
        append_event("student-days:forgotten", at=at, actor=_ACTOR, **asdict(batch))


def _named(accounts: Sequence[tuple[int, int]]) -> _Values:
    return {"people": [person for person, _ in accounts], "years": [year for _, year in accounts]}


def _read(statement: str, values: _Values) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _delete(statement: str, values: _Values) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
