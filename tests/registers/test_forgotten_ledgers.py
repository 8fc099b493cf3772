"""Whatever was declared: what is kept of it adds up, nothing young goes, and nothing refers to what is gone."""

import os
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.brussels import brussels_date
from domain.quarters import Quarter
from registers.student_days.keeping import forget_student_days
from registers.student_days.models import Period, PeriodState, QuotaAccount, QuotaEntry
from tests.registers.conftest import Filer, a_cancellation, an_action, an_end, period_of

EXAMPLES = int(os.environ.get("EXAMPLES", "20"))
PEOPLE = ("05071400153", "06020300277")
STARTS = st.tuples(st.integers(0, 1), st.integers(2017, 2019), st.integers(0, 11), st.sampled_from(["STU", "FLX"]))
CHANGES = st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["end", "cancel"]), st.integers(0, 900)), max_size=5)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STARTS, min_size=1, max_size=8), CHANGES, st.dates(date(2024, 1, 1), date(2026, 11, 1)))
def test_ledgers_add_up_to_their_accounts_and_nothing_young_goes(filer: Filer, starts, changes, today):
    with transaction.atomic():
        numbers = []
        for person, year, month, kind in starts:
            first = date(year, month + 1, 4)
            hours = 100 if kind == "STU" else None
            at = datetime(year, month + 1, 1, 10, tzinfo=UTC)
            (made,) = filer(
                an_action(
                    starting_date=first,
                    ending_date=first + timedelta(days=20),
                    worker_type=kind,
                    planned_hours=hours,
                    insz=PEOPLE[person],
                ),
                at=at,
            )
            numbers += [(period_of(made), first)] if made.impact and made.impact.period else []
        for which, change, days in changes:
            if numbers:
                number, first = numbers[which % len(numbers)]
                action = (
                    a_cancellation(number)
                    if change == "cancel"
                    else an_end(number, ending_date=first + timedelta(days=days % 20))
                )
                filer(action, at=datetime.combine(first, time(), UTC) + timedelta(days=days))
        before = {(one.person_id, one.year): one.granted for one in QuotaAccount.objects.all()}
        young = _young(today)

        forget_student_days(years=7, at=datetime.combine(today, time(9), UTC), rows_at_once=2)

        accounts = {(one.person_id, one.year): one.granted for one in QuotaAccount.objects.all()}
        assert accounts.items() <= before.items()
        assert young <= set(Period.objects.values_list("pk", flat=True))
        sums = QuotaEntry.objects.values("person_id", "year").annotate(total=Sum("change"))
        assert {(one["person_id"], one["year"]): one["total"] for one in sums} == dict(accounts.items())
        _nothing_dangles()
        transaction.set_rollback(True)


def _young(today: date) -> set[int]:
    """The periods whose end or last change lies in a quarter less than seven years over, counted in plain Python."""
    return {
        period.pk
        for period in Period.objects.all()
        if _seven_years_after_quarter(brussels_date(period.last_changed_at)) > today
        or (period.state != PeriodState.CANCELLED and _seven_years_after_quarter(period.ending_date) > today)
    }


def _seven_years_after_quarter(day: date) -> date:
    following = Quarter.of(day).shifted(1).first_day
    return following.replace(year=following.year + 7)


def _nothing_dangles() -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT count(*) FROM student_days_periodversion v
            LEFT JOIN student_days_period p ON p.id = v.period_id
            LEFT JOIN student_days_declaration d ON d.id = v.declaration_id
            WHERE p.id IS NULL OR v.declaration_id IS NOT NULL AND d.id IS NULL
        """)
        assert cursor.fetchone() == (0,)
        cursor.execute("""
            SELECT count(*) FROM student_days_declaration d LEFT JOIN student_days_period p ON p.id = d.period_id
            WHERE d.accepted AND d.period_id IS NOT NULL AND p.id IS NULL
        """)
        assert cursor.fetchone() == (0,)
