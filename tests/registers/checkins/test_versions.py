"""The versions of a registration are found in the months that they are of, wherever corrections moved it, and none is missed."""

from datetime import date, timedelta

import pytest
from django.db import connection

from registers.checkins.models import Presence
from registers.checkins.reading import read_one
from registers.checkins.records import read_newest, read_versions
from registers.checkins.versions import newest_of, read_newest_version, read_versions_among
from tests.checkin_items import RECEIVED, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.months_read import parts_read
from tests.registers.checkins.test_corrections import R
from tests.registers.checkins.test_indexes_of_questions import plans
from tests.registers.checkins.test_looking import INSPECTOR
from tests.registers.checkins.test_months import make_months

TODAY = RECEIVED.date()
OCTOBER, DECEMBER, SAME_MONTH = date(2026, 10, 31), date(2026, 12, 1), date(2026, 11, 30)
WAYS = {
    "nowhere": ((), 1),
    "within its month": ((SAME_MONTH,), 1),
    "over the end of its month": ((DECEMBER,), 2),
    "over the beginning of its month": ((OCTOBER,), 2),
    "away and back": ((OCTOBER, SAME_MONTH), 2),
    "to two other months": ((DECEMBER, OCTOBER), 3),
}


@pytest.fixture
def event(counter: Counter) -> int:
    """An event of November among the months of two years."""
    make_months("2025-06-01", 24)
    (outcome,) = counter(an_event())
    return outcome.registration.id


def move(number: int, *days: date) -> None:
    """Let corrections have moved the event to those days, one after the other."""
    for day in days:
        old = Presence.objects.get(number=number, next_date__isnull=True)
        Presence.objects.filter(number=number, version=old.version).update(next_date=day, status="SUPERSEDED")
        assert old.event_at is not None
        old.event_at += day - old.registration_date + timedelta(seconds=1)
        old.version, old.registration_date = old.version + 1, day
        old.save(force_insert=True)


def forget(*months: str) -> None:
    with connection.cursor() as cursor:
        for month in months:
            cursor.execute(f"DROP TABLE checkins_presence_{month}")


def found(number: int) -> list[tuple[int, date]]:
    versions = read_versions_among(lambda days: Presence.objects.filter(days, environment="R"), number)
    return [(row.version, row.registration_date) for row in versions]


@pytest.mark.parametrize(("days", "queries"), WAYS.values(), ids=WAYS)
def test_each_version_is_found_in_the_month_that_it_is_of_and_no_other_is_planned(
    event: int, days: tuple[date, ...], queries: int
):
    move(event, *days)
    with plans() as texts:
        assert found(event) == list(enumerate((TODAY, *days), start=1))
    assert parts_read(texts) == {f"checkins_presence_{day:%Y_%m}" for day in (TODAY, *days)}
    assert len(texts) == queries


@pytest.mark.parametrize("days", [days for days, _ in WAYS.values()], ids=WAYS)
def test_the_newest_version_is_the_one_that_was_superseded_by_none(event: int, days: tuple[date, ...]):
    move(event, *days)
    row = read_newest_version(event, environment=R)
    assert row is not None
    assert (row.version, row.next_date) == (len(days) + 1, None)


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        (("2026_11",), [2, 3]),
        (("2026_10",), [1, 3]),
        (("2026_12",), [1, 2]),
        (("2026_10", "2026_11"), [3]),
        (("2026_10", "2026_12"), [1]),
        (("2026_10", "2026_11", "2026_12"), []),
    ],
    ids=lambda value: " and ".join(value) if isinstance(value, tuple) else "",
)
def test_what_the_months_that_are_kept_no_more_leave_of_it_is_found(event: int, gone: tuple[str, ...], left: list[int]):
    move(event, OCTOBER, DECEMBER)
    forget(*gone)
    assert [version for version, _ in found(event)] == left


def test_one_whose_newest_version_is_kept_no_more_is_not_known(event: int):
    move(event, OCTOBER)
    forget("2026_10")
    assert read_newest_version(event, environment=R) is None
    assert read_newest([event], environment=R) == {}
    assert newest_of([]) is None


def test_who_asks_for_one_whose_newest_version_is_kept_no_more_is_told_that_there_is_none(counter: Counter, event: int):
    move(event, OCTOBER)
    forget("2026_10")
    assert read_one(event, asker=INSPECTOR, aliases=counter.aliases, at=RECEIVED) is None


def test_of_all_versions_those_that_are_kept_are_read(event: int):
    move(event, OCTOBER)
    forget("2026_10")
    assert [row.version for row in read_versions([event], environment=R)[event]] == [1]


@pytest.mark.parametrize("other", [1, -(10**14), 10**15], ids=["not given", "too small", "too large"])
def test_of_a_number_that_there_is_not_none_is_found(event: int, other: int):
    assert found(event + other) == []
