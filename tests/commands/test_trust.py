"""`guichet trust` as an operator runs it, with a real web server where an authority would be."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from commands.__main__ import main
from commands.authority import Authority, certificate_pem
from ingest.http_fetch import HttpFetch
from tests.counter_bench import make_entity, make_sender

DAY = timedelta(days=1)
PAGES = {"/list": b"a list", "/large": b"x" * 2000}


class Site(BaseHTTPRequestHandler):
    """An authority's web site."""

    def do_GET(self) -> None:
        if self.path in PAGES:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(PAGES[self.path])
            return
        targets = {"/moved": "/list", "/moved-to-a-file": "file:///etc/hostname"}
        self.send_response(302 if self.path in targets else 404)
        self.send_header("Location", targets.get(self.path, ""))
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers["Content-Type"].encode() + b":" + body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("path", ["/list", "/moved"])
def test_a_list_is_fetched_also_from_where_it_moved(site: str, path: str) -> None:
    assert HttpFetch().get(site + path) == b"a list"


def test_a_request_is_posted_as_what_it_is(site: str) -> None:
    assert HttpFetch().post(f"{site}/ask", b"about", content_type="application/ocsp-request") == (
        b"application/ocsp-request:about"
    )


@pytest.mark.parametrize(
    ("path", "trouble"),
    [("/nothing", "404"), ("/large", "more than 1000 bytes"), ("/moved-to-a-file", "not allowed")],
)
def test_what_cannot_be_had_is_trouble_in_a_sentence(site: str, path: str, trouble: str) -> None:
    with pytest.raises(OSError, match=trouble):
        HttpFetch(max_bytes=1000).get(site + path)


@pytest.mark.parametrize("address", ["file:///etc/hostname", "https://127.0.0.1/", "ftp://127.0.0.1/", "no address"])
def test_nothing_but_http_is_fetched(address: str) -> None:
    with pytest.raises(OSError, match="unknown url type"):
        HttpFetch().get(address)


def test_a_source_that_takes_too_long_is_given_up(site: str) -> None:
    moments = iter((0.0, 1000.0))
    with pytest.raises(TimeoutError):
        HttpFetch(clock=lambda: next(moments)).get(f"{site}/list")


def test_nobody_at_home_is_trouble() -> None:
    with pytest.raises(OSError, match="refused"):
        HttpFetch().get("http://127.0.0.1:1/list")


@pytest.fixture
def trust(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "trust"
    (folder / "crls").mkdir(parents=True)
    (folder / "anchors").mkdir()
    monkeypatch.setattr(settings, "GUICHET", replace(settings.GUICHET, trust=folder))
    return folder


def test_refresh_says_what_it_read_and_ends_with_1_while_something_is_missing(
    trust: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    authority = Authority.create("Authority of senders", at=now - DAY, lifetime=99 * DAY)
    identity = authority.issue_signer("Signer", at=now - DAY, lifetime=9 * DAY)
    make_sender("123456", entity=make_entity(), identity=identity)
    (trust / "anchors" / "senders.pem").write_text(certificate_pem(authority.identity.certificate))
    assert main(["trust", "refresh"]) == 1
    lacking = capsys.readouterr().out
    (trust / "crls" / "senders.crl").write_bytes(authority.issue_crl(at=now, lifetime=DAY))
    assert main(["trust", "refresh", "--offline"]) == 0
    whole = capsys.readouterr().out
    assert main(["trust", "list"]) == 0
    listed = capsys.readouterr().out

    assert "held: no revocation data of CN=Authority of senders,O=Guichet,C=BE are here" in lacking
    assert "put newer lists into GUICHET_TRUST/crls" in lacking
    assert whole.splitlines()[0].split() == [
        "source",
        "issuer",
        "this",
        "update",
        "next",
        "update",
        "entries",
        "outcome",
    ]
    assert "crls/senders.crl" in whole
    assert whole.endswith("has revocation data that can be relied on\n")
    assert "ACTIVE  ANCHOR" in listed
    assert "0 h 00 min ago" in listed


def test_an_empty_installation_has_nothing_to_refresh(trust: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trust", "refresh"]) == 0
    assert capsys.readouterr().out.startswith("no file and no address to read")
