"""The key symbol stands in the list beside users to whom the company may give a new password."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth.desk import KeyDesk
from registers.access.models import EntityAccount, UserAccount
from tests.portal.people import settle_manager
from tests.portal.test_people import add_user, now, text_of, the_user
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor
from tests.registers.access.conftest import make_company

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
