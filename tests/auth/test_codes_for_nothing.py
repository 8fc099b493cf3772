"""A code for an attempt that is none, or another's: refused, recorded, and counted for where it came from."""

import pyotp
import pytest

from auth.desk import KeyDesk
from auth.keys.second_factors import Challenge, prove_second_factor
from auth.models import Login, Purpose
from auth.refusals import SignInRefusedError, TooManyAttemptsError
from domain.assurance import Means
from tests.auth.builders import BROWSER, HERE, a_login_with_password, reasons
from tests.auth.test_second_factors import LATER, an_app, answer, ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def login(desk: KeyDesk) -> Login:
    return a_login_with_password(desk)


@pytest.mark.parametrize(
    "deviation",
    [{"browser": b"x" * 32}, {"purpose": Purpose.STEP_UP}, {"handle": "unknown"}],
    ids=["another browser", "another purpose", "another handle"],
)
def test_an_attempt_is_answered_where_and_for_what_it_was_begun(login: Login, desk: KeyDesk, deviation: dict):
    secret = an_app(login, desk)
    challenge = ask(login, Means.TOTP, desk)
    given = {"handle": challenge.handle, "browser": BROWSER, "purpose": Purpose.SIGN_IN} | deviation

    with pytest.raises(SignInRefusedError):
        prove_second_factor(
            given["handle"],
            pyotp.TOTP(secret).at(LATER),
            purpose=given["purpose"],
            browser=given["browser"],
            source=HERE,
            desk=desk,
            at=LATER,
        )
    assert reasons() == ["transaction_over"]


def test_codes_for_attempts_that_are_over_are_counted_for_their_source(desk: KeyDesk):
    for _ in range(10):
        with pytest.raises(SignInRefusedError):
            answer(Challenge("unknown", Means.TOTP), "000000", desk)

    with pytest.raises(TooManyAttemptsError):
        answer(Challenge("unknown", Means.TOTP), "000000", desk)
    assert reasons() == ["transaction_over"] * 10
