"""A missing event is accepted once: what fills its gap since it was asked for stands in its way, with a next step."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from domain.checkins.items import Employer
from domain.checkins.outcomes import CorrectionTaken
from domain.checkins.vocabulary import CorrectionState, EventType
from domain.environments import Environment
from registers.checkins.models import Correction, Presence, Spell
from registers.checkins.registered_meanwhile import RegisteredMeanwhileError
from tests.checkin_items import (
    BADGE_LOG,
    CLEANING_SITE,
    RECEIVED,
    a_missing_event,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.test_corrections import Shelf, decide, hand_in

R = Environment.PRODUCTION
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CAME = RECEIVED - 9 * HOUR
LEFT = RECEIVED - HOUR
SINCE = RECEIVED + HOUR


def ask(counter: Counter, at, *, kind: EventType = EventType.OUT) -> str:
    """Ask for an event that is missing, with its evidence, and return the number of the request."""
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    item = a_request_for_a_missing_event(missing=a_missing_event(type=kind), corrected_at=at)
    (taken,) = counter(item, shelf=Shelf())
    assert isinstance(taken, CorrectionTaken)
    return taken.correction_id


def two_for_one_gap(counter: Counter) -> tuple[str, str]:
    """Ask for two check-outs of which nothing tells that they are one, until a phone brings the check-in before them."""
    first, second = ask(counter, LEFT), ask(counter, LEFT + 10 * MINUTE)
    counter(an_event(at=CAME), received_at=RECEIVED + MINUTE)
    return first, second


def test_a_check_out_that_another_request_brought_is_refused_with_a_next_step(counter: Counter):
    first, second = two_for_one_gap(counter)
    made = decide(counter, first)
    with pytest.raises(RegisteredMeanwhileError, match=f"registration {made} is one") as refused:
        decide(counter, second)
    assert refused.value.number == made
    assert "Reject the request" in refused.value.next_step
    assert Correction.objects.get(number=second).state == CorrectionState.SUBMITTED
    assert Presence.objects.filter(event_type="OUT").count() == 1


def test_an_earlier_minute_than_the_one_that_came_is_no_other_gap(counter: Counter):
    first, second = two_for_one_gap(counter)
    decide(counter, second)
    with pytest.raises(RegisteredMeanwhileError):
        decide(counter, first)


def test_a_check_out_that_a_late_phone_brought_is_one_too(counter: Counter):
    counter(an_event(at=CAME))
    number = ask(counter, LEFT)
    counter(an_event(type=EventType.OUT, at=LEFT + MINUTE), received_at=SINCE)
    with pytest.raises(RegisteredMeanwhileError):
        decide(counter, number)


def test_a_check_in_that_came_meanwhile_is_missing_no_more(counter: Counter):
    counter(an_event(type=EventType.OUT, at=LEFT))
    number = ask(counter, CAME, kind=EventType.IN)
    counter(an_event(at=CAME + MINUTE), received_at=SINCE)
    with pytest.raises(RegisteredMeanwhileError, match="No check-in is missing any more"):
        decide(counter, number)


ELSEWHERE = {
    "another employer": {"employer": Employer(foreign_vat="PL5260250274")},
    "another work place": {"work_place_id": "1Y1003TESTC9Z"},
    "the next spell": {"at": LEFT + 30 * MINUTE},
}


@pytest.mark.parametrize("deviation", ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_is_of_another_gap_stands_in_nobodys_way(counter: Counter, deviation):
    counter(an_event(at=CAME))
    number = ask(counter, LEFT)
    if "at" in deviation:
        counter(an_event(at=LEFT + 5 * MINUTE), received_at=SINCE)
    counter(an_event(**{"type": EventType.OUT, "at": LEFT - HOUR} | deviation), received_at=SINCE)
    decide(counter, number)
    assert Correction.objects.get().state == CorrectionState.ACCEPTED


def test_a_check_out_alone_is_accepted_as_it_was_asked_for(counter: Counter):
    """Nothing is known before it: it stays remarkable, and is no repeat."""
    decide(counter, ask(counter, LEFT))
    assert Presence.objects.get().remarks == ["OUT_WITHOUT_IN"]


def test_of_two_officers_who_accept_at_once_one_is_told(transactional_db: None, keys):
    a_work_place(number=CLEANING_SITE, sector="CLEANING", name="Offices")
    counter = Counter(keys)
    numbers = two_for_one_gap(counter)
    together = Barrier(2)

    def accept(number: str, by: str) -> str:
        together.wait()
        try:
            return f"made {decide(counter, number, by=by)}"
        except RegisteredMeanwhileError as refused:
            return refused.what
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(accept, numbers, ("person:98", "person:99")))
    assert [one.split()[0] for one in told] == ["No", "made"]
    assert Presence.objects.filter(event_type="OUT").count() == 1
    assert [spell.state for spell in Spell.objects.all()] == ["ENDED"]
    assert sorted(Correction.objects.values_list("state", flat=True)) == ["ACCEPTED", "SUBMITTED"]
