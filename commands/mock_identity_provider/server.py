"""Serve the mock provider over https: documents, the tester's pages, tokens, and answers that are wrong as answers."""

import json
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from urllib.parse import parse_qsl, urlsplit

from commands.mock_identity_provider.client_checks import ClientChecks, FetchKeys
from commands.mock_identity_provider.faults import Fault
from commands.mock_identity_provider.flavours import FLAVOURS
from commands.mock_identity_provider.pages import STYLE, render_choices, render_refusal, render_start
from commands.mock_identity_provider.people import Person
from commands.mock_identity_provider.provider import Decision, ImitatedProvider, require_request
from commands.mock_identity_provider.requests import Registration, RequestRefused, parse_authorization
from domain.identifiers import is_insz

LONGEST_FORM = 65_536
DROPS = 600
"""Seconds that a slow answer lasts: one byte each."""

_HUGE = 64 * 1024**2
_IDLE_SECONDS = 30
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


class MockServer(ThreadingHTTPServer):
    """The listening mock; its address is in `url` as soon as it is made."""

    daemon_threads = True

    def __init__(
        self,
        place: tuple[str, int],
        context: ssl.SSLContext,
        *,
        registration: Registration,
        fetch_keys: FetchKeys,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(place, MockHandler)
        self._context = context
        self.url = f"https://localhost:{self.server_address[1]}"
        self.providers = {
            flavour.path: ImitatedProvider(
                flavour,
                url=self.url,
                registration=registration,
                checks=ClientChecks(registration.client_id, fetch_keys),
                clock=clock,
            )
            for flavour in FLAVOURS
        }

    def get_request(self) -> tuple[socket, object]:
        """Take a connection; its TLS begins in the thread that serves it."""
        plain, address = super().get_request()
        plain.settimeout(_IDLE_SECONDS)
        return self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that go away; tell the rest as usual."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as socketserver passes it


class MockHandler(BaseHTTPRequestHandler):
    """One request."""

    server: MockServer
    server_version = "MockIdentityProvider"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a page or a document."""
        parts = urlsplit(self.path)
        provider, rest = self._find(parts.path)
        match rest:
            case None if parts.path == "/":
                self._page(HTTPStatus.OK, render_start())
            case None if parts.path == "/style.css":
                self._answer(HTTPStatus.OK, STYLE.encode(), "text/css; charset=utf-8")
            case "/.well-known/openid-configuration" if provider:
                self._json(HTTPStatus.OK, provider.discovery())
            case "/jwks" if provider:
                self._json(HTTPStatus.OK, provider.keys.key_set())
            case "/authorization" if provider:
                self._authorize(provider, dict(parse_qsl(parts.query)))
            case "/userinfo" if provider:
                self._json(*provider.user_info(self.headers.get("Authorization", "")))
            case _:
                self._page(HTTPStatus.NOT_FOUND, render_refusal("There is nothing at this address."))

    def do_POST(self) -> None:
        """Take a decision of the tester, or change a code."""
        provider, rest = self._find(urlsplit(self.path).path)
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST_FORM:
            self._page(HTTPStatus.BAD_REQUEST, render_refusal("A form of a sensible length is expected."))
            return
        form = dict(parse_qsl(self.rfile.read(int(length)).decode("utf-8", "replace")))
        if provider and rest == "/decide":
            self._decide(provider, form)
        elif provider and rest == "/token":
            self._change(provider, form)
        else:
            self._page(HTTPStatus.NOT_FOUND, render_refusal("There is nothing at this address."))

    def _find(self, path: str) -> tuple[ImitatedProvider | None, str | None]:
        for prefix, provider in self.server.providers.items():
            if path.startswith(f"{prefix}/"):
                return provider, path.removeprefix(prefix)
        return None, None

    def _authorize(self, provider: ImitatedProvider, query: Mapping[str, str]) -> None:
        try:
            request = parse_authorization(query, provider.flavour, provider.registration)
        except RequestRefused as refusal:
            self._page(HTTPStatus.BAD_REQUEST, render_refusal(str(refusal)))
            return
        self._page(HTTPStatus.OK, render_choices(provider.flavour, request, provider.remember(request)))

    def _decide(self, provider: ImitatedProvider, form: Mapping[str, str]) -> None:
        try:
            request = require_request(provider.find_request(form.get("request", "")))
            match form.get("what"):
                case "refuse":
                    place = provider.end(request, "access_denied", "the person refused")
                case "time-out":
                    place = provider.end(request, "access_denied", "the time to confirm is over")
                case _:
                    place = provider.confirm(request, _decision(provider, form))
        except RequestRefused as refusal:
            self._page(HTTPStatus.BAD_REQUEST, render_refusal(refusal.sentence))
            return
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _change(self, provider: ImitatedProvider, form: Mapping[str, str]) -> None:
        match provider.fault_of(form.get("code", "")):
            case Fault.EXCHANGE_500:
                self._json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "server_error"})
            case Fault.EXCHANGE_NOT_JSON:
                self._page(HTTPStatus.OK, render_refusal("Maintenance."))
            case Fault.EXCHANGE_ELSEWHERE:
                self.send_response(HTTPStatus.TEMPORARY_REDIRECT)
                self.send_header("Location", f"{self.server.url}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case Fault.EXCHANGE_HUGE:
                self._pour(b" " * 65_536, _HUGE // 65_536, pause=0)
            case Fault.EXCHANGE_SLOW:
                self._pour(b" ", DROPS, pause=0.2)
            case Fault.EXCHANGE_SILENT:
                time.sleep(_IDLE_SECONDS)
            case _:
                self._json(*provider.change_code(form))

    def _pour(self, piece: bytes, times: int, *, pause: float) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(piece) * times))
        self.end_headers()
        for _ in range(times):
            self.wfile.write(piece)
            time.sleep(pause)

    def _json(self, status: int, told: Mapping[str, object]) -> None:
        self._answer(status, json.dumps(told).encode(), "application/json")

    def _page(self, status: int, text: str) -> None:
        self._answer(status, text.encode(), "text/html; charset=utf-8")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: object) -> None:
        """Write no log: addresses hold codes."""


def _decision(provider: ImitatedProvider, form: Mapping[str, str]) -> Decision:
    fault = Fault.__members__.get(form.get("fault", "")) if form.get("what") == "fault" else None
    acr = form.get("acr", "")
    if acr not in provider.flavour.levels:
        raise RequestRefused("invalid_request", "choose how surely", may_return=False)
    return Decision(_person(provider, form), acr, fault)


def _person(provider: ImitatedProvider, form: Mapping[str, str]) -> Person:
    if form.get("person") != "other":
        person = provider.flavour.find_person(form.get("person", ""))
        if person is None:
            raise RequestRefused("invalid_request", "choose who signs in", may_return=False)
        return person
    number = form.get("number", "")
    if not is_insz(number):
        raise RequestRefused("invalid_request", f"{number!r} is no national number", may_return=False)
    return replace(provider.flavour.people[0], key=number, national_number=number)
