"""What a student's periods make of a year."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contingent import NeutralisedDays
from domain.findings import QuotaUnit
from domain.student_day_questions import Balance, Calendar, EmployerSeen, PeriodSeen
from domain.student_years import (
    Heed,
    Share,
    is_neutralised,
    may_be_neutralised,
    months_to_come,
    passed,
    picture_of,
    warnings_of_balance,
    warnings_of_periods,
    what_if,
)

NOW = datetime(2026, 7, 15, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
BAKERY, SHOP = EmployerSeen("Bakery", "012345674", "0412345614"), EmployerSeen("Shop", "123456749", "0400767772")


def a_period(**deviation: object) -> PeriodSeen:
    standard = PeriodSeen(
        number="610000000192",
        employer=BAKERY,
        using_employer="",
        starting_date=date(2026, 7, 1),
        ending_date=date(2026, 7, 10),
        unit=QuotaUnit.HOURS,
        planned=40,
        granted=40,
        exceeding=0,
        actual=None,
        is_late=False,
        state="ACTIVE",
        version=1,
        last_changed_at=NOW,
    )
    return replace(standard, **deviation)


def a_balance(granted: int = 40, limit: int = 650) -> Balance:
    return Balance(2026, QuotaUnit.HOURS, limit, granted=granted, exceeding=0, late=0, at=NOW)


def picture(*periods: PeriodSeen, today: date = TODAY):
    granted = sum(period.granted for period in periods)
    return picture_of(a_balance(granted), Calendar(2026, periods, (2026,)), today=today)


def test_what_is_over_is_used_and_what_runs_is_reserved():
    running = a_period(starting_date=date(2026, 7, 11), ending_date=TODAY, granted=30)
    assert picture(a_period(), running).share == Share(used=40, reserved=30)
    assert picture(a_period(), running, today=date(2026, 7, 16)).share == Share(used=70, reserved=0)


def test_a_period_without_an_end_is_never_over():
    assert picture(a_period(ending_date=None)).share == Share(used=0, reserved=40)


def test_each_quarter_has_what_starts_in_it():
    spring = a_period(starting_date=date(2026, 4, 1), ending_date=date(2026, 6, 30), granted=10, exceeding=5)
    quarters = picture(a_period(), spring).quarters
    assert [quarter.share.granted for quarter in quarters] == [0, 10, 40, 0]
    assert [quarter.outside for quarter in quarters] == [0, 5, 0, 0]


def test_a_cancelled_period_has_no_share():
    drawn = picture(a_period(state="CANCELLED", granted=0))
    assert (drawn.share, drawn.employers) == (Share(0, 0), ())


def test_employers_come_with_the_largest_share_first_and_compare_what_is_known():
    drawn = picture(
        a_period(actual=44),
        a_period(starting_date=date(2026, 8, 1), ending_date=date(2026, 8, 9), planned=20, granted=20),
        a_period(employer=SHOP, planned=100, granted=90, exceeding=10),
    )
    shop, bakery = drawn.employers
    assert (shop.employer, shop.share.granted, shop.outside, shop.known_periods) == (SHOP, 90, 10, 0)
    assert (bakery.agreed, bakery.worked, bakery.agreed_of_known, bakery.difference) == (60, 44, 40, 4)


@pytest.mark.parametrize(
    ("granted", "heeds"),
    [(0, []), (585, []), (586, [Heed.NEARLY_USED_UP]), (649, [Heed.NEARLY_USED_UP]), (650, [Heed.USED_UP])],
)
def test_less_than_a_tenth_left_is_nearly_used_up(granted: int, heeds: list[Heed]):
    assert [warned.heed for warned in warnings_of_balance(a_balance(granted))] == heeds


def test_the_highest_percentage_that_is_passed_counts():
    assert [passed(granted, 600, warned_at=(50, 90)) for granted in (300, 301, 540, 541)] == [None, 50, 50, 90]
    assert passed(600, 600, warned_at=()) is None


def test_a_warning_of_a_year_says_which_percentage_is_passed():
    found = warnings_of_balance(a_balance(400), warned_at=(50, 90))
    assert [(warned.heed, warned.percent) for warned in found] == [(Heed.NEARLY_USED_UP, 50)]


def test_a_year_without_a_contingent_warns_of_nothing():
    assert warnings_of_balance(a_balance(0, limit=0)) == ()


@pytest.mark.parametrize(
    ("deviation", "heeds"),
    [
        ({}, []),
        ({"granted": 30, "exceeding": 10}, [(Heed.OUTSIDE, 10)]),
        ({"granted": 0, "exceeding": 40, "is_late": True}, [(Heed.LATE, 40)]),
        ({"state": "CANCELLED", "granted": 0, "freed": 30, "actual": 50}, [(Heed.CANCELLED, 30)]),
        ({"state": "CANCELLED", "granted": 0, "freed": 0}, []),
        ({"actual": 40}, []),
        ({"actual": 46}, [(Heed.MORE_WORKED, 6)]),
        ({"actual": 31}, [(Heed.LESS_WORKED, 9)]),
        ({"granted": 30, "exceeding": 10, "actual": 41}, [(Heed.OUTSIDE, 10), (Heed.MORE_WORKED, 1)]),
    ],
)
def test_a_period_warns_of(deviation: dict[str, object], heeds: list[tuple[Heed, int]]):
    found = warnings_of_periods([a_period(**deviation)], at=NOW)
    assert [(warned.heed, warned.amount) for warned in found] == heeds


@pytest.mark.parametrize(("days", "is_told"), [(29, True), (30, False)])
def test_a_cancellation_is_told_for_so_long(days: int, *, is_told: bool):
    cancelled = a_period(state="CANCELLED", granted=0, freed=30)
    at = NOW + timedelta(days=days)
    assert bool(warnings_of_periods([cancelled], at=at, cancelled_for=timedelta(days=30))) is is_told


def test_what_fits_lies_inside_and_the_rest_outside():
    asked = what_if(a_balance(granted=630), 30)
    assert (asked.inside, asked.outside, asked.left) == (20, 10, 0)


def test_what_is_agreed_with_an_employer_is_inside_outside_or_counts_nowhere():
    drawn = picture(a_period(planned=200, granted=140, exceeding=40, neutralised=20), a_period(employer=SHOP))
    bakery, shop = drawn.employers
    assert (bakery.share.granted, bakery.outside, bakery.neutralised) == (140, 40, 20)
    assert bakery.agreed == bakery.share.granted + bakery.outside + bakery.neutralised
    assert (shop.neutralised, drawn.neutralised) == (0, 20)


def test_hours_that_count_nowhere_leave_what_is_left():
    asked = what_if(a_balance(granted=630), 30, neutralised=30)
    assert (asked.inside, asked.outside, asked.left) == (0, 0, 20)


@pytest.mark.parametrize(
    ("deviation", "is_sure", "may_be"),
    [
        ({}, True, True),
        ({"first_day": date(2026, 2, 2)}, False, True),
        ({"last_day": date(2026, 2, 27)}, False, True),
        ({"first_day": date(2026, 2, 28)}, False, True),
        ({"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}, False, False),
        ({"first_day": date(2026, 1, 1), "last_day": date(2026, 1, 31)}, False, False),
        ({"joint_commission": "302"}, False, True),
        ({"employer_id": 7}, False, True),
        ({"most": 45}, False, True),
    ],
)
def test_a_month_is_surely_neutralised_where_all_hours_of_all_its_days_are(deviation, is_sure: bool, may_be: bool):
    rules = [replace(NeutralisedDays(date(2026, 2, 1), date(2026, 2, 28)), **deviation)]
    month = date(2026, 2, 1)
    assert (is_neutralised(month, rules), may_be_neutralised(month, rules)) == (is_sure, may_be)


@pytest.mark.parametrize("today", [date(2026, 1, 31), date(2026, 11, 26), date(2026, 12, 31)])
def test_twelve_months_are_to_come_and_this_one_is_the_first(today: date):
    months = months_to_come(today)
    assert months[0] == today.replace(day=1)
    assert months[-1] == date(today.year + (today.month > 1), (today.month + 10) % 12 + 1, 1)
    assert sorted(month.month for month in months) == list(range(1, 13))


@given(st.integers(0, 650), st.integers(1, 999))
def test_nothing_is_lost_between_inside_and_outside(granted: int, wished: int):
    asked = what_if(a_balance(granted), wished)
    assert asked.inside + asked.outside == wished
    assert 0 <= asked.left <= 650 - granted
