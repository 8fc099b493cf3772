"""Codes of an officer make the address to which the user name went a key: who was seen in a call checks in with it (seed 002)."""

from datetime import timedelta

import pytest

from auth.desk import KeyDesk
from auth.keys.email_codes import address_of
from auth.keys.life import find_active
from auth.models import DigitalKey, Login, TemporaryCredential, TemporaryCredentialKind
from domain.assurance import CHECKIN_LEVEL, SECOND_FACTORS, Means
from evidence.models import AuditEvent
from tests.auth.builders import NOON, an_entity
from tests.auth.test_temporary_passwords import an_invited, begin, complete, issue

pytestmark = pytest.mark.django_db
ADDRESS = "els@example.org"


def a_reached(desk: KeyDesk, address: str = ADDRESS) -> Login:
    """Return somebody invited whom the register knows by that address."""
    login = an_invited(desk)
    desk.persons.mailed[login.person_id] = (address, NOON)
    return login


def sign_in_by(desk: KeyDesk, login: Login, at=NOON) -> None:
    complete(desk, begin(desk, issue(desk, login, at=at), at=at), at=at)


def keys_of(login: Login) -> list[tuple[str, str]]:
    rows = DigitalKey.objects.filter(login=login, means=Means.EMAIL_CODE).order_by("pk")
    return [(row.label, row.state) for row in rows]


def test_an_officers_codes_make_the_address_a_key_that_reaches_the_level_of_check_ins(desk: KeyDesk):
    login = a_reached(desk)
    sign_in_by(desk, login)

    key = find_active(login.pk, Means.EMAIL_CODE)
    assert key is not None
    assert (address_of(key, desk=desk), key.confined_to_id) == (ADDRESS, None)
    assert SECOND_FACTORS[Means.EMAIL_CODE] >= CHECKIN_LEVEL
    added = AuditEvent.objects.filter(action="account:key:added", detail__means="EMAIL_CODE").get()
    assert added.actor == f"login:{login.pk}"


@pytest.mark.parametrize("kind", [kind for kind in TemporaryCredentialKind if kind != "ACTIVATION"])
def test_codes_of_a_company_or_a_caller_make_no_address_a_key(desk: KeyDesk, kind: TemporaryCredentialKind):
    login = a_reached(desk)
    password = issue(desk, login)
    TemporaryCredential.objects.update(kind=kind, company=an_entity().pk)
    complete(desk, begin(desk, password))

    assert keys_of(login) == []


def test_an_address_that_was_changed_after_the_codes_were_sent_is_no_key(desk: KeyDesk):
    login = a_reached(desk)
    password = issue(desk, login)
    desk.persons.mailed[login.person_id] = ("other@example.org", NOON + timedelta(minutes=1))
    complete(desk, begin(desk, password))

    assert keys_of(login) == []


def test_who_has_no_address_in_the_register_signs_in_all_the_same(desk: KeyDesk):
    login = an_invited(desk)
    sign_in_by(desk, login)

    assert keys_of(login) == []


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        (ADDRESS, [("e***@example.org", "ACTIVE")]),
        ("new@example.org", [("e***@example.org", "REVOKED"), ("n***@example.org", "ACTIVE")]),
    ],
    ids=["the same address", "another one"],
)
def test_new_codes_of_an_officer_keep_the_address_or_put_another_in_its_place(desk: KeyDesk, address, keys):
    login = a_reached(desk)
    sign_in_by(desk, login)
    later = NOON + timedelta(days=1)
    desk.persons.mailed[login.person_id] = (address, later)
    sign_in_by(desk, login, at=later)

    assert keys_of(login) == keys
