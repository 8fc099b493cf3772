"""`guichet account show` ends with who is stopped, and by whom."""

import re

import pytest

from domain.access.roles import Role
from evidence.clock import SystemClock
from registers.access.models import UserAccount
from tests.commands.configuring.hand_ins import Run
from tests.commands.configuring.test_account import COMPANY, NUMBER, _keys, active_company, register  # noqa: F401 - a fixture
from tests.registers.access.conftest import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(run: Run, say) -> Company:
    say(NUMBER)
    register(run)
    return active_company()


def stops(run: Run, *more: str) -> str:
    return run(f"account show {COMPANY}", *more)[1].partition("stopped now")[2]


def test_a_user_and_a_manager_whom_an_operator_blocked_are_told_of(run: Run, company: Company):
    now = SystemClock().now()
    user, helper = company.user(at=now), company.appoint(Role.CO_CHIEF, at=now)
    assert "stopped now" not in run(f"account show {COMPANY}")[1]
    run(f"account block {COMPANY} --user {user.user_name} --reason asked")
    run(f"account block {COMPANY} --appointment {helper.pk} --reason asked")

    told = stops(run)
    assert re.search(rf"{user.user_name} +person {user.person_id} +BLOCKED +operator +{user.pk}$", told, re.MULTILINE)
    assert re.search(rf"CO_CHIEF +person {helper.person_id} +BLOCKED +operator +{helper.pk}$", told, re.MULTILINE)


@pytest.mark.parametrize("by", ["COMPANY", "PLATFORM"])
def test_it_is_told_who_else_stopped_somebody(run: Run, company: Company, by: str):
    user = company.user(at=SystemClock().now())
    UserAccount.objects.update(state="BLOCKED", blocked_by=by)

    assert f"BLOCKED  {by.lower()} " in stops(run, "--user", user.user_name)
    UserAccount.objects.update(state="REMOVED", blocked_by="", valid_until=SystemClock().now())
    assert stops(run) == ""


def test_whom_an_operator_blocked_is_told_of_after_he_was_removed(run: Run, company: Company):
    user = company.user(at=SystemClock().now())
    UserAccount.objects.update(state="REMOVED", blocked_by="OPERATOR", valid_until=SystemClock().now())

    assert f"{user.user_name}  " in stops(run)
    assert "removed, may not be entered anew  operator" in stops(run)
    assert stops(run, "--quality", "SOCIAL_SECRETARIAT") == ""
