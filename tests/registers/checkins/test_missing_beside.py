"""A registered check-in lacks its check-out or not, and the check-out was after it; backwards for a check-out."""

from datetime import timedelta

import pytest

from domain.checkins.vocabulary import EventType
from registers.checkins.missing_beside import Beside, Misfit
from registers.checkins.models import Presence
from tests.checkin_items import CLEANING_SITE, RECEIVED, an_event
from tests.registers.checkins.conftest import Counter

HOUR = timedelta(hours=1)
ELSEWHERE = "1Y1003TESTC9Z"
NOON = RECEIVED - 20 * HOUR


def beside(counter: Counter, *events: tuple[str, float], of: int = 0, later: timedelta = 20 * HOUR) -> Beside:
    """Register events so many hours after noon, `IN@` and `OUT@` elsewhere, and look at one of them."""
    items = [
        an_event(
            at=NOON + hours * HOUR,
            type=EventType(kind.rstrip("@")),
            work_place_id=ELSEWHERE if kind.endswith("@") else CLEANING_SITE,
        )
        for kind, hours in events
    ]
    outcomes = counter(*items)
    row = Presence.objects.get(number=outcomes[of].registration.id)
    return Beside.read(row, limits=counter.limits.days, at=NOON + later)


ALONE = {
    "nothing after a check-in": ([("IN", 0)], 0, True),
    "a check-in that its check-out ended": ([("IN", 0), ("OUT", 5)], 0, False),
    "the check-in before a break": ([("IN", 0), ("OUT", 2), ("IN", 3)], 0, False),
    "the check-in after a break": ([("IN", 0), ("OUT", 2), ("IN", 3)], 2, True),
    "a check-in with another elsewhere after it": ([("IN", 0), ("IN@", 2)], 0, True),
    "a check-in that its check-out ended after another elsewhere": ([("IN", 0), ("IN@", 2), ("OUT", 4)], 0, False),
    "a second check-in within a break whose check-out came too late": ([("IN", 0), ("IN", 4), ("OUT", 17)], 1, True),
    "a first check-in that was given up before the check-out": ([("IN", 0), ("IN", 15), ("OUT", 17)], 0, True),
    "a second check-in whose check-out came too late for the first": ([("IN", 0), ("IN", 15), ("OUT", 17)], 1, False),
    "a check-out that came too late for the first check-in": ([("IN", 0), ("IN", 15), ("OUT", 17)], 2, False),
    "a check-out after its check-in": ([("IN", 0), ("OUT", 5)], 1, False),
    "nothing before a check-out": ([("OUT", 5)], 0, True),
    "a second check-out": ([("IN", 0), ("OUT", 5), ("OUT", 6)], 2, True),
    "the first of two check-ins that one check-out ended": ([("IN", 0), ("IN", 4), ("OUT", 8)], 0, True),
    "the second of two check-ins that one check-out ended": ([("IN", 0), ("IN", 4), ("OUT", 8)], 1, False),
    "the check-out that ended two check-ins": ([("IN", 0), ("IN", 4), ("OUT", 8)], 2, False),
    "the first of two check-ins that none ended": ([("IN", 0), ("IN", 12)], 0, True),
    "the second of two check-ins that none ended": ([("IN", 0), ("IN", 12)], 1, True),
    "a check-in that was tapped twice within a minute": ([("IN", 0), ("IN", 1 / 120), ("OUT", 8)], 0, False),
    "a second check-in with another elsewhere after it": ([("IN", 0), ("IN", 1), ("IN@", 2)], 1, True),
}


@pytest.mark.parametrize(("events", "of", "is_alone"), ALONE.values(), ids=ALONE)
def test_one_of_two_is_missing_or_not(counter: Counter, events, of, is_alone):
    assert beside(counter, *events, of=of).is_alone is is_alone


def test_a_check_in_of_just_now_lacks_its_check_out_too(counter: Counter):
    assert beside(counter, ("IN", 0), later=HOUR).is_alone


