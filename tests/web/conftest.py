"""The web service as it runs: gunicorn with the portal's worker over https, on the test database."""

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import httpx
import pytest
import zeep
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from zeep.transports import Transport

from channels.models import Sender, SenderChannel, SenderService, WebClient, WebClientKey
from channels.web.scopes import SCOPES
from domain.brussels import brussels_date
from domain.channels import Channel
from evidence.clock import SystemClock
from registers.checkins.models import SectorRule, WorkPlace
from tests.counter_bench import CounterBench, make_entity, make_sender, open_bench
from tests.dimona_files import EMPLOYER_COMPANY
from tests.door.conftest import REPOSITORY, database_url, free_port
from tests.made_keys import lay_keys

START_SECONDS = 60
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
SITE, CLEANED = "1Y1003TESTA1Z", "1Y1003TESTB7Z"


def now() -> datetime:
    return SystemClock().now()


@dataclass
class Server:
    """A running portal of one worker process."""

    port: int
    home: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def authority(self) -> Path:
        return self.home / "keys" / "authority.cert.pem"

    @property
    def token_url(self) -> str:
        return f"{self.url}/api/oauth/token"

    @property
    def log(self) -> str:
        return (self.home / "portal.log").read_text()

    def log_since(self, mark: int) -> list[dict[str, object]]:
        lines = self.log[mark:].splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority))

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=self.tls(), timeout=30, **options)

    @contextlib.contextmanager
    def connection(self) -> Iterator[ssl.SSLSocket]:
        """A raw connection, for what no client would send."""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=15) as plain,
            self.tls().wrap_socket(plain, server_hostname="localhost") as wrapped,
        ):
            yield wrapped


@dataclass
class Web:
    """The server, a counter behind it, and one client of one sender."""

    server: Server
    bench: CounterBench
    sender: Sender
    client_row: WebClient

    def assertion(self, **deviation: object) -> str:
        now = int(time.time())
        claims = {
            "iss": self.client_row.client_id,
            "sub": self.client_row.client_id,
            "aud": self.server.token_url,
            "jti": uuid.uuid4().hex,
            "iat": now,
            "exp": now + 60,
        } | deviation
        return sign_assertion({name: value for name, value in claims.items() if value is not None})

    def ask_token(self, assertion: str | None = None, **form: str) -> httpx.Response:
        with self.server.client() as client:
            return client.post("/api/oauth/token", data=self.token_form(assertion) | form)

    def token_form(self, assertion: str | None = None) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
        }

    def token(self, **form: str) -> str:
        answer = self.ask_token(**form)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def http(self, token: str | None = None) -> httpx.Client:
        return self.server.client(headers={"Authorization": f"Bearer {token or self.token()}"})

    def next_key(self, environment: str = "R", purpose: str = "DIMN") -> str:
        self.bench.sequence += 1
        today = brussels_date(SystemClock().now())
        return f"{purpose}.{self.bench.number}.{today:%Y%m%d}.{self.bench.sequence:05d}.{environment}"

    def files(self, payload: bytes, key: str | None = None, **deviation: bytes) -> list[tuple[str, tuple[str, bytes]]]:
        key = key or self.next_key()
        signature = deviation.get("signature", self.bench.sign(payload))
        return [("file", (f"FI.{key}.1.1", payload)), ("file", (f"FS.{key}.1.1", signature))]


def sign_assertion(
    claims: Mapping[str, object], *, header: Mapping[str, object] | None = None, key: object = None
) -> str:
    header = {"alg": "RS256", "kid": "rsa-1"} | dict(header or {})
    header = {name: value for name, value in header.items() if value is not None}
    key = key or (EC_KEY if header["alg"] == "ES256" else RSA_KEY)
    if isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        key = as_jwk(key)
    return jwt.encode(header, dict(claims), key, algorithms=[header["alg"]])


