"""A portal that believes the cards of one invented root, and the browsers that visit it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from auth.locksmith import Locksmith
from commands.demo.card_authority import CardAuthority, Generation
from portal.eid import card_verifier, proven_persons
from registers.persons.numbers import PersonKeys
from tests.portal.eid.folders import DAY, fill_folder

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="session")
def card_authority() -> CardAuthority:
    return CardAuthority.create(Generation.APPLET_1_8, at=NOW - 400 * DAY)


@pytest.fixture
def portal_with_cards(card_authority: CardAuthority) -> Iterator[None]:
    keys = settings.GUICHET.home / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    for name, make in (("signing_in.json", Locksmith.generate), ("persons.json", PersonKeys.generate)):
        if not (keys / name).exists():
            (keys / name).write_text(make(), encoding="ascii")
    fill_folder(settings.GUICHET.eid.trust, card_authority, at=datetime.now(UTC))
    card_verifier.cache_clear()
    proven_persons.cache_clear()
    yield
    for path in settings.GUICHET.eid.trust.rglob("*.*"):
        path.unlink()
    card_verifier.cache_clear()
    proven_persons.cache_clear()


@pytest.fixture
def browser() -> Client:
    return a_browser()


def a_browser() -> Client:
    """Return a browser with cookies of its own, on the address that people see."""
    return Client(
        enforce_csrf_checks=False, SERVER_NAME="localhost", SERVER_PORT="8443", **{"wsgi.url_scheme": "https"}
    )
