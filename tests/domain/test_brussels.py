"""Clocks in Brussels show a time of day once, twice or never."""

from datetime import UTC, date, datetime, time

import pytest

from domain.brussels import instants_at, is_shown_twice


@pytest.mark.parametrize(("day", "hours"), [("2026-10-24", [0]), ("2026-10-25", [0, 1]), ("2026-03-29", [])])
def test_a_time_is_shown_once_twice_or_never(day: str, hours: list[int]):
    found = instants_at(date.fromisoformat(day), time(2, 30))
    assert [one.astimezone(UTC).hour for one in found] == hours


@pytest.mark.parametrize(("hour", "is_twice"), [(23, False), (0, True), (1, True), (2, False)])
def test_two_hours_of_a_night_in_october_are_shown_alike(hour: int, is_twice: bool):
    assert is_shown_twice(datetime(2026, 10, 24 if hour == 23 else 25, hour, 30, 7, tzinfo=UTC)) is is_twice