@cache
def as_jwk(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> RSAKey | ECKey:
    """Reading an RSA key checks its primes, which takes longer than signing."""
    kind = ECKey if isinstance(key, ec.EllipticCurvePrivateKey) else RSAKey
    return kind.import_key(private_pem(key))


def private_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_der(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def start_server(home: Path, **settings: str) -> Server:
    lay_keys(home / "keys")
    port = free_port()
    environment = os.environ | {
        "GUICHET_HOME": str(home),
        "DATABASE_URL": database_url(),
        "GUICHET_PUBLIC_URL": f"https://localhost:{port}",
        "GUICHET_WEB_IDLE_SECONDS": "2",
        "GUICHET_ZIP_CHANNELS": "WEB_SERVICE",
        "GUICHET_WEB_FAILURES_PER_MINUTE": "6000",
        **settings,
    }
    with (home / "portal.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "portal.asgi:application"),
                *("--worker-class", "portal.http_worker.HttpWorker", "--workers", "1"),
                *("--bind", f"127.0.0.1:{port}", "--graceful-timeout", "10", "--no-control-socket"),
                *("--certfile", str(home / "keys" / "tls.cert.pem"), "--keyfile", str(home / "keys" / "tls.key.pem")),
            ],
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=log,
        )
    server = Server(port, home, process)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError), server.client() as client:
            if client.get("/api/v1/openapi.json").status_code == 200:
                return server
        assert process.poll() is None, server.log
        time.sleep(0.1)
    raise TimeoutError(server.log)


@pytest.fixture(scope="session")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = start_server(tmp_path_factory.mktemp("portal"))
    yield server
    server.process.terminate()
    server.process.wait(30)


@pytest.fixture(scope="session")
def impatient(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server at which nobody waits long for answers or a handshake, and fewer may fail or be silent."""
    home = tmp_path_factory.mktemp("impatient")
    server = start_server(
        home,
        GUICHET_WEB_WAIT_SECONDS="0",
        GUICHET_WEB_FAILURES_PER_MINUTE="1800",
        GUICHET_WEB_HANDSHAKE_SECONDS="1",
        GUICHET_WEB_HANDSHAKES="16",
        GUICHET_WEB_SOURCE_HANDSHAKES="10",
    )
    yield server
    server.process.terminate()
    server.process.wait(30)


@pytest.fixture
def web(server: Server, transactional_db: None, tmp_path: Path) -> Web:
    bench = open_counter(server.home, tmp_path)
    sender = make_sender(bench.number, entity=make_entity(), identity=bench.identity)
    SenderChannel.objects.create(sender=sender, channel=Channel.WEB_SERVICE)
    return Web(server, bench, sender, make_client(sender))


@pytest.fixture
def counter(web: Web) -> Web:
    """A sender with check-ins among its services, a construction site and an office that is cleaned."""
    for environment in "RT":
        for sector, kind in (("CONSTRUCTION", "DAY"), ("CLEANING", "EVENT")):
            SectorRule.objects.get_or_create(
                environment=environment,
                sector=sector,
                valid_from=date(2024, 1, 1),
                defaults={"kinds": [kind], "registrants": ["WORKER", "EMPLOYER"], "days_ahead": 1},
            )
        SenderService.objects.create(sender=web.sender, purpose="CIAO", environment=environment)
        for number, sector in ((SITE, "CONSTRUCTION"), (CLEANED, "CLEANING")):
            WorkPlace.objects.create(
                environment=environment,
                number=number,
                sector=sector,
                name="Works",
                declarant=EMPLOYER_COMPANY,
                valid_from=date(2020, 1, 1),
                changed_at=now(),
            )
    return web


@pytest.fixture
def client(counter: Web) -> Iterator[zeep.Client]:
    transport = Transport()
    with transport.session as session:
        session.trust_env = False
        session.verify = str(counter.server.authority)
        session.headers["Authorization"] = f"Bearer {counter.token()}"
        yield zeep.Client(f"{counter.server.url}/PresenceRegistration/v1?wsdl", transport=transport)


def open_counter(home: Path, keys_home: Path) -> CounterBench:
    keys = home / "keys"
    kept = home / "kept-keys"
    keys.rename(kept)
    try:
        bench = open_bench(home, keys_home)
        keys.unlink()
    finally:
        kept.rename(keys)
    bench.clock = SystemClock()
    bench.counter = replace(bench.counter, clock=SystemClock())
    bench.identity = bench.authority.issue_signer("Sender", at=bench.clock.now(), lifetime=timedelta(days=9))
    bench.__post_init__()
    return bench


def make_client(sender: Sender, *, suffix: str = "0123456789", scopes: str | None = None) -> WebClient:
    now = SystemClock().now()
    client = WebClient.objects.create(
        client_id=f"self_service_chaman_{sender.number}_{suffix}",
        sender=sender,
        scopes=" ".join(SCOPES) if scopes is None else scopes,
        created_at=now,
    )
    for kid, algorithm, key in (("rsa-1", "RS256", RSA_KEY), ("ec-1", "ES256", EC_KEY)):
        WebClientKey.objects.create(
            client=client, kid=kid, algorithm=algorithm, public_key=public_der(key), added_at=now
        )
    return client
