"""An access manager sees what somebody had on any day, also of users who were removed."""

from http import HTTPStatus

import pytest
from django.test import Client

from auth.desk import KeyDesk
from registers.access.models import UserAccount
from tests.portal.people import settle_manager, settle_user
from tests.portal.test_people import NO_RIGHTS, text_of
from tests.portal.test_structured_reports import Visitor, a_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, desk: KeyDesk) -> Visitor:
    return a_visitor(client, settle_manager())


def the_user(visitor: Visitor) -> UserAccount:
    return UserAccount.objects.get(person_id=settle_user(visitor.manager, user_name="bo.user").person_id)


def test_rights_of_a_day_tell_since_when_and_by_whom(visitor: Visitor):
    user = the_user(visitor)
    visitor.send(f"/people/users/{user.pk}/rights", **NO_RIGHTS, DIMONA="CONSULT")
    shown = text_of(visitor.get(f"/people/users/{user.pk}/on-day"))
    assert "Dimona declarations: consult" in shown
    assert "User account" in shown
    assert "you" in shown

    assert "The user had nothing on that day." in text_of(visitor.get(f"/people/users/{user.pk}/on-day?day=2020-01-01"))
    later = text_of(visitor.get(f"/people/users/{user.pk}/on-day?day=2999-01-01"))
    assert "Enter today or an earlier day." in later


def test_a_removed_user_and_somebody_elses_are_told_apart_on_a_day(visitor: Visitor):
    user = the_user(visitor)
    visitor.send(f"/people/users/{user.pk}/remove")
    visitor.get(f"/people/users/{user.pk}/on-day")
    other = settle_manager(company="0400767772", user_name="an.other")
    visitor.get(f"/people/users/{other.company.user().pk}/on-day", status=HTTPStatus.NOT_FOUND)
