"""Temporary passwords lock after failures in a row, apart from the national number."""

from datetime import timedelta

import pytest

from auth.desk import KeyDesk
from auth.keys.password_locks import PasswordLocks, locked_until
from auth.refusals import WRONG, SignInRefusal, SignInRefusedError
from tests.auth.builders import (
    NOON,
    events,
    tell_every_lock,
)
from tests.auth.test_temporary_passwords import an_invited, begin, complete, issue, use

pytestmark = pytest.mark.django_db


def miss(desk: KeyDesk, times: int, at=NOON) -> SignInRefusal:
    """Type that many wrong passwords and return why the last one opened nothing."""
    for _ in range(times):
        with pytest.raises(SignInRefusedError) as refused:
            use(desk, "wrong-horse-12", at=at)
    return refused.value.reason


def test_five_failures_in_a_row_lock_a_temporary_password_for_15_minutes_too(desk: KeyDesk):
    password = issue(desk, an_invited(desk))
    assert miss(desk, 5) is SignInRefusal.WRONG_PASSWORD

    for at in (NOON, NOON + timedelta(minutes=14, seconds=59)):
        with pytest.raises(SignInRefusedError) as locked:
            use(desk, password, at=at)
        assert (locked.value.reason, str(locked.value)) == (SignInRefusal.PASSWORD_LOCKED, WRONG)
    assert begin(desk, password, at=NOON + timedelta(minutes=15))
    assert tell_every_lock(desk) == 1
    assert events().count("account:login:locked") == 1


def test_after_the_lock_of_a_temporary_password_five_more_failures_lock_it_again(desk: KeyDesk):
    issue(desk, an_invited(desk))
    miss(desk, 5)
    later = NOON + timedelta(minutes=15)

    assert miss(desk, 5, at=later) is SignInRefusal.WRONG_PASSWORD
    assert miss(desk, 1, at=later + timedelta(minutes=6)) is SignInRefusal.PASSWORD_LOCKED


def test_wrong_temporary_passwords_take_no_try_of_the_national_number(desk: KeyDesk):
    password = issue(desk, an_invited(desk))
    miss(desk, 4)

    assert complete(desk, begin(desk, password))


def test_the_lock_of_a_temporary_password_is_seen_and_lifted(desk: KeyDesk):
    login = an_invited(desk)
    password = issue(desk, login)
    miss(desk, 5)
    seen = locked_until(login.person_id, at=NOON)

    assert PasswordLocks(actor="person:9").lift_for_person(login.person_id, NOON)
    assert (seen, locked_until(login.person_id, at=NOON)) == (NOON + timedelta(minutes=15), None)
    assert begin(desk, password)


def test_new_codes_are_not_locked_by_wrong_ones_before_them(desk: KeyDesk):
    login = an_invited(desk)
    issue(desk, login)
    miss(desk, 5)

    assert begin(desk, issue(desk, login))
