"""An operator enters and ends mandates for both parties: what one of them merely offered is no mandate yet."""

from datetime import timedelta

import pytest

from correspondence.models import EboxDocument
from domain.access.actors import Actor
from domain.access.roles import Role
from domain.access.services import ServiceGroup
from domain.configuration_refusals import ConfigurationRefusedError
from domain.quarters import Quarter
from evidence.models import AuditEvent
from registers.access.mandates import add_mandate, end_mandate
from registers.access.mandating import propose_mandate
from registers.access.models import Grant, Mandate, MandateParty, MandateState
from tests.registers.access.conftest import EMPLOYER, NOON, Company, make_company, signed_in

LATER = NOON + timedelta(hours=1)
QUARTER = Quarter(2026, 3)


@pytest.fixture
def mandatary(db: None) -> Company:
    return make_company("0400767772")


@pytest.fixture
def offer(company: Company, mandatary: Company) -> Mandate:
    return propose_mandate(
        company.entity,
        mandatary.entity,
        proposing=MandateParty.PRINCIPAL,
        quality=EMPLOYER,
        group=ServiceGroup.DIMONA,
        from_quarter=QUARTER,
        by=signed_in(company.chief, level=450),
        at=NOON,
    )


def add(company: Company, mandatary: Company, quarter: Quarter = QUARTER) -> bool:
    return add_mandate(
        company.entity,
        mandatary.entity,
        service_group="DIMONA",
        from_quarter=quarter,
        to_quarter=None,
        by=Actor.operator(),
        at=LATER,
    )


def end(company: Company, mandatary: Company, last_quarter: Quarter | None = None) -> bool:
    return end_mandate(
        company.entity,
        mandatary.entity,
        service_group="DIMONA",
        last_quarter=last_quarter,
        by=Actor.operator(),
        at=LATER,
    )


def tasks() -> list[str]:
    return list(EboxDocument.objects.filter(kind="MANDATE_OFFERED").values_list("state", flat=True))


def test_what_was_offered_is_put_into_force(company: Company, mandatary: Company, offer: Mandate):
    assert add(company, mandatary)

    offer.refresh_from_db()
    assert (offer.state, offer.in_force_from) == (MandateState.ACTIVE, LATER)
    assert tasks() == ["HANDLED"]
    assert AuditEvent.objects.get(action="mandate:validated").actor == "operator"
    assert not add(company, mandatary)


def test_an_offer_for_other_quarters_is_named_as_one(company: Company, mandatary: Company, offer: Mandate):
    with pytest.raises(ConfigurationRefusedError, match="a mandate that is offered from 20263"):
        add(company, mandatary, Quarter(2026, 4))


def test_an_offer_that_is_ended_leaves_no_task(company: Company, mandatary: Company, offer: Mandate):
    assert end(company, mandatary)

    offer.refresh_from_db()
    assert (offer.state, offer.valid_until) == (MandateState.CLOSED, LATER)
    assert tasks() == ["HANDLED"]


def test_an_offer_has_no_last_quarter(company: Company, mandatary: Company, offer: Mandate):
    assert not end(company, mandatary, Quarter(2026, 4))

    offer.refresh_from_db()
    assert (offer.state, offer.to_quarter) == (MandateState.PENDING, "")


def test_a_right_ends_with_the_mandate_by_which_it_was_given(company: Company, mandatary: Company, offer: Mandate):
    add(company, mandatary)
    account = company.user(company.appoint(Role.MANAGER).person_id)
    right = Grant.objects.create(
        environment="R", account=account, service="DIMONA", right="DECLARE", state="ACTIVE", granted_by="sender:123456",
        granted_at=NOON, valid_from=NOON, source="BATCH:x/1", via_mandate=offer,
    )  # fmt: skip
    end(company, mandatary)

    right.refresh_from_db()
    assert (right.state, right.valid_until) == ("CLOSED", LATER)
