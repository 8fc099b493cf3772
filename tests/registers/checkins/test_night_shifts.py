"""A spell that goes on past midnight is of the day on which it began, whatever is asked about its events (§2.2)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from domain.checkins.vocabulary import ClockingChannel, EventType
from domain.environments import Environment
from registers.checkins.missing_outs import flag_missing_outs
from registers.checkins.models import Presence, RevalidationRequest, WorkPlace
from registers.checkins.records import read_records
from registers.checkins.sources import sources_of
from registers.checkins.work_dates import on_work_dates
from tests.checkin_items import CLEANING_SITE, an_event
from tests.registers.checkins.conftest import Counter, utc
from tests.registers.checkins.employing import employ
from tests.registers.checkins.feeding import all_sources
from tests.registers.checkins.validations import validate_again, validate_waiting

R = Environment.PRODUCTION
EVENING, NIGHT = utc(2026, 11, 23, 21), utc(2026, 11, 24, 1)
MIDNIGHT, HOUR = utc(2026, 11, 23, 23), timedelta(hours=1)
DAY = date(2026, 11, 23)
THAT_DAY = {"starting_date": date(2026, 11, 23), "ending_date": date(2026, 11, 23)}
NEXT_DAY = {"starting_date": date(2026, 11, 24), "ending_date": date(2026, 11, 24)}


def come(counter: Counter, at: datetime, **deviation) -> int:
    (outcome,) = counter(an_event(at=at), received_at=deviation.pop("received_at", at), **deviation)
    return outcome.registration.person_id


def go(counter: Counter, at: datetime, **deviation) -> int:
    (outcome,) = counter(an_event(at=at, type=EventType.OUT), received_at=deviation.pop("received_at", at), **deviation)
    return outcome.registration.person_id


def validate() -> None:
    validate_waiting(sources_of(R), environment=R, at=NIGHT + HOUR)


def statuses() -> list[str]:
    return list(Presence.objects.order_by("event_at").values_list("status", flat=True))


def test_the_check_out_of_a_night_shift_needs_the_employment_of_its_first_day(counter: Counter):
    come(counter, EVENING)
    employ(go(counter, NIGHT), joint_commission="322", **THAT_DAY)
    validate()
    assert statuses() == ["VALIDATED", "VALIDATED"]
    assert set(Presence.objects.values_list("derived_capacity", flat=True)) == {"TEMP_WORKER"}


def test_whoever_comes_back_from_a_break_after_midnight_works_on_for_the_same_day(counter: Counter):
    person = come(counter, EVENING)
    go(counter, EVENING + HOUR)
    come(counter, NIGHT - HOUR)
    employ(person, **THAT_DAY)
    validate()
    assert statuses() == ["VALIDATED"] * 3


def test_whoever_takes_short_breaks_alone_works_on_for_days_for_the_first_one(counter: Counter):
    person = come(counter, EVENING)
    for hours in (12, 24, 36, 48):
        go(counter, EVENING + hours * HOUR)
        come(counter, EVENING + (hours + 1) * HOUR)
    employ(person, **THAT_DAY)
    validate()
    go(counter, EVENING + 60 * HOUR)
    validate()
    assert statuses() == ["VALIDATED"] * 10


def test_the_next_evening_is_of_its_own_day(counter: Counter):
    come(counter, EVENING)
    employ(go(counter, NIGHT), **THAT_DAY)
    come(counter, EVENING + timedelta(days=1))
    validate()
    assert statuses() == ["VALIDATED", "VALIDATED", "FAILED"]


@pytest.mark.parametrize(
    ("facts", "remarks"),
    [
        ({"valid_until": date(2026, 11, 23)}, []),
        ({"valid_from": date(2026, 11, 24)}, ["WORK_PLACE_NOT_ACTIVE"]),
    ],
)
def test_a_work_place_is_asked_for_the_day_on_which_the_night_began(counter: Counter, facts, remarks):
    come(counter, EVENING)
    employ(go(counter, NIGHT))
    WorkPlace.objects.filter(number=CLEANING_SITE).update(**facts)
    validate()
    assert Presence.objects.get(event_type="OUT").remarks == remarks


def test_a_check_out_whose_check_in_comes_later_is_asked_about_again(counter: Counter):
    employ(go(counter, NIGHT), **THAT_DAY)
    validate()
    assert statuses() == ["FAILED"]
    person = come(counter, EVENING, received_at=NIGHT + HOUR)
    assert RevalidationRequest.objects.get().person_id == person
    validate()
    validate_again(sources_of(R), environment=R, at=NIGHT + 2 * HOUR)
    assert statuses() == ["VALIDATED", "VALIDATED"]


def check_again() -> list[str]:
    validate()
    validate_again(sources_of(R), environment=R, at=NIGHT + 5 * HOUR)
    return statuses()


def test_what_is_past_midnight_is_asked_about_again_once_a_check_in_of_the_evening_comes(counter: Counter):
    come(counter, MIDNIGHT + HOUR / 6)
    employ(go(counter, NIGHT), **THAT_DAY)
    validate()
    assert statuses() == ["FAILED", "FAILED"]
    come(counter, MIDNIGHT - HOUR / 6, received_at=NIGHT + HOUR)
    assert check_again() == ["VALIDATED"] * 3


def test_what_turns_out_to_follow_a_break_is_asked_about_again(counter: Counter):
    come(counter, MIDNIGHT + HOUR / 6)
    employ(go(counter, NIGHT), **THAT_DAY)
    validate()
    evening = an_event(at=EVENING), an_event(at=EVENING + HOUR, type=EventType.OUT)
    counter(*evening, received_at=NIGHT + HOUR)
    assert check_again() == ["VALIDATED"] * 4


def flag(counter: Counter, at: datetime) -> None:
    assert flag_missing_outs(environment=R, limits=counter.limits, at=at).spells == 1


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (THAT_DAY, ["VALIDATED", "VALIDATED"], ["VALIDATED", "FAILED"]),
        (NEXT_DAY, ["FAILED", "FAILED"], ["FAILED", "VALIDATED"]),
    ],
)
def test_a_second_check_in_after_midnight_is_asked_about_again_once_the_check_out_is_missing(
    counter: Counter, day, before, after
):
    come(counter, MIDNIGHT - HOUR / 6)
    employ(come(counter, MIDNIGHT + HOUR / 6), **day)
    validate()
    assert statuses() == before
    flag(counter, MIDNIGHT + 20 * HOUR)
    assert check_again() == after


def test_what_comes_before_a_spell_is_flagged_is_asked_about_again_for_its_own_day(counter: Counter):
    come(counter, EVENING)
    employ(come(counter, EVENING + 16 * HOUR + HOUR / 12), **NEXT_DAY)
    validate()
    assert statuses() == ["FAILED", "FAILED"]
    flag(counter, EVENING + 16 * HOUR + HOUR / 6)
    assert check_again() == ["FAILED", "VALIDATED"]


def test_a_check_out_that_is_missing_by_day_asks_nobody_again(counter: Counter):
    come(counter, EVENING - HOUR)
    come(counter, EVENING)
    flag(counter, EVENING + 20 * HOUR)
    assert not RevalidationRequest.objects.exists()


def test_by_day_nobody_is_asked_about_again(counter: Counter):
    go(counter, EVENING)
    come(counter, EVENING - HOUR, received_at=EVENING)
    assert not RevalidationRequest.objects.exists()


def test_how_far_back_a_spell_is_looked_for_is_told_by_the_event_alone(counter: Counter):
    come(counter, EVENING)
    (first,) = read_records("kind = 'EVENT'", [], environment=R)
    after = [
        replace(
            first, number=days, event_at=EVENING + timedelta(days=days), registration_date=DAY + timedelta(days=days)
        )
        for days in (1, 31, 32)
    ]
    assert [one.work_date for one in on_work_dates(after, environment=R)] == [DAY, DAY, None]


@pytest.mark.parametrize(("hours", "day"), [(3, DAY), (2, None)])
def test_of_a_night_is_what_lies_in_it_until_its_end(counter: Counter, hours: int, day: date | None):
    come(counter, MIDNIGHT - HOUR)
    go(counter, MIDNIGHT + hours * HOUR)
    (first, _) = read_records("kind = 'EVENT' ORDER BY event_at", [], environment=R)
    event = replace(first, event_at=MIDNIGHT + 3 * HOUR, registration_date=DAY + timedelta(days=1))
    (told,) = on_work_dates([event], environment=R)
    assert told.work_date == day


@pytest.mark.parametrize("count", [1, 20])
def test_however_many_are_validated_the_queries_are_as_many(
    counter: Counter, keys, django_assert_num_queries, count: int
):
    for number in range(count):
        come(counter, EVENING - number * timedelta(minutes=1), channel=ClockingChannel.BATCH)
    employ(go(counter, NIGHT), **THAT_DAY)
    with django_assert_num_queries(14):
        validate_waiting(all_sources(keys), environment=R, at=NIGHT + HOUR)
