"""A number speaks against a birth date only by the parts that it knows; nobody is born tomorrow, or 121 years ago."""

from datetime import date

import pytest

from domain.identifiers import Sex, bis_number, insz, is_birth_date, may_be_born_on

BORN = date(2004, 5, 1)


@pytest.mark.parametrize(
    ("stem", "may"),
    [
        (40_501_123, True),
        (42_501_123, True),
        (44_501_123, True),
        (40_500_123, True),
        (40_001_123, True),
        (40_000_123, True),
        (44_000_123, True),
        (40_502_123, False),
        (40_601_123, False),
        (50_501_123, False),
    ],
    ids=["the same", "bis by 20", "bis by 40", "no day", "no month", "a year", "bis year", "day", "month", "year"],
)
def test_a_number_fits_a_birth_date_as_far_as_it_knows_one(stem: int, may: bool):
    assert may_be_born_on(insz(stem, born_from_2000=True), BORN) is may


@pytest.mark.parametrize(
    ("born", "may"),
    [
        (date(2026, 11, 27), True),
        (date(2026, 11, 28), False),
        (date(1906, 1, 1), True),
        (date(1905, 12, 31), False),
        (date(1, 4, 15), False),
    ],
)
def test_who_lives_was_born_until_today_and_in_the_last_120_years(born: date, may: bool):
    assert is_birth_date(born, on=date(2026, 11, 27)) is may


@pytest.mark.parametrize("born", [date(1, 4, 15), date(1899, 12, 31), date(2100, 1, 1)])
def test_no_number_is_made_of_a_year_that_it_cannot_tell(born: date):
    with pytest.raises(ValueError, match="1900 to 2099"):
        bis_number(born, Sex.UNKNOWN, 998)
