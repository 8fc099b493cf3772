"""Until when the check-in is asked for that is missing before a check-out, whatever else the person did that day."""

import cProfile
from datetime import date, datetime, timedelta

import pytest

from domain.checkins.vocabulary import EventType, Sector
from domain.environments import Environment
from registers.checkins.missing_in_windows import InWindow, read_in_window
from registers.checkins.models import Presence, SectorRule, WorkPlace
from registers.checkins.sector_rules import read_rules
from registers.checkins.worker_days import fold
from tests.checkin_items import CLEANING_SITE, an_event
from tests.registers.checkins.conftest import Counter, utc

ELSEWHERE = "1Y1003TESTC9Z"
TODAY, YESTERDAY = date(2026, 11, 25), date(2026, 11, 24)
THEN, NOW = timedelta(days=19), timedelta(days=30)
"""How long is asked in the sector in which the work place was then, and in that of now."""
LEFT = utc(2026, 11, 25, 15)


def registered(counter: Counter, *events: tuple[str, float], left: datetime = LEFT) -> Presence:
    """Register events so many hours before a check-out, `IN@` and `OUT@` elsewhere, and the check-out; return this one."""
    items = [
        an_event(
            at=left - hours * timedelta(hours=1),
            type=EventType(kind.rstrip("@")),
            work_place_id=ELSEWHERE if kind.endswith("@") else CLEANING_SITE,
        )
        for kind, hours in [*events, ("OUT", 0)]
    ]
    outcomes = counter(*items, received_at=left + timedelta(hours=1))
    return Presence.objects.get(number=outcomes[-1].registration.id)


def window(counter: Counter, left: Presence) -> InWindow | None:
    rules, limits = read_rules(Environment.PRODUCTION), counter.limits.days
    return read_in_window(left, rules=rules, limits=limits, at=LEFT + timedelta(hours=1))


WINDOWS = {
    "nothing else": ([], InWindow(TODAY + NOW, None)),
    "work and a break": ([("IN", 8), ("OUT", 3)], InWindow(TODAY + THEN, None)),
    "work, and a break that may have been too long": ([("IN", 8), ("OUT", 5)], InWindow(TODAY + NOW, None)),
    "work and a break, with a check-in elsewhere": (
        [("IN", 8), ("OUT", 3), ("IN@", 2)],
        InWindow(TODAY + NOW, None),
    ),
    "two check-outs after work": ([("IN", 8), ("OUT", 3), ("OUT", 1)], InWindow(TODAY + THEN, None)),
    "work whose check-in it ended": ([("IN", 8)], None),
    "another check-out in the same minute": ([("IN", 8), ("OUT", 1 / 120)], None),
}


@pytest.mark.parametrize(("events", "found"), WINDOWS.values(), ids=WINDOWS)
def test_it_is_asked_for_where_it_may_have_been_in_the_sector_that_is_its_own_there(counter: Counter, events, found):
    SectorRule.objects.filter(sector=Sector.SECURITY).update(correction_days=THEN.days, kinds=["EVENT"])
    WorkPlace.objects.filter(number=CLEANING_SITE).update(sector=Sector.SECURITY)
    left = registered(counter, *events)
    WorkPlace.objects.filter(number=CLEANING_SITE).update(sector=Sector.CLEANING)
    assert window(counter, left) == found


NIGHTS = {
    "nothing else": (1, [], InWindow(TODAY + NOW, YESTERDAY + NOW)),
    "another check-out before midnight": (1, [("OUT", 2)], InWindow(TODAY + NOW, YESTERDAY + NOW)),
    "another check-out after midnight": (1, [("OUT", 0.5)], InWindow(TODAY + NOW, None)),
    "a check-out at midnight itself": (0, [], InWindow(None, YESTERDAY + NOW)),
}


@pytest.mark.parametrize(("hour", "events", "found"), NIGHTS.values(), ids=NIGHTS)
def test_of_either_side_of_midnight_it_is_asked_for_where_it_may_have_been(counter: Counter, hour, events, found):
    left = utc(2026, 11, 24, 23) + timedelta(hours=hour)
    assert window(counter, registered(counter, *events, left=left)) == found


def folds_for(counter: Counter, left: Presence) -> int:
    """Return how often the person's events are folded for the answer."""
    profile = cProfile.Profile()
    profile.runcall(window, counter, left)
    return sum(entry.callcount for entry in profile.getstats() if entry.code is fold.__code__)


def test_however_much_a_person_did_it_is_folded_as_often(counter: Counter):
    left = registered(counter)
    alone = folds_for(counter, left)
    registered(counter, *[("IN@", 10 - 0.1 * place) for place in range(20)])
    assert folds_for(counter, left) == alone
