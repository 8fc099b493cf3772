"""Clocks in Brussels show a time of day once, twice or never."""

from datetime import UTC, date, time

import pytest

from domain.brussels import instants_at


@pytest.mark.parametrize(("day", "hours"), [("2026-10-24", [0]), ("2026-10-25", [0, 1]), ("2026-03-29", [])])
def test_a_time_is_shown_once_twice_or_never(day: str, hours: list[int]):
    found = instants_at(date.fromisoformat(day), time(2, 30))
    assert [one.astimezone(UTC).hour for one in found] == hours
