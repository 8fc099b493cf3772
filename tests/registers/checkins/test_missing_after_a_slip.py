"""A missing event does not take over that an employee said before, by mistake, that the company is his own."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.checkins.vocabulary import Capacity
from registers.checkins.models import Presence
from registers.checkins.sources import sources_of
from tests.checkin_items import BADGE_LOG, RECEIVED, a_request_for_a_missing_event, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.employing import employ
from tests.registers.checkins.test_corrections import DAY, HOUR, R, Shelf, decide, hand_in
from tests.registers.checkins.validations import validate_waiting

FRIDAY = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ended", "told"),
    [(None, ("EMPLOYEE", "DIMONA")), (FRIDAY.date() - timedelta(days=1), ("SELF_EMPLOYED", "DERIVED"))],
    ids=["employed", "not employed any more"],
)
def test_the_employment_tells_the_capacity_of_a_missing_event_that_the_employer_asks_for(
    counter: Counter, ended, told: tuple[str, str]
):
    counter(an_event(at=FRIDAY - 3 * HOUR, capacity=Capacity.SELF_EMPLOYED), received_at=FRIDAY - 3 * HOUR)
    employ(Presence.objects.get().person_id, ending_date=ended)
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    (taken,) = counter(a_request_for_a_missing_event(corrected_at=FRIDAY), shelf=Shelf())
    decide(counter, taken.correction_id)
    validate_waiting(sources_of(R), environment=R, at=RECEIVED + 2 * DAY)
    out = Presence.objects.get(event_type="OUT")
    assert (out.known_capacity, out.known_capacity_source) == told


@pytest.mark.parametrize(("known", "told"), [("EMPLOYEE", ("", "")), ("SELF_EMPLOYED", ("SELF_EMPLOYED", "DERIVED"))])
def test_what_the_sources_knew_of_him_since_goes_before_what_he_said_once(
    counter: Counter, known: str, told: tuple[str, str]
):
    """Nothing is declared for the day itself; two days after he said so, a source knew in which capacity he was there."""
    for at, capacity in ((FRIDAY - 51 * HOUR, Capacity.SELF_EMPLOYED), (FRIDAY - 3 * HOUR, None)):
        counter(an_event(at=at, capacity=capacity), received_at=at)
    Presence.objects.filter(capacity="").update(derived_capacity=known, derived_from="DIMONA")
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    (taken,) = counter(a_request_for_a_missing_event(corrected_at=FRIDAY), shelf=Shelf())
    decide(counter, taken.correction_id)
    out = Presence.objects.get(event_type="OUT")
    assert (out.known_capacity, out.known_capacity_source) == told
