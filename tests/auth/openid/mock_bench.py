"""The client before the running mock provider: builders, an in-memory store of attempts, and a tester who clicks."""

import hashlib
import re
import secrets
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx

from auth.openid.attempts import OpenIdAttempt
from auth.openid.client import OpenIdClient, Wish
from auth.openid.client_keys import ClientKeys, generate_key
from auth.openid.faults import OpenIdFault, OpenIdRefused
from auth.openid.outcomes import OpenIdOutcome
from auth.openid.profiles import Profile, eidas, itsme
from auth.openid.provider_documents import ProviderDocuments
from auth.openid.transport import HttpTransport, Transport, trusting
from commands.authority import Authority
from commands.mock_identity_provider.faults import Fault
from commands.mock_identity_provider.flavours import SERVICE
from commands.mock_identity_provider.requests import Registration
from commands.mock_identity_provider.server import MockServer
from domain.languages import Language
from domain.sign_in_limits import KeyLimits

PORTAL = "https://portal.example"
CLIENT_ID = "guichet-test"
CALL_SECONDS = 1.0
OUR_KEYS = ClientKeys.make(generate_key, at=datetime(2026, 1, 1, tzinfo=UTC))
BROWSER = hashlib.sha256(b"this browser").digest()
OTHER_BROWSER = hashlib.sha256(b"another browser").digest()
WISH = Wish(purpose="SIGN_IN", return_to="/student-days", language=Language.NL)


@dataclass
class AttemptsInMemory:
    """Attempts as the table keeps them."""

    kept: dict[str, tuple[OpenIdAttempt, bytes, datetime]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def keep(self, attempt: OpenIdAttempt, *, state: str, browser: bytes, at: datetime) -> None:
        self.kept[state] = (attempt, browser, at)

    def take(self, state: str, *, browser: bytes, at: datetime) -> OpenIdAttempt:
        if state not in self.kept:
            raise OpenIdRefused(OpenIdFault.STATE_UNKNOWN, "no such login")
        attempt, owner, begun = self.kept[state]
        if owner != browser:
            raise OpenIdRefused(OpenIdFault.STATE_OF_OTHER_BROWSER, "another browser's login")
        if state in self.used:
            raise OpenIdRefused(OpenIdFault.STATE_USED, "a login that is over")
        self.used.add(state)
        if at >= begun + KeyLimits().attempt:
            raise OpenIdRefused(OpenIdFault.STATE_EXPIRED, "a login that took too long")
        return attempt


@dataclass
class MockBench:
    """A client of one provider of the running mock, and the tester in front of its pages."""

    server: MockServer
    authority: Path
    client: OpenIdClient
    attempts: AttemptsInMemory

    def go(self, *, wish: Wish = WISH, at: datetime | None = None) -> str:
        """Return the address that the person is sent to."""
        return self.client.begin(wish, browser=BROWSER, at=at or now())

    def choose(self, address: str, fault: Fault | None = None, **choices: str) -> dict[str, str]:
        """Let the tester decide on the provider's page, and return what the browser brings back."""
        with httpx.Client(verify=str_context(self.authority), timeout=5) as browser:
            page = browser.get(address)
            assert page.status_code == 200, page.text
            form = {
                "request": re.search(r'name="request" value="([^"]+)"', page.text)[1],
                "person": re.search(r'name="person" value="([^"]+)" checked', page.text)[1],
                "acr": re.search(r'name="acr" value="([^"]+)" checked', page.text)[1],
                "what": "fault" if fault else "confirm",
                "fault": fault.name if fault else "",
                **choices,
            }
            decided = browser.post(f"{self.client.profile.issuer}/decide", data=form)
        assert decided.status_code == 303, decided.text
        target = urlsplit(decided.headers["location"])
        assert decided.headers["location"].startswith(f"{self.client.redirect_uri}?")
        return dict(parse_qsl(target.query))

    def finish(self, answer: Mapping[str, str], *, at: datetime | None = None) -> OpenIdOutcome:
        """Judge what the browser brings back."""
        return self.client.finish(answer, browser=BROWSER, at=at or now())

    def sign_in(self, fault: Fault | None = None, *, wish: Wish = WISH, **choices: str) -> OpenIdOutcome:
        """Go the whole way."""
        return self.finish(self.choose(self.go(wish=wish), fault, **choices))

    def with_profile(self, **deviation: object) -> "MockBench":
        """Return a bench whose client has another profile."""
        return replace(self, client=replace(self.client, profile=replace(self.client.profile, **deviation)))


def now() -> datetime:
    return datetime.now(UTC)


@cache
def str_context(authority: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority))


@cache
def trusted(authority: Path) -> ssl.SSLContext:
    """Return what our client verifies the mock with: reading the system's authorities takes longer than a whole login."""
    return trusting(str(authority))


@contextmanager
def running_mock(folder: Path) -> Iterator[tuple[MockServer, Path]]:
    """Yield a listening mock and the file of the authority behind its certificate."""
    authority = Authority.create("Mock authority", at=now(), lifetime=timedelta(days=1))
    key, certificate = folder / "tls.key.pem", folder / "tls.cert.pem"
    authority.issue_server(["localhost"], ["127.0.0.1"], at=now(), lifetime=timedelta(days=1)).write(
        key_path=key, certificate_path=certificate
    )
    authority.identity.write(key_path=folder / "authority.key.pem", certificate_path=folder / "authority.cert.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = MockServer(
        ("127.0.0.1", 0),
        context,
        registration=Registration(CLIENT_ID, PORTAL),
        fetch_keys=OUR_KEYS.published,
        clock=now,
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server, folder / "authority.cert.pem"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def itsme_of(url: str, **deviation: object) -> Profile:
    return replace(itsme(issuer=f"{url}/itsme/v2", client_id=CLIENT_ID, service=SERVICE), **deviation)


def eidas_of(url: str, **deviation: object) -> Profile:
    return replace(eidas(issuer=f"{url}/eidas", client_id=CLIENT_ID), **deviation)


def make_client(profile: Profile, attempts: AttemptsInMemory, transport: Transport) -> OpenIdClient:
    return OpenIdClient(
        profile=profile,
        redirect_uri=f"{PORTAL}/login/{profile.name}/callback",
        documents=ProviderDocuments(profile.issuer, transport),
        transport=transport,
        keys=lambda: OUR_KEYS,
        attempts=attempts,
        randomness=secrets.token_bytes,
        tolerance=timedelta(seconds=30),
        max_age=timedelta(minutes=5),
    )


@contextmanager
def open_bench(mock: tuple[MockServer, Path], profile: Profile) -> Iterator[MockBench]:
    server, authority = mock
    transport = HttpTransport(trusted(authority), seconds=CALL_SECONDS)
    attempts = AttemptsInMemory()
    try:
        yield MockBench(server, authority, make_client(profile, attempts, transport), attempts)
    finally:
        transport.close()
