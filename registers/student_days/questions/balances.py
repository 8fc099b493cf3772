"""Tell what remains of a person's contingent in a year."""

from datetime import date, datetime

from django.db import connection, transaction

from domain.contingent import limit_of
from domain.environments import Environment
from domain.findings import QuotaUnit
from domain.student_day_questions import Asker, Balance
from domain.student_declarations import STUDENT
from registers.student_days.models import QuotaAccount
from registers.student_days.question_tables import Question
from registers.student_days.questions.consultations import note_look

_BALANCE = """
    SELECT coalesce(account.unit, in_force.unit), coalesce(account."limit", in_force.amount),
        coalesce(account.granted, 0), outside.exceeding, outside.late
    FROM (SELECT coalesce(sum(planned - granted - neutralised) FILTER (WHERE NOT is_late), 0) AS exceeding,
                 coalesce(sum(planned - granted - neutralised) FILTER (WHERE is_late), 0) AS late
          FROM student_days_period
          WHERE person_id = %(person)s AND environment = %(environment)s AND worker_type = %(student)s AND state <> 'CANCELLED'
            AND starting_date BETWEEN %(first)s AND %(last)s) outside
    LEFT JOIN student_days_quotaaccount account
        ON account.person_id = %(person)s AND account.year = %(year)s AND account.environment = %(environment)s
    LEFT JOIN (SELECT amount, unit FROM student_days_quotalimit
               WHERE environment = %(environment)s AND first_year <= %(year)s
               ORDER BY first_year DESC LIMIT 1) in_force ON true
"""
"""Written out, so that account and periods are of one moment, and since a first screen waits for it."""


def read_balance(person_id: int | None, year: int, *, environment: Environment, asker: Asker, at: datetime) -> Balance:
    """Return limit, granted, exceeding and late amounts of the year; None for a person is one who is not known.

    Whoever has no account has the whole limit (student declarations §4.1). One query and the log's. Raises ValueError for a year before the first limit, and without a reason.
    """
    with transaction.atomic():
        note_look(Question.BALANCE, [person_id], environment=environment, asker=asker, at=at, about=str(year))
        return balance_of(person_id, year, environment=environment, at=at)


def has_contingent(person_id: int, *, environment: Environment) -> bool:
    """Whether an employer ever declared the person as a student; one query."""
    return QuotaAccount.objects.filter(person_id=person_id, environment=environment).exists()


def balance_of(person_id: int | None, year: int, *, environment: Environment, at: datetime) -> Balance:
    """Return the balance for a reader that notes the look itself; one query. Nobody has no period and no account."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BALANCE,
            {
                "environment": environment,
                "person": person_id,
                "student": STUDENT,
                "year": year,
                "first": date(year, 1, 1),
                "last": date(year, 12, 31),
            },
        )
        unit, amount, granted, exceeding, late = cursor.fetchone()
    if unit is None:
        limit = limit_of(year)
        unit, amount = limit.unit, limit.amount
    return Balance(year, QuotaUnit(unit), amount, granted=granted, exceeding=exceeding, late=late, at=at)
