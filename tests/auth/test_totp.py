"""Codes of an app: the vectors of RFC 6238, the edges of the window, and that a step proves once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from django.db import connection

from auth.desk import KeyDesk, KeyOptions
from auth.keys.totp import AppBegun, begin_app, confirm_app, find_step, use_code
from auth.models import DigitalKey, DigitalKeyState, Login, OneTimeCode
from auth.purging import purge_signing_in
from auth.refusals import KeyRefusedError
from domain.assurance import Means
from tests.auth.builders import NOON, a_desk, a_login, a_right, events

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The ASCII string 12345678901234567890 of RFC 6238, appendix B, in base32."""


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_rfc_6238_hold(seconds: int, code: str):
    at = datetime.fromtimestamp(seconds, UTC)

    assert find_step(RFC_SECRET, code, at=at, window=0) == seconds // 30


@pytest.mark.parametrize(
    ("window", "seconds", "right"),
    [(1, -31, False), (1, -30, True), (1, 0, True), (1, 59, True), (1, 60, False), (0, 29, True), (0, 30, False)],
)
def test_a_code_holds_one_step_around_its_own_unless_told_otherwise(window: int, seconds: int, right: bool):
    made = datetime.fromtimestamp(1111111110, UTC)
    code = pyotp.TOTP(RFC_SECRET).at(made)

    found = find_step(RFC_SECRET, code, at=made + timedelta(seconds=seconds), window=window)

    assert (found is not None) is right


@pytest.mark.parametrize("code", ["", "28708", "2870822", "28708a", "²87082", "٢87082", "2 8 7 0 8"])
def test_what_is_no_code_of_six_digits_is_wrong(code: str):
    assert find_step(RFC_SECRET, code, at=datetime.fromtimestamp(59, UTC), window=1) is None


def test_blanks_in_a_code_are_forgiven():
    assert find_step(RFC_SECRET, "287 082", at=datetime.fromtimestamp(59, UTC), window=1) == 1


def a_begun_app(desk: KeyDesk, login: Login) -> AppBegun:
    return begin_app(a_right(login), account="els", issuer="Guichet", desk=desk, at=NOON)


def code_of(begun: AppBegun, at: datetime = NOON) -> str:
    return pyotp.TOTP(begun.secret).at(at)


def an_app(desk: KeyDesk, login: Login) -> tuple[DigitalKey, str]:
    begun = a_begun_app(desk, login)
    confirm_app(begun.key_id, code_of(begun), a_right(login), label="phone", desk=desk, at=NOON)
    return DigitalKey.objects.get(pk=begun.key_id), begun.secret


@pytest.mark.django_db
def test_the_app_is_told_a_secret_of_160_bits_and_numbers_that_every_app_knows(desk: KeyDesk):
    begun = a_begun_app(desk, a_login())
    told = parse_qs(urlsplit(begun.address).query)

    assert len(begun.secret) == 32
    assert told["secret"] == [begun.secret]
    assert told["issuer"] == ["Guichet"]
    assert {"algorithm", "digits", "period"}.isdisjoint(told)


@pytest.mark.django_db
def test_a_first_right_code_activates_the_app_and_gives_ten_recovery_codes(desk: KeyDesk):
    login = a_login()
    begun = a_begun_app(desk, login)

    codes = confirm_app(begun.key_id, code_of(begun), a_right(login), label="phone", desk=desk, at=NOON)

    assert DigitalKey.objects.get(pk=begun.key_id).state == DigitalKeyState.ACTIVE
    assert len(set(codes)) == 10
    assert OneTimeCode.objects.filter(key__means=Means.RECOVERY_CODE).count() == 10
    assert "account:recovery_codes:generated" in events()


@pytest.mark.django_db
def test_a_wrong_first_code_leaves_the_app_pending(desk: KeyDesk):
    login = a_login()
    begun = a_begun_app(desk, login)

    with pytest.raises(KeyRefusedError):
        confirm_app(begun.key_id, "000000", a_right(login), label="", desk=desk, at=NOON)
    assert DigitalKey.objects.get().state == DigitalKeyState.PENDING


@pytest.mark.django_db
def test_the_code_that_registered_the_app_does_not_sign_in(desk: KeyDesk):
    key, secret = an_app(desk, a_login())

    assert not use_code(key, pyotp.TOTP(secret).at(NOON), desk=desk, at=NOON)


@pytest.mark.django_db
def test_a_step_proves_once_and_earlier_ones_no_more(desk: KeyDesk):
    key, secret = an_app(desk, a_login())
    later = NOON + timedelta(minutes=2)
    code, earlier = pyotp.TOTP(secret).at(later), pyotp.TOTP(secret).at(later - timedelta(seconds=30))

    assert use_code(key, code, desk=desk, at=later)
    assert not use_code(key, code, desk=desk, at=later)
    assert not use_code(key, earlier, desk=desk, at=later)


@pytest.mark.django_db
def test_the_secret_is_sealed_and_bound_to_its_purpose(desk: KeyDesk):
    key, secret = an_app(desk, a_login())

    assert secret.encode() not in bytes(key.sealed)
    assert key.key_id == "k1"


@pytest.mark.django_db
def test_an_app_begun_anew_forgets_the_one_before(desk: KeyDesk):
    login = a_login()
    first = a_begun_app(desk, login)
    a_begun_app(desk, login)

    with pytest.raises(KeyRefusedError, match="over"):
        confirm_app(first.key_id, code_of(first), a_right(login), label="", desk=desk, at=NOON)


@pytest.mark.django_db
def test_a_new_app_takes_the_place_of_the_old_one(desk: KeyDesk):
    login = a_login()
    old, _ = an_app(desk, login)
    an_app(desk, login)

    old.refresh_from_db()
    assert (old.state, old.sealed) == (DigitalKeyState.REVOKED, None)


@pytest.mark.django_db
def test_an_app_that_was_never_confirmed_is_forgotten_after_a_day(desk: KeyDesk):
    a_begun_app(desk, a_login())

    purge_signing_in(now=NOON + timedelta(hours=23, minutes=59))
    assert DigitalKey.objects.get().state == DigitalKeyState.PENDING
    purge_signing_in(now=NOON + timedelta(days=1))
    key = DigitalKey.objects.get()
    assert (key.state, key.sealed) == (DigitalKeyState.EXPIRED, None)


@pytest.mark.django_db
def test_nobody_confirms_anothers_app(desk: KeyDesk):
    begun = a_begun_app(desk, a_login())

    with pytest.raises(KeyRefusedError):
        confirm_app(begun.key_id, code_of(begun), a_right(a_login("jan")), label="", desk=desk, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_parallel_uses_of_one_step_one_succeeds():
    desk = replace(a_desk(), options=KeyOptions(totp_window=1))
    key, secret = an_app(desk, a_login())
    later = NOON + timedelta(minutes=2)
    code = pyotp.TOTP(secret).at(later)

    def use(_: int) -> bool:
        try:
            return use_code(key, code, desk=desk, at=later)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(16))) == 1
