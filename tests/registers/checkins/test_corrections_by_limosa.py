"""Corrections of whom a company registered for a firm abroad or by a Limosa number alone: it asks for them, and nobody else."""

from datetime import timedelta

import pytest

from domain.checkins.codes import RefusalCode
from domain.checkins.items import CorrectionRequest, Employer, Worker
from domain.checkins.outcomes import CorrectionTaken, Refused
from domain.environments import Environment
from registers.checkins.correction_lists import corrections_of_companies
from registers.checkins.deciding import accept
from registers.checkins.models import Presence, Spell
from tests.checkin_items import (
    BADGE_LOG,
    COMPANY,
    RECEIVED,
    SITE,
    a_missing_event,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_corrections import OFFICIAL, Shelf, ask, hand_in

R = Environment.PRODUCTION
HOUR = timedelta(hours=1)
LIMOSA = Worker(limosa_id="24910158641968060")
BY_LIMOSA = {"worker": LIMOSA, "employer": None}
ABROAD = {"employer": Employer(foreign_vat="PL5260250274")}
BROUGHT = pytest.mark.parametrize("brought", [BY_LIMOSA, ABROAD], ids=["by a Limosa number", "for a firm abroad"])
OF_ANOTHER = {"enterprise_number": "0400767772", "sender": "654321"}


def the_out(brought, **deviation) -> CorrectionRequest:
    missing = a_missing_event(**brought | deviation)
    return a_request_for_a_missing_event(missing=missing, corrected_at=RECEIVED + HOUR)


@BROUGHT
def test_who_brought_somebody_of_no_company_here_asks_for_its_correction_and_nobody_else(counter: Counter, brought):
    (came,) = counter(an_event(**brought))
    assert ask(counter, came.registration.id, **OF_ANOTHER) == Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))
    asked = ask(counter, came.registration.id)
    assert isinstance(asked, CorrectionTaken)
    assert [row.number for row in corrections_of_companies({COMPANY}, environment=R)] == [asked.correction_id]
    assert not corrections_of_companies({OF_ANOTHER["enterprise_number"]}, environment=R)


@BROUGHT
def test_a_missing_out_of_such_a_one_closes_what_the_same_company_brought(counter: Counter, brought):
    counter(an_event(**brought))
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    (asked,) = counter(the_out(brought), shelf=Shelf())
    accept(asked.correction_id, environment=R, by=OFFICIAL, note="", limits=counter.limits, at=RECEIVED + HOUR)
    assert Spell.objects.get().state == "ENDED"
    assert Presence.objects.get(event_type="OUT").brought_by == COMPANY


NOT_BROUGHT = {
    "by another company": ({}, OF_ANOTHER),
    "at another work place": ({"work_place_id": SITE}, {}),
    "for another employer": ({"employer": Employer(foreign_vat="PL1234567883")}, {}),
    "another number": ({"worker": Worker(limosa_id="24910158641968061")}, {}),
}


@BROUGHT
@pytest.mark.parametrize(("deviation", "by"), NOT_BROUGHT.values(), ids=NOT_BROUGHT)
def test_a_missing_event_of_such_a_one_is_asked_for_by_who_brought_him_there_for_that_employer(
    counter: Counter, brought, deviation, by
):
    counter(an_event(**brought))
    (outcome,) = counter(the_out(brought, **deviation), **by)
    assert outcome == Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))
