"""What an access manager chooses below the list of users."""

from http import HTTPStatus

import pytest
from django.test import Client

from auth.desk import KeyDesk
from tests.portal.people import settle_manager
from tests.portal.test_people import text_of, the_user
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, desk: KeyDesk) -> Visitor:
    return a_visitor(client, settle_manager())


@pytest.mark.parametrize(("step", "state"), [("block", "BLOCKED"), ("remove", "REMOVED")])
def test_a_user_is_blocked_or_removed_by_the_drop_down_below_the_list(visitor: Visitor, step: str, state: str):
    user, _ = the_user(visitor)
    shown = text_of(visitor.get("/people"))
    assert f'value="{user.pk}" id="choose-{user.pk}" form="people-execute"' in shown
    assert f'<option value="{step}">' in shown

    asked = visitor.get(f"/people/execute?user={user.pk}&step={step}", status=HTTPStatus.FOUND)["Location"]
    user.refresh_from_db()
    assert (asked, user.state) == (f"/people/users/{user.pk}/{step}", "ACTIVE")

    visitor.send(asked)
    user.refresh_from_db()
    assert user.state == state


@pytest.mark.parametrize(
    "query", ["", "step=block", "user=x&step=block", "user=1", "user=1&step=invite", "user=1&step=x"]
)
def test_without_a_user_or_a_step_the_list_says_what_to_choose(visitor: Visitor, query: str):
    assert visitor.get(f"/people/execute?{query}", status=HTTPStatus.FOUND)["Location"] == "/people"
    assert "Choose a user in the list" in text_of(visitor.get("/people"))


def test_a_user_of_another_company_cannot_be_chosen(visitor: Visitor):
    stranger = settle_manager(company="0400767772", user_name="di.manager").company.user()
    visitor.get(f"/people/execute?user={stranger.pk}&step=block", status=HTTPStatus.NOT_FOUND)
