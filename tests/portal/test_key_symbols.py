"""The key symbol stands in the list beside users to whom the company may give a new password."""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth.desk import KeyDesk
from domain.access.roles import Role
from registers.access.models import Appointment, EntityAccount, UserAccount
from tests.portal.people import settle_for, settle_manager
from tests.portal.test_people import add_user, now, text_of, the_user
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor
from tests.registers.access.conftest import a_person, make_company

PASSWORD = "Abcdefgh12;;x"
pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, desk: KeyDesk) -> Visitor:
    return a_visitor(client, settle_manager())


def key_symbol(user: UserAccount) -> str:
    return f'href="/people/users/{user.pk}/password"'


def test_the_list_has_a_key_symbol_beside_whom_the_company_may_give_a_password(visitor: Visitor):
    invited, (active, _) = add_user(visitor), the_user(visitor)
    page = text_of(visitor.get("/people"))

    assert [key_symbol(user) in page for user in (invited, active)] == [True, False]
    assert "Change password: Jan Peeters</span>" in page
    UserAccount.objects.filter(pk=invited.pk).update(state="BLOCKED", blocked_by="COMPANY")
    assert key_symbol(invited) not in text_of(visitor.get("/people"))


def test_where_passwords_are_off_the_list_has_no_key_symbol(visitor: Visitor):
    user = add_user(visitor)
    EntityAccount.objects.update(is_password_login_allowed=False)

    assert key_symbol(user) not in text_of(visitor.get("/people"))


def test_whom_another_company_lets_work_for_it_too_has_no_key_symbol(visitor: Visitor):
    user = add_user(visitor)
    make_company("0400767772").invite(person_id=user.person_id, at=now())

    assert key_symbol(user) not in text_of(visitor.get("/people"))


def test_the_key_symbols_of_a_page_cost_one_query(visitor: Visitor):
    asked = []
    for count in range(2):
        add_user(visitor, address=f"jan{count}@example.be")
        visitor.get("/people")
        with CaptureQueriesContext(connection) as queries:
            page = text_of(visitor.get("/people"))
        assert page.count("/password") == count + 1
        asked.append(len(queries))
    assert asked[0] == asked[1] <= MOST_QUERIES


def let_manage(person_id: int, role: Role, quality: str) -> None:
    at = dict.fromkeys(("proposed_at", "expires_at", "confirmed_at", "valid_from"), now())
    company = EntityAccount.objects.get().entity
    if role is Role.MANAGER:
        Appointment.objects.filter(role=role).update(state="ENDED", valid_until=now())
    Appointment.objects.create(
        entity=company, environment="R", person_id=person_id, role=role, quality=quality, state="ACTIVE",
        created_by="test", source="OPERATOR", **at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "quality", "reader", "is_helped"),
    [
        (Role.MANAGER, "EMPLOYER", Role.CO_MANAGER, False),
        (Role.MANAGER, "EMPLOYER", Role.CO_CHIEF, True),
        (Role.CO_CHIEF, "", Role.CO_MANAGER, False),
        (Role.CO_CHIEF, "", Role.CO_CHIEF, False),
        (Role.CO_MANAGER, "SERVICE_PROVIDER", Role.CO_MANAGER, False),
        (Role.CO_MANAGER, "SERVICE_PROVIDER", Role.CO_CHIEF, True),
    ],
)
def test_a_new_password_is_offered_where_it_would_be_given(
    visitor: Visitor, role: Role, quality: str, reader: Role, is_helped: bool
):
    user, helper = add_user(visitor), a_person()
    if quality == "SERVICE_PROVIDER":
        visitor.send("/company/qualities/new", quality=quality, registration_number="")
    let_manage(user.person_id, role, quality)
    let_manage(helper, reader, "" if reader.is_of_entity else "EMPLOYER")
    browser = a_visitor(Client(), settle_for(visitor.manager.company, helper, "another.manager"))

    for path in ("/people", f"/people/users/{user.pk}"):
        assert (key_symbol(user) in text_of(browser.get(path))) == is_helped
    status = HTTPStatus.SEE_OTHER if is_helped else HTTPStatus.CONFLICT
    browser.send(f"/people/users/{user.pk}/password", status, password=PASSWORD, repeated=PASSWORD)


@pytest.mark.parametrize(("state", "by"), [("BLOCKED", "COMPANY"), ("EXPIRED", "")])
def test_the_page_of_a_user_who_may_not_come_in_offers_no_password(visitor: Visitor, state: str, by: str):
    user = add_user(visitor)
    UserAccount.objects.filter(pk=user.pk).update(state=state, blocked_by=by)
    page = text_of(visitor.get(f"/people/users/{user.pk}"))

    assert key_symbol(user) not in page
    assert "This person renews the password himself" not in page
