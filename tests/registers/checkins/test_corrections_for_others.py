"""Corrections of whom a mandated firm brought for its client: either asks, the firm as long as it is mandated, and it is the client's."""

import pytest

from domain.checkins.codes import RefusalCode
from domain.checkins.outcomes import CorrectionTaken, Refused
from registers.access.models import Mandate
from registers.checkins.correction_lists import correction_of_company, corrections_of_companies, corrections_of_company
from registers.checkins.deciding import accept
from registers.checkins.ended_requests import still_asked
from registers.checkins.models import Correction, Presence
from registers.checkins.standing import companies_of
from tests.checkin_items import (
    BADGE_LOG,
    COMPANY,
    RECEIVED,
    a_correction,
    a_missing_event,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.checkins.bringing import (
    HOUR,
    LATER,
    LENT,
    R,
    bring,
    end,
    is_seen,
    part_of_the_other,
)
from tests.registers.checkins.conftest import FIRM, OTHER, Counter
from tests.registers.checkins.test_corrections import OFFICIAL, Shelf, hand_in

MISSING = a_request_for_a_missing_event(missing=a_missing_event(**LENT), corrected_at=RECEIVED + HOUR)


def ask(counter: Counter, company: str, came: Presence, *, is_missing: bool, **deviation) -> object:
    item = MISSING if is_missing else a_correction(registration_id=came.number, corrected_at=RECEIVED - HOUR)
    (outcome,) = counter(item, enterprise_number=company, **deviation)
    return outcome


ASKED = pytest.mark.parametrize("is_missing", [False, True], ids=["the check-in", "the missing check-out"])


@ASKED
@pytest.mark.parametrize("company", [COMPANY, FIRM], ids=["the client", "the firm"])
def test_client_and_firm_ask_for_a_correction_which_both_see(
    counter: Counter, mandated, company: str, is_missing: bool
):
    came = bring(counter, an_event(**LENT))
    asked = ask(counter, company, came, is_missing=is_missing)
    assert isinstance(asked, CorrectionTaken)
    assert Correction.objects.get().staffed_by == COMPANY
    for one in (COMPANY, FIRM):
        companies = companies_of(one, environment=R, at=LATER)
        assert corrections_of_companies(companies, environment=R).exists()
    again = ask(counter, COMPANY, came, is_missing=is_missing)
    assert again == Refused(
        (RefusalCode.CORRECTION_PENDING,), asked.correction_id, detail=f"request {asked.correction_id}"
    )


@ASKED
def test_once_the_mandate_ended_the_firm_asks_for_nothing_and_its_request_is_the_clients(
    counter: Counter, mandated: Mandate, is_missing: bool
):
    came = bring(counter, an_event(**LENT))
    asked = ask(counter, FIRM, came, is_missing=is_missing)
    end(mandated)
    number, requests = asked.correction_id, list(Correction.objects.all())
    assert still_asked(requests, environment=R, at=RECEIVED) == requests
    assert still_asked(requests, environment=R, at=LATER) == []
    assert correction_of_company(number, company=FIRM, environment=R, at=LATER) is None
    assert correction_of_company(number, company=COMPANY, environment=R, at=LATER) is not None
    assert not corrections_of_company(FIRM, environment=R, at=LATER).exists()
    assert corrections_of_company(COMPANY, environment=R, at=LATER).exists()
    later = {"received_at": LATER, "at": LATER}
    refused = Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))
    assert ask(counter, FIRM, came, is_missing=is_missing, **later) == refused


@ASKED
def test_another_client_of_the_firm_asks_for_nothing(counter: Counter, mandated, other_principal, is_missing: bool):
    part_of_the_other()
    came = bring(counter, an_event(**LENT))
    refused = Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))
    assert ask(counter, OTHER, came, is_missing=is_missing) == refused


@ASKED
@pytest.mark.parametrize("company", [COMPANY, FIRM], ids=["the client", "the firm"])
def test_what_an_accepted_request_makes_is_the_clients(counter: Counter, mandated, company: str, is_missing: bool):
    came = bring(counter, an_event(**LENT))
    hand_in(BADGE_LOG.sha256, at=RECEIVED, owner=company)
    asked = ask(counter, company, came, is_missing=is_missing, shelf=Shelf())
    accept(asked.correction_id, environment=R, by=OFFICIAL, note="", limits=counter.limits, at=RECEIVED + HOUR)
    made = Presence.objects.get(origin="CORRECTION")
    assert (made.brought_for or made.brought_by) == COMPANY
    assert is_seen(counter, made.number, COMPANY)
