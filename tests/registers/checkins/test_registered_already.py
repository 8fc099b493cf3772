"""Requests for what is registered so already, or asked for: refused under the lock, and named to whoever may see it."""

import pytest

from domain.brussels import BRUSSELS
from domain.checkins.codes import RefusalCode
from domain.checkins.items import Employer, Worker
from domain.checkins.outcomes import CorrectionTaken, Refused
from domain.checkins.vocabulary import EventType
from registers.checkins.models import Correction
from tests.checkin_items import RECEIVED, a_missing_event, a_request_for_a_missing_event, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_corrections import DAY, EVENT_AT, FRIDAY, HOUR, a_taken_correction, decide


@pytest.fixture
def event(counter: Counter) -> int:
    (outcome,) = counter(an_event())
    return outcome.registration.id


def test_a_missing_event_that_is_registered_so_already_is_told_with_its_number(counter: Counter):
    (there,) = counter(an_event(at=FRIDAY, type=EventType.OUT), received_at=FRIDAY)
    at = FRIDAY.astimezone(BRUSSELS)
    (outcome,) = counter(a_request_for_a_missing_event(corrected_at=at))
    assert outcome == Refused((RefusalCode.NOTHING_TO_CORRECT,), detail=f"registration {there.registration.id} is so")
    assert not Correction.objects.exists()


def test_what_was_registered_so_until_it_was_corrected_is_not_missing(counter: Counter, event: int):
    decide(counter, a_taken_correction(counter, event))
    item = a_request_for_a_missing_event(missing=a_missing_event(type=EventType.IN), corrected_at=EVENT_AT)
    (outcome,) = counter(item, received_at=RECEIVED + 2 * DAY)
    assert outcome == Refused(
        (RefusalCode.NOTHING_TO_CORRECT,), detail=f"registration {event} was so, and was corrected since"
    )


BESIDE = (
    {"type": EventType.IN},
    {"employer": Employer("0400767772")},
    {"work_place_id": "1Y1003TESTC9Z"},
    {"worker": Worker(inss="05011512353")},
)


@pytest.mark.parametrize("deviation", BESIDE)
def test_what_another_event_says_is_missing(counter: Counter, deviation):
    counter(an_event(at=FRIDAY, **{"type": EventType.OUT} | deviation), received_at=FRIDAY)
    (outcome,) = counter(a_request_for_a_missing_event(corrected_at=FRIDAY))
    assert isinstance(outcome, CorrectionTaken)


def test_what_another_company_brought_by_a_limosa_number_is_not_named(counter: Counter):
    by_limosa = {"worker": Worker(None, "24910158641968060"), "employer": None, "work_place_id": "1Y1003TESTC9Z"}
    other = {"enterprise_number": "0400767772", "sender": "654321"}
    counter(an_event(at=FRIDAY, **by_limosa), received_at=FRIDAY, **other)
    counter(an_event(at=FRIDAY + HOUR, **by_limosa), received_at=FRIDAY + HOUR)
    missing = a_missing_event(type=EventType.IN, **by_limosa)
    (outcome,) = counter(a_request_for_a_missing_event(missing=missing, corrected_at=FRIDAY))
    assert outcome == Refused((RefusalCode.NOTHING_TO_CORRECT,))
