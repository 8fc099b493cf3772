"""Read and lock what a set of forms touches: persons, then accounts, each in one order, then the periods behind them."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from django.db import connection

from domain.contingent import ContingentRules
from domain.environments import Environment
from domain.findings import QuotaUnit
from domain.student_declarations import STUDENT
from registers.student_days.daily_holdings import read_registrations, with_periods_of_registrations
from registers.student_days.declared_blocks import read_cards, read_place, read_small_statutes, read_user
from registers.student_days.models import PeriodState
from registers.student_days.reach import NO_END, Reach
from registers.student_days.records import Account, Holdings, PeriodRecord

_FIELDS = tuple(field.name for field in fields(PeriodRecord))
_COLUMNS = ", ".join("p.id" if name == "number" else f"p.{name}" for name in _FIELDS)
_HOLD_OFF_MERGING = "LOCK TABLE student_days_quotaaccount IN ROW EXCLUSIVE MODE"
_FIND_NAMED = """
SELECT id, person_id, worker_type, starting_date, ending_date FROM student_days_period
WHERE environment = %s AND id = ANY(%s)
"""
_LOCK_PERSONS = "SELECT id FROM persons_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
_MAKE_ACCOUNTS = """
INSERT INTO student_days_quotaaccount (environment, person_id, year, unit, "limit", granted)
SELECT %s, person_id, year, unit, amount, 0
FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::int[]) AS fresh (person_id, year, unit, amount)
ORDER BY person_id, year
ON CONFLICT DO NOTHING
"""
_LOCK_ACCOUNTS = """
SELECT person_id, year, unit, "limit", granted FROM student_days_quotaaccount
WHERE (person_id, year) IN (SELECT * FROM unnest(%s::bigint[], %s::int[]))
ORDER BY person_id, year
FOR UPDATE
"""
_READ_PERIODS_OF = f"SELECT {_COLUMNS} FROM student_days_period p WHERE environment = %s AND person_id = %s ORDER BY id"  # noqa: S608 - the columns are those of a class
_READ_PERIODS = f"""
SELECT {_COLUMNS} FROM student_days_period p
WHERE p.environment = %(environment)s AND p.id = ANY(%(numbers)s)
UNION ALL
SELECT {_COLUMNS}
FROM unnest(%(people)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS span (person_id, first, last)
JOIN student_days_period p ON p.person_id = span.person_id AND p.state <> 'CANCELLED'
    AND p.starting_date <= span.last AND (p.ending_date IS NULL OR p.ending_date >= span.first)
ORDER BY 1
"""  # noqa: S608 - the columns are those of a class


def hold_off_merging() -> None:
    """Let nobody merge persons until the transaction ends: before anybody is looked up (decision 0024)."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_OFF_MERGING)


def lock_holdings(reach: Reach, *, environment: Environment, rules: ContingentRules) -> Holdings:
    """Return the accounts and living periods that `reach` concerns, locked until the transaction ends.

    `rules` give the limits of accounts that are new.
    A student's account is the lock for the periods of that year (decision 0003); other workers have none, so the row of
    the person is theirs (decision 0024). Persons come first, in the order of their ids, then accounts in that of person
    and year: two submissions can wait for each other but never in a circle. A constant number of queries.
    """
    reach = with_periods_of_registrations(reach, environment)
    with connection.cursor() as cursor:
        cursor.execute(_FIND_NAMED, [environment, list(reach.numbers)])
        named = cursor.fetchall()
        days = _Days(reach, named)
        cursor.execute(_LOCK_PERSONS, [sorted(days.without_account)])
        holdings = Holdings(_lock_accounts(sorted(days.accounts), environment, rules))
        spans = [(person, first, last) for person, (first, last) in days.of_person.items()]
        cursor.execute(
            _READ_PERIODS,
            {
                "environment": environment,
                "numbers": list(reach.numbers),
                "people": [person for person, _, _ in spans],
                "firsts": [first for _, first, _ in spans],
                "lasts": [last for _, _, last in spans],
            },
        )
        for row in cursor.fetchall():
            holdings.put(_record(row))
    holdings.daily = read_registrations(reach, environment)
    return holdings


def read_periods_of(person_id: int, *, environment: Environment) -> list[PeriodRecord]:
    """Return all periods of a person, cancelled ones too, in the order of their numbers; locks nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_READ_PERIODS_OF, [environment, person_id])
        return [_record(row) for row in cursor.fetchall()]


class _Days:
    """The years and days of each person that are concerned, and who has no account to lock."""

    def __init__(self, reach: Reach, named: Iterable[tuple[Any, ...]]) -> None:
        self.accounts: set[tuple[int, int]] = set()
        self.without_account: set[int] = set()
        self.of_person: dict[int, tuple[date, date]] = {}
        for span in reach.spans:
            self._add(span.person_id, (span.first, span.last), uses_contingent=span.uses_contingent)
        for number, person_id, worker_type, starting_date, ending_date in named:
            days = (starting_date, ending_date or NO_END, *reach.numbers[number])
            self._add(person_id, days, uses_contingent=worker_type == STUDENT)

    def _add(self, person_id: int, days: Collection[date], *, uses_contingent: bool) -> None:
        """Widen to whole years what is read of the person: what counts in a contingent counts for a year."""
        first, last = min(days).replace(month=1, day=1), max(days).replace(month=12, day=31)
        known_first, known_last = self.of_person.get(person_id, (first, last))
        self.of_person[person_id] = (min(first, known_first), max(last, known_last))
        if uses_contingent:
            self.accounts.add((person_id, next(iter(days)).year))
        else:
            self.without_account.add(person_id)


def _lock_accounts(
    keys: list[tuple[int, int]], environment: Environment, rules: ContingentRules
) -> dict[tuple[int, int], Account]:
    people, years = [person for person, _ in keys], [year for _, year in keys]
    limits = [rules.limit_of(year) for year in years]
    with connection.cursor() as cursor:
        cursor.execute(
            _MAKE_ACCOUNTS,
            [environment, people, years, [limit.unit for limit in limits], [limit.amount for limit in limits]],
        )
        cursor.execute(_LOCK_ACCOUNTS, [people, years])
        return {
            (person, year): Account(QuotaUnit(unit), limit, granted)
            for person, year, unit, limit, granted in cursor.fetchall()
        }


def _record(row: tuple[Any, ...]) -> PeriodRecord:
    """Return the period that a row tells, its columns being the fields of the class."""
    values = dict(zip(_FIELDS, row, strict=True))
    values["state"] = PeriodState(values["state"])
    values["unit"] = None if values["unit"] is None else QuotaUnit(values["unit"])
    values["user_firm"] = read_user(values["user_firm"])
    values["place_of_work"] = read_place(values["place_of_work"])
    values["control_cards"] = read_cards(values["control_cards"])
    values["small_statutes"] = read_small_statutes(values["small_statutes"])
    return PeriodRecord(**values)
