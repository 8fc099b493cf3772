"""A way of signing in under way: bound to its browser, taken once, over after ten minutes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from auth.locksmith import Locksmith
from auth.models import LoginTransaction, Purpose
from auth.refusals import SignInRefusedError
from auth.transactions import Begun, begin, count_try, look, purge, take
from domain.assurance import Means
from domain.sign_in_limits import KeyLimits
from tests.auth.builders import BROWSER, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(locksmith: Locksmith) -> Begun:
    return begin(
        Means.ITSME,
        purpose=Purpose.SIGN_IN,
        browser=BROWSER,
        content={"nonce": "nonce-of-a-wish"},
        locksmith=locksmith,
        at=NOON,
    )


def test_what_was_begun_is_taken_back_by_its_handle(begun: Begun, locksmith: Locksmith):
    taken = take(begun.handle, browser=BROWSER, locksmith=locksmith, at=NOON)

    assert (taken.content["nonce"], taken.means, taken.purpose) == ("nonce-of-a-wish", Means.ITSME, Purpose.SIGN_IN)


@pytest.mark.parametrize(
    ("handle", "browser", "after"),
    [
        ("another", BROWSER, timedelta()),
        (None, b"x" * 32, timedelta()),
        (None, BROWSER, timedelta(minutes=10)),
    ],
    ids=["another handle", "another browser", "too late"],
)
def test_nobody_else_takes_it(begun: Begun, locksmith: Locksmith, handle: str | None, browser: bytes, after: timedelta):
    with pytest.raises(SignInRefusedError):
        take(handle or begun.handle, browser=browser, locksmith=locksmith, at=NOON + after)


def test_a_setting_says_how_long_an_attempt_lasts(locksmith: Locksmith, settings):
    settings.SIGN_IN_LIMITS = replace(settings.SIGN_IN_LIMITS, keys=KeyLimits(attempt=timedelta(minutes=7)))
    asked = {"purpose": Purpose.SIGN_IN, "browser": BROWSER, "content": {}, "locksmith": locksmith, "at": NOON}
    assert begin(Means.ITSME, **asked).expires_at == NOON + timedelta(minutes=7)


def test_it_is_taken_once(begun: Begun, locksmith: Locksmith):
    take(begun.handle, browser=BROWSER, locksmith=locksmith, at=NOON)

    with pytest.raises(SignInRefusedError):
        take(begun.handle, browser=BROWSER, locksmith=locksmith, at=NOON)


def test_tries_are_counted_before_they_are_made(begun: Begun, locksmith: Locksmith):
    looked = look(begun.handle, browser=BROWSER, locksmith=locksmith, at=NOON)
    count_try(looked, most=2)
    count_try(looked, most=2)

    with pytest.raises(SignInRefusedError):
        count_try(looked, most=2)


def test_neither_handle_nor_content_stands_in_the_table(begun: Begun):
    row = LoginTransaction.objects.values().get()

    assert begun.handle not in str(row)
    assert b"nonce-of-a-wish" not in bytes(row["sealed"])


def test_what_was_over_a_day_ago_is_purged(begun: Begun):
    assert purge(now=NOON + timedelta(hours=24)) == 0
    assert purge(now=NOON + timedelta(hours=24, minutes=11)) == 1
