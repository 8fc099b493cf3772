"""Challenges: for one browser, for five minutes, for one token."""

import base64
from datetime import timedelta

import pytest

from auth import transactions
from auth.eid.challenges import Wish, begin_challenge, redeem_challenge
from auth.eid.refusals import EidCode, EidRefusedError
from auth.locksmith import Locksmith
from auth.models import LoginTransaction, Purpose
from domain.assurance import AssuranceLevel, Means
from domain.sign_in_limits import KeyLimits
from tests.auth.builders import BROWSER, NOON, a_locksmith, a_login
from tests.auth.eid.cards import ELS, AuthoritiesInMemory, a_card, a_token, a_verifier

pytestmark = pytest.mark.django_db

ELSEWHERE = b"e" * 32


def a_challenge(wish: Wish | None = None) -> str:
    return begin_challenge(wish or Wish(), browser=BROWSER, locksmith=a_locksmith(), at=NOON).nonce


def redeem(token, nonce, *, browser=BROWSER, at=NOON, authorities=None):
    return redeem_challenge(token, nonce=nonce, browser=browser, verifier=a_verifier(authorities), at=at)


def refusal_of(*args, **kwargs) -> EidCode:
    with pytest.raises(EidRefusedError) as refused:
        redeem(*args, **kwargs)
    return refused.value.code


def test_a_nonce_has_256_random_bits_in_44_characters():
    nonce = a_challenge()

    assert (len(nonce), len(base64.b64decode(nonce, validate=True))) == (44, 32)
    assert a_challenge() != nonce


def test_a_signed_challenge_proves_the_holder_for_what_it_was_begun_for():
    wish = Wish(Purpose.STEP_UP, a_login().pk, AssuranceLevel.ITSME, "/people?page=2")
    nonce = a_challenge(wish)

    proof = redeem(a_token(nonce=nonce), nonce)
    assert (proof.identity.national_number, proof.wish) == (ELS.national_number, wish)


def test_a_token_that_is_shown_again_is_refused():
    nonce = a_challenge()
    token = a_token(nonce=nonce)
    redeem(token, nonce)

    assert refusal_of(token, nonce) is EidCode.NONCE_EXPIRED


def test_a_nonce_is_used_up_by_a_token_that_proves_nobody():
    nonce = a_challenge()
    token = a_token(nonce=nonce)
    revoked = AuthoritiesInMemory(revoked={token.certificate_sha256})

    assert refusal_of(token, nonce, authorities=revoked) is EidCode.CERTIFICATE_REVOKED
    assert refusal_of(token, nonce) is EidCode.NONCE_EXPIRED


def test_a_nonce_of_another_browser_is_refused_and_stays_with_its_own():
    nonce = a_challenge()

    assert refusal_of(a_token(nonce=nonce), nonce, browser=ELSEWHERE) is EidCode.NONCE_EXPIRED
    assert redeem(a_token(nonce=nonce), nonce)


@pytest.mark.parametrize(
    ("passed", "is_over"), [(KeyLimits().challenge - timedelta(seconds=1), False), (KeyLimits().challenge, True)]
)
def test_a_nonce_lasts_five_minutes(passed, is_over):
    nonce = a_challenge()
    token = a_token(nonce=nonce)

    if is_over:
        assert refusal_of(token, nonce, at=NOON + passed) is EidCode.NONCE_EXPIRED
    else:
        assert redeem(token, nonce, at=NOON + passed)


def test_a_nonce_that_nobody_gave_is_refused():
    assert refusal_of(a_token(a_card()), "A" * 44) is EidCode.NONCE_EXPIRED


def test_what_was_begun_for_another_means_is_no_challenge(locksmith: Locksmith):
    begun = transactions.begin(
        Means.TOTP, purpose=Purpose.SIGN_IN, browser=BROWSER, content={}, locksmith=locksmith, at=NOON
    )

    assert refusal_of(a_token(nonce=begun.handle), begun.handle) is EidCode.NONCE_EXPIRED


def test_the_table_holds_no_nonce():
    nonce = a_challenge()

    assert nonce not in str(vars(LoginTransaction.objects.get()))