FITS = {
    "after the check-in": ([("IN", 0)], 0, 5),
    "at the end of the longest work": ([("IN", 0)], 0, 16),
    "after a check-in that was made twice": ([("IN", 0), ("IN", 0.1)], 0, 5),
    "between two check-ins, of which the second has its check-out": ([("IN", 0), ("IN", 4), ("OUT", 8)], 0, 3),
    "after the second of two check-ins": ([("IN", 0), ("IN", 12)], 1, 13),
    "before the check-in elsewhere": ([("IN", 0), ("IN@", 2)], 0, 1),
    "after the check-in elsewhere": ([("IN", 0), ("IN@", 2)], 0, 3),
    "before the check-out": ([("OUT", 5)], 0, 1),
    "after the check-out before": ([("IN", 0), ("OUT", 5), ("OUT", 8)], 2, 6),
}


@pytest.mark.parametrize(("events", "of", "hours"), FITS.values(), ids=FITS)
def test_the_missing_one_may_have_been_then(counter: Counter, events, of, hours):
    assert beside(counter, *events, of=of).misfit(NOON + hours * HOUR) is None


MISFITS = {
    "before the check-in": ([("IN", 0)], 0, -1, Misfit.WRONG_SIDE, 0),
    "at the check-in itself": ([("IN", 0)], 0, 0, Misfit.WRONG_SIDE, 0),
    "longer after it than work lasts": ([("IN", 0)], 0, 16.1, Misfit.TOO_FAR, 0),
    "before the check-out that is there": ([("IN", 0), ("OUT", 5)], 0, 4, Misfit.REGISTERED, 5),
    "after the check-out that is there": ([("IN", 0), ("OUT", 5)], 0, 6, Misfit.REGISTERED, 5),
    "after one that another check-in parts from it": ([("IN", 0), ("IN@", 2), ("OUT", 4)], 0, 5, Misfit.REGISTERED, 4),
    "between a second check-in and its check-out": (
        [("IN", 0), ("IN", 4), ("OUT", 8)],
        0,
        5,
        Misfit.REGISTERED,
        8,
    ),
    "after the check-out": ([("OUT", 5)], 0, 6, Misfit.WRONG_SIDE, 5),
    "longer before it than work lasts": ([("OUT", 17)], 0, 0.9, Misfit.TOO_FAR, 17),
    "before the check-in that is there": ([("IN", 2), ("OUT", 5)], 1, 1, Misfit.REGISTERED, 2),
    "before another check-out": ([("IN", 0), ("OUT", 5), ("OUT", 8)], 2, 3, Misfit.PARTED, 5),
}


@pytest.mark.parametrize(("events", "of", "hours", "misfit", "said_by"), MISFITS.values(), ids=MISFITS)
def test_the_missing_one_was_not_then(counter: Counter, events, of, hours, misfit, said_by):
    found = beside(counter, *events, of=of).misfit(NOON + hours * HOUR)
    assert found is not None
    assert (found[0], found[1].at) == (misfit, NOON + said_by * HOUR)


LACKING = {
    "nothing before it": ([("OUT", 17)], 0),
    "another check-out": ([("IN", 0), ("OUT", 5), ("OUT", 8)], 2),
    "another check-out, within a minute": ([("OUT", 5 + 1 / 120), ("OUT", 8)], 1),
    "a check-in that was made twice, the first time too long ago": ([("IN", 0), ("IN", 2), ("OUT", 17)], 2),
    "its check-in": ([("IN", 0), ("OUT", 5)], 1),
}


@pytest.mark.parametrize(("events", "of"), LACKING.values(), ids=LACKING)
def test_a_missing_check_in_was_in_any_minute_from_the_first_to_the_last(counter: Counter, events, of):
    there = beside(counter, *events, of=of)
    before = there.event.at.replace(second=0, microsecond=0)
    minutes = [before - place * timedelta(minutes=1) for place in range(17 * 60)]
    fitting = [minute for minute in minutes if there.misfit(minute) is None]
    assert there.minutes_of_check_in() == ((fitting[-1], fitting[0]) if fitting else None)
