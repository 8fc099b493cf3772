"""For whom a firm acts is judged as of the reception: a mandate that ended while its items waited refuses nothing."""

from datetime import timedelta

import pytest

from domain.checkins.codes import RefusalCode
from domain.checkins.items import Item
from domain.checkins.outcomes import Cancelled, CorrectionTaken, Outcome, Refused, Registered
from registers.access.models import Entity, Mandate
from tests.checkin_items import (
    RECEIVED,
    a_cancellation,
    a_correction,
    a_day,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.checkins.conftest import FIRM, Counter, mandates

HOUR = timedelta(hours=1)


@pytest.fixture
def mandate(principal: Entity, firm: Entity) -> Mandate:
    return mandates(principal, firm)


def end(mandate: Mandate) -> None:
    mandate.state, mandate.ended_at, mandate.valid_until = "CLOSED", RECEIVED + HOUR, RECEIVED + HOUR
    mandate.save()


def waited(counter: Counter, *items: Item, received_at=RECEIVED) -> list[Outcome]:
    """File what the firm sent after the mandate had ended."""
    return counter(*items, enterprise_number=FIRM, received_at=received_at, at=RECEIVED + 2 * HOUR)


@pytest.mark.parametrize("item", [a_day(), an_event()], ids=["a day", "an event"])
def test_what_the_firm_registers_while_it_is_mandated_is_registered_however_long_it_waits(
    counter: Counter, mandate: Mandate, item: Item
):
    end(mandate)
    (outcome,) = waited(counter, item)
    assert isinstance(outcome, Registered)


def test_what_it_registers_after_the_end_is_refused(counter: Counter, mandate: Mandate):
    end(mandate)
    assert waited(counter, a_day(), received_at=RECEIVED + HOUR) == [Refused((RefusalCode.NO_MANDATE,))]


def test_a_mandate_that_begins_while_an_item_waits_heals_nothing(counter: Counter, mandate: Mandate):
    Mandate.objects.update(in_force_from=RECEIVED + HOUR)
    assert waited(counter, a_day()) == [Refused((RefusalCode.NO_MANDATE,))]


def test_what_it_withdraws_while_it_is_mandated_is_withdrawn(counter: Counter, mandate: Mandate):
    (first,) = counter(a_day(), enterprise_number=FIRM)
    end(mandate)
    (outcome,) = waited(counter, a_cancellation(registration_id=first.registration.id))
    assert isinstance(outcome, Cancelled)


def test_what_its_client_withdraws_while_the_firm_is_mandated_stays(counter: Counter, mandate: Mandate):
    (first,) = counter(a_day(), enterprise_number=FIRM)
    end(mandate)
    cancellation = a_cancellation(registration_id=first.registration.id)
    (outcome,) = counter(cancellation, received_at=RECEIVED, at=RECEIVED + 2 * HOUR)
    assert outcome == Refused((RefusalCode.NOT_YOURS_TO_CANCEL,))


def test_a_correction_that_it_asks_for_while_it_is_mandated_is_noted(counter: Counter, mandate: Mandate):
    (event,) = counter(an_event())
    end(mandate)
    (outcome,) = waited(counter, a_correction(registration_id=event.registration.id, corrected_at=RECEIVED - HOUR))
    assert isinstance(outcome, CorrectionTaken)


def test_a_file_of_several_kinds_is_judged_so_too(counter: Counter, mandate: Mandate):
    (event,) = counter(an_event())
    end(mandate)
    correction = a_correction(registration_id=event.registration.id, corrected_at=RECEIVED - HOUR)
    told = waited(counter, a_day(), correction, a_request_for_a_missing_event())
    assert [type(outcome) for outcome in told] == [Registered, CorrectionTaken, CorrectionTaken]
