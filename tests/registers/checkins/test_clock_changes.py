"""The two hours of a year that are told by their offset alone."""

from datetime import datetime, timedelta, timezone

from registers.checkins.models import Spell
from tests.checkin_items import an_event
from tests.registers.checkins.conftest import Counter, utc

SUMMER, WINTER = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))


def test_half_past_two_comes_twice_in_autumn(counter: Counter):
    first, second = datetime(2026, 10, 25, 2, 30, tzinfo=SUMMER), datetime(2026, 10, 25, 2, 30, tzinfo=WINTER)
    outcomes = counter(an_event(at=first), an_event(at=second, type="OUT"), received_at=utc(2026, 10, 25, 1, 31))
    assert len({one.registration.id for one in outcomes}) == 2
    spell = Spell.objects.get()
    assert spell.ended_at - spell.started_at == timedelta(hours=1)


def test_an_event_keeps_the_offset_in_which_it_was_captured(counter: Counter):
    at = datetime(2026, 10, 25, 2, 30, tzinfo=SUMMER)
    (outcome,) = counter(an_event(at=at), received_at=utc(2026, 10, 25, 0, 31))
    assert outcome.registration.event_at.isoformat() == "2026-10-25T02:30:00+02:00"


def test_half_past_two_that_never_was_in_spring_is_an_instant_all_the_same(counter: Counter):
    at = datetime(2026, 3, 29, 2, 30, tzinfo=WINTER)
    (outcome,) = counter(an_event(at=at), received_at=utc(2026, 3, 29, 1, 31))
    assert outcome.registration.registration_date.isoformat() == "2026-03-29"
    assert outcome.registration.event_at == utc(2026, 3, 29, 1, 30)
    assert Spell.objects.get().started_at == utc(2026, 3, 29, 1, 30)


def test_a_night_over_the_change_of_the_clock_is_as_long_as_it_was(counter: Counter):
    start, end = datetime(2026, 3, 28, 22, 0, tzinfo=WINTER), datetime(2026, 3, 29, 6, 0, tzinfo=SUMMER)
    counter(an_event(at=start), received_at=start)
    counter(an_event(at=end, type="OUT"), received_at=end)
    spell = Spell.objects.get()
    assert spell.ended_at - spell.started_at == timedelta(hours=7)
    assert spell.work_date.isoformat() == "2026-03-28"
