"""A company whose account is suspended is not offered as one to act for; who acts there reads why and whom to call."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from domain.access.actors import Actor
from registers.access.entity_accounts import resume_account, suspend_account
from registers.access.models import Appointment
from tests.portal.conftest import carry
from tests.portal.people import Manager, a_stay, settle_manager
from tests.registers.access.conftest import SessionsInMemory, make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(desk: object) -> Manager:
    """The chief of a company whose account is suspended."""
    settled = settle_manager()
    suspend(settled.entity_id)
    return settled


def suspend(entity_id: int) -> None:
    now = datetime.now(UTC)
    suspend_account(entity_id, by=Actor.operator(), at=now, reason="fraud", sessions=SessionsInMemory())


def sign_in(browser: Client, manager: Manager) -> Client:
    return carry(browser, a_stay(manager.login))


def test_who_acts_for_a_suspended_company_alone_is_told_of_it_when_he_signs_in(browser: Client, manager: Manager):
    answer = sign_in(browser, manager).get("/home", secure=True, follow=True)

    assert answer.redirect_chain[-1][0] == "/context?next=%2Fhome"
    assert settings.GUICHET.contact_phone in answer.text
    assert "suspended or closed" in answer.text
    assert 'name="context"' not in answer.text
    assert "go on for yourself" in answer.text


def test_who_was_told_goes_on_for_himself(browser: Client, manager: Manager):
    sign_in(browser, manager).get("/home", secure=True, follow=True)
    assert browser.get("/home", secure=True).status_code == HTTPStatus.OK
    assert manager.login.sessions.latest("pk").entity_id is None


def test_a_suspended_company_cannot_be_chosen_by_its_number_either(browser: Client, manager: Manager):
    sign_in(browser, manager).get("/home", secure=True, follow=True)
    answer = browser.post("/context", {"context": f"{manager.entity_id}:EMPLOYER"}, secure=True)

    assert answer.status_code == HTTPStatus.OK
    assert "Choose a company from the list." in answer.text


def test_another_company_of_the_same_person_is_acted_for_at_once(browser: Client, manager: Manager):
    other = make_company("0400767772")
    Appointment.objects.filter(entity=other.entity).update(person_id=manager.person_id)
    sign_in(browser, manager).get("/home", secure=True, follow=True)

    assert manager.login.sessions.latest("pk").entity_id == other.id
    assert settings.GUICHET.contact_phone in browser.get("/context", secure=True).text


def test_a_company_that_goes_on_is_offered_again(browser: Client, manager: Manager):
    resume_account(manager.entity_id, by=Actor.operator(), at=datetime.now(UTC))
    answer = sign_in(browser, manager).get("/home", secure=True, follow=True)
    assert answer.redirect_chain[-1][0] == "/home"
