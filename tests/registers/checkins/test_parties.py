"""Whose staff a company may register by its part in a work place: contractors yes, clients no, over every line upwards (§3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.codes import RefusalCode, Remark
from domain.checkins.items import Employer, Worker
from domain.checkins.outcomes import Refused, Registered
from domain.checkins.searches import DayPeriod, FoundPage, SearchCriteria
from domain.checkins.vocabulary import PresenceStatus
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from registers.checkins.models import PartyRole, Presence, SectorRule, WorkPlace, WorkPlaceParty
from registers.checkins.reading import read_one
from registers.checkins.searching import search
from registers.checkins.sight import subcontracted
from registers.checkins.work_places import add_party, end_party
from tests.checkin_items import COMPANY, RECEIVED, a_cancellation, a_day
from tests.registers.checkins.conftest import Counter, a_work_place

BUILDER, OTHER, THIRD = "0400767772", "0448181966", "0438195916"
LIMOSA = Worker(limosa_id="24910158641968060")
REFUSED = Refused((RefusalCode.NO_MANDATE,))
TODAY = DayPeriod(RECEIVED.date(), RECEIVED.date())
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


def test_nobody_stands_under_who_works_for_it(site: WorkPlace):
    let(site, COMPANY, CONTRACTOR)
    let(site, OTHER, SUBCONTRACTOR, COMPANY)
    let(site, THIRD, SUBCONTRACTOR, OTHER)
    for below in (COMPANY, OTHER, THIRD):
        with pytest.raises(ConfigurationRefusedError, match=r"gives .* work"):
            let(site, COMPANY, SUBCONTRACTOR, below)
    assert site.parties.count() == 3


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
    assert subcontracted(client, TODAY, environment=Environment.PRODUCTION) == ()
    assert [one.employer for one in subcontracted(contractor, TODAY, environment=Environment.PRODUCTION)] == [THIRD]


def end(site: WorkPlace, enterprise: str, *, last: date) -> None:
    end_party(site.number, enterprise, last_day=last, environment=Environment.PRODUCTION, actor="test", at=RECEIVED)


ENDED = {
    "the day before": (RECEIVED.date() - timedelta(days=1), False),
    "that evening": (RECEIVED.date(), True),
}


@pytest.mark.parametrize(("last", "may_register"), ENDED.values(), ids=ENDED)
def test_a_contractor_registers_for_its_subcontractors_until_its_own_part_ends(
    counter: Counter, site: WorkPlace, last: date, may_register: bool
):
    let(site, COMPANY, CONTRACTOR)
    let(site, OTHER, SUBCONTRACTOR, COMPANY)
    end(site, COMPANY, last=last)
    (outcome,) = counter(day_at(site, employer=Employer(enterprise_number=OTHER)))
    assert outcome == REFUSED if not may_register else isinstance(outcome, Registered)


@pytest.mark.parametrize("reference", ["", "Q-1"])
def test_of_what_a_subcontractor_registered_itself_a_contractor_is_told_the_number_alone(
    counter: Counter, site: WorkPlace, reference: str
):
    let(site, COMPANY, CONTRACTOR)
    let(site, OTHER, SUBCONTRACTOR, COMPANY)
    item = day_at(site, employer=Employer(enterprise_number=OTHER))
    (first,) = counter(replace(item, reference="S-1"), enterprise_number=OTHER, sender="200001")
    Presence.objects.update(status="FAILED", remarks=["DIMONA_NOT_OK"], validated_at=RECEIVED)
    later = RECEIVED + timedelta(hours=1)
    for _ in range(2):
        (told,) = counter(replace(item, reference=reference), received_at=later, at=later)
        assert (told.registration.id, told.is_shown) == (first.registration.id, False)
        assert told.remarks == (Remark.ALREADY_REGISTERED,)
        said = told.registration
        assert (said.status, said.remarks, said.validated_at) == (PresenceStatus.REGISTERED, (), None)
        assert (said.created_at, said.received_at, said.reference) == (later, later, reference)


def test_nobody_is_above_who_stands_under_a_contractor_that_ended_but_the_declarant(counter: Counter, site: WorkPlace):
    let(site, THIRD, CONTRACTOR)
    let(site, COMPANY, SUBCONTRACTOR, THIRD)
    let(site, OTHER, SUBCONTRACTOR, COMPANY)
    end(site, COMPANY, last=RECEIVED.date() - timedelta(days=1))
    item = day_at(site, employer=Employer(enterprise_number=OTHER))
    assert counter(item, enterprise_number=THIRD) == [REFUSED]
    assert [type(one) for one in counter(item, enterprise_number=BUILDER)] == [Registered]


def test_a_contractor_whose_part_ended_cancels_nothing_that_came_after_it(counter: Counter, site: WorkPlace):
    let(site, COMPANY, CONTRACTOR)
    let(site, OTHER, SUBCONTRACTOR, COMPANY)
    (outcome,) = counter(day_at(site, employer=Employer(enterprise_number=OTHER)))
    end(site, COMPANY, last=RECEIVED.date() - timedelta(days=1))
    cancelled = counter(a_cancellation(registration_id=outcome.registration.id))
    assert cancelled == [Refused((RefusalCode.REGISTRATION_NOT_FOUND,))]


def test_a_contractor_sees_subcontractors_staff_of_the_days_on_which_both_were_there(counter: Counter, site: WorkPlace):
    today, day = RECEIVED.date(), timedelta(days=1)
    let(site, COMPANY, CONTRACTOR)
    let(site, OTHER, SUBCONTRACTOR, COMPANY, valid_from=today - 2 * day)
    end(site, COMPANY, last=today - day)
    contractor = PresenceAsker(
        PresenceAskerKind.CONTRACTOR, COMPANY, "list", companies=frozenset({COMPANY}), sees_subcontractors=True
    )
    numbers = {}
    for ago in range(4):
        item = day_at(site, employer=Employer(enterprise_number=OTHER), date=today - ago * day)
        (outcome,) = counter(item, enterprise_number=OTHER, received_at=RECEIVED - ago * day)
        numbers[ago] = outcome.registration.id
    week = SearchCriteria(periods=(DayPeriod(today - 6 * day, today),))
    found = search(week, FoundPage(), asker=contractor, aliases=counter.aliases, at=RECEIVED)
    assert {one.registration.id for one in found.registrations} == {numbers[1], numbers[2]}
    seen = {
        ago
        for ago, number in numbers.items()
        if read_one(number, asker=contractor, aliases=counter.aliases, at=RECEIVED)
    }
    assert seen == {1, 2}
