"""Tell what remains of a person's contingent in a year."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, IntegerField, Q, Sum, Value
from django.db.models.functions import Coalesce

from domain.contingent import limit_of
from domain.environments import Environment
from domain.findings import QuotaUnit
from domain.student_day_questions import Asker, Balance
from registers.student_days.models import PeriodState, QuotaAccount
from registers.student_days.question_tables import Question
from registers.student_days.questions.consultations import note_look
from registers.student_days.questions.periods import periods_of_year


def read_balance(person_id: int | None, year: int, *, environment: Environment, asker: Asker, at: datetime) -> Balance:
    """Return limit, granted, exceeding and late amounts of the year; None for a person is one who is not known.

    Whoever has no account has the whole limit (student declarations §4.1). Two queries and the log's; none of the two for
    nobody. Raises ValueError for a year before the first limit, and without a reason.
    """
    with transaction.atomic():
        note_look(Question.BALANCE, [person_id], environment=environment, asker=asker, at=at, about=str(year))
        return balance_of(person_id, year, environment=environment, at=at)


def balance_of(person_id: int | None, year: int, *, environment: Environment, at: datetime) -> Balance:
    """Return the balance for a reader that notes the look itself."""
    limit = limit_of(year)
    if person_id is None:
        return Balance(year, limit.unit, limit.amount, granted=0, exceeding=0, late=0, at=at)
    account = QuotaAccount.objects.filter(person_id=person_id, year=year, environment=environment).first()
    outside = _outside(person_id, year, environment=environment)
    if account is None:
        return Balance(year, limit.unit, limit.amount, granted=0, **outside, at=at)
    return Balance(year, QuotaUnit(account.unit), account.limit, granted=account.granted, **outside, at=at)


def _outside(person_id: int, year: int, *, environment: Environment) -> dict[str, int]:
    """Return what living periods planned outside the contingent: above it, and too late for it."""
    beyond = F("planned") - F("granted") - F("neutralised")
    nothing = Value(0, output_field=IntegerField())
    sums: dict[str, int] = (
        periods_of_year(person_id, year, environment=environment)
        .exclude(state=PeriodState.CANCELLED)
        .aggregate(
            exceeding=Coalesce(Sum(beyond, filter=Q(is_late=False)), nothing),
            late=Coalesce(Sum(beyond, filter=Q(is_late=True)), nothing),
        )
    )
    return sums
