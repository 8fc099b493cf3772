"""`guichet account show` ends with who is stopped, and by whom."""

import re

import pytest

from domain.access.actors import Actor
from domain.access.roles import Role
from evidence.clock import SystemClock
from registers.access.ending import block_appointment
from registers.access.models import UserAccount
from registers.access.user_accounts import block_user, remove_user
from tests.commands.configuring.hand_ins import Run
from tests.commands.configuring.test_account import COMPANY, NUMBER, _keys, active_company, register  # noqa: F401 - a fixture
from tests.registers.access.conftest import Company, signed_in

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


@pytest.mark.parametrize("by", ["company", "platform"])
def test_it_is_told_who_else_stopped_somebody_until_he_is_removed(run: Run, company: Company, by: str):
    now, chief = SystemClock().now(), signed_in(company.chief)
    user = company.user(at=now)
    UserAccount.objects.update(state="BLOCKED", blocked_by=by.upper())

    assert f"BLOCKED  {by} " in stops(run, "--user", user.user_name)
    removed = remove_user(user.pk, by=chief, at=now, sessions=company.sessions)
    assert removed.blocked_by == by.upper()
    assert stops(run) == ""


def test_whom_an_operator_blocked_is_told_of_after_he_was_removed(run: Run, company: Company):
    user = company.user(at=SystemClock().now())
    UserAccount.objects.update(state="REMOVED", blocked_by="OPERATOR", valid_until=SystemClock().now())

    assert f"{user.user_name}  " in stops(run)
    assert "removed, may not be entered anew  operator" in stops(run)
    assert stops(run, "--quality", "SOCIAL_SECRETARIAT") == ""


def test_unblock_says_where_another_block_of_the_person_stands(run: Run, company: Company):
    now, operator = SystemClock().now(), Actor.operator()
    helper = company.appoint(Role.CO_CHIEF, at=now)
    user = company.user(helper.person_id, at=now)
    block_user(user.pk, by=operator, at=now, sessions=company.sessions)
    block_appointment(helper.pk, by=operator, at=now, sessions=company.sessions)
    remove_user(user.pk, by=signed_in(company.chief), at=now, sessions=company.sessions)

    told = run(f"account unblock {COMPANY} --user {user.user_name}")[1]
    assert "is over and stays so; the person is blocked by an operator elsewhere in the company" in told
    assert "may enter" not in told
    assert run(f"account unblock {COMPANY} --appointment {helper.pk}")[1] == f"appointment {helper.pk} works again\n"
