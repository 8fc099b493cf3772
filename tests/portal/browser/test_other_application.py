"""A real browser goes from another application to the common page and back: no policy of ours stops it on its way."""

import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from auth.desk import KeyDesk
from auth.keys.password_setting import set_password
from auth.keys.rights import SetUpRight
from auth.locksmith import Locksmith
from auth.models import TokenAlgorithm
from auth.provider.applications import Registration, add_application
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from tests.auth.builders import a_desk
from tests.portal.browser.looking import a_visit
from tests.portal.people import a_person
from tests.portal.provider.relying_party import RelyingParty

pytestmark = pytest.mark.django_db
PASSWORD = "blue-lamp-42-river"


class Callback(BaseHTTPRequestHandler):
    """The application's own page, to which people come back."""

    came: list[dict[str, str]]

    def do_GET(self) -> None:
        told = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if told:
            self.server.came.append(told)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>application</title><h1>Welcome to the application</h1>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def application() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Callback)
    server.came = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def party(browser, portal, people, application) -> RelyingParty:
    """The application, registered, and somebody with a password: both there for the running portal to see."""
    locksmith = Locksmith.read(portal.home / "keys" / "signing_in.json")
    callback = f"http://localhost:{application.server_port}/callback"
    registered = add_application(
        Registration("Demo", (callback,), AssuranceLevel.PASSWORD, TokenAlgorithm.RS256, is_told_names=True, keys=None),
        locksmith=locksmith,
        randomness=secrets.token_bytes,
        actor="test",
        at=SystemClock().now(),
    )
    give_password(KeyDesk(locksmith, a_desk().persons, a_desk().companies))
    party = RelyingParty(registered.application.client_id, registered.secret, callback=callback)
    party.metadata = lambda: {"authorization_endpoint": f"{portal.url}/oauth/authorize"}  # type: ignore[method-assign]
    return party


def test_a_browser_signs_in_by_a_form_and_arrives_at_the_application(browser, portal, party, application):
    with a_visit(browser, portal, None) as visit:
        tab = visit.new_page()
        complaints: list[str] = []
        tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        tab.goto(f"{party.address()}&language=en")
        tab.get_by_role("link", name="Sign in with user name and password alone").click()
        tab.get_by_label("User name", exact=True).fill("rita.visitor")
        tab.get_by_label("Password", exact=True).fill(PASSWORD)
        tab.get_by_role("button", name="Continue").click()
        tab.wait_for_url(f"{party.callback}?*", timeout=15_000)
        assert tab.locator("h1").inner_text() == "Welcome to the application"
        assert complaints == []

    (told,) = application.came
    answer = httpx.post(
        f"{portal.url}/oauth/token",
        data={
            "grant_type": "authorization_code",
            "code": told["code"],
            "redirect_uri": party.callback,
            "code_verifier": party.verifier,
        },
        auth=(party.client_id, party.secret),
        verify=False,  # noqa: S501 - its own authority
    )
    assert answer.status_code == 200, answer.text
    assert told["state"] == party.state


def give_password(desk: KeyDesk) -> None:
    _person, login = a_person("rita.visitor")
    right = SetUpRight(login.pk, AssuranceLevel.EID, f"login:{login.pk}")
    set_password(right, user_name=None, password=PASSWORD, repeated=PASSWORD, desk=desk, at=SystemClock().now())
