"""Homes in which a large payload waits, and workers there that are killed."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from commands.stack.ephemeral_database import ephemeral_database
from tests.whole_stack.conftest import REPOSITORY, clean_environment, processes_of, wait_until

LEASE_SECONDS = 1
TEMPLATE = "guichet"
DELIVER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from commands.compose import set_up_django
set_up_django()
from django.core.management import call_command
from commands.bench.dimona.deliveries import Deliveries
from commands.demo.installation import DemoKeys, install_demo_sender
from commands.keys import make_missing_keys
from signing.signer import PayloadSigner
home, now = Path(sys.argv[1]), datetime.now(UTC)
call_command("migrate", verbosity=0)
make_missing_keys(home / "keys")
keys = DemoKeys(home / "demo")
install_demo_sender(keys, home=home, sftp_port=0, at=now - timedelta(minutes=1))
deliveries = Deliveries(PayloadSigner.load(keys.signing_key, keys.certificate))
deliveries.go(deliveries.upload(home / "payload.xml", at=now))
"""
VARYING = re.compile(
    r"(?<=<FormCreationDate>)[^<]+|(?<=<FormCreationHour>)[^<]+|(?<=<DimonaPeriodId>)[^<]+"
    r"|(?<=<ReferenceOrigin>2</ReferenceOrigin><ReferenceNbr>)[^<]+"
)
REGISTER = (
    """
    SELECT i.lookup, p.employer_id, p.starting_date, p.ending_date, p.planned, p.granted, p.is_late, p.state, p.version
    FROM student_days_period p JOIN persons_personidentifier i USING (person_id) ORDER BY 1, 2, 3, 4, 5, 6
    """,
    """
    SELECT d.form_index, v.number, v.reason, v.starting_date, v.ending_date, v.planned, v.granted, v.change, v.state
    FROM student_days_periodversion v JOIN student_days_declaration d ON d.id = v.declaration_id ORDER BY 1, 2
    """,
    """
    SELECT i.lookup, a.year, a.granted
    FROM student_days_quotaaccount a JOIN persons_personidentifier i USING (person_id) ORDER BY 1, 2
    """,
    "SELECT form_index, action, accepted, is_late, codes FROM student_days_declaration ORDER BY 1",
    "SELECT kind, count(*) FROM evidence_answer GROUP BY 1 ORDER BY 1",
)
"""What the register holds and how often was answered, without numbers and instants."""
UNEVEN = """
SELECT a.person_id FROM student_days_quotaaccount a
LEFT JOIN student_days_period p ON p.person_id = a.person_id AND extract(year FROM p.starting_date) = a.year
LEFT JOIN student_days_periodversion v ON v.period_id = p.id
GROUP BY a.person_id, a.year, a.granted HAVING a.granted <> coalesce(sum(v.change), 0)
"""
"""Accounts that hold something else than their ledger adds up to."""


@dataclass
class Home:
    """A home with a database of its own, in which one submission waits."""

    folder: Path
    database_url: str

    def query(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(statement).fetchall()

    def environment(self) -> dict[str, str]:
        leases = {"GUICHET_LEASE_SECONDS": str(LEASE_SECONDS)}
        return clean_environment(self.folder, DATABASE_URL=self.database_url, **leases)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "work.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command], cwd=REPOSITORY, env=self.environment(), stdout=log, stderr=log
            )

    def work(self) -> subprocess.Popen[bytes]:
        return self.start("-m", "commands", "work", "--once")

    def state(self) -> str:
        return self.query("SELECT state FROM evidence_submission")[0][0]

    def leases(self) -> int:
        return self.query("SELECT lease_count FROM evidence_submission")[0][0]

    def work_from_claim(self, *, kill_after: float | None = None) -> tuple[float, str]:
        """Let a worker run; return the seconds since it claimed what waits and, where it was killed, the state it left.

        It is killed so many seconds after its claim, unless it is done before. All its processes are gone then.
        """
        before, process, deadline = self.leases(), self.work(), time.monotonic() + 120
        while self.leases() == before:
            assert time.monotonic() < deadline, (self.folder / "work.log").read_text()
            if process.poll() is not None:  # it only gave back what the one before it had claimed
                process = self.work()
            time.sleep(0.02)
        began, state = time.monotonic(), ""
        try:
            process.wait(120 if kill_after is None else kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            state = self.state()
        seconds = time.monotonic() - began
        wait_until(lambda: not processes_of(self.folder), seconds=20, what="the end of a killed worker's processes")
        return seconds, state

    def finish(self) -> None:
        """Let workers run undisturbed until the submission is filed and what was judged is swept."""
        deadline = time.monotonic() + 120
        while self.state() != "FILED" or self.kept():
            assert time.monotonic() < deadline, (self.folder / "work.log").read_text()
            assert self.work().wait(120) == 0, (self.folder / "work.log").read_text()
            time.sleep(LEASE_SECONDS / 4)
        wait_until(lambda: not processes_of(self.folder), seconds=20, what="the end of a worker's processes")

    def told(self) -> list[object]:
        """Return what the register holds and what was answered."""
        names = self.query("SELECT blob_id FROM evidence_answerfile WHERE name LIKE 'FO.NOTI%' ORDER BY answer_id")
        answers = [(self.folder / "blobs" / sha[:2] / sha[2:4] / sha).read_text() for (sha,) in names]
        forms = [VARYING.sub("*", form) for text in answers for form in re.findall(r"(?s)<Form>.*?</Form>", text)]
        return [forms, *(self.query(statement) for statement in REGISTER)]

    def kept(self) -> list[Path]:
        return sorted((self.folder / "judged").rglob("*"))


@dataclass
class Homes:
    """Makes homes that differ in nothing."""

    root: Path
    url: str
    made: int = 0

    def deliver(self, payload: bytes) -> None:
        """Deliver the payload in the home of which all others are copies."""
        first = self._home(TEMPLATE)
        first.folder.mkdir()
        (first.folder / "payload.xml").write_bytes(payload)
        setting_up = first.start("-c", DELIVER, str(first.folder))
        assert setting_up.wait(120) == 0, (first.folder / "work.log").read_text()

    def make(self) -> Home:
        self.made += 1
        home = self._home(f"copy_{self.made}")
        shutil.copytree(self.root / TEMPLATE, home.folder)
        with psycopg.connect(self._home("postgres").database_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE copy_{self.made} TEMPLATE {TEMPLATE}")
        return home

    def _home(self, name: str) -> Home:
        return Home(self.root / name, urlsplit(self.url)._replace(path=f"/{name}").geturl())


@contextmanager
def open_homes(root: Path) -> Iterator[Homes]:
    """Run a throwaway database for homes below `root`."""
    (root / "server").mkdir()
    with ephemeral_database(root / "server") as url:
        yield Homes(root, url)
