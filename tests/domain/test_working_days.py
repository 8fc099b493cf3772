from datetime import date

import pytest

from domain.working_days import easter, is_working_day, working_day_after


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (1999, date(1999, 4, 4)),
        (2008, date(2008, 3, 23)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter_is_the_sunday_of_the_almanac(year: int, sunday: date):
    assert easter(year) == sunday


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 7, 4),
        date(2026, 7, 5),
        date(2026, 7, 21),
        date(2026, 4, 6),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 12, 25),
    ],
)
def test_weekends_and_legal_holidays_are_no_working_days(day: date):
    assert not is_working_day(day)


def test_the_working_day_after_a_friday_is_monday():
    assert working_day_after(date(2026, 7, 3)) == date(2026, 7, 6)


def test_the_working_day_after_a_day_is_never_that_day():
    assert working_day_after(date(2026, 7, 1)) == date(2026, 7, 2)


def test_no_working_day_lies_between_christmas_eve_and_the_monday_after():
    assert working_day_after(date(2026, 12, 24)) == date(2026, 12, 28)
