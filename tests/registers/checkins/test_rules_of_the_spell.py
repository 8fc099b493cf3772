"""Who is at work when the rule of a sector, or the sector of a place, changes is checked out by what held when the spell began."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.checkins.codes import RefusalCode
from domain.checkins.items import Worker
from domain.checkins.outcomes import CorrectionTaken, Outcome, Refused, Registered
from domain.checkins.vocabulary import EventType, Sector
from domain.environments import Environment
from registers.checkins.models import Correction, SectorRule, Spell, WorkPlace
from registers.checkins.work_places import enter_or_change
from tests.checkin_items import (
    CLEANING_SITE,
    RECEIVED,
    SITE,
    a_correction,
    a_missing_event,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.checkins.conftest import Counter, utc

MORNING, NOON, AFTERNOON, TOMORROW = (
    utc(2026, 11, 25, 7),
    utc(2026, 11, 25, 11),
    *(utc(2026, 11, d, 15) for d in (25, 26)),
)
EVENING, NIGHT = utc(2026, 11, 25, 21), utc(2026, 11, 26, 1)
REFUSED = Refused((RefusalCode.KIND_NOT_OF_SECTOR,))


def coming(at=MORNING, **deviation):
    return an_event(at=at, **deviation)


def going(at=AFTERNOON, **deviation):
    return an_event(at=at, type=EventType.OUT, **deviation)


def of_construction() -> None:
    enter_or_change(
        CLEANING_SITE,
        {"sector": Sector.CONSTRUCTION},
        environment=Environment.PRODUCTION,
        actor="test",
        at=RECEIVED,
    )


def days_from(first: date, **deviation) -> None:
    sound = {"kinds": ["DAY"], "registrants": ["EMPLOYER"]}
    SectorRule.objects.create(environment="R", sector=Sector.CLEANING, valid_from=first, **sound | deviation)


def ask_for(counter: Counter, at, *, received_at=None) -> Outcome:
    item = a_request_for_a_missing_event(corrected_at=at, missing=a_missing_event())
    (outcome,) = counter(item, received_at=received_at or at + timedelta(hours=20))
    return outcome


@pytest.fixture
def at_work(counter: Counter) -> Counter:
    """A counter where somebody is at work since the morning, at a place that is of another sector since."""
    counter(coming(), received_at=MORNING)
    of_construction()
    return counter


def test_a_check_out_is_taken_after_the_place_changed_its_sector(at_work: Counter):
    (outcome,) = at_work(going(), received_at=AFTERNOON)
    assert isinstance(outcome, Registered)
    assert Spell.objects.get().ended_at == AFTERNOON


def test_a_break_goes_on_after_the_place_changed_its_sector(at_work: Counter):
    back = NOON + timedelta(minutes=30)
    outcomes = at_work(going(NOON), coming(back), going(), received_at=AFTERNOON)
    assert [type(one) for one in outcomes] == [Registered] * 3


def test_nobody_begins_there_by_the_sector_that_it_had(at_work: Counter):
    at_work(going(), received_at=AFTERNOON)
    assert at_work(coming(TOMORROW), received_at=TOMORROW) == [REFUSED]


def test_whoever_did_not_come_before_is_refused(at_work: Counter):
    other = replace(going(), worker=Worker(inss="62030122152"))
    assert at_work(other, received_at=AFTERNOON) == [REFUSED]


def test_a_place_that_was_not_entered_in_the_morning_has_its_check_out(counter: Counter):
    counter(coming(work_place_id="1Y1003NEXES9Z"), received_at=MORNING)
    WorkPlace.objects.filter(number=SITE).update(number="1Y1003NEXES9Z")
    (outcome,) = counter(going(work_place_id="1Y1003NEXES9Z"), received_at=AFTERNOON)
    assert isinstance(outcome, Registered)


def test_the_missing_check_out_is_asked_for_after_the_place_changed_its_sector(at_work: Counter):
    assert isinstance(ask_for(at_work, AFTERNOON), CorrectionTaken)


def test_the_missing_check_out_is_asked_for_after_the_first_day_of_a_rule(counter: Counter):
    days_from(date(2026, 11, 26))
    counter(coming(EVENING), received_at=EVENING)
    assert isinstance(ask_for(counter, NIGHT), CorrectionTaken)


def test_until_when_a_missing_check_out_is_asked_for_is_of_the_sector_of_its_check_in(at_work: Counter):
    SectorRule.objects.filter(sector=Sector.CONSTRUCTION).update(correction_days=1)
    ask_for(at_work, AFTERNOON)
    assert Correction.objects.get().deadline == date(2026, 12, 25)


def test_a_check_out_that_ends_nothing_is_not_asked_for_there(at_work: Counter):
    assert ask_for(at_work, TOMORROW) == REFUSED


def test_a_check_out_is_moved_to_where_the_check_in_was_made(at_work: Counter):
    elsewhere = "1Y1003WRNGH9Z"
    (known,) = at_work(going(work_place_id=elsewhere), received_at=AFTERNOON)
    item = a_correction(registration_id=known.registration.id, corrected_at=None, corrected_work_place=CLEANING_SITE)
    (outcome,) = at_work(item, received_at=TOMORROW)
    assert isinstance(outcome, CorrectionTaken)


def test_a_check_in_is_not_moved_to_where_days_are_registered(at_work: Counter):
    (known,) = at_work(coming(TOMORROW, work_place_id="1Y1003WRNGH9Z"), received_at=TOMORROW)
    item = a_correction(registration_id=known.registration.id, corrected_at=None, corrected_work_place=CLEANING_SITE)
    assert at_work(item, received_at=TOMORROW + timedelta(hours=1)) == [REFUSED]
