"""A portal that believes the cards of one invented root, the browsers that visit it, and a real reader for cards."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from auth.locksmith import Locksmith
from commands.demo.card_authority import CardAuthority, Generation
from portal.eid import card_verifier, proven_persons
from registers.persons.numbers import PersonKeys
from tests.eid_agent.virtual_readers import CLIENT_SOCKET, Slot, running_service
from tests.portal.eid.folders import DAY, fill_folder, pin_root

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="session")
def card_authority() -> CardAuthority:
    return CardAuthority.create(Generation.APPLET_1_8, at=NOW - 400 * DAY)


@pytest.fixture
def portal_with_cards(card_authority: CardAuthority, settings: Any) -> Iterator[None]:
    keys = settings.GUICHET.home / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    for name, make in (("signing_in.json", Locksmith.generate), ("persons.json", PersonKeys.generate)):
        if not (keys / name).exists():
            (keys / name).write_text(make(), encoding="ascii")
    fill_folder(settings.GUICHET.eid.trust, card_authority, at=datetime.now(UTC))
    pin_root(settings)
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


def a_browser(*, checks_tokens: bool = False) -> Client:
    """Return a browser with cookies of its own, on the address that people see."""
    return Client(
        enforce_csrf_checks=checks_tokens, SERVER_NAME="localhost", SERVER_PORT="8443", **{"wsgi.url_scheme": "https"}
    )


@pytest.fixture(scope="session")
def service_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where every service of this session has its socket: the client library looks for it once."""
    folder = tmp_path_factory.mktemp("pcsc")
    os.environ[CLIENT_SOCKET] = str(folder / "run" / "pcscd.comm")
    yield folder
    del os.environ[CLIENT_SOCKET]


@pytest.fixture
def slot(service_folder: Path) -> Iterator[Slot]:
    with running_service(service_folder) as namespace:
        slot = Slot(namespace)
        yield slot
        slot.remove()
