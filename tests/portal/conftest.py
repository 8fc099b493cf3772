"""Keys of an installation for the pages, and a browser's requests over https without a browser."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from auth.desk import KeyDesk
from auth.keys.password_setting import set_password
from auth.keys.rights import SetUpRight
from auth.locksmith import Locksmith
from auth.models import CountedAttempt, Login
from auth.sessions import SessionStore
from auth.throttles import rates_of
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel
from domain.sign_in_limits import Scope
from evidence.clock import SystemClock
from portal import key_desk as composed
from registers.persons.numbers import PersonKeys
from tests.auth.builders import CHEAP
from tests.portal.people import People, a_person, settle_people

PASSWORD = "blue-lamp-42-river"


@pytest.fixture(scope="session")
def keys_of_the_pages() -> None:
    settings.KEYS.mkdir(parents=True, exist_ok=True)
    for name, make in (("signing_in.json", Locksmith.generate), ("persons.json", PersonKeys.generate)):
        if not (settings.KEYS / name).exists():
            (settings.KEYS / name).write_text(make(), encoding="ascii")


@pytest.fixture
def desk(db: None, keys_of_the_pages: None) -> Iterator[KeyDesk]:
    """The desk of the pages, with keys that are cheap to hash with."""
    composed.key_desk.cache_clear()
    desk = composed.key_desk()
    object.__setattr__(desk.locksmith, "passwords", CHEAP)
    object.__setattr__(desk.locksmith, "codes", CHEAP)
    yield desk
    composed.key_desk.cache_clear()


@pytest.fixture(scope="module")
def settled(keys_of_the_pages: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[People]:
    """Everybody as whom the pages are looked at, settled once for a module; what a test changes of it ends with that test."""
    with django_db_blocker.unblock(), transaction.atomic():
        locksmith = Locksmith.read(settings.KEYS / "signing_in.json")
        persons = PersonKeys.read(settings.KEYS / "persons.json")
        yield settle_people(replace(locksmith, passwords=CHEAP, codes=CHEAP), persons)
        transaction.set_rollback(True)


@pytest.fixture
def browser(desk: KeyDesk) -> Client:
    """Somebody's browser; every request is https, as `get` and `post` of the pages are asked for."""
    return Client(headers={"accept-language": "en"})


def carry(browser: Client, store: SessionStore) -> Client:
    browser.cookies[settings.SESSION_COOKIE_NAME] = store.session_key or ""
    return browser


def a_login_with_password(desk: KeyDesk, user_name: str = "els.peeters", password: str = PASSWORD) -> Login:
    _person, login = a_person(user_name)
    right = SetUpRight(login.pk, AssuranceLevel.EID, f"login:{login.pk}")
    set_password(right, user_name=None, password=password, repeated=password, desk=desk, at=SystemClock().now())
    return Login.objects.get(pk=login.pk)


def token_in(text: str) -> str:
    found = re.search(r'name="form-token" value="([^"]+)"', text)
    assert found, text
    return found[1]


def the_mailed_code() -> str:
    body = OutboxMessage.objects.order_by("-pk").values_list("body", flat=True)[0]
    found = re.search(r"\b[0-9]{6}\b", body)
    assert found, json.dumps(body)
    return found[0]


@pytest.fixture
def exhausted(desk) -> Callable[..., None]:
    """Count as many attempts of this machine as are let through, `but` some."""

    def count(scope: Scope, *, but: int = 0) -> None:
        (rate,) = rates_of(scope)
        key = desk.locksmith.digest("127.0.0.1", purpose=f"throttle:{scope}")
        counted = [CountedAttempt(scope=scope, key_hash=key, at=SystemClock().now()) for _ in range(rate.most - but)]
        CountedAttempt.objects.bulk_create(counted)

    return count
