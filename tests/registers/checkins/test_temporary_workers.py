"""A temporary worker has the agency as employer; whose work place it is, is asked about the firm that uses him (§1.3)."""

from datetime import date, timedelta

import pytest

from domain.checkins.items import Employer
from domain.checkins.vocabulary import Capacity
from registers.checkins.models import PartyRole, Presence, WorkPlace
from registers.persons.numbers import PersonKeys
from tests.checkin_items import COMPANY, RECEIVED, SITE, a_day
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.employing import employ
from tests.registers.checkins.feeding import validate
from tests.registers.checkins.test_official_remarks import OTHER_COMPANY

AGENCY = OTHER_COMPANY
LATER = RECEIVED + timedelta(hours=1)
TEMPORARY = {"joint_commission": "322", "using_employer": COMPANY}


def remarks_of_a_day(counter: Counter, keys: PersonKeys, *periods: dict, capacity: Capacity | None) -> list[str]:
    """Register a day of somebody whose employer is the agency, declared in those periods; return what is remarked."""
    counter(a_day(employer=Employer(enterprise_number=AGENCY), capacity=capacity), enterprise_number=AGENCY)
    presence = Presence.objects.get()
    for period in periods:
        employ(presence.person_id, company=AGENCY, **period)
    validate(keys, at=LATER)
    presence.refresh_from_db()
    return list(presence.remarks)


@pytest.mark.parametrize("capacity", [Capacity.TEMP_WORKER, None], ids=["capacity told", "no capacity told"])
def test_the_part_of_the_firm_that_uses_him_is_enough(counter: Counter, keys: PersonKeys, capacity):
    assert remarks_of_a_day(counter, keys, TEMPORARY, capacity=capacity) == []


def test_a_firm_that_is_only_named_cannot_be_looked_for(counter: Counter, keys: PersonKeys):
    named = TEMPORARY | {"using_employer": "Bakery Peeters"}
    assert remarks_of_a_day(counter, keys, named, capacity=Capacity.TEMP_WORKER) == []


def test_one_of_several_firms_that_use_him_is_enough(counter: Counter, keys: PersonKeys):
    elsewhere = TEMPORARY | {"using_employer": "0438195916"}
    assert remarks_of_a_day(counter, keys, elsewhere, TEMPORARY, capacity=Capacity.TEMP_WORKER) == []


def test_without_a_period_only_the_period_is_missed(counter: Counter, keys: PersonKeys):
    assert remarks_of_a_day(counter, keys, capacity=Capacity.TEMP_WORKER) == ["DIMONA_NOT_OK"]


def test_a_firm_without_a_part_is_remarked(counter: Counter, keys: PersonKeys):
    elsewhere = TEMPORARY | {"using_employer": "0438195916"}
    assert remarks_of_a_day(counter, keys, elsewhere, capacity=Capacity.TEMP_WORKER) == ["COMPANY_NOT_IN_WORK_PLACE"]


def test_a_firm_whose_part_is_over_is_told_so(counter: Counter, keys: PersonKeys):
    place = WorkPlace.objects.get(number=SITE)
    place.parties.create(
        environment="R",
        enterprise="0438195916",
        role=PartyRole.CONTRACTOR,
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 2, 1),
    )
    over = TEMPORARY | {"using_employer": "0438195916"}
    assert remarks_of_a_day(counter, keys, over, capacity=Capacity.TEMP_WORKER) == ["CONTRACT_NOT_ACTIVE"]


def test_who_is_registered_as_an_employee_needs_a_part_of_his_employer(counter: Counter, keys: PersonKeys):
    assert remarks_of_a_day(counter, keys, TEMPORARY, capacity=Capacity.EMPLOYEE) == ["COMPANY_NOT_IN_WORK_PLACE"]
