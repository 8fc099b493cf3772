"""A number speaks against a birth date only by the parts that it knows."""

from datetime import date

import pytest

from domain.identifiers import insz, may_be_born_on

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
