"""Read and lock what a set of forms touches: accounts first, in one order, then the periods behind them."""

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from django.db import connection

from domain.contingent import limit_of
from domain.environments import Environment
from domain.findings import QuotaUnit
from registers.student_days.models import PeriodState
from registers.student_days.records import Account, Holdings, PeriodRecord

_COLUMNS = ", ".join("id" if field.name == "number" else field.name for field in fields(PeriodRecord))
_YEARS_OF_PERIODS = """
SELECT DISTINCT person_id, extract(year FROM starting_date)::int FROM student_days_period
WHERE environment = %s AND id = ANY(%s)
"""
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
_READ_PERIODS = f"""
SELECT {_COLUMNS} FROM student_days_period
WHERE environment = %(environment)s AND id = ANY(%(numbers)s)
UNION
SELECT {_COLUMNS} FROM student_days_period
WHERE person_id = ANY(%(people)s) AND extract(year FROM starting_date) = ANY(%(years)s) AND state <> 'CANCELLED'
ORDER BY id
"""  # noqa: S608 - the columns are those of a class


def lock_holdings(
    *,
    environment: Environment,
    person_years: Collection[tuple[int, int]],
    numbers: Collection[int],
) -> Holdings:
    """Return the accounts of `person_years` and of the periods with these numbers, locked until the transaction ends.

    The accounts are the locks for everything of a person and year, periods included; they are always taken in the
    order of person and year, so two submissions can wait for each other but never in a circle. Four queries.
    """
    with connection.cursor() as cursor:
        cursor.execute(_YEARS_OF_PERIODS, [environment, list(numbers)])
        keys = sorted({*person_years, *cursor.fetchall()})
        people, years = [person for person, _ in keys], [year for _, year in keys]
        limits = [limit_of(year) for year in years]
        cursor.execute(
            _MAKE_ACCOUNTS,
            [environment, people, years, [limit.unit for limit in limits], [limit.amount for limit in limits]],
        )
        cursor.execute(_LOCK_ACCOUNTS, [people, years])
        holdings = Holdings(
            {
                (person, year): Account(QuotaUnit(unit), limit, granted)
                for person, year, unit, limit, granted in cursor.fetchall()
            }
        )
        cursor.execute(
            _READ_PERIODS,
            {
                "environment": environment,
                "numbers": list(numbers),
                "people": people,
                "years": sorted(set(years)),
            },
        )
        for row in cursor.fetchall():
            holdings.put(_record(row))
    return holdings


def _record(row: tuple[Any, ...]) -> PeriodRecord:
    record = PeriodRecord(*row)
    unit = record.unit
    return replace(record, state=PeriodState(record.state), unit=None if unit is None else QuotaUnit(unit))
