"""A real door on a free port, with keys made for the run, and the real programs that knock at it."""

import base64
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import paramiko
import pytest

from channels.doors.listening import Address, listen_beside, reserve
from sftp_server.compositions import Composition
from sftp_server.counters import Counter
from sftp_server.door_settings import DoorSettings
from sftp_server.host_keys import read_host_keys
from sftp_server.running import quieten_paramiko
from tests.sftp_server.in_memory_mailboxes import DoorInMemory, KeysInMemory, StoppedClock, TraysInMemory

USER = "tu-123456"


@dataclass(frozen=True)
class Keys:
    """Private key files of the run."""

    host_ed25519: Path
    host_ecdsa: Path
    user: Path
    stranger: Path
    user_rsa: Path

    def blob_of(self, path: Path) -> bytes:
        """Read it from the public half: reading a private RSA key checks its primes, which takes longer than a test."""
        return base64.b64decode(path.with_suffix(".pub").read_text(encoding="ascii").split()[1])


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")

    def make(name: str, *kind: str) -> Path:
        subprocess.run(["ssh-keygen", "-q", "-N", "", "-C", "", "-f", folder / name, "-t", *kind], check=True)
        return folder / name

    return Keys(
        host_ed25519=make("host_ed25519", "ed25519"),
        host_ecdsa=make("host_ecdsa", "ecdsa", "-b", "256"),
        user=make("user", "ed25519"),
        stranger=make("stranger", "ed25519"),
        user_rsa=make("user_rsa", "rsa", "-b", "2048"),
    )


@dataclass
class OpenDoor:
    """A door that stands open: where it is and what is behind it."""

    port: int
    keys: Keys
    trays: TraysInMemory
    directory: KeysInMemory
    operations: list[str]
    folder: Path
    stop: Callable[[], None]

    def options(self, *extra: str, key: Path | None = None) -> list[str]:
        """Options for ssh and sftp that touch no file of the person who runs the tests."""
        settings = [
            *extra,
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "BatchMode=yes",
            "ConnectTimeout=10",
            "LogLevel=ERROR",
        ]
        named = [part for setting in settings for part in ("-o", setting)]
        return ["-F", "none", "-i", str(key or self.keys.user), *named]

    def sftp(self, *lines: str, options: tuple[str, ...] = (), user: str = USER, key: Path | None = None) -> "Ended":
        """Run OpenSSH's sftp in batch mode, in the test's folder."""
        arguments = ["sftp", *self.options(*options, key=key), "-P", str(self.port), "-b", "-"]
        return self._run([*arguments, f"{user}@127.0.0.1"], "\n".join(lines) + "\n")

    def ssh(self, *command: str, options: tuple[str, ...] = ()) -> "Ended":
        """Run OpenSSH's ssh with a remote command."""
        return self._run(["ssh", *self.options(*options), "-p", str(self.port), f"{USER}@127.0.0.1", *command], "")

    def scp(self, *names: str) -> "Ended":
        """Copy with OpenSSH's scp, which speaks SFTP."""
        return self._run(["scp", "-s", *self.options(), "-P", str(self.port), *names], "")

    def lftp(self, *lines: str) -> "Ended":
        """Run lftp with a script that ends at the first failure."""
        program = "ssh -a -x " + " ".join(self.options())
        opening = [
            "set cmd:fail-exit yes",
            "set net:max-retries 1",
            "set net:timeout 10",
            f'set sftp:connect-program "{program}"',
            f"open -u {USER}, sftp://127.0.0.1:{self.port}",
        ]
        return self._run(["lftp", "--norc", "-c", "; ".join([*opening, *lines])], "")

    @contextmanager
    def client(self, key: Path | None = None) -> Iterator[paramiko.SFTPClient]:
        """Log in with paramiko's own client."""
        transport = paramiko.Transport(("127.0.0.1", self.port))
        try:
            transport.connect(username=USER, pkey=paramiko.PKey.from_path(key or self.keys.user))
            yield transport.open_sftp_client()
        finally:
            transport.close()

    def _run(self, arguments: list[str], batch: str) -> "Ended":
        done = subprocess.run(
            arguments, input=batch, capture_output=True, text=True, cwd=self.folder, timeout=60, check=False
        )
        return Ended(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    code: int
    output: str
    complaints: str


@dataclass
class Doorkeeper:
    """Opens doors, and closes them after the test."""

    keys: Keys
    folder: Path
    closers: list[Callable[[], None]] = field(default_factory=list)

    def open(self, *, coming: tuple[Path, ...] = (), **settings: object) -> OpenDoor:
        trays, operations = TraysInMemory(), []
        known = {(USER, self.keys.blob_of(path)) for path in (self.keys.user, self.keys.user_rsa)}
        directory = KeysInMemory(known)

        @contextmanager
        def operation() -> Iterator[None]:
            operations.append("in")
            yield
            operations.append("out")

        parts = Composition(
            keys=directory,
            door=DoorInMemory(trays),
            operation=operation,
            clock=StoppedClock(),
            host_keys=read_host_keys([self.keys.host_ed25519, self.keys.host_ecdsa]),
            coming_host_keys=read_host_keys(coming),
            settings=replace(DoorSettings(drain=10.0), **settings),
        )
        reserved = reserve([Address("127.0.0.1", 0)], setting="GUICHET_SFTP_PORT")
        stopped, (wake, waker) = threading.Event(), socket.socketpair()
        counter = Counter(parts, listen_beside(reserved))
        thread = threading.Thread(target=counter.serve, args=(stopped.is_set,), kwargs={"wake": wake})
        thread.start()

        def stop() -> None:
            stopped.set()
            waker.close()
            thread.join(30)
            for one in (wake, *reserved):
                one.close()

        self.closers.append(stop)
        port = reserved[0].getsockname()[1]
        return OpenDoor(port, self.keys, trays, directory, operations, self.folder, stop)


@pytest.fixture
def doorkeeper(keys: Keys, tmp_path: Path) -> Iterator[Doorkeeper]:
    quieten_paramiko()
    keeper = Doorkeeper(keys, tmp_path)
    yield keeper
    for close in keeper.closers:
        close()


@pytest.fixture
def door(doorkeeper: Doorkeeper) -> OpenDoor:
    return doorkeeper.open()
