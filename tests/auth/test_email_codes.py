"""Addresses as keys: proven by the code that went there, by their owner alone, within few tries."""

import pytest

from auth.desk import KeyDesk
from auth.keys.email_codes import begin_address, confirm_address
from auth.models import DigitalKey, Login
from auth.refusals import KeyRefusedError, SignInRefusedError
from tests.auth.builders import BROWSER, NOON, a_login, a_login_with_password, a_right, mailed_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def login(desk: KeyDesk) -> Login:
    return a_login_with_password(desk)


@pytest.mark.parametrize("address", ["", "els", "els@", "els@example", "a" * 250 + "@example.org", "e\n@example.org"])
def test_what_is_no_address_is_no_key(login: Login, desk: KeyDesk, address: str):
    with pytest.raises(KeyRefusedError):
        begin_address(a_right(login), address, browser=BROWSER, desk=desk, at=NOON)


def test_an_address_is_no_key_before_its_code_came_back(login: Login, desk: KeyDesk):
    begun = begin_address(a_right(login), "els@example.org", browser=BROWSER, desk=desk, at=NOON)

    with pytest.raises(KeyRefusedError):
        confirm_address(begun.handle, "no", a_right(login), browser=BROWSER, desk=desk, at=NOON)
    assert not DigitalKey.objects.filter(means="EMAIL_CODE").exists()


def test_an_address_is_confirmed_within_five_tries(login: Login, desk: KeyDesk):
    begun = begin_address(a_right(login), "els@example.org", browser=BROWSER, desk=desk, at=NOON)
    for _ in range(5):
        with pytest.raises(KeyRefusedError):
            confirm_address(begun.handle, "no code", a_right(login), browser=BROWSER, desk=desk, at=NOON)

    with pytest.raises(SignInRefusedError):
        confirm_address(begun.handle, mailed_code(), a_right(login), browser=BROWSER, desk=desk, at=NOON)


def test_another_login_confirms_nothing(login: Login, desk: KeyDesk):
    begun = begin_address(a_right(login), "els@example.org", browser=BROWSER, desk=desk, at=NOON)

    with pytest.raises(KeyRefusedError):
        confirm_address(begun.handle, mailed_code(), a_right(a_login("jan")), browser=BROWSER, desk=desk, at=NOON)
