"""Who registers whom by the rule of the sector: days come from those whom it names, a check-in is the worker's own act."""

from datetime import timedelta

import pytest

from domain.checkins.codes import RefusalCode
from domain.checkins.items import Worker
from domain.checkins.outcomes import Refused, Registered
from domain.checkins.vocabulary import Capacity, ClockingChannel
from registers.checkins.models import Presence, SectorRule
from tests.checkin_items import RECEIVED, a_day, an_event
from tests.registers.checkins.conftest import Counter

HOUR = timedelta(hours=1)
REFUSED, SELF_EMPLOYED = Refused((RefusalCode.NO_MANDATE,)), Capacity.SELF_EMPLOYED


def only_these_register(*registrants: str) -> None:
    SectorRule.objects.filter(environment="R", sector="CONSTRUCTION").update(registrants=registrants)


NAMED = (
    (["WORKER"], a_day(), REFUSED),
    (["WORKER", "CONTRACTOR"], a_day(), REFUSED),
    (
        ["WORKER"],
        a_day(worker=Worker(limosa_id="24910158641968060"), employer=None),
        REFUSED,
    ),
    (["EMPLOYER"], a_day(), None),
    (["CONTRACTOR"], a_day(worker=Worker(limosa_id="24910158641968060"), employer=None), None),
)


@pytest.mark.parametrize(("registrants", "item", "refusal"), NAMED)
def test_day_presences_come_from_those_whom_the_rule_of_the_sector_names(counter: Counter, registrants, item, refusal):
    only_these_register(*registrants)
    (outcome,) = counter(item)
    assert outcome == refusal if refusal else isinstance(outcome, Registered)


def test_events_are_forwarded_by_the_employer_where_workers_alone_register(counter: Counter):
    assert SectorRule.objects.get(environment="R", sector="CLEANING").registrants == ["WORKER"]
    (outcome,) = counter(an_event())
    assert isinstance(outcome, Registered)


OWN = {
    "a check-in where companies alone register days": ("CLEANING", ["EMPLOYER"], an_event(), None),
    "a check-in where nobody registers days": ("CLEANING", [], an_event(), None),
    "a day where companies alone register": ("CONSTRUCTION", ["EMPLOYER", "CONTRACTOR"], a_day(), REFUSED),
    "a day for ones own company there": ("CONSTRUCTION", ["EMPLOYER"], a_day(capacity=SELF_EMPLOYED), None),
    "a day for ones own company where contractors register": (
        "CONSTRUCTION",
        ["CONTRACTOR"],
        a_day(capacity=SELF_EMPLOYED),
        REFUSED,
    ),
}


@pytest.mark.parametrize(("sector", "registrants", "item", "refusal"), OWN.values(), ids=OWN)
def test_ones_own_check_in_is_always_taken_and_ones_own_day_as_the_rule_of_the_sector_says(
    counter: Counter, sector: str, registrants, item, refusal
):
    counter(an_event(at=RECEIVED - HOUR))
    person_id = Presence.objects.get().person_id
    SectorRule.objects.filter(environment="R", sector=sector).update(registrants=registrants)
    by_oneself = {"sender": "", "enterprise_number": None, "channel": ClockingChannel.PORTAL, "person_id": person_id}
    (outcome,) = counter(item, **by_oneself)
    assert outcome == refusal if refusal else isinstance(outcome, Registered)
