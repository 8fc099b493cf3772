"""Logins under way at a provider, as the table of login transactions keeps them."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from auth.locksmith import Locksmith
from auth.models import LoginTransaction
from auth.openid.attempts import OpenIdAttempt
from auth.openid.faults import OpenIdFault, OpenIdRefused
from auth.openid.profiles import itsme
from auth.openid.stored_attempts import StoredAttempts
from domain.assurance import Means

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
BROWSER, OTHER_BROWSER = b"a" * 32, b"b" * 32
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
LOCKSMITH = Locksmith("k1", {"k1": b"s" * 32}, b"p" * 32, passwords=CHEAP, codes=CHEAP)
ATTEMPT = OpenIdAttempt.make(
    itsme(issuer="https://itsme.example", client_id="us", service="S"),
    acr="strong",
    purpose="SIGN_IN",
    login_id=None,
    return_to="/start?from=here",
    randomness=secrets.token_bytes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempts() -> StoredAttempts:
    stored = StoredAttempts(Means.ITSME, LOCKSMITH)
    stored.keep(ATTEMPT, state="the-state", browser=BROWSER, at=NOON)
    return stored


def test_an_attempt_comes_back_as_it_was_kept(attempts: StoredAttempts) -> None:
    assert attempts.take("the-state", browser=BROWSER, at=NOON) == ATTEMPT


def test_nothing_of_an_attempt_can_be_read_in_the_table(attempts: StoredAttempts) -> None:
    row = LoginTransaction.objects.get()

    for secret in ("the-state", ATTEMPT.nonce, ATTEMPT.verifier, ATTEMPT.return_to):
        assert secret.encode() not in bytes(row.sealed) + bytes(row.handle_hash)


@pytest.mark.parametrize(
    ("state", "browser", "after", "expected"),
    [
        ("another-state", BROWSER, timedelta(0), OpenIdFault.STATE_UNKNOWN),
        ("the-state", OTHER_BROWSER, timedelta(0), OpenIdFault.STATE_OF_OTHER_BROWSER),
        ("the-state", BROWSER, timedelta(minutes=10), OpenIdFault.STATE_EXPIRED),
    ],
)
def test_an_attempt_that_cannot_be_taken_says_why(attempts: StoredAttempts, state, browser, after, expected) -> None:
    with pytest.raises(OpenIdRefused) as refused:
        attempts.take(state, browser=browser, at=NOON + after)

    assert refused.value.fault is expected


def test_an_attempt_is_taken_once(attempts: StoredAttempts) -> None:
    attempts.take("the-state", browser=BROWSER, at=NOON)

    with pytest.raises(OpenIdRefused) as refused:
        attempts.take("the-state", browser=BROWSER, at=NOON)

    assert refused.value.fault is OpenIdFault.STATE_USED


def test_an_attempt_is_good_until_the_last_moment(attempts: StoredAttempts) -> None:
    almost = NOON + timedelta(minutes=10) - timedelta(microseconds=1)

    assert attempts.take("the-state", browser=BROWSER, at=almost) == ATTEMPT
