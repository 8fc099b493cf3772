"""Whose staff a company may register by its part in a work place: contractors yes, clients no, over every line upwards (§3)."""

from datetime import date

import pytest

from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.codes import RefusalCode
from domain.checkins.items import Employer, Worker
from domain.checkins.outcomes import Refused, Registered
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from registers.checkins.models import PartyRole, SectorRule, WorkPlace, WorkPlaceParty
from registers.checkins.sight import subcontracted
from registers.checkins.work_places import add_party, end_party
from tests.checkin_items import COMPANY, RECEIVED, a_day
from tests.registers.checkins.conftest import Counter, a_work_place

BUILDER, OTHER, THIRD = "0400767772", "0448181966", "0438195916"
LIMOSA = Worker(limosa_id="24910158641968060")
REFUSED = Refused((RefusalCode.NO_MANDATE,))
CLIENT, CONTRACTOR, SUBCONTRACTOR = PartyRole.CLIENT, PartyRole.CONTRACTOR, PartyRole.SUBCONTRACTOR


@pytest.fixture
def site(counter: Counter) -> WorkPlace:
    """A work place that another company declared, where contractors register whom they let work for them."""
    SectorRule.objects.create(
        environment="R",
        sector="CONSTRUCTION",
        valid_from=date(2026, 1, 1),
        kinds=["DAY"],
        registrants=["EMPLOYER", "CONTRACTOR", "WORKER"],
    )
    return a_work_place(number="1Y1003TESTC9Z", declarant=BUILDER)


def let(site: WorkPlace, enterprise: str, role: PartyRole, parent: str = "", **deviation) -> None:
    facts = {"valid_from": date(2026, 1, 1), "valid_until": None, "environment": Environment.PRODUCTION}
    add_party(site.number, enterprise, role=role, parent=parent, actor="test", at=RECEIVED, **facts | deviation)


def day_at(site: WorkPlace, **deviation):
    return a_day(work_place_id=site.number, **deviation)


ABROAD = {
    "a Limosa number": {"worker": LIMOSA, "employer": None},
    "an employer abroad": {"employer": Employer(foreign_vat="PL5260250274")},
}


@pytest.mark.parametrize("deviation", ABROAD.values(), ids=ABROAD)
def test_a_client_registers_nobody(counter: Counter, site: WorkPlace, deviation):
    let(site, COMPANY, CLIENT)
    assert counter(day_at(site, **deviation)) == [REFUSED]


@pytest.mark.parametrize("deviation", ABROAD.values(), ids=ABROAD)
def test_a_client_that_works_there_too_registers(counter: Counter, site: WorkPlace, deviation):
    let(site, COMPANY, CLIENT)
    let(site, COMPANY, CONTRACTOR)
    (outcome,) = counter(day_at(site, **deviation))
    assert isinstance(outcome, Registered)


def test_a_client_registers_nobody_of_its_contractors(counter: Counter, site: WorkPlace):
    let(site, COMPANY, CLIENT)
    let(site, OTHER, CONTRACTOR, parent=COMPANY)
    assert counter(day_at(site, employer=Employer(enterprise_number=OTHER))) == [REFUSED]


def test_staff_of_a_client_is_nobodys_to_register(counter: Counter, site: WorkPlace):
    let(site, OTHER, CLIENT)
    item = day_at(site, employer=Employer(enterprise_number=OTHER))
    assert counter(item, enterprise_number=BUILDER) == [REFUSED]


PARTS = {
    "subcontractor first": ((SUBCONTRACTOR, COMPANY), (CONTRACTOR, "")),
    "contractor first": ((CONTRACTOR, ""), (SUBCONTRACTOR, COMPANY)),
}


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_a_firm_with_two_parts_keeps_who_it_works_for(counter: Counter, site: WorkPlace, parts):
    let(site, COMPANY, CONTRACTOR)
    for role, parent in parts:
        let(site, OTHER, role, parent)
    (outcome,) = counter(day_at(site, employer=Employer(enterprise_number=OTHER)))
    assert isinstance(outcome, Registered)


@pytest.mark.parametrize("above", [COMPANY, THIRD], ids=["the first", "the second"])
def test_a_firm_that_works_for_two_contractors_is_registered_by_both(counter: Counter, site: WorkPlace, above):
    for contractor in (COMPANY, THIRD):
        let(site, contractor, CONTRACTOR)
        let(site, OTHER, SUBCONTRACTOR, contractor)
    item = day_at(site, employer=Employer(enterprise_number=OTHER))
    (outcome,) = counter(item, enterprise_number=above)
    assert isinstance(outcome, Registered)


def test_a_company_far_above_registers_over_any_line(counter: Counter, site: WorkPlace):
    for contractor in (COMPANY, THIRD):
        let(site, contractor, CONTRACTOR)
        let(site, "0403170701", SUBCONTRACTOR, contractor)
    let(site, OTHER, SUBCONTRACTOR, "0403170701")
    item = day_at(site, employer=Employer(enterprise_number=OTHER))
    assert [type(one) for one in counter(item)] == [Registered]
    assert [type(one) for one in counter(item, enterprise_number=THIRD)] == [Registered]


def test_the_same_part_under_the_same_company_is_entered_once(site: WorkPlace):
    let(site, COMPANY, CONTRACTOR)
    let(site, OTHER, SUBCONTRACTOR, COMPANY)
    with pytest.raises(ConfigurationRefusedError, match=r"SUBCONTRACTOR of .* already"):
        let(site, OTHER, SUBCONTRACTOR, COMPANY)


def test_an_end_ends_every_part_of_the_company(site: WorkPlace):
    for contractor in (COMPANY, THIRD):
        let(site, contractor, CONTRACTOR)
        let(site, OTHER, SUBCONTRACTOR, contractor)
    last = date(2026, 11, 30)
    end_party(site.number, OTHER, last_day=last, environment=Environment.PRODUCTION, actor="test", at=RECEIVED)
    assert set(WorkPlaceParty.objects.filter(enterprise=OTHER).values_list("valid_until", flat=True)) == {last}


def test_a_client_sees_nobody_of_its_contractors_also_where_contractors_see_theirs(site: WorkPlace):
    let(site, COMPANY, CLIENT)
    let(site, OTHER, CONTRACTOR, parent=COMPANY)
    let(site, THIRD, SUBCONTRACTOR, OTHER)
    client, contractor = (
        PresenceAsker(PresenceAskerKind.CONTRACTOR, one, "list", companies=frozenset({one}), sees_subcontractors=True)
        for one in (COMPANY, OTHER)
    )
    assert subcontracted(client, environment=Environment.PRODUCTION) == ()
    assert [one.employer for one in subcontracted(contractor, environment=Environment.PRODUCTION)] == [THIRD]
