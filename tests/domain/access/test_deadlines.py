"""Thirty days, counted in days of Brussels."""

from datetime import datetime, timedelta

import pytest

from domain.access.deadlines import end_of_days
from domain.brussels import BRUSSELS

LAST_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("begun", "last_day"),
    [
        (datetime(2026, 7, 1, 0, 0, tzinfo=BRUSSELS), (2026, 7, 31)),
        (datetime(2026, 7, 1, 23, 59, 59, tzinfo=BRUSSELS), (2026, 7, 31)),
        (datetime(2026, 10, 20, 12, 0, tzinfo=BRUSSELS), (2026, 11, 19)),
        (datetime(2026, 3, 10, 0, 30, tzinfo=BRUSSELS), (2026, 4, 9)),
    ],
    ids=["first instant of a day", "last second of a day", "over the end of summer time", "over its beginning"],
)
def test_the_thirtieth_day_counts_whole(begun: datetime, last_day: tuple[int, int, int]):
    end = end_of_days(begun)
    last = datetime(*last_day, 23, 59, 59, tzinfo=BRUSSELS)
    assert last < end
    assert end - last == LAST_SECOND
