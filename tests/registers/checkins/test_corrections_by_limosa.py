"""Corrections of whom a company registered by a Limosa number alone: it asks for them, and nobody else."""

from datetime import timedelta

import pytest

from domain.checkins.codes import RefusalCode
from domain.checkins.items import CorrectionRequest, Worker
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
OF_ANOTHER = {"enterprise_number": "0400767772", "sender": "654321"}


def the_out_by_limosa(**deviation) -> CorrectionRequest:
    missing = a_missing_event(**BY_LIMOSA | deviation)
    return a_request_for_a_missing_event(missing=missing, corrected_at=RECEIVED + HOUR)


def test_who_brought_a_limosa_number_alone_asks_for_its_correction_and_nobody_else(counter: Counter):
    (came,) = counter(an_event(**BY_LIMOSA))
    assert ask(counter, came.registration.id, **OF_ANOTHER) == Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))
    asked = ask(counter, came.registration.id)
    assert isinstance(asked, CorrectionTaken)
    assert [row.number for row in corrections_of_companies({COMPANY}, environment=R)] == [asked.correction_id]
    assert not corrections_of_companies({OF_ANOTHER["enterprise_number"]}, environment=R)


def test_a_missing_out_of_a_limosa_number_alone_closes_what_the_same_company_brought(counter: Counter):
    counter(an_event(**BY_LIMOSA))
    hand_in(BADGE_LOG.sha256, at=RECEIVED)
    (asked,) = counter(the_out_by_limosa(), shelf=Shelf())
    accept(asked.correction_id, environment=R, by=OFFICIAL, note="", limits=counter.limits, at=RECEIVED + HOUR)
    assert Spell.objects.get().state == "ENDED"
    assert Presence.objects.get(event_type="OUT").brought_by == COMPANY


NOT_BROUGHT = {
    "by another company": ({}, OF_ANOTHER),
    "at another work place": ({"work_place_id": SITE}, {}),
    "another number": ({"worker": Worker(limosa_id="24910158641968061")}, {}),
}


@pytest.mark.parametrize(("deviation", "by"), NOT_BROUGHT.values(), ids=NOT_BROUGHT)
def test_a_missing_event_of_a_limosa_number_alone_is_asked_for_by_who_brought_him_there(
    counter: Counter, deviation, by
):
    counter(an_event(**BY_LIMOSA))
    (outcome,) = counter(the_out_by_limosa(**deviation), **by)
    assert outcome == Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))
