"""Mandates between two companies: proposed by one, validated by the other, ended by either."""

from datetime import timedelta

import pytest

from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.quarters import Quarter
from registers.access.employers import covered_entities
from registers.access.granting import WantedRight, grant
from registers.access.mandating import close_mandate, propose_mandate, refuse_mandate, validate_mandate
from registers.access.models import Mandate, MandateParty, MandateState
from registers.access.standings import standing_of
from tests.registers.access.conftest import EMPLOYER, NOON, Company, a_person, make_company, refusal, signed_in

LATER = NOON + timedelta(hours=1)
PRINCIPAL, MANDATARY = MandateParty.PRINCIPAL, MandateParty.MANDATARY


@pytest.fixture
def mandatary(db: None) -> Company:
    return make_company("0400767772")


def propose(
    company: Company, mandatary: Company, *, proposing: MandateParty = MANDATARY, **deviation: object
) -> Mandate:
    own = company if proposing is PRINCIPAL else mandatary
    standard = {
        "group": ServiceGroup.DIMONA,
        "quality": EMPLOYER,
        "from_quarter": Quarter(2026, 3),
        "by": signed_in(own.chief, level=450),
        "at": NOON,
    }
    return propose_mandate(company.entity, mandatary.entity, proposing=proposing, **(standard | deviation))


def chief(company: Company) -> dict[str, object]:
    return {"quality": EMPLOYER, "by": signed_in(company.chief, level=450), "at": LATER}


def is_covered(company: Company, mandatary: Company) -> bool:
    covered = covered_entities(mandatary.entity.company_number, environment="R", service_group="DIMONA", at=LATER)
    return company.id in covered


@pytest.mark.parametrize("proposing", [PRINCIPAL, MANDATARY])
def test_mandate_is_in_force_once_the_other_party_validates_it(company, mandatary, proposing: MandateParty):
    own, other = (company, mandatary) if proposing is PRINCIPAL else (mandatary, company)
    row = propose(company, mandatary, proposing=proposing)
    assert (row.state, is_covered(company, mandatary)) == (MandateState.PENDING, False)
    assert refusal(lambda: validate_mandate(row.pk, **chief(own))) is RefusalReason.NOT_ENTITLED
    assert validate_mandate(row.pk, **chief(other)).state == MandateState.ACTIVE
    assert is_covered(company, mandatary)
    assert {one.principal_id for one in standing_of(mandatary.chief, mandatary.id, EMPLOYER, LATER).mandates} == {
        company.id
    }


def test_other_party_refuses(company, mandatary):
    row = propose(company, mandatary)
    assert refuse_mandate(row.pk, **chief(company)).state == MandateState.REFUSED
    assert refusal(lambda: validate_mandate(row.pk, **chief(company))) is RefusalReason.STATE_FORBIDS
    assert propose(company, mandatary).state == MandateState.PENDING


@pytest.mark.parametrize("party", [PRINCIPAL, MANDATARY])
def test_either_party_ends_it(company, mandatary, party: MandateParty):
    row = propose(company, mandatary)
    validate_mandate(row.pk, **chief(company))
    ending = company if party is PRINCIPAL else mandatary
    assert close_mandate(row.pk, party=party, **chief(ending)).state == MandateState.CLOSED
    assert not is_covered(company, mandatary)
    assert refusal(lambda: close_mandate(row.pk, party=party, **chief(ending))) is RefusalReason.STATE_FORBIDS


def test_second_mandate_for_the_same_services_is_refused(company, mandatary):
    propose(company, mandatary)
    assert refusal(lambda: propose(company, mandatary)) is RefusalReason.HELD_ALREADY
    assert propose(company, mandatary, group=ServiceGroup.ACCESS_MANAGEMENT).state == MandateState.PENDING


@pytest.mark.parametrize(
    ("deviation", "reason"),
    [
        ({"to_quarter": Quarter(2026, 2)}, RefusalReason.OUTSIDE_ACCOUNT_PERIOD),
        ({"quality": "SOCIAL_SECRETARIAT", "by": signed_in(0, level=500)}, RefusalReason.NOT_ENTITLED),
    ],
)
def test_wrong_proposal_is_refused(company, mandatary, deviation: dict[str, object], reason: RefusalReason):
    assert refusal(lambda: propose(company, mandatary, **deviation)) is reason


def test_mandate_from_oneself_is_refused(company):
    assert refusal(lambda: propose(company, company)) is RefusalReason.UNKNOWN


def test_mandates_need_eid_or_itsme(company, mandatary):
    weak = signed_in(mandatary.chief, level=400)
    assert refusal(lambda: propose(company, mandatary, by=weak)) is RefusalReason.LEVEL_TOO_LOW


def test_user_with_the_right_manages_mandates(company, mandatary):
    user = mandatary.user()
    by = signed_in(user.person_id, level=450)
    assert refusal(lambda: propose(company, mandatary, by=by)) is RefusalReason.NOT_ENTITLED
    grant(user.pk, WantedRight(ServiceCode.MANDATES, Right.MANAGE), by=signed_in(mandatary.chief, level=450), at=NOON)
    assert propose(company, mandatary, by=by).state == MandateState.PENDING


def test_manager_of_another_company_ends_nothing(company, mandatary):
    row = propose(company, mandatary)
    helper = mandatary.appoint(Role.CO_CHIEF)
    by = {"quality": EMPLOYER, "by": signed_in(helper.person_id, level=450), "at": LATER}
    assert refusal(lambda: close_mandate(row.pk, party=PRINCIPAL, **by)) is RefusalReason.NOT_ENTITLED
    stranger = {"quality": EMPLOYER, "by": signed_in(a_person(), level=500), "at": LATER}
    assert refusal(lambda: close_mandate(row.pk, party=MANDATARY, **stranger)) is RefusalReason.NOT_ENTITLED
    assert refusal(lambda: close_mandate(0, party=MANDATARY, **stranger)) is RefusalReason.UNKNOWN
