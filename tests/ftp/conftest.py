"""The FTP door in a thread, over the test database and with the real seal; clients reach it over loopback."""

import contextlib
import ftplib
import hashlib
import io
import secrets
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_django
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import call_command
from django.db import connections

from channels.doors.listening import listen_beside, parse_addresses, reserve
from channels.ftp.counters import Counter
from channels.ftp.door_settings import FtpSettings
from channels.ftp.doors import Composition, Shared
from channels.ftp.running import quieten_pyftpdlib
from channels.ftp.tls import make_tls_context
from channels.ftp.users import FtpUsers
from channels.models import (
    ChannelPassword,
    LoginCertificate,
    Network,
    NetworkRange,
    Sender,
    SenderChannel,
    SenderNetwork,
    StagedFile,
)
from commands.authority import Identity
from domain.channels import Channel
from domain.environments import Tray
from evidence.models import Submission
from tests.counter_bench import NOON, CounterBench, make_entity, make_sender, open_bench
from tests.dimona_files import a_payload, an_in

PASSWORD = "RIGHTPASSWORD7"
ENCODED = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
"""By Argon2id as any other, but quick: what a hash costs stands in the hash."""
USER = "EXP_123456"
PAYLOAD = a_payload(an_in(start="2026-07-01", end="2026-07-31"))
SETTINGS = FtpSettings(stall=1.5, recheck=0.2, drain=5.0, connect=2.0)


@dataclass
class FtpDoor:
    """A running door with one sender, listed on a network that holds loopback unless a test says otherwise."""

    bench: CounterBench
    sender: Sender
    port: int
    folder: Path
    shared: Shared
    certificate: Path
    counter: Counter = field(repr=False)
    stop: Callable[[], None] = field(repr=False)
    opened: contextlib.ExitStack = field(repr=False)
    """Closes control connections that a failed test has left open."""

    @property
    def name(self) -> str:
        return f"FI.{self.bench.next_key()}.1.1"

    def plain(self, host: str = "127.0.0.1") -> ftplib.FTP:
        client = ftplib.FTP(timeout=10)
        self.opened.callback(client.close)
        client.connect(host, self.port)
        client.login(USER, PASSWORD)
        return client

    def tls(self, host: str = "127.0.0.1", *, context: ssl.SSLContext | None = None) -> ftplib.FTP_TLS:
        client = self.anonymous_tls(host, context=context)
        client.login(USER, PASSWORD)
        client.prot_p()
        return client

    def anonymous_tls(self, host: str = "127.0.0.1", *, context: ssl.SSLContext | None = None) -> ftplib.FTP_TLS:
        client = ftplib.FTP_TLS(timeout=10, context=context or self.context())
        self.opened.callback(client.close)
        client.connect(host, self.port)
        client.auth()
        return client

    def with_certificate(self) -> ftplib.FTP_TLS:
        """Return a client that shows the certificate of the sender."""
        key, certificate = self.folder / "key.pem", self.folder / "cert.pem"
        self.bench.identity.write(key_path=key, certificate_path=certificate)
        return self.anonymous_tls(context=self.context(identity=(certificate, key)))

    def context(self, *, identity: tuple[Path, Path] | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.certificate)
        context.check_hostname = False
        if identity is not None:
            context.load_cert_chain(*identity)
        return context

    def raw(self, host: str = "127.0.0.1") -> "RawClient":
        client = RawClient(socket.create_connection((host, self.port), timeout=10))
        self.opened.callback(client.close)
        return client

    def write_set(self, payload: bytes = PAYLOAD) -> list[str]:
        """Write FI, FS and GO in the client's folder, and return their names in that order."""
        key = self.bench.next_key()
        contents = {f"FI.{key}.1.1": payload, f"FS.{key}.1.1": self.bench.sign(payload), f"GO.{key}.1": b""}
        for name, content in contents.items():
            (self.folder / name).write_bytes(content)
        return list(contents)

    def run(self, *command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder)},
        )

    def staged(self) -> dict[str, bool]:
        """Return the names that are staged, each with whether its upload was closed."""
        return {file.name: file.closed_at is not None for file in StagedFile.objects.all()}

    def acknowledged(self) -> list[list[str]]:
        self.bench.work()
        return [answer.codes for answer in self.bench.answers("ACRF")]


class RawClient:
    """A control connection that a test speaks itself."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._file = sock.makefile("rb")
        self.greeting = self.read()

    def read(self) -> str:
        """Return the next reply, all its lines; "" when the door has closed."""
        lines = []
        with contextlib.suppress(ConnectionResetError):
            while line := self._file.readline():
                lines.append(line.decode("latin-1").rstrip("\r\n"))
                if len(lines[-1]) < 4 or lines[-1][3] == " ":
                    break
        return "\n".join(lines)

    def ask(self, line: str | bytes) -> str:
        self.sock.sendall((line if isinstance(line, bytes) else line.encode("latin-1")) + b"\r\n")
        return self.read()

    def login(self) -> "RawClient":
        self.ask(f"USER {USER}")
        assert self.ask(f"PASS {PASSWORD}").startswith("230")
        self.ask("TYPE I")
        return self

    def open_data(self) -> socket.socket:
        told = self.ask("EPSV")
        port = int(told.split("|||")[1].split("|")[0])
        return socket.create_connection((self.sock.getpeername()[0], port), timeout=10)

    def close(self) -> None:
        self._file.close()
        self.sock.close()


def eventually(holds: Callable[[], bool], *, within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def url_of(host: str) -> str:
    """Return an address as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def submissions() -> int:
    return Submission.objects.count()


