"""What the health page says of the machine's clock, beside the database's and what was received last."""

from datetime import UTC, datetime, timedelta

import pytest

from evidence.audit import append_event
from portal.health_of_clock import judge_clock, look_at_clock

SECOND = timedelta(seconds=1)
NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)


def told(*, there: datetime = NOON, newest: datetime | None = NOON, lasts: timedelta = SECOND) -> tuple[bool, str]:
    check = judge_clock(there, newest=newest, asked_at=NOON, answered_at=NOON + lasts)
    assert check.is_ok != bool(check.next_step)
    return check.is_ok, check.in_english


@pytest.mark.parametrize("newest", [None, NOON - timedelta(days=9), NOON, NOON + 31 * SECOND])
@pytest.mark.parametrize("off", [-30, 0, 31])
def test_a_clock_that_agrees_is_good(newest: datetime | None, off: int):
    assert told(there=NOON + off * SECOND, newest=newest) == (True, "agrees with the database's")


@pytest.mark.parametrize(("off", "seconds"), [(-31, 31), (33, 32), (-10_800, 10_800)])
def test_one_that_is_far_from_the_databases_is_told_by_how_much(off: int, seconds: int):
    assert told(there=NOON + off * SECOND) == (False, f"{seconds} seconds from the database's")


def test_a_database_that_answers_late_is_no_wrong_clock():
    assert told(there=NOON + 90 * SECOND, lasts=100 * SECOND)[0]


def test_one_that_went_back_is_told_by_what_was_received_last():
    told_now = told(newest=NOON + timedelta(hours=1))
    assert told_now == (False, "3599 seconds behind what was received last")


class Behind:
    """A clock that is an hour slow."""

    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(hours=1)


class Right:
    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.mark.django_db
def test_the_databases_clock_and_the_newest_decision_are_the_witnesses():
    assert look_at_clock(Right()).is_ok
    assert not look_at_clock(Behind()).is_ok
    append_event("test:of-tomorrow", at=datetime.now(UTC) + timedelta(days=1), actor="test")
    assert "behind what was received last" in look_at_clock(Right()).in_english
