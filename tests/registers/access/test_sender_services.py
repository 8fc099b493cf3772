"""Services of senders that need four eyes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from channels.configuring.retiring import retire_sender
from channels.models import Sender, SenderState, TechnicalUser
from correspondence.models import EboxDocument, EboxKind
from domain.access.actors import Actor
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.access.states import GrantState
from registers.access.ending import block_appointment
from registers.access.granting import WantedRight, grant
from registers.access.models import Grant
from registers.access.sender_services import (
    ask_for_service,
    confirm_service,
    drop_service,
    end_services,
    refuse_service,
)
from tests.registers.access.conftest import EMPLOYER, NOON, Company, SessionsInMemory, make_company, refusal, signed_in

LATER = NOON + timedelta(hours=1)
NUMBER = "123456"


@pytest.fixture
def sender(company: Company) -> Sender:
    user = TechnicalUser.objects.create(
        user_name="EXP_123456", entity=company.entity, contact_name="Els", contact_address="els@example.be"
    )
    return Sender.objects.create(number=NUMBER, entity=company.entity, technical_user=user)


def ask(company: Company, person: int, *, level: int = 400, service: ServiceCode = ServiceCode.ACCESS) -> Grant:
    return ask_for_service(
        NUMBER, service, entity_id=company.id, quality=EMPLOYER, by=signed_in(person, level=level), at=NOON
    )


def answer(company: Company, person: int, *, level: int = 500) -> dict[str, object]:
    return {"entity_id": company.id, "quality": EMPLOYER, "by": signed_in(person, level=level), "at": LATER}


def test_second_manager_confirms(company: Company, sender: Sender):
    second = company.appoint(Role.CO_CHIEF).person_id
    row = ask(company, company.chief)
    assert row.state == GrantState.PROPOSED
    assert ask(company, company.chief) == row
    task = EboxDocument.objects.get(kind=EboxKind.SECOND_MANAGER_FOR_SENDER)
    assert NUMBER in task.subjects["de"]
    own = answer(company, company.chief)
    assert refusal(lambda: confirm_service(row.pk, **own)) is RefusalReason.SECOND_MANAGER_NEEDED
    assert confirm_service(row.pk, **answer(company, second)).state == GrantState.ACTIVE
    assert refusal(lambda: confirm_service(row.pk, **answer(company, second))) is RefusalReason.STATE_FORBIDS


def test_second_manager_of_the_askers_making_has_to_prove_who_he_is(company: Company, sender: Sender):
    helper = company.appoint(Role.CO_CHIEF).person_id
    row, weak = ask(company, company.chief), answer(company, helper, level=400)
    assert refusal(lambda: confirm_service(row.pk, **weak)) is RefusalReason.SECOND_MANAGER_UNPROVED
    assert refuse_service(row.pk, **weak).state == GrantState.REFUSED


def test_second_manager_refuses_and_it_can_be_asked_again(company: Company, sender: Sender):
    second = company.appoint(Role.CO_CHIEF).person_id
    row = ask(company, company.chief)
    assert refuse_service(row.pk, **answer(company, second)).state == GrantState.REFUSED
    assert ask(company, second).state == GrantState.PROPOSED


def test_chief_alone_needs_his_eid(company: Company, sender: Sender):
    assert refusal(lambda: ask(company, company.chief, level=450)) is RefusalReason.SECOND_MANAGER_NEEDED
    assert ask(company, company.chief, level=500).state == GrantState.ACTIVE


def test_chief_is_not_alone_while_another_manager_is_blocked(company: Company, sender: Sender):
    other = company.appoint(Role.CO_CHIEF)
    block_appointment(other.pk, by=signed_in(company.chief), at=NOON, sessions=SessionsInMemory())
    row = ask(company, company.chief, level=500)
    assert row.state == GrantState.PROPOSED
    own = answer(company, company.chief)
    assert refusal(lambda: confirm_service(row.pk, **own)) is RefusalReason.SECOND_MANAGER_NEEDED


def test_service_that_needs_no_four_eyes_is_granted_at_once(company: Company, sender: Sender):
    company.appoint(Role.CO_CHIEF)
    assert ask(company, company.chief, service=ServiceCode.DIMONA).state == GrantState.ACTIVE


def test_one_manager_is_enough_to_take_it_away(company: Company, sender: Sender):
    ask(company, company.chief, level=500)
    assert drop_service(NUMBER, ServiceCode.ACCESS, **answer(company, company.chief))
    assert not drop_service(NUMBER, ServiceCode.ACCESS, **answer(company, company.chief))


def test_user_neither_asks_nor_confirms(company: Company, sender: Sender):
    company.appoint(Role.CO_CHIEF)
    user = company.user().person_id
    assert refusal(lambda: ask(company, user)) is RefusalReason.NOT_ENTITLED
    row = ask(company, company.chief)
    assert refusal(lambda: confirm_service(row.pk, **answer(company, user))) is RefusalReason.NOT_ENTITLED


def test_manager_of_another_company_finds_nothing(company: Company, sender: Sender):
    company.appoint(Role.CO_CHIEF)
    other, row = make_company("0400767772"), ask(company, company.chief)
    assert refusal(lambda: confirm_service(row.pk, **answer(other, other.chief))) is RefusalReason.UNKNOWN


def test_database_keeps_the_rights_of_a_sender_apart(company: Company, sender: Sender):
    row = ask(company, company.chief, level=500)
    again = {
        field: getattr(row, field) for field in ("environment", "sender_id", "service", "granted_at", "valid_from")
    }
    with pytest.raises(IntegrityError, match="rights_of_sender_apart"), transaction.atomic():
        Grant.objects.create(**again, right="CONSULT", granted_by="test", source="OPERATOR")


def test_user_with_the_right_to_channels_asks_for_nothing_that_needs_four_eyes(company: Company, sender: Sender):
    user = company.user()
    grant(user.pk, WantedRight(ServiceCode.CHANNELS, Right.MANAGE), by=signed_in(company.chief), at=NOON)
    assert refusal(lambda: ask(company, user.person_id)) is RefusalReason.NOT_ENTITLED
    assert ask(company, user.person_id, service=ServiceCode.DIMONA).state == GrantState.ACTIVE


def test_a_sender_that_is_retired_holds_and_waits_for_nothing(company: Company, sender: Sender):
    second = company.appoint(Role.CO_CHIEF).person_id
    held, waiting = ask(company, company.chief, service=ServiceCode.DIMONA), ask(company, company.chief)
    assert retire_sender(sender, end_services=end_services, by=Actor.operator(), at=LATER)
    held.refresh_from_db()
    waiting.refresh_from_db()

    assert [(row.state, row.valid_until) for row in (held, waiting)] == [("CLOSED", LATER), ("CLOSED", NOON)]
    assert EboxDocument.objects.get(kind=EboxKind.SECOND_MANAGER_FOR_SENDER).state == "HANDLED"
    assert refusal(lambda: confirm_service(waiting.pk, **answer(company, second))) is RefusalReason.STATE_FORBIDS
    assert not retire_sender(sender, end_services=end_services, by=Actor.operator(), at=LATER)


@pytest.mark.parametrize("step", ["ask", "confirm"])
def test_nobody_lets_a_retired_sender_deliver_for_a_service(company: Company, sender: Sender, step: str):
    second = company.appoint(Role.CO_CHIEF).person_id
    waiting = ask(company, company.chief) if step == "confirm" else None
    Sender.objects.update(state=SenderState.RETIRED)

    assert (
        refusal(lambda: confirm_service(waiting.pk, **answer(company, second)) if waiting else ask(company, second))
        is RefusalReason.STATE_FORBIDS
    )
