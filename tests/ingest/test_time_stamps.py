"""Answers stamped by a real authority over HTTP, `openssl ts`, and an authority that is of no use."""

import base64
import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec

from domain.refusals import OutageError
from ingest.time_stamps import MAX_RESPONSE, HttpTimeStampTransport, RestingTransport, open_time_stamps
from signing.answers import AnswerSealer, TimeStamps
from tests.signing.builders import a_certificate, openssl, write_pem
from tests.signing.stamping import a_stamper_certificate

CONTENT = b"<ACRF/>\n"
NOW = datetime.now(UTC).replace(microsecond=0)

Answer = Callable[[http.server.BaseHTTPRequestHandler, bytes], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve one address on loopback while the block runs; yield it."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/stamp"
        finally:
            server.shutdown()
            thread.join()


def reply(handler: http.server.BaseHTTPRequestHandler, content: bytes, *, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.end_headers()
    handler.wfile.write(content)


class StampingFolder:
    """Keys, certificates and configuration of an authority that openssl plays, and of the platform."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.platform_key = ec.generate_private_key(ec.SECP256R1())
        authority = a_certificate(authority_key, is_authority=True, usages=["key_cert_sign", "crl_sign"])
        stamper = a_stamper_certificate(
            key,
            issuer_key=authority_key,
            issuer="Demo authority",
            not_before=NOW - timedelta(days=1),
            not_after=NOW + timedelta(days=1),
        )
        self.platform = a_certificate(self.platform_key, issuer_key=authority_key)
        self.authority = write_pem(folder, authority_key, authority, stem="authority")[1]
        self.stamper = write_pem(folder, key, stamper, stem="stamper")[1]
        (folder / "serial").write_text("01\n", encoding="ascii")
        (folder / "ts.cnf").write_text(
            f"[tsa]\ndefault_tsa = ours\n[ours]\nserial = {folder}/serial\nsigner_cert = {self.stamper}\n"
            f"signer_key = {folder}/stamper.key.pem\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\n"
            "digests = sha256\n",
            encoding="ascii",
        )

    def reply(self, handler: http.server.BaseHTTPRequestHandler, request: bytes) -> None:
        assert handler.headers["Content-Type"] == "application/timestamp-query"
        (self.folder / "request.tsq").write_bytes(request)
        made = ("-config", self.folder / "ts.cnf", "-queryfile", self.folder / "request.tsq")
        openssl("ts", "-reply", *made, "-out", self.folder / "response.tsr")
        reply(handler, (self.folder / "response.tsr").read_bytes())

    def seal(self, stamps: TimeStamps | None) -> bytes:
        return AnswerSealer(self.platform_key, self.platform, time_stamps=stamps).seal(CONTENT, at=NOW)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> StampingFolder:
    return StampingFolder(tmp_path_factory.mktemp("stamping"))


@pytest.mark.parametrize("trusted", ["authority", "stamper"])
def test_openssl_verifies_a_stamped_answer_and_its_stamp(
    authority: StampingFolder, tmp_path: Path, trusted: str
) -> None:
    with serving(authority.reply) as url:
        file = authority.seal(open_time_stamps(url, str(getattr(authority, trusted))))
    encoded = base64.decodebytes(file)
    paths = {name: tmp_path / name for name in ("fo", "fs.der", "token.der", "value")}
    signer = cms.ContentInfo.load(encoded, strict=True)["content"]["signer_infos"][0]
    paths["fo"].write_bytes(CONTENT)
    paths["fs.der"].write_bytes(encoded)
    paths["token.der"].write_bytes(signer["unsigned_attrs"][0]["values"][0].dump())
    paths["value"].write_bytes(signer["signature"].native)

    verified = openssl(
        *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", paths["fs.der"]),
        *("-content", paths["fo"], "-CAfile", authority.authority),
    )
    assert verified == CONTENT
    stamped = ("-in", paths["token.der"], "-token_in", "-CAfile", authority.authority)
    openssl("ts", "-verify", "-data", paths["value"], *stamped)
    with pytest.raises(AssertionError, match="message imprint mismatch"):
        openssl("ts", "-verify", "-data", paths["fo"], *stamped)


def test_without_an_address_answers_carry_no_stamp(authority: StampingFolder) -> None:
    assert open_time_stamps("", "") is None
    signer = cms.ContentInfo.load(base64.decodebytes(authority.seal(None)))["content"]["signer_infos"][0]
    assert not signer["unsigned_attrs"]


@pytest.mark.parametrize(
    ("url", "certificate"),
    [
        pytest.param("http://127.0.0.1/", "", id="no_certificate"),
        pytest.param("http://127.0.0.1/", "missing.pem", id="missing_certificate"),
        pytest.param("file:///etc/hostname", None, id="address_of_another_kind"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_an_outage(
    authority: StampingFolder, url: str, certificate: str | None
) -> None:
    with pytest.raises(OutageError, match="GUICHET_TSA_URL or GUICHET_TSA_CERTIFICATE"):
        open_time_stamps(url, str(authority.stamper) if certificate is None else certificate)


def trickle(handler: http.server.BaseHTTPRequestHandler, _request: bytes) -> None:
    reply(handler, b"")
    for _ in range(20):
        time.sleep(0.02)
        try:
            handler.wfile.write(b"x")
            handler.wfile.flush()
        except OSError:
            return


def stay_silent(_handler: http.server.BaseHTTPRequestHandler, _request: bytes) -> None:
    time.sleep(0.3)


@pytest.mark.parametrize(
    ("answer", "timeout", "words"),
    [
        pytest.param(lambda handler, _: reply(handler, b"", status=500), 5, "HTTPError", id="fault"),
        pytest.param(lambda handler, _: reply(handler, bytes(MAX_RESPONSE + 1)), 5, "more than", id="too_large"),
        pytest.param(lambda handler, _: handler.wfile.write(b"220 hello\r\n"), 5, "BadStatusLine", id="no_http"),
        pytest.param(stay_silent, 0.15, "does not answer", id="silent"),
        pytest.param(trickle, 0.15, "too slow|does not answer", id="trickling"),
    ],
)
def test_an_authority_of_no_use_is_an_outage(answer: Answer, timeout: float, words: str) -> None:
    with serving(answer) as url, pytest.raises(OutageError, match=words):
        HttpTimeStampTransport(url, timeout=timeout).ask(b"request")


def test_an_authority_that_is_not_there_is_an_outage() -> None:
    with serving(stay_silent) as url:
        pass
    with pytest.raises(OutageError, match="does not answer"):
        HttpTimeStampTransport(url).ask(b"request")


class SilentAuthority:
    """An authority that never answers, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def ask(self, _request: bytes) -> bytes:
        self.asked += 1
        raise OutageError("no answer")


def test_an_authority_that_failed_is_left_alone_for_a_while():
    authority, now = SilentAuthority(), [0.0]
    transport = RestingTransport(authority, rest=30.0, elapsed=lambda: now[0])
    for instant in (0.0, 1.0, 29.9, 30.0, 59.9):
        now[0] = instant
        with pytest.raises(OutageError):
            transport.ask(b"request")

    assert authority.asked == 2