def put(client: ftplib.FTP, name: str, content: bytes, *, tray: Tray = Tray.IN) -> str:
    return client.storbinary(f"STOR /{tray}/{name}", io.BytesIO(content))


def list_on_network(sender: Sender, *ranges: str, network: str = "Publilink") -> None:
    named, _ = Network.objects.get_or_create(name=network)
    for one in ranges:
        NetworkRange.objects.get_or_create(network=named, range=one, defaults={"added_at": NOON})
    SenderNetwork.objects.get_or_create(sender=sender, network=named)


def register_login_certificate(sender: Sender, identity: Identity) -> LoginCertificate:
    der = identity.certificate.public_bytes(Encoding.DER)
    return LoginCertificate.objects.create(
        technical_user=sender.technical_user, der=der, sha256=hashlib.sha256(der).hexdigest(), added_at=NOON
    )


def open_for_ftp(sender: Sender) -> None:
    SenderChannel.objects.create(sender=sender, channel=Channel.FTP)
    ChannelPassword.objects.create(technical_user=sender.technical_user, encoded=ENCODED, set_at=NOON)


@pytest.fixture(scope="session")
def keys_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@contextlib.contextmanager
def operation() -> Iterator[None]:
    """Leave no connection behind in threads that end with the test."""
    try:
        yield
    finally:
        connections.close_all()


@contextlib.contextmanager
def running_door(
    bench: CounterBench, sender: Sender, folder: Path, settings: FtpSettings, hosts: str
) -> Iterator[FtpDoor]:
    quieten_pyftpdlib()
    keys = bench.home / "keys"
    parts = Composition(
        users=FtpUsers(),
        mailboxes=bench.mailboxes,
        operation=operation,
        clock=bench.clock,
        tls=make_tls_context(key_path=keys / "ftp.key.pem", certificate_path=keys / "ftp.cert.pem"),
        settings=settings,
        salt=secrets.token_bytes(16),
        decoy=ENCODED,
    )
    reserved = reserve(parse_addresses(hosts, port=0), setting="GUICHET_FTP_PORT")
    shared = Shared.make(settings, workers=1)
    counter = Counter(parts, shared, listen_beside(reserved))
    stop = threading.Event()
    wake, waker = socket.socketpair()
    wake.setblocking(False)
    thread = threading.Thread(target=counter.serve, args=(stop.is_set,), kwargs={"wake": wake})
    thread.start()

    def tell() -> None:
        stop.set()
        with contextlib.suppress(BrokenPipeError):  # stopped already
            waker.send(b"!")

    port = reserved[0].getsockname()[1]
    try:
        with contextlib.ExitStack() as opened:
            yield FtpDoor(
                bench=bench,
                sender=sender,
                port=port,
                folder=folder,
                shared=shared,
                certificate=keys / "authority.cert.pem",
                counter=counter,
                stop=tell,
                opened=opened,
            )
    finally:
        tell()
        thread.join(20)
        wake.close()
        waker.close()
        for kept in reserved:
            kept.close()


@pytest.fixture
def door_settings(request: pytest.FixtureRequest) -> FtpSettings:
    return replace(SETTINGS, **getattr(request, "param", {}))


@contextlib.contextmanager
def open_door(place: Path, keys_home: Path, settings: FtpSettings) -> Iterator[FtpDoor]:
    home, folder = place / "home", place / "sender"
    home.mkdir()
    folder.mkdir()
    bench = open_bench(home, keys_home)
    sender = make_sender(bench.number, entity=make_entity(), identity=bench.identity)
    open_for_ftp(sender)
    list_on_network(sender, "127.0.0.0/8", "::1/128")
    with running_door(bench, sender, folder, settings, "127.0.0.1,::1") as door:
        yield door


@pytest.fixture
def door(transactional_db: None, tmp_path: Path, keys_home: Path, door_settings: FtpSettings) -> Iterator[FtpDoor]:
    with open_door(tmp_path, keys_home, door_settings) as door:
        yield door


@pytest.fixture(scope="module")
def lasting_door(
    django_db_setup: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    keys_home: Path,
) -> Iterator[FtpDoor]:
    """One door for a whole module, whose tests change nothing that another one looks at and are marked `django_db`."""
    with django_db_blocker.unblock():
        try:
            with open_door(tmp_path_factory.mktemp("door"), keys_home, SETTINGS) as door:
                yield door
        finally:
            call_command("flush", verbosity=0, interactive=False)
            connections.close_all()
