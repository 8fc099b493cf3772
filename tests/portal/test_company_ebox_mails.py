"""A company is told by mail that something waits in its e-Box, at an address that its main access manager confirmed."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.test import Client

from correspondence.ebox import Posting, publish
from correspondence.models import EboxAlert, EboxKind, OutboxMessage
from domain.access.roles import Role
from domain.environments import Environment
from evidence.models import AuditEvent
from tests.portal.conftest import the_mailed_code
from tests.portal.people import settle_for, settle_manager
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db
ADDRESS = "office@example.be"


@pytest.fixture
def visitor(client: Client, desk: object) -> Visitor:
    return a_visitor(client, settle_manager())


def confirm(visitor: Visitor) -> None:
    visitor.send("/ebox/mails", address=ADDRESS)
    visitor.send("/ebox/mails/code", code=the_mailed_code(), status=HTTPStatus.SEE_OTHER)


def a_task(visitor: Visitor, occasion: str = "orphans") -> None:
    posting = Posting(
        kind=EboxKind.ORPHAN_CO_MANAGER,
        environment=Environment.PRODUCTION,
        values={"quality": "EMPLOYER"},
        publisher="test",
        occasion=occasion,
        entity_id=visitor.manager.entity_id,
        quality="EMPLOYER",
        due_at=datetime.now(UTC),
    )
    publish(posting, at=datetime.now(UTC))


def test_a_task_is_told_at_the_confirmed_address_without_content(visitor: Visitor):
    confirm(visitor)
    a_task(visitor)

    told = OutboxMessage.objects.get(
        recipient=ADDRESS, subject="Something is waiting in the e-Box of your company at Guichet"
    )
    assert "EMPLOYER" not in told.body
    assert ADDRESS in visitor.get("/ebox/parameters").content.decode()
    assert "ebox:alerts:begun" in AuditEvent.objects.values_list("action", flat=True)


def test_a_wrong_code_begins_nothing(visitor: Visitor):
    visitor.send("/ebox/mails", address=ADDRESS)
    answer = visitor.send("/ebox/mails/code", code="000000x", status=HTTPStatus.OK)

    assert "The code is not correct" in answer.content.decode()
    assert not EboxAlert.objects.exists()


def test_the_address_that_is_told_already_is_sent_no_code(visitor: Visitor):
    confirm(visitor)
    sent = OutboxMessage.objects.count()
    visitor.send("/ebox/mails", address=ADDRESS)
    assert OutboxMessage.objects.count() == sent
    assert "Mails go to this address already." in visitor.get("/ebox/parameters").content.decode()


def test_mails_are_stopped_and_the_ebox_goes_on(visitor: Visitor):
    confirm(visitor)
    visitor.send("/ebox/mails/stop")
    a_task(visitor)

    assert not OutboxMessage.objects.filter(recipient=ADDRESS, subject__startswith="Something").exists()
    assert "Be told by mail" in visitor.get("/ebox/parameters").content.decode()


def test_mails_that_are_not_sent_are_not_stopped(visitor: Visitor):
    told = visitor.get("/ebox/mails/stop", status=HTTPStatus.CONFLICT).content.decode()
    assert "No mails are sent about the e-Box of the company." in told


def test_a_manager_of_one_quality_says_not_where_mails_go(visitor: Visitor):
    helper = visitor.manager.company.appoint(Role.CO_MANAGER, at=datetime.now(UTC))
    his = a_visitor(Client(), settle_for(visitor.manager.company, helper.person_id, "di.helper"))

    his.get("/ebox/mails", status=HTTPStatus.FORBIDDEN)
    his.get("/ebox/mails/stop", status=HTTPStatus.FORBIDDEN)
