"""The fold of a person's events, as a pure function."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.checkins.asking import SpellStanding
from domain.checkins.codes import Remark
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType
from registers.checkins.windows import Known, bearing_on, change
from registers.checkins.worker_days import Clocking, fold, fold_before_and_after

LIMITS = DayLimits()
MORNING = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
LATER = MORNING + timedelta(days=4)
"""When all events of these tests are over."""
HOUR = timedelta(hours=1)


def clockings(*steps: str) -> list[Clocking]:
    """`A+0` is an IN at A at the hour 0, `A-4` an OUT four hours later."""
    events = []
    for number, step in enumerate(steps, start=1):
        place, kind, hours = step[0], step[1], float(step[2:])
        type_ = EventType.IN if kind == "+" else EventType.OUT
        events.append(Clocking(MORNING + hours * HOUR, number, type_, "firm", place))
    return events


def folded(*steps: str, at: datetime = LATER):
    return fold(clockings(*steps), limits=LIMITS, at=at)


def shape(*steps: str, at: datetime = LATER) -> list[tuple[str, str, int]]:
    return [(spell.work_place, str(spell.standing), len(spell.breaks)) for spell in folded(*steps, at=at).spells]


DAYS = (
    (("A+0", "A-8"), [("A", "ENDED", 0)]),
    (("A+0", "A-4", "A+4.5", "A-8"), [("A", "ENDED", 1)]),
    (("A+0", "A-4", "A+8", "A-9"), [("A", "ENDED", 1)]),
    (("A+0", "A-4", "A+8.01", "A-9"), [("A", "ENDED", 0), ("A", "ENDED", 0)]),
    (("A+0", "A-4", "B+5", "B-6", "A+7", "A-8"), [("A", "ENDED", 0), ("B", "ENDED", 0), ("A", "ENDED", 0)]),
    (("A+0",), [("A", "MISSING_OUT", 0)]),
    (("A+0", "B+1", "B-2"), [("A", "MISSING_OUT", 0), ("B", "ENDED", 0)]),
    (("A+0", "B+1", "A-2"), [("A", "ENDED", 0), ("B", "MISSING_OUT", 0)]),
    (("A+0", "B+1", "B-2", "A-16"), [("A", "ENDED", 0), ("B", "ENDED", 0)]),
    (("A+0", "B+1", "A+2", "A-3"), [("A", "MISSING_OUT", 0), ("B", "MISSING_OUT", 0), ("A", "ENDED", 0)]),
    (("A+0", "B+1", "B-2", "A-3", "A+5", "A-6"), [("A", "ENDED", 1), ("B", "ENDED", 0)]),
    (("A+0", "B+1", "A-2", "A+3", "A-4"), [("A", "ENDED", 0), ("B", "MISSING_OUT", 0), ("A", "ENDED", 0)]),
    (("A+0", "A+1", "A-8"), [("A", "ENDED", 0)]),
    (("A+0", "A-16"), [("A", "ENDED", 0)]),
    (("A+0", "A-16.01"), [("A", "MISSING_OUT", 0)]),
    (("A-0",), []),
    (("A+0", "A+12", "A-13"), [("A", "ENDED", 0)]),
    (("A+0", "A+12", "A-17"), [("A", "MISSING_OUT", 0), ("A", "ENDED", 0)]),
    (("A+0", "A+12"), [("A", "MISSING_OUT", 0), ("A", "MISSING_OUT", 0)]),
    (("A+0", "A+12", "A-28.01"), [("A", "MISSING_OUT", 0), ("A", "MISSING_OUT", 0)]),
    (("A+0", "A+5", "A+12", "A-17"), [("A", "MISSING_OUT", 0), ("A", "ENDED", 0)]),
    (("A+0", "A+12", "A+18", "A-20"), [("A", "MISSING_OUT", 0), ("A", "ENDED", 0)]),
    (("A+0", "A+4"), [("A", "MISSING_OUT", 0)]),
    (("A+0", "A+3", "A+4.01"), [("A", "MISSING_OUT", 0), ("A", "MISSING_OUT", 0)]),
    (("A+0", "A-4", "A+5", "A+13", "A-22"), [("A", "MISSING_OUT", 1), ("A", "ENDED", 0)]),
    (("A+0", "A+12", "B+13", "A-14"), [("A", "ENDED", 0), ("B", "MISSING_OUT", 0)]),
    (("A+0", "A+12", "B+13", "A-17"), [("A", "MISSING_OUT", 0), ("A", "ENDED", 0), ("B", "MISSING_OUT", 0)]),
    (("A+0", "A+12", "B+13", "B-14"), [("A", "MISSING_OUT", 0), ("A", "MISSING_OUT", 0), ("B", "ENDED", 0)]),
    (
        ("A+0", "A+12", "B+13", "A+14", "A-17"),
        [("A", "MISSING_OUT", 0), ("B", "MISSING_OUT", 0), ("A", "ENDED", 0)],
    ),
)


@pytest.mark.parametrize(("steps", "spells"), DAYS)
def test_events_make_spells(steps, spells):
    assert shape(*steps) == spells


def test_who_came_is_at_work_until_sixteen_hours_later():
    assert shape("A+0", at=MORNING + 16 * HOUR) == [("A", "OPEN", 0)]


BEGUN_BY = {
    "the last one that was repeated": (("A+0", "A+6", "A+12", "A-17"), [0, 12]),
    "the first of several as near as the ends of a break": (("A+0", "A+12", "A+12.1", "A+15", "A-17"), [0, 12]),
    "the last of those that came bit by bit": (("A+0", "A+3", "A+6", "A+9", "A+12", "A-17"), [0, 12]),
}


@pytest.mark.parametrize(("steps", "hours"), BEGUN_BY.values(), ids=BEGUN_BY)
def test_once_the_first_check_in_is_given_up_the_next_spell_is_begun_by(steps, hours):
    assert [spell.started_at for spell in folded(*steps).spells] == [MORNING + hour * HOUR for hour in hours]


def test_who_came_again_is_at_work_since_the_first_time_for_sixteen_hours_and_then_since_the_second():
    def now(hours: float) -> list[tuple[str, int]]:
        spells = folded("A+0", "A+12", at=MORNING + hours * HOUR).spells
        return [(str(spell.standing), (spell.started_at - MORNING) // HOUR) for spell in spells]

    assert now(16) == [("OPEN", 0)]
    assert now(16.01) == now(28) == [("MISSING_OUT", 0), ("OPEN", 12)]
    assert now(28.01) == [("MISSING_OUT", 0), ("MISSING_OUT", 12)]


def test_what_has_no_number_yet_begins_the_next_spell_too_once_the_first_is_given_up():
    asked_for = Clocking(MORNING + 5 * HOUR, 0, EventType.IN, "firm", "A")
    spells = fold([*clockings("A+0", "A-17"), asked_for], limits=LIMITS, at=LATER).spells
    assert [(spell.first_in, str(spell.standing)) for spell in spells] == [(1, "MISSING_OUT"), (0, "ENDED")]


REMARKS = (
    (("A+0", "A+1"), 2, {Remark.IN_WHILE_IN}),
    (("A-0",), 1, {Remark.OUT_WITHOUT_IN}),
    (("A+0", "A-1", "B+1", "A-2"), 4, {Remark.OUT_WITHOUT_IN}),
    (("A+0", "B+1", "A-16.01"), 3, {Remark.OUT_WITHOUT_IN}),
    (("A+0", "B+1", "A-2"), 1, set()),
    (("A+0", "B+1", "A-2"), 2, {Remark.OPEN_ELSEWHERE, Remark.MISSING_OUT}),
    (("A+0", "B+1", "A-2"), 3, set()),
    (("A+0", "B+1", "A-12.01"), 3, {Remark.LONG_SPELL}),
    (("A+0", "B+1"), 2, {Remark.OPEN_ELSEWHERE, Remark.MISSING_OUT}),
    (("A+0", "B+1"), 1, {Remark.MISSING_OUT}),
    (("A+0", "A-12"), 2, set()),
    (("A+0", "A-12.01"), 2, {Remark.LONG_SPELL}),
    (("A+0", "A-4", "A+5", "A-12"), 4, set()),
    (("A+0", "A-4", "A+5", "A-12.01"), 4, {Remark.LONG_SPELL}),
    (("A+0", "A-4", "A+8.01", "A-17"), 4, set()),
    (("A+0", "A+12", "A-17"), 1, {Remark.MISSING_OUT}),
    (("A+0", "A+12", "A-17"), 2, {Remark.IN_WHILE_IN}),
    (("A+0", "A+12", "A-17"), 3, set()),
    (("A+0", "A+12", "A-25"), 3, {Remark.LONG_SPELL}),
    (("A+0", "A+12"), 2, {Remark.IN_WHILE_IN, Remark.MISSING_OUT}),
    (("A+0", "A+12", "A-13"), 3, {Remark.LONG_SPELL}),
    (("A+0", "A+4", "A-17"), 3, {Remark.OUT_WITHOUT_IN}),
    (("A+0", "A+12", "B+13", "A-17"), 4, set()),
)


@pytest.mark.parametrize(("steps", "number", "remarks"), REMARKS)
def test_events_are_remarked(steps, number, remarks):
    assert folded(*steps).remarks_of(number) == remarks


def test_a_night_shift_is_of_the_day_on_which_it_began():
    (spell,) = folded("A+17", "A-25").spells
    assert (spell.work_date.isoformat(), spell.standing) == ("2026-11-23", SpellStanding.ENDED)


OF_ANOTHER_DAY = {
    "an IN of the evening before that of the night": (("A+18.1", "A-22"), ("A+17.9",), True),
    "a stay before a break over midnight": (("A+18.1", "A-22"), ("A+16", "A-17.5"), True),
    "a stay before a break by day": (("A+5", "A-8"), ("A+0", "A-4"), False),
    "the IN of an OUT of the night": (("A-22",), ("A+17.9",), True),
    "the IN of an OUT by day": (("A-8",), ("A+0",), False),
    "an IN of the evening elsewhere": (("A+18.1", "A-22"), ("B+17.9",), False),
    "an IN elsewhere between two of the night": (("A+17.9", "A+18.2", "A-22"), ("B+18.1",), True),
    "an OUT of the night": (("A+17.9", "A+18.1"), ("A-22",), False),
    "a stay of the next evening": (("A+17.9", "A-22"), ("A+41", "A-46"), False),
}


@pytest.mark.parametrize(("known", "added", "is_of_another_day"), OF_ANOTHER_DAY.values(), ids=OF_ANOTHER_DAY)
def test_what_comes_or_goes_may_make_the_others_of_another_day(known, added, *, is_of_another_day):
    events = clockings(*known, *added)
    before, fresh = events[: len(known)], events[len(known) :]
    now = MORNING + 23 * HOUR
    assert change(before, added=fresh, limits=LIMITS, at=now).is_of_another_day is is_of_another_day
    gone = {event.number for event in fresh}
    assert change(sorted(events), added=(), removed=gone, limits=LIMITS, at=now).is_of_another_day is is_of_another_day


AT_ONCE = (
    (("A+0", "B+8", "A-8"), [("A", "ENDED", 0), ("B", "MISSING_OUT", 0)], {"B": {Remark.MISSING_OUT}}),
    (("A+0", "A+8", "A-8", "A-9"), [("A", "ENDED", 1)], {}),
    (("A-0", "A+0"), [("A", "ENDED", 0)], {}),
    (
        ("A+0", "B+1", "A+2", "A-2", "A-3"),
        [("A", "ENDED", 0), ("B", "MISSING_OUT", 0), ("A", "ENDED", 0)],
        {"A": {Remark.OPEN_ELSEWHERE}, "B": {Remark.OPEN_ELSEWHERE, Remark.MISSING_OUT}},
    ),
)


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize(("steps", "spells", "remarks"), AT_ONCE)
def test_of_one_instant_an_out_goes_before_an_in_whatever_arrived_first(steps, spells, remarks, *, is_reversed):
    events = clockings(*steps)
    if is_reversed:
        events = [replace(event, number=len(events) - event.number) for event in events]
    done = fold(events, limits=LIMITS, at=LATER)
    assert [(spell.work_place, str(spell.standing), len(spell.breaks)) for spell in done.spells] == spells
    by_place = {event.number: event.work_place for event in events}
    assert {by_place[number]: set(some) for number, some in done.remarks.items()} == remarks


@st.composite
def days(draw: st.DrawFn) -> list[Clocking]:
    """Events of one person over some days, in any order, close together and at few places."""
    count = draw(st.integers(1, 14))
    minutes = draw(st.lists(st.integers(0, 3 * 24 * 12), min_size=count, max_size=count))
    return [
        Clocking(
            MORNING + timedelta(minutes=5 * minute),
            number,
            draw(st.sampled_from(EventType)),
            "firm",
            draw(st.sampled_from("AB")),
        )
        for number, minute in enumerate(minutes, start=1)
    ]


@given(days(), st.randoms(use_true_random=False))
def test_the_fold_does_not_depend_on_the_order_of_arrival(events, random):
    shuffled = list(events)
    random.shuffle(shuffled)
    assert fold(shuffled, limits=LIMITS, at=LATER) == fold(events, limits=LIMITS, at=LATER)


@given(days())
def test_every_out_closes_one_in_or_is_remarked(events):
    done = fold(events, limits=LIMITS, at=LATER + timedelta(days=9))
    outs = sum(event.type is EventType.OUT for event in events)
    unmatched = sum(Remark.OUT_WITHOUT_IN in said for said in done.remarks.values())
    closed = sum(len(spell.breaks) + (spell.standing is SpellStanding.ENDED) for spell in done.spells)
    assert closed + unmatched == outs


@given(days())
def test_once_all_is_over_nothing_waits_to_begin_another_spell(events):
    assert not any(spell.again for spell in fold(events, limits=LIMITS, at=LATER).spells)


@settings(max_examples=400)
@given(days(), st.randoms(use_true_random=False))
def test_arriving_one_by_one_with_few_events_read_gives_what_all_at_once_gives(events, random):
    """What the register keeps, changing spells by what bears on each arrival, is the fold of everything."""
    shuffled = list(events)
    random.shuffle(shuffled)
    spells: dict = {}
    remarks: dict = {}
    arrived: list[Clocking] = []
    for event in shuffled:
        known = Known(sorted(arrived), MORNING - timedelta(days=99), LATER + timedelta(days=99))
        bearing = bearing_on(known, event.at, event.at, limits=LIMITS)
        changed = change(bearing, added=[event], limits=LIMITS, at=LATER)
        for key in changed.gone:
            del spells[key]
        spells |= {(one.work_date, one.first_in): one for one in changed.written}
        remarks |= changed.remarked | {event.number: changed.after.remarks_of(event.number)}
        arrived.append(event)
    whole = fold(events, limits=LIMITS, at=LATER)
    assert sorted(spells.values(), key=lambda one: (one.started_at, one.first_in)) == list(whole.spells)
    assert {number: said for number, said in remarks.items() if said} == whole.remarks


@given(days(), st.integers(0, 9), st.integers(0, 30))
def test_before_and_after_some_events_is_what_each_fold_alone_gives(events, count, hours):
    known, added, at = events[:count], events[count:], MORNING + hours * HOUR
    both = fold(known, limits=LIMITS, at=at), fold(events, limits=LIMITS, at=at)
    assert fold_before_and_after(known, added, limits=LIMITS, at=at) == both


@given(days())
def test_what_was_read_too_narrowly_is_read_again(events):
    """A window that begins right before an event says that more is needed, unless what is in it settles the matter."""
    ordered = sorted(events)
    event = ordered[-1]
    known = Known(ordered[-1:], event.at - timedelta(minutes=1), LATER + timedelta(days=99))
    assert bearing_on(known, event.at, event.at, limits=LIMITS) is None


def elsewhere_each_time(count: int) -> list[Clocking]:
    """An IN at each of so many places, then the OUT of each, the last one first."""
    places = [f"place {number}" for number in range(count)]
    came = [(EventType.IN, place) for place in places]
    left = [(EventType.OUT, place) for place in reversed(places)]
    return [
        Clocking(MORNING + timedelta(seconds=number), number, type_, "firm", place)
        for number, (type_, place) in enumerate([*came, *left])
    ]


def with_a_break_each_time(count: int) -> list[Clocking]:
    """A stay with a break at each of so many places."""
    stay = (EventType.IN, EventType.OUT) * 2
    return [
        Clocking(MORNING + timedelta(seconds=number), number, type_, "firm", f"place {number // len(stay)}")
        for number, type_ in enumerate(stay * count)
    ]


def steps_to_fold(events: list[Clocking]) -> int:
    """Return how many lines are run, and functions entered and left, while the events are folded."""
    steps = 0

    def count(*_: object):
        nonlocal steps
        steps += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        fold(events, limits=LIMITS, at=LATER)
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("events", [elsewhere_each_time, with_a_break_each_time])
def test_twice_as_many_events_take_twice_the_work(events):
    assert steps_to_fold(events(400)) < 2.1 * steps_to_fold(events(200))
