"""The real door: `python -m sftp_server` in processes of its own, reached by OpenSSH, over the test database."""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.conf import settings
from django.db import connection
from paramiko.sftp import CMD_CLOSE
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.brussels import brussels_date
from evidence.clock import SystemClock
from tests.counter_bench import CounterBench, make_entity, make_sender, open_bench
from tests.made_keys import lay_keys

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 30


@dataclass
class Door:
    """A running door with one sender, and what OpenSSH needs to come through it."""

    bench: CounterBench
    port: int
    folder: Path
    key: Path
    user: str = "EXP_123456"
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def sftp(self, batch: str, *, user: str | None = None, key: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                *("sftp", "-b", "-", "-P", str(self.port), "-i", str(key or self.key)),
                *("-o", f"UserKnownHostsFile={self.folder / 'known_hosts'}", "-o", "StrictHostKeyChecking=yes"),
                *("-o", "IdentitiesOnly=yes", "-o", "PasswordAuthentication=no", f"{user or self.user}@127.0.0.1"),
            ],
            input=batch,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=self.folder,
        )

    def restart(self, **environment: str) -> None:
        """Stop the door and start it again at its port, with these variables besides."""
        stop_door(self.process)
        self.process = start_door(self.bench.home, self.port, environment=environment)

    def said(self) -> list[dict[str, object]]:
        """Return the lines of the door's log."""
        lines = (self.bench.home / "sftp.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def next_key(self, environment: str = "R", sender: str | None = None) -> str:
        self.bench.sequence += 1
        today = brussels_date(SystemClock().now())
        return f"DIMN.{sender or self.bench.number}.{today:%Y%m%d}.{self.bench.sequence:05d}.{environment}"

    def write_set(self, payload: bytes, *, key: str | None = None, signature: bytes | None = None) -> str:
        key = key or self.next_key()
        (self.folder / f"FI.{key}.1.1").write_bytes(payload)
        (self.folder / f"FS.{key}.1.1").write_bytes(self.bench.sign(payload) if signature is None else signature)
        (self.folder / f"GO.{key}.1").touch()
        return key

    def put_set(self, key: str, tray: str = "IN") -> subprocess.CompletedProcess[str]:
        return self.sftp(f"put FI.{key}.1.1 {tray}/\nput FS.{key}.1.1 {tray}/\nput GO.{key}.1 {tray}/\n")

    def deliver(self, payload: bytes, **deviation: object) -> str:
        key = self.write_set(payload, **deviation)
        answer = self.put_set(key)
        assert answer.returncode == 0, answer.stderr
        self.bench.work()
        return key


def put_plainly(client: paramiko.SFTPClient, path: str, content: bytes) -> None:
    """Put a file and heed the answer to each request; paramiko's own `put` passes over that to the close."""
    upload = client.open(path, "wb")
    upload.write(content)
    upload.flush()
    upload._closed = True
    client._request(CMD_CLOSE, upload.handle)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database_url() -> str:
    """Return the URL of the database that this test session really uses."""

    return make_conninfo(
        **conninfo_to_dict(settings.GUICHET.database_url) | {"dbname": connection.settings_dict["NAME"]}
    )


def start_door(
    home: Path, port: int, *, url: str | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    chosen = {
        "GUICHET_HOME": str(home),
        "DATABASE_URL": url or database_url(),
        "GUICHET_SFTP_PORT": str(port),
        "GUICHET_SFTP_WORKERS": "1",
        "GUICHET_DATABASE_POOL": "4",
        **(environment or {}),
    }
    log = (home / "sftp.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "sftp_server"], cwd=REPOSITORY, env=os.environ | chosen, stderr=log, stdout=log
    )
    log.close()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        assert process.poll() is None, (home / "sftp.log").read_text()
        time.sleep(0.05)
    raise TimeoutError((home / "sftp.log").read_text())


def stop_door(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(30)


def make_ssh_key(path: Path) -> bytes:
    """Write an OpenSSH key pair and return the wire form of its public half."""

    key = ed25519.Ed25519PrivateKey.generate()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption())
    )
    path.chmod(0o600)
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return base64.b64decode(public.split()[1])


@pytest.fixture(scope="session")
def keys_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


def open_door(home: Path, port: int, *, folder: Path, keys_home: Path) -> Door:
    """Give one sender a key for the door of that home and port."""
    bench = open_bench(home, keys_home)
    bench.clock = SystemClock()

    bench.counter = replace(bench.counter, clock=SystemClock())
    bench.identity = bench.authority.issue_signer("Sender", at=bench.clock.now(), lifetime=timedelta(days=9))
    folder.mkdir()
    blob = make_ssh_key(folder / "ssh_key")
    make_sender(bench.number, entity=make_entity(), identity=bench.identity, key_blob=blob)
    host_keys = [(home / "keys" / name).read_text() for name in ("sftp_host_ed25519.pub", "sftp_host_ecdsa.pub")]
    (folder / "known_hosts").write_text("".join(f"[127.0.0.1]:{port} {key}" for key in host_keys))
    return Door(bench, port, folder, folder / "ssh_key")


@pytest.fixture
def own_door(transactional_db: None, tmp_path: Path, keys_home: Path) -> Iterator[Door]:
    """A door that was started for this test alone."""
    home = tmp_path / "home"
    home.mkdir()
    opened = open_door(home, free_port(), folder=tmp_path / "sender", keys_home=keys_home)
    opened.process = start_door(home, opened.port)
    yield opened
    stop_door(opened.process)


@pytest.fixture
def door(own_door: Door) -> Door:
    """Where a file says nothing else, each of its tests has its own."""
    return own_door


@pytest.fixture(scope="module")
def lasting(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, keys_home: Path
) -> Iterator[tuple[Path, int, subprocess.Popen[bytes]]]:
    home, port = tmp_path_factory.mktemp("door"), free_port()
    lay_keys(keys_home / "keys")
    (home / "keys").symlink_to(keys_home / "keys")
    process = start_door(home, port)
    yield home, port, process
    stop_door(process)


@pytest.fixture
def lasting_door(
    lasting: tuple[Path, int, subprocess.Popen[bytes]], transactional_db: None, tmp_path: Path, keys_home: Path
) -> Iterator[Door]:
    """A door that the tests of a file go through one after the other, each with a sender of its own.

    It counts logins that failed, tells everything in one log and was started with one set of variables: who looks at these
    takes a door of his own. So does who leaves an upload open, for the door puts that away later, beside the next test.
    """
    home, port, process = lasting
    (home / "keys").unlink()
    opened = open_door(home, port, folder=tmp_path / "sender", keys_home=keys_home)
    opened.process = process
    yield opened
    shutil.rmtree(home / "staging", ignore_errors=True)
