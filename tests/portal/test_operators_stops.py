"""What the contact centre stopped has no button for the company: its pages say who stopped it and where to call."""

from http import HTTPStatus

import pytest
from django.test import Client

from auth.desk import KeyDesk
from channels.models import Sender, SenderState
from commands.authority import Authority
from domain.access.roles import Role
from registers.access.models import Appointment, UserAccount
from tests.portal.people import settle_manager
from tests.portal.test_people import add_user, now, text_of
from tests.portal.test_structured_reports import Visitor, a_visitor, an_equipped_sender, authority

__all__ = ["authority"]
pytestmark = pytest.mark.django_db
PHONE = "02 511 51 51"


@pytest.fixture
def visitor(client: Client, desk: KeyDesk) -> Visitor:
    return a_visitor(client, settle_manager())


def a_suspended_sender(visitor: Visitor, by: str) -> str:
    sender = visitor.add_sender()
    Sender.objects.filter(pk=sender.pk).update(state=SenderState.SUSPENDED, suspended_by=by)
    return f"/reports/{sender.number}"


def a_blocked_user(visitor: Visitor, by: str) -> str:
    user = add_user(visitor)
    UserAccount.objects.filter(pk=user.pk).update(state="BLOCKED", blocked_by=by)
    return f"/people/users/{user.pk}"


def test_a_sender_that_the_contact_centre_suspended_is_not_let_go_on(visitor: Visitor):
    here = a_suspended_sender(visitor, "OPERATOR")
    page = text_of(visitor.get(here))
    assert f"{here}/resume" not in page
    assert "The contact centre suspended this sender" in page
    assert PHONE in page

    refused = text_of(visitor.send(f"{here}/resume", HTTPStatus.CONFLICT))
    assert f"it alone lets it go on. Call it: {PHONE}." in refused
    assert Sender.objects.get().state == SenderState.SUSPENDED


def test_a_company_one_of_whose_senders_the_contact_centre_suspended_configures_another(visitor: Visitor):
    here = a_suspended_sender(visitor, "OPERATOR")
    other = visitor.add_sender()

    assert Sender.objects.get(pk=other.pk).state == SenderState.DRAFT
    assert f"{here}/resume" not in text_of(visitor.get(here))


@pytest.mark.parametrize("by", ["COMPANY", "PLATFORM"])
def test_any_other_suspended_sender_has_its_button(visitor: Visitor, authority: Authority, by: str):
    here = f"/reports/{an_equipped_sender(visitor, authority)}"
    Sender.objects.update(state=SenderState.SUSPENDED, suspended_by=by)
    page = text_of(visitor.get(here))

    assert f"{here}/resume" in page
    assert "The contact centre suspended this sender" not in page


def test_a_user_whom_the_contact_centre_blocked_is_not_unblocked(visitor: Visitor):
    here = a_blocked_user(visitor, "OPERATOR")
    page = text_of(visitor.get(here))
    assert f"{here}/unblock" not in page
    assert f"{here}/appoint" not in page
    assert "The contact centre blocked this person" in page
    assert PHONE in page

    refused = text_of(visitor.send_unasked(f"{here}/unblock"))
    assert f"it alone takes that back. Call it: {PHONE}." in refused
    assert UserAccount.objects.get().state == "BLOCKED"


def test_a_user_whom_the_company_blocked_is_unblocked(visitor: Visitor):
    here = a_blocked_user(visitor, "COMPANY")

    page = text_of(visitor.get(here))
    assert f"{here}/unblock" in page
    assert f"{here}/appoint" in page
    visitor.send(f"{here}/unblock")
    assert UserAccount.objects.get().state == "ACTIVE"


def test_a_manager_whom_the_contact_centre_blocked_is_not_unblocked(visitor: Visitor):
    row = visitor.manager.company.appoint(Role.CO_CHIEF, at=now())
    Appointment.objects.filter(pk=row.pk).update(state="BLOCKED", blocked_by="OPERATOR")
    page, here = text_of(visitor.get("/people")), f"/people/appointments/{row.pk}/unblock"
    assert here not in page
    assert f"by the contact centre: call {PHONE}" in page

    assert PHONE in text_of(visitor.send_unasked(here))
    row.refresh_from_db()
    assert row.state == "BLOCKED"
