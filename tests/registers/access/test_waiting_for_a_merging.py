"""Whoever changes a user while two numbers become one person's waits at the company's account, and acts upon what came of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from registers.access.merging import give_standings, hold_companies
from registers.access.models import UserAccount
from registers.access.user_accounts import block_user, unblock_user
from registers.persons.models import Person
from tests.registers.access.conftest import NOON, Company, make_company, signed_in
from tests.waiting import wait_for

OPERATOR = Actor.operator()


@pytest.fixture
def company(transactional_db: None) -> Company:
    return make_company()


def merge(company: Company, old: int, new: int, is_given: Event) -> bool:
    """Make one person of both; say so before it is durable, and tell whether somebody waited for it then."""
    try:
        with transaction.atomic():
            hold_companies([old])
            list(Person.objects.select_for_update().filter(pk__in=[old, new]).order_by("pk"))
            give_standings(of=old, to=new, by=OPERATOR, at=NOON, sessions=company.sessions)
            is_given.set()
            return wait_for(1)
    finally:
        connection.close()


@pytest.mark.parametrize("is_blocked_by_the_company", [False, True])
def test_no_manager_takes_back_a_block_that_is_going_over(company: Company, is_blocked_by_the_company: bool):
    chief, is_given = signed_in(company.chief), Event()
    old, new = company.user(), company.user()
    block_user(old.pk, by=OPERATOR, at=NOON, sessions=company.sessions, reason="fraud")
    if is_blocked_by_the_company:
        block_user(new.pk, by=chief, at=NOON, sessions=company.sessions)
    with ThreadPoolExecutor(1) as threads:
        merging = threads.submit(merge, company, old.person_id, new.person_id, is_given)
        assert is_given.wait(timeout=30)
        assert is_blocked_by_the_company or not block_user(new.pk, by=chief, at=NOON, sessions=company.sessions)
        with pytest.raises(AccessRefusedError) as refused:
            unblock_user(new.pk, by=chief, at=NOON)
        assert merging.result(timeout=30)

    assert refused.value.reason is RefusalReason.STOPPED_BY_OPERATOR
    row = UserAccount.objects.get(pk=new.pk)
    assert (row.state, row.blocked_by) == ("BLOCKED", "OPERATOR")
