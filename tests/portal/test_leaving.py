"""Whoever works for companies sees what he is in them, and ends it himself; a company keeps its managers."""

from http import HTTPStatus

import pytest
from django.test import Client

from auth.models import Session
from domain.access.roles import Role
from domain.assurance import AssuranceLevel, Means
from registers.access.models import Appointment, UserAccount
from tests.portal.people import Manager, a_stay, settle_for, settle_manager
from tests.portal.test_people import now, text_of
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor
from tests.registers.access.conftest import make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Manager:
    return settle_manager()


def visitor_of(manager: Manager, person_id: int) -> Visitor:
    return a_visitor(Client(), settle_for(manager.company, person_id, "bo.user"))


def test_a_user_ends_his_own_account_and_is_signed_out_of_the_company(manager: Manager):
    account = manager.company.user(at=now())
    his = visitor_of(manager, account.person_id)
    assert "User of Bakery, NSSO employer" in text_of(his.get("/appointments"))
    assert "the company can invite you again" in text_of(his.get(f"/accounts/{account.pk}/leave"))
    answer = his.send(f"/accounts/{account.pk}/leave")

    account.refresh_from_db()
    assert (account.state, answer["Location"]) == ("REMOVED", "/session/ended")
    stays = Session.objects.filter(login=his.manager.login, entity_id=manager.entity_id)
    assert stays.values_list("end_reason", flat=True).get() == "OWN_CHOICE"
    assert account.user_name not in text_of(a_visitor(Client(), manager).get("/people"))


def test_what_one_is_is_ended_in_a_stay_for_nobody_too(manager: Manager):
    """A password alone opens no page of a company, and still one leaves it."""
    account = manager.company.user(at=now())
    his = visitor_of(manager, account.person_id)
    weak = a_stay(his.manager.login, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD, remembered={"arrived": True})
    his.client.cookies["__Host-session"] = weak.session_key
    answer = his.send(f"/accounts/{account.pk}/leave")

    assert answer["Location"] == "/appointments"
    assert "Your user account is ended." in text_of(his.get("/appointments"))
    assert UserAccount.objects.get().state == "REMOVED"


def test_what_somebody_else_is_is_not_there(manager: Manager):
    account, place = manager.company.user(at=now()), manager.company.appoint(Role.CO_MANAGER, at=now())
    his = visitor_of(manager, account.person_id)
    other = manager.company.user(at=now())

    his.get(f"/accounts/{other.pk}/leave", status=HTTPStatus.NOT_FOUND)
    his.get(f"/appointments/{place.pk}/end", status=HTTPStatus.NOT_FOUND)


def test_an_access_manager_ends_his_place_in_a_company_for_which_he_does_not_act_now(manager: Manager):
    place = manager.company.appoint(Role.CO_MANAGER, at=now())
    other = make_company("0400767772")
    his = a_visitor(Client(), settle_for(other, place.person_id, "bo.user"))
    assert "Co-access manager (NSSO employer), Bakery" in text_of(his.get("/appointments"))
    his.send(f"/appointments/{place.pk}/end")

    place.refresh_from_db()
    assert place.state == "ENDED"


def test_who_must_stay_reads_why_and_is_offered_no_end(manager: Manager):
    chiefs = a_visitor(Client(), manager)
    shown = text_of(chiefs.get("/appointments"))
    own = Appointment.objects.get(role=Role.MANAGER)

    assert "A company has a main access manager at any time" in shown
    assert "You are the only access manager of this quality" in shown
    assert f"/appointments/{own.pk}/end" not in shown
    answer = chiefs.send_unasked(f"/appointments/{own.pk}/end")
    assert "would be left without any access manager" in text_of(answer)
    manager.company.appoint(Role.CO_MANAGER, at=now())
    assert f"/appointments/{own.pk}/end" in text_of(chiefs.get("/appointments"))


def test_ones_places_are_shown_by_few_queries(manager: Manager, django_assert_max_num_queries):
    chiefs = a_visitor(Client(), manager)
    chiefs.get("/appointments")
    with django_assert_max_num_queries(MOST_QUERIES):
        chiefs.get("/appointments")


def test_the_way_to_it_stands_on_the_overview(manager: Manager):
    assert "What you are in companies, what waits for your answer" in text_of(a_visitor(Client(), manager).get("/home"))
