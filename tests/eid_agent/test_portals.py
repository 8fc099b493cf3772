"""The portal's connection: https alone, verified, never redirected, and its origin is what the card signs for."""

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from commands.authority import Authority
from eid_agent.portals import Portal, read_code
from eid_agent.troubles import AgentError, Trouble

NONCE = "A" * 44


class Site(BaseHTTPRequestHandler):
    """A portal that answers what it is told to."""

    timeout = 10
    answer: tuple[int, bytes] = (200, json.dumps({"nonce": NONCE}).encode())
    asked: list[tuple[str, object, str]] = []  # noqa: RUF012 - one list for all requests

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, body, self.headers["User-Agent"]))
        status, content = self.answer
        self.send_response(status)
        self.send_header("Location", "https://elsewhere.example/")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        pass


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that do not trust it and leave; waits for its threads when it ends."""

    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    now = datetime.now(UTC)
    authority = Authority.create("portal", at=now, lifetime=timedelta(days=1))
    authority.identity.write(key_path=folder / "ca.key", certificate_path=folder / "ca.pem")
    for name, hosts, addresses in (("right", ["localhost"], ["127.0.0.1"]), ("other", ["other.example"], [])):
        server = authority.issue_server(hosts, addresses, at=now, lifetime=timedelta(days=1))
        server.write(key_path=folder / f"{name}.key", certificate_path=folder / f"{name}.pem")
    return folder


@pytest.fixture
def serve(keys) -> Iterator:
    servers = []

    def start(*, certificate: str = "right", **answers: object) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(keys / f"{certificate}.pem", keys / f"{certificate}.key")
        server = QuietServer(("127.0.0.1", 0), type("ThisSite", (Site,), {"asked": [], **answers}))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return server.server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def at(port: int, keys: Path | None, host: str = "localhost") -> Portal:
    return Portal.at(f"https://{host}:{port}", authority=keys / "ca.pem" if keys else None)


def trouble_of(call, *args) -> Trouble:
    with pytest.raises(AgentError) as stopped:
        call(*args)
    return stopped.value.trouble


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://guichet.example", "https://guichet.example"),
        ("https://guichet.example/", "https://guichet.example"),
        ("https://Guichet.Example:443", "https://guichet.example"),
        ("https://localhost:8443", "https://localhost:8443"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_the_origin_is_written_as_browsers_write_it(address, origin):
    assert Portal.at(address).origin == origin


@pytest.mark.parametrize(
    "address",
    [
        "http://guichet.example",
        "guichet.example",
        "https://",
        "https://guichet.example/login",
        "https://guichet.example?x",
        "https://guichet.example#x",
        "https://els@guichet.example",
        "https://guichet.example:port",
        "https://güichet.example",
        "https://[::1",
        "",
    ],
)
def test_what_is_no_bare_https_address_is_refused(address):
    assert trouble_of(Portal.at, address) is Trouble.NOT_AN_ADDRESS


@pytest.mark.parametrize("typed", ["ABCD-EFGH", "abcdefgh", " abcd efgh ", "ab-cd-ef-gh"])
def test_a_code_is_read_however_it_was_typed(typed):
    assert read_code(typed) == "ABCD-EFGH"


@pytest.mark.parametrize("typed", ["", "ABCD-EFG", "ABCD-EFGHI", "ABCD-ÉFGH"])
def test_what_can_be_no_code_is_refused(typed):
    assert trouble_of(read_code, typed) is Trouble.CODE_REFUSED


def test_the_nonce_is_fetched_by_the_code(serve, keys):
    assert at(serve(), keys).fetch_nonce("ABCD-EFGH") == NONCE


def test_a_token_is_handed_over_and_the_browser_goes_on_at_the_same_origin(serve, keys):
    asked: list = []
    answer = (200, json.dumps({"continue": "/sign-in/eid/continue?ticket=x"}).encode())
    portal = at(serve(answer=answer, asked=asked), keys)

    assert portal.hand_over("ABCD-EFGH", {"format": "web-eid:1.0"}) == f"{portal.origin}/sign-in/eid/continue?ticket=x"
    assert asked == [
        ("/login/eid/agent", {"code": "ABCD-EFGH", "token": {"format": "web-eid:1.0"}}, "guichet-eid-agent/1.0")
    ]


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "x", "/a b", None, 7])
def test_the_browser_is_sent_nowhere_else(serve, keys, path):
    portal = at(serve(answer=(200, json.dumps({"continue": path}).encode())), keys)

    assert trouble_of(portal.hand_over, "ABCD-EFGH", {}) is Trouble.NOT_REACHED


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ((401, b"{}"), Trouble.CODE_REFUSED),
        ((404, b""), Trouble.CODE_REFUSED),
        ((429, b"{}"), Trouble.TOO_MANY),
        ((302, b""), Trouble.NOT_REACHED),
        ((503, b"{}"), Trouble.NOT_REACHED),
        ((200, b""), Trouble.NOT_REACHED),
        ((200, b"[]"), Trouble.NOT_REACHED),
        ((200, b"{}"), Trouble.NOT_REACHED),
        ((200, b'{"nonce": "short"}'), Trouble.NOT_REACHED),
        ((200, b'{"nonce": "' + b"A" * 70_000 + b'"}'), Trouble.NOT_REACHED),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_answer_that_is_none_of_this_protocol_ends_it(serve, keys, answer, trouble):
    assert trouble_of(at(serve(answer=answer), keys).fetch_nonce, "ABCD-EFGH") is trouble


def test_a_portal_that_does_not_take_the_token_is_told_apart(serve, keys):
    assert trouble_of(at(serve(answer=(401, b"{}")), keys).hand_over, "ABCD-EFGH", {}) is Trouble.NOT_SIGNED_IN


def test_a_portal_of_an_unknown_authority_is_not_spoken_to(serve):
    asked: list = []

    assert trouble_of(at(serve(asked=asked), None).fetch_nonce, "ABCD-EFGH") is Trouble.NOT_TRUSTED
    assert asked == []


def test_a_portal_with_the_certificate_of_another_name_is_not_spoken_to(serve, keys):
    asked: list = []

    assert trouble_of(at(serve(certificate="other", asked=asked), keys).fetch_nonce, "X") is Trouble.NOT_TRUSTED
    assert asked == []


def test_a_portal_that_is_not_there_is_out_of_reach(keys):
    assert trouble_of(at(1, keys).fetch_nonce, "ABCD-EFGH") is Trouble.NOT_REACHED
