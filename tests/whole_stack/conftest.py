"""The whole stack as the demo leaves it, started once for all tests here; its sender goes on by OpenSSH."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
import pytest
from lxml import etree

from domain.brussels import brussels_date
from signing.signer import PayloadSigner

REPOSITORY = Path(__file__).resolve().parents[2]
SENDER, USER = "100123", "EXP_100123"
START_SECONDS = 300
AFTER_THE_DEMO = 90_000
"""The demo counts its sets from the second of the day."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """Return this process's environment without what the test session has set for its own database."""
    own = {"DATABASE_URL", "GUICHET_HOME", "DJANGO_SETTINGS_MODULE", "AIRFLOW_HOME"}
    kept = {name: value for name, value in os.environ.items() if name not in own and not name.startswith("AIRFLOW__")}
    return kept | {
        "GUICHET_HOME": str(home),
        "GUICHET_SFTP_PORT": str(free_port()),
        "GUICHET_FTP_PORT": str(free_port()),
        "GUICHET_PORTAL_PORT": str(free_port()),
        "GUICHET_AIRFLOW_PORT": str(free_port()),
        "GUICHET_DEMO_OUTBOX_PORT": str(free_port()),
        "GUICHET_MOCK_PROVIDER_PORT": str(free_port()),
        **more,
    }


def processes_of(home: Path) -> list[psutil.Process]:
    """Return every living process that runs for this home."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("GUICHET_HOME") == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def wait_until(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.2)


@dataclass
class Answer:
    """One answer in the outbox, read from the store."""

    name: str
    content: bytes

    @property
    def kind(self) -> str:
        return self.name.split(".")[1]

    @property
    def subject(self) -> str:
        return etree.fromstring(self.content).findtext(".//FileName")

    @property
    def codes(self) -> list[str]:
        return [element.text for element in etree.fromstring(self.content).iter("ErrorID")]


@dataclass
class Stack:
    """A running stack and the sender's side of it."""

    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    sequence: int = AFTER_THE_DEMO
    sets: Path = field(init=False)

    def __post_init__(self) -> None:
        self.sets = self.home / "sets"
        self.sets.mkdir()

    @property
    def told(self) -> list[str]:
        """What the demo has printed until now."""
        return (self.home / "demo.log").read_text().splitlines()

    def stop(self) -> int:
        """End the demo as Ctrl-C does; return its exit code, also when it has ended already."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(150)

    @property
    def database_url(self) -> str:
        return (self.home / "run" / "database_url").read_text().strip()

    def query(self, statement: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.database_url, connect_timeout=5) as connection:
            return connection.execute(statement, values).fetchall()

    def try_query(self, statement: str, *values: object) -> list[tuple]:
        with suppress(psycopg.Error):
            return self.query(statement, *values)
        return []

    def empty_registers(self) -> None:
        """Empty the registers, so that the same declarations can be judged anew."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute("SET session_replication_role = replica")  # no trigger refuses it
            connection.execute(
                "TRUNCATE student_days_periodversion, student_days_declaration, "
                "student_days_period, student_days_quotaaccount, persons_personidentifier, persons_person CASCADE",
            )

    def next_key(self, environment: str = "R") -> str:
        self.sequence += 1
        today = brussels_date(datetime.now(UTC))
        return f"DIMN.{SENDER}.{today:%Y%m%d}.{self.sequence:05d}.{environment}"

    def write_set(self, payload: bytes, *, key: str | None = None) -> str:
        key = key or self.next_key()
        signer = PayloadSigner.load(self.home / "demo" / "signer.key.pem", self.home / "demo" / "signer.cert.pem")
        (self.sets / f"FI.{key}.1.1").write_bytes(payload)
        (self.sets / f"FS.{key}.1.1").write_bytes(signer.sign(payload))
        (self.sets / f"GO.{key}.1").touch()
        return key

    def sftp(self, batch: str) -> subprocess.CompletedProcess[str]:
        demo = self.home / "demo"
        return subprocess.run(
            [
                *("sftp", "-b", "-", "-q", "-P", self.environment["GUICHET_SFTP_PORT"], "-i", str(demo / "ssh_key")),
                *("-o", f"UserKnownHostsFile={demo / 'known_hosts'}", "-o", "StrictHostKeyChecking=yes"),
                *("-o", "IdentitiesOnly=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5"),
                f"{USER}@127.0.0.1",
            ],
            input=batch,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=self.sets,
        )

    def put(self, key: str) -> subprocess.CompletedProcess[str]:
        return self.sftp(f"put FI.{key}.1.1 IN/\nput FS.{key}.1.1 IN/\nput GO.{key}.1 IN/\n")

    def answers(self) -> list[Answer]:
        rows = self.try_query(
            "SELECT name, blob_id FROM evidence_answerfile WHERE name LIKE 'FO.%%' ORDER BY answer_id",
        )
        return [Answer(name, (self.home / "blobs" / sha[:2] / sha[2:4] / sha).read_bytes()) for name, sha in rows]

    def control(self, *words: str) -> None:
        """Tell the supervisor to start or stop a process."""
        rules = self.home / "run" / "supervisord.conf"
        subprocess.run(
            [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(rules), *words],
            check=True,
            capture_output=True,
            timeout=120,
        )

    def supervised(self, name: str) -> int | None:
        """Return the id of a supervised process, None while it is not running."""
        rules = self.home / "run" / "supervisord.conf"
        told = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(rules), "status", name],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout
        found = re.search(r"RUNNING\s+pid (\d+)", told)
        return int(found.group(1)) if found else None


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="gs-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        environment = clean_environment(home, GUICHET_LEASE_SECONDS="20", GUICHET_SFTP_WORKERS="1")
        log = home / "demo.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                # Tests that are broken off may have no time left to stop it.
                ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "commands", "demo"],
                cwd=REPOSITORY,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        stack = Stack(home, environment, process)
        try:
            wait_until(
                lambda: "stop with Ctrl-C" in log.read_text() or process.poll() is not None,
                seconds=START_SECONDS,
                what="the demo's last line",
            )
            assert process.poll() is None, log.read_text()
            yield stack
        finally:
            try:
                stack.stop()
            finally:
                for left in processes_of(home):
                    left.kill()
