"""Tell what remains of a person's contingent in a year."""

from datetime import date, datetime

from django.db import connection, transaction

from domain.contingent import limit_of
from domain.environments import Environment
from domain.findings import QuotaUnit
from domain.student_day_questions import Asker, Balance
from registers.student_days.question_tables import Question
from registers.student_days.questions.consultations import note_look

_BALANCE = """
    SELECT account.unit, account."limit", account.granted, outside.exceeding, outside.late
    FROM (SELECT coalesce(sum(planned - granted - neutralised) FILTER (WHERE NOT is_late), 0) AS exceeding,
                 coalesce(sum(planned - granted - neutralised) FILTER (WHERE is_late), 0) AS late
          FROM student_days_period
          WHERE person_id = %(person)s AND environment = %(environment)s AND unit IS NOT NULL AND state <> 'CANCELLED'
            AND starting_date BETWEEN %(first)s AND %(last)s) outside
    LEFT JOIN student_days_quotaaccount account
        ON account.person_id = %(person)s AND account.year = %(year)s AND account.environment = %(environment)s
"""
"""Written out, so that account and periods are of one moment, and since a first screen waits for it."""


def read_balance(person_id: int | None, year: int, *, environment: Environment, asker: Asker, at: datetime) -> Balance:
    """Return limit, granted, exceeding and late amounts of the year; None for a person is one who is not known.

    Whoever has no account has the whole limit (student declarations §4.1). One query and the log's. Raises ValueError for a year before the first limit, and without a reason.
    """
    with transaction.atomic():
        note_look(Question.BALANCE, [person_id], environment=environment, asker=asker, at=at, about=str(year))
        return balance_of(person_id, year, environment=environment, at=at)


def balance_of(person_id: int | None, year: int, *, environment: Environment, at: datetime) -> Balance:
    """Return the balance for a reader that notes the look itself; one query, none for nobody."""
    limit = limit_of(year)
    if person_id is None:
        return Balance(year, limit.unit, limit.amount, granted=0, exceeding=0, late=0, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            _BALANCE,
            {
                "environment": environment,
                "person": person_id,
                "year": year,
                "first": date(year, 1, 1),
                "last": date(year, 12, 31),
            },
        )
        unit, amount, granted, exceeding, late = cursor.fetchone()
    if unit is None:
        return Balance(year, limit.unit, limit.amount, granted=0, exceeding=exceeding, late=late, at=at)
    return Balance(year, QuotaUnit(unit), amount, granted=granted, exceeding=exceeding, late=late, at=at)
