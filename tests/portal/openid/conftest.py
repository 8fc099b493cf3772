"""The portal as a browser sees it, between the person and the running mock provider."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings
from django.test import Client

from auth.locksmith import Locksmith
from auth.models import Session
from auth.sessions import SessionStore
from commands.mock_identity_provider.faults import Fault
from commands.mock_identity_provider.flavours import SERVICE
from commands.mock_identity_provider.server import MockServer
from domain.environments import Environment
from evidence.models import AuditEvent
from portal.key_desk import key_desk
from portal.openid import providers
from portal.openid_configuration import EidasConfiguration, ItsmeConfiguration, OpenIdConfiguration
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.auth.openid.mock_bench import CLIENT_ID, OUR_KEYS, PORTAL, running_mock, str_context


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MockServer, Path]]:
    with running_mock(tmp_path_factory.mktemp("mock")) as running:
        yield running


@dataclass
class Visit:
    """One browser at the portal, and the tester at the provider."""

    browser: Client
    authority: Path

    def open(self, path: str):
        return self.browser.get(path, secure=True)

    def choose(self, address: str, fault: Fault | None = None, **choices: str) -> str:
        """Let the tester decide, and return the path by which the provider sends the browser back."""
        with httpx.Client(verify=str_context(self.authority), timeout=5) as http:
            page = http.get(address)
            assert page.status_code == 200, page.text
            form = {
                "request": re.search(r'name="request" value="([^"]+)"', page.text)[1],
                "person": re.search(r'name="person" value="([^"]+)" checked', page.text)[1],
                "acr": re.search(r'name="acr" value="([^"]+)" checked', page.text)[1],
                "what": "fault" if fault else "confirm",
                "fault": fault.name if fault else "",
                **choices,
            }
            decided = http.post(address.partition("/authorization")[0] + "/decide", data=form)
        target = urlsplit(decided.headers["location"])
        assert f"{target.scheme}://{target.netloc}" == PORTAL
        return f"{target.path}?{target.query}"

    def sign_in(self, provider: str = "itsme", fault: Fault | None = None, *, query: str = "", **choices: str):
        """Go the whole way and return the portal's answer to the way back."""
        away = self.open(f"/login/{provider}{query}")
        assert away.status_code == 302, away.content
        return self.open(self.choose(away["Location"], fault, **choices))


@pytest.fixture
def visit(mock: tuple[MockServer, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db) -> Iterator[Visit]:
    server, authority = mock
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "signing_in.json").write_text(Locksmith.generate())
    (keys / "persons.json").write_text(PersonKeys.generate())
    (keys / "openid.json").write_text(OUR_KEYS.render())
    configuration = replace(
        settings.GUICHET,
        home=tmp_path,
        web=replace(settings.GUICHET.web, public_url=PORTAL),
        openid=OpenIdConfiguration(str(authority), 1, 30),
        itsme=ItsmeConfiguration(f"{server.url}/itsme/v2", CLIENT_ID, SERVICE, settings.GUICHET.itsme.acr),
        eidas=EidasConfiguration(f"{server.url}/eidas", CLIENT_ID, settings.GUICHET.eidas.acr),
    )
    monkeypatch.setattr(settings, "GUICHET", configuration)
    monkeypatch.setattr(settings, "KEYS", keys)
    providers.cache_clear()
    key_desk.cache_clear()
    yield Visit(Client(headers={"host": "localhost"}), authority)
    providers.cache_clear()
    key_desk.cache_clear()


def events(action: str) -> list[dict[str, object]]:
    """Return the details of what was recorded under that name."""
    rows = AuditEvent.objects.filter(action=action).order_by("pk").values_list("detail", flat=True)
    return [json.loads(row) if isinstance(row, str) else row for row in rows]


def stay_of(visit: Visit) -> Session | None:
    store = SessionStore(visit.browser.cookies[settings.SESSION_COOKIE_NAME].value)
    return store.stay


def directory() -> PersonDirectory:
    path = settings.GUICHET.home / "keys" / "persons.json"
    return PersonDirectory(PersonKeys.read(path), environment=Environment.PRODUCTION)


def told(visit: Visit) -> str:
    return visit.open("/sign-in").content.decode()
