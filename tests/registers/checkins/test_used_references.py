"""A reference stands for what it was used for first, for whoever used it, and for nothing any more once that is cancelled."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.checkins.codes import RefusalCode
from domain.checkins.items import Address, Capture, Coordinates
from domain.checkins.outcomes import Cancelled, Refused, Registered
from domain.checkins.vocabulary import CaptureMethod, EventType
from registers.checkins.models import Position, Presence, SectorRule
from tests.checkin_items import ANN, RECEIVED, a_cancellation, a_day, an_event
from tests.registers.checkins.conftest import Counter, a_submission

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_the_same_reference_with_the_same_content_gives_the_first_result(counter: Counter):
    (first,), (again,) = counter(an_event(reference="EV-1")), counter(an_event(reference="EV-1"))
    assert again == first


def test_the_same_under_another_reference_is_answered_under_that_one(counter: Counter):
    first, second = counter(an_event(reference="EV-1"), an_event(reference="EV-2"))
    (third,) = counter(an_event(reference="EV-3"))
    assert [one.registration.reference for one in (first, second, third)] == ["EV-1", "EV-2", "EV-3"]


def test_what_is_repeated_without_a_reference_is_answered_under_the_one_that_it_was_sent_with(counter: Counter):
    counter(an_event(reference="EV-1"))
    (again,) = counter(an_event())
    assert again.registration.reference == "EV-1"


def test_nobody_reads_the_reference_of_another_sender(counter: Counter):
    counter(a_day(reference="R-1"))
    (again,) = counter(a_day(), sender="654321")
    (gone,) = counter(a_cancellation(registration_id=again.registration.id), sender="654321")
    assert isinstance(gone, Cancelled)
    assert (again.registration.reference, gone.registration.reference) == ("", "")


def test_a_worker_s_own_key_is_told_to_no_program(counter: Counter):
    person = counter.aliases.find_or_create([ANN], at=RECEIVED)[ANN].person_id
    counter(a_day(reference="phone-1"), sender="", person_id=person, enterprise_number=None)
    (again,) = counter(a_day(reference="DD-1"))
    (gone,) = counter(a_cancellation(registration_id=None, reference="DD-1"))
    assert (again.registration.reference, gone.registration.reference) == ("DD-1", "DD-1")


def test_the_same_reference_with_other_content_is_refused(counter: Counter):
    counter(an_event(reference="EV-1"))
    (outcome,) = counter(an_event(reference="EV-1", type=EventType.OUT))
    assert outcome == Refused((RefusalCode.REFERENCE_USED_OTHERWISE,))


def test_the_same_reference_with_other_content_in_one_call_is_refused(counter: Counter):
    _, outcome = counter(an_event(reference="EV-1"), an_event(reference="EV-1", type=EventType.OUT))
    assert outcome == Refused((RefusalCode.REFERENCE_USED_OTHERWISE,))


def over_midnight(counter: Counter, *, later: timedelta, **deviation) -> list[object]:
    """Bring a day presence under a reference two minutes before midnight, and again so much later."""
    evening = RECEIVED.replace(hour=22, minute=58)
    first = counter(a_day(reference="X-1"), received_at=evening, at=evening)
    return [*first, *counter(a_day(reference="X-1", **deviation), received_at=evening + later, at=evening + later)]


def test_a_retry_over_midnight_of_a_day_that_was_left_out_gives_the_first_result(counter: Counter):
    first, again = over_midnight(counter, later=4 * MINUTE)
    assert again == first
    assert Presence.objects.count() == 1


@pytest.mark.parametrize(
    "deviation",
    [
        {"later": 24 * HOUR},
        {"later": 4 * MINUTE, "date": date(2026, 11, 24)},
        {"later": 4 * MINUTE, "capacity": "POSTED"},
    ],
    ids=["a day later", "of a day that it names", "with another capacity"],
)
def test_a_reference_of_yesterday_is_refused_for_other_content(counter: Counter, deviation):
    _, again = over_midnight(counter, **deviation)
    assert again == Refused((RefusalCode.REFERENCE_USED_OTHERWISE,))


HERE, THERE = Coordinates(Decimal("50.8466"), Decimal("4.3528")), Coordinates(Decimal("50.8466"), Decimal("4.3529"))
STREET = Address("Wetstraat", "1", "1000", "Brussel")
BADGE = Capture(CaptureMethod.BADGE, "gate 1")
CAPTURED = {
    "at other coordinates": ({"place": HERE}, {"place": THERE}),
    "at an address": ({"place": HERE}, {"place": STREET}),
    "at another address": ({"place": STREET}, {"place": replace(STREET, box="2")}),
    "nowhere any more": ({"place": HERE}, {}),
    "somewhere all at once": ({}, {"place": HERE}),
    "by another device": ({"capture": BADGE}, {"capture": replace(BADGE, device_id="gate 2")}),
}


@pytest.mark.parametrize("is_one_call", [True, False])
@pytest.mark.parametrize(("first", "then"), CAPTURED.values(), ids=CAPTURED)
def test_a_reference_of_an_event_that_was_captured_otherwise_is_refused(counter: Counter, first, then, is_one_call):
    items = [an_event(reference="EV-1", **first), an_event(reference="EV-1", **then)]
    _, outcome = counter(*items) if is_one_call else [counter(item)[0] for item in items]
    assert outcome == Refused((RefusalCode.REFERENCE_USED_OTHERWISE,))


@pytest.mark.parametrize("told", [{"place": HERE, "capture": BADGE}, {"place": STREET}])
def test_an_event_that_was_captured_so_is_the_same_again(counter: Counter, told):
    (first,), (again,) = (counter(an_event(reference="EV-1", **told)) for _ in range(2))
    assert again == first


def test_coordinates_that_are_kept_no_more_are_not_compared(counter: Counter):
    counter(an_event(reference="EV-1", place=HERE, capture=BADGE))
    SectorRule.objects.filter(sector="CLEANING").update(keep_position_days=0)
    Position.objects.all().delete()
    after_midnight = RECEIVED + 20 * HOUR
    same, other = (
        counter(an_event(reference="EV-1", place=HERE, capture=capture), received_at=after_midnight)[0]
        for capture in (BADGE, None)
    )
    assert isinstance(same, Registered)
    assert other == Refused((RefusalCode.REFERENCE_USED_OTHERWISE,))


def test_what_stood_before_its_reference_came_keeps_what_it_was_told_with(counter: Counter):
    counter(an_event(place=HERE))
    for _ in range(2):
        (outcome,) = counter(an_event(reference="EV-1", place=THERE))
        assert isinstance(outcome, Registered)


def test_the_same_reference_of_another_sender_is_compared_with_nothing(counter: Counter):
    counter(an_event(reference="EV-1", place=HERE), sender="654321")
    for _ in range(2):
        (outcome,) = counter(an_event(reference="EV-1", place=THERE))
        assert isinstance(outcome, Registered)


def test_a_reference_whose_presence_was_cancelled_wants_a_new_one(counter: Counter):
    (first,) = counter(a_day(reference="PLN-1"))
    _, again = counter(a_cancellation(registration_id=None, reference="PLN-1"), a_day(reference="PLN-1"))
    (anew,) = counter(a_day(reference="PLN-2"))
    assert again == Refused((RefusalCode.REFERENCE_CANCELLED,))
    assert anew.registration.id != first.registration.id


def test_a_file_that_cancels_and_registers_under_one_reference_is_answered_alike_when_it_is_taken_anew(
    counter: Counter,
):
    day = a_day(reference="PLN-1")
    items, batch = (day, a_cancellation(registration_id=None, reference="PLN-1"), day), a_submission().pk
    first = counter(*items, seqs=[1, 2, 3], batch_id=batch)
    again = counter(*items, seqs=[1, 2, 3], batch_id=batch)
    assert [type(one) for one in first] == [Registered, Cancelled, Refused]
    assert [type(one) for one in again] == [Registered, Refused, Refused]
    assert again[0].registration.id == first[0].registration.id
    assert again[2] == first[2]


def test_another_sender_may_use_the_same_reference(counter: Counter):
    counter(an_event(reference="EV-1"))
    (outcome,) = counter(an_event(reference="EV-1", type=EventType.OUT), sender="654321")
    assert isinstance(outcome, Registered)
