"""What remains of a contingent, and what lies outside it."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from domain.environments import Environment
from domain.findings import QuotaUnit
from domain.student_day_questions import Balance
from registers.student_days.models import Period, PeriodState, QuotaLimit
from registers.student_days.questions.balances import read_balance
from tests.registers.conftest import OTHER, Filer, a_cancellation, an_action
from tests.registers.questions.conftest import NOW, NUMBER, Counted, ask, looks

AUGUST = {"starting_date": date(2026, 8, 1), "ending_date": date(2026, 8, 31)}


def test_an_unknown_person_has_the_whole_limit(db: None):
    balance = read_balance(None, 2026, **ask())

    assert balance == Balance(2026, QuotaUnit.HOURS, 650, granted=0, exceeding=0, late=0, at=NOW)
    assert balance.remaining == 650


def test_a_person_without_an_account_has_the_whole_limit_of_that_year(somebody: int):
    assert [read_balance(somebody, year, **ask()).remaining for year in (2016, 2022, 2024, 2026)] == [50, 475, 600, 650]


def test_a_limit_that_operators_changed_is_told_to_whoever_has_no_account(somebody: int):
    QuotaLimit.objects.create(environment=Environment.PRODUCTION, first_year=2027, amount=700, unit="HOURS")

    assert [read_balance(somebody, year, **ask()).remaining for year in (2026, 2027)] == [650, 700]


def test_hours_of_workers_without_a_contingent_are_not_told(filer: Filer, person):
    filer(an_action(planned_hours=240), an_action(planned_hours=90, worker_type="FLX", employer=OTHER))
    balance = read_balance(person(), 2026, **ask())

    assert (balance.granted, balance.exceeding) == (240, 0)


def test_what_is_granted_is_taken_from_what_remains(filer: Filer, person):
    filer(an_action(planned_hours=240))

    assert read_balance(person(), 2026, **ask()).remaining == 410


def test_what_exceeds_is_shown_apart_and_takes_nothing(filer: Filer, person):
    filer(an_action(planned_hours=600), an_action(planned_hours=120, employer=OTHER))
    balance = read_balance(person(), 2026, **ask())

    assert (balance.granted, balance.remaining, balance.exceeding, balance.late) == (650, 0, 70, 0)


def test_what_was_declared_late_is_shown_apart_and_takes_nothing(filer: Filer, person):
    filer(an_action(planned_hours=60), at=datetime(2026, 7, 3, tzinfo=UTC))
    balance = read_balance(person(), 2026, **ask())

    assert (balance.granted, balance.remaining, balance.exceeding, balance.late) == (0, 650, 0, 60)


def test_what_was_cancelled_counts_nowhere(filer: Filer, person):
    (first,) = filer(an_action(planned_hours=60), at=datetime(2026, 7, 3, tzinfo=UTC))
    filer(a_cancellation(first.impact.period.period_id))

    assert read_balance(person(), 2026, **ask()).late == 0


@pytest.mark.parametrize("state", [PeriodState.CLOSED, PeriodState.LOCKED, PeriodState.BLOCKED])
def test_every_other_state_counts(filer: Filer, person, state: PeriodState):
    filer(an_action(planned_hours=600), an_action(planned_hours=120, employer=OTHER))
    Period.objects.update(state=state)

    assert read_balance(person(), 2026, **ask()).exceeding == 70


def test_another_year_has_another_balance(filer: Filer, person):
    filer(an_action(planned_hours=240))

    assert read_balance(person(), 2025, **ask()).remaining == 650


def test_the_test_environment_sees_nothing_of_production(filer: Filer, person):
    filer(an_action(planned_hours=240))

    assert read_balance(person(), 2026, **ask(environment=Environment.TEST)).remaining == 650


def test_a_balance_takes_one_query_and_that_of_the_log_however_many_periods(filer: Filer, person):
    filer(an_action(), *(an_action(**AUGUST, using_employer=f"User {number}") for number in range(20)))
    somebody = person()
    with Counted() as counted:
        read_balance(somebody, 2026, **ask())

    assert counted.count == 2


def test_the_query_of_a_balance_is_led_by_indexes(filer: Filer, person):
    filer(an_action())
    somebody = person()
    with Counted() as counted:
        read_balance(somebody, 2026, **ask())
    (sql,) = (query["sql"] for query in counted.captured_queries if "LEFT JOIN" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert ["student_days_quotaaccount_pkey" in plan, "period_not_twice" in plan] == [True, True]


def test_a_look_at_a_balance_is_on_record(filer: Filer, person):
    filer(an_action())
    read_balance(person(NUMBER), 2026, **ask())

    assert looks() == [("BALANCE", "own page", person(), "2026")]
