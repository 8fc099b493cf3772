"""The processes of a door: several at one port, restarted when they die, gone when told to go."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import paramiko
import pytest

from tests.sftp_server.conftest import USER, Keys

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


@dataclass
class TinyDoor:
    process: subprocess.Popen[str]
    folder: Path
    keys: Keys
    said: list[dict[str, object]] = field(default_factory=list)

    @property
    def journal(self) -> list[str]:
        path = self.folder / "journal"
        return path.read_text().splitlines() if path.exists() else []

    def hear(self, event: str) -> dict[str, object]:
        """Read the door's log until it says `event`."""
        while line := self.process.stderr.readline():
            with contextlib.suppress(ValueError):
                self.said.append(json.loads(line))
                if self.said[-1]["event"] == event:
                    return self.said[-1]
        raise AssertionError((event, self.said))

    def wait_journal(self, ending: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for line in self.journal:
                if line.endswith(ending):
                    return line
            time.sleep(0.02)
        raise AssertionError((ending, self.journal))

    @contextlib.contextmanager
    def client(self, port: int, host: str = "127.0.0.1") -> Iterator[paramiko.SFTPClient]:
        transport = paramiko.Transport(socket.create_connection((host, port), timeout=PATIENCE))
        try:
            transport.connect(username=USER, pkey=paramiko.PKey.from_path(self.keys.user))
            yield transport.open_sftp_client()
        finally:
            transport.close()

    def serving_worker(self, port: int) -> int:
        """Log in once and return the process that served it."""
        before = len(self.journal)
        with self.client(port) as client:
            client.listdir("IN")
        return int(self.journal[before].split()[0])


@pytest.fixture
def start(keys, tmp_path):
    started = []

    def start_one(*, hosts: str = "127.0.0.1", port: int = 0, workers: int = 1) -> TinyDoor:
        arguments = [hosts, str(port), str(workers), str(keys.user.parent), str(tmp_path / "journal")]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.sftp_server.tiny_door", *arguments],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return TinyDoor(process, tmp_path, keys)

    yield start_one
    for process in started:
        process.terminate()
        process.wait(PATIENCE)
        process.stderr.close()


def test_both_workers_serve_at_one_port(start):
    door = start(workers=2)
    port = door.hear("sftp door opens")["port"]
    workers = {door.hear("sftp worker ready")["worker"] for _ in range(2)}
    served = set()
    deadline = time.monotonic() + PATIENCE
    while served != workers and time.monotonic() < deadline:
        served.add(door.serving_worker(port))
    assert served == workers


def test_a_killed_worker_is_replaced(start):
    door = start()
    port = door.hear("sftp door opens")["port"]
    first = door.hear("sftp worker ready")["worker"]
    assert door.serving_worker(port) == first
    os.kill(first, signal.SIGKILL)
    assert door.hear("sftp worker died")["status"] == -signal.SIGKILL
    second = door.hear("sftp worker ready")["worker"]
    assert door.serving_worker(port) == second != first


def test_workers_end_when_their_parent_is_killed(start):
    door = start(workers=2)
    door.hear("sftp door opens")
    workers = [door.hear("sftp worker ready")["worker"] for _ in range(2)]
    door.process.kill()
    door.process.wait(PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while any(_is_alive(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [worker for worker in workers if _is_alive(worker)] == []


def test_a_told_door_answers_the_close_in_flight_and_ends_with_zero(start):
    door = start()
    port = door.hear("sftp door opens")["port"]
    door.hear("sftp worker ready")
    with door.client(port) as client, door.client(port) as other:
        upload, left = client.open("IN/GO.A", "wb"), other.open("IN/FI.B", "wb")
        number = client._async_request(type(None), paramiko.sftp.CMD_CLOSE, upload.handle)
        door.wait_journal("closing GO.A")
        door.process.send_signal(signal.SIGTERM)
        _, data = client._read_packet()
        assert data[:8] == number.to_bytes(4, "big") + bytes(4)
        assert door.process.wait(PATIENCE) == 0
        del left
    door.wait_journal("close GO.A")
    door.wait_journal("abandon FI.B")
    assert not any(line.endswith("close FI.B") for line in door.journal)


def test_a_busy_port_is_said_in_one_sentence(start):
    first = start()
    port = first.hear("sftp door opens")["port"]
    first.hear("sftp worker ready")
    second = start(port=port)
    assert second.process.stderr.read() == (
        f"127.0.0.1 port {port} is busy: another program listens there; stop it or choose another GUICHET_SFTP_PORT.\n"
    )
    assert second.process.wait(PATIENCE) == 1


def test_both_families_are_listened_on(start):
    door = start(hosts="127.0.0.1,[::1]")
    port = door.hear("sftp door opens")["port"]
    assert door.hear("sftp door opens") | {"timestamp": ""} == door.said[0] | {"host": "::1", "timestamp": ""}
    door.hear("sftp worker ready")
    for host in ("127.0.0.1", "::1"):
        with door.client(port, host) as client:
            assert client.listdir("IN") == []


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
