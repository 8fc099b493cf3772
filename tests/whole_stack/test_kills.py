"""Any process may be killed at any moment: nothing acknowledged is lost, nothing is filed twice, no hand is needed."""

import contextlib
import os
import random
import threading
import time
from collections import Counter
from datetime import date

import psutil
import psycopg
import pytest

from domain.identifiers import insz
from tests.dimona_files import a_payload, an_in
from tests.whole_stack.conftest import Stack, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.proof, pytest.mark.timeout(900)]

SEED = 20260701
DELIVERIES = 10
ALL_KILLS = [
    *(("scheduler", "any"),) * 4,
    *(("task", "any"),) * 3,
    *(("task", "commit"),) * 2,
    *(("sftp", "any"),) * 3,
    *(("sftp", "commit"),) * 2,
    *(("database", "any"),) * 3,
    *(("database", "commit"),) * 3,
]
HOW_MANY = int(os.environ.get("KILLS", str(len(ALL_KILLS))))

COMMITTING = "SELECT 1 FROM pg_stat_activity WHERE datname = 'guichet' AND state = 'active' AND query ILIKE 'COMMIT%%'"
CLIENT_OF = {"task": "airflow-scheduler", "sftp": "sftp", "database": "%"}
COMMIT_SECONDS = 30.0
VICTIM_SECONDS = 120.0  # the sweep starts a task every minute, whatever else happens
RECONNECT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'guichet' AND pid <> pg_backend_pid()"
)
SLOW_COMMITS = (
    "ALTER DATABASE guichet SET commit_delay = 100000",
    "ALTER DATABASE guichet SET commit_siblings = 0",
    RECONNECT,
)
USUAL_COMMITS = (
    "ALTER DATABASE guichet RESET commit_delay",
    "ALTER DATABASE guichet RESET commit_siblings",
    RECONNECT,
)


def choose_kills(chance: random.Random) -> list[tuple[str, str]]:
    """Return as many kills as are asked for, each kind among them, in an order of chance."""
    kinds = list(dict.fromkeys(ALL_KILLS))
    others = list((Counter(ALL_KILLS) - Counter(kinds)).elements())
    chance.shuffle(others)
    kills = [*kinds, *others][:HOW_MANY]
    chance.shuffle(kills)
    return kills


def payload_of(number: int) -> bytes:
    student = insz(50714_000 + number, born_from_2000=True)
    return a_payload(an_in(insz=student, hours=20 + number, start=date(2033, 7, 1), end=date(2033, 7, 31)))


class Sender(threading.Thread):
    """Delivers one set after the other, each again and again until the door has taken it, as senders' software does."""

    def __init__(self, stack: Stack, keys: list[str]) -> None:
        super().__init__()
        self.stack, self.keys = stack, keys
        self.allowed = 1
        self.attempts: Counter[str] = Counter()

    def run(self) -> None:
        for number, key in enumerate(self.keys):
            while number >= self.allowed:
                time.sleep(0.05)
            while True:
                self.attempts[key] += 1
                if self.stack.put(key).returncode == 0:
                    break
                time.sleep(0.5)


def set_commits(stack: Stack, statements: tuple[str, ...]) -> None:
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def wait_for_commit(stack: Stack, target: str) -> bool:
    """Wait until a process of that kind is inside a commit; False when none was seen in time."""
    deadline = time.monotonic() + COMMIT_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.Error), psycopg.connect(stack.database_url, autocommit=True) as watching:
            while time.monotonic() < deadline:
                if watching.execute(f"{COMMITTING} AND application_name LIKE %s", [CLIENT_OF[target]]).fetchone():
                    return True
        time.sleep(0.1)
    return False


def find_victims(stack: Stack, target: str) -> list[int]:
    """Return the ids of the processes to kill now; empty while there is none."""
    if target == "database":
        postmaster = stack.home / "pg" / "postmaster.pid"
        return [int(postmaster.read_text().split()[0])] if postmaster.exists() else []
    supervised = stack.supervised({"scheduler": "airflow-scheduler", "task": "airflow-scheduler"}.get(target, target))
    if supervised is None or target == "scheduler":
        return [supervised] if supervised else []
    with contextlib.suppress(psutil.Error):
        children = psutil.Process(supervised).children(recursive=True)
        if target == "sftp":
            return [child.pid for child in children] or [supervised]
        return [child.pid for child in children if child.children() == [] and child.parent().pid != supervised]
    return []


def kill(stack: Stack, target: str) -> int:
    """Kill what is to be killed as soon as it is there; return how many processes died."""
    deadline = time.monotonic() + VICTIM_SECONDS
    while time.monotonic() < deadline:
        killed = 0
        for pid in find_victims(stack, target):
            with contextlib.suppress(psutil.Error):
                psutil.Process(pid).kill()
                killed += 1
        if killed:
            return killed
        time.sleep(0.02)
    return 0


def test_kills_during_ten_deliveries_lose_and_double_nothing(stack: Stack):
    chance = random.Random(SEED)  # noqa: S311 - instants, no secret
    kills = choose_kills(chance)
    keys = [stack.write_set(payload_of(number)) for number in range(DELIVERIES)]
    before = stack.query("SELECT count(*) FROM student_days_period")[0][0]
    set_commits(stack, SLOW_COMMITS)
    sender, inside, died = Sender(stack, keys), 0, 0
    sender.start()
    for number, (target, moment) in enumerate(kills):
        sender.allowed = max(sender.allowed, 1 + number * DELIVERIES // len(kills))
        time.sleep(chance.uniform(0.0, 2.0))
        inside += moment == "commit" and wait_for_commit(stack, target)
        died += kill(stack, target) > 0
    sender.allowed = DELIVERIES
    sender.join(timeout=240)
    wait_until(lambda: stack.try_query("SELECT 1"), seconds=60, what="the database's return")
    set_commits(stack, USUAL_COMMITS)
    subjects = {f"GO.{key}.1" for key in keys}

    def filed() -> int:
        rows = stack.try_query(
            "SELECT count(*) FROM evidence_submission WHERE state = 'FILED' AND subject_name = ANY(%s)",
            list(subjects),
        )
        return rows[0][0] if rows else 0

    wait_until(lambda: filed() == DELIVERIES, seconds=300, what="the filing of every delivery")

    assert not sender.is_alive()
    assert (died, inside >= len(kills) // 4) == (len(kills), True)
    answers = [answer for answer in stack.answers() if answer.subject in subjects]
    for subject in subjects:
        told = sorted((answer.kind, tuple(answer.codes)) for answer in answers if answer.subject == subject)
        repeats = [one for one in told if one == ("ACRF", ("ACRF-133",))]
        assert [one for one in told if one not in repeats] == [("ACRF", ()), ("NOTI", ())], told
        assert len(repeats) < sender.attempts[subject[3:].removesuffix(".1")]
    assert stack.query("SELECT count(*) FROM student_days_period")[0][0] == before + DELIVERIES
    uneven = stack.query(
        "SELECT a.person_id FROM student_days_quotaaccount a "
        "LEFT JOIN student_days_quotaentry e ON e.person_id = a.person_id AND e.year = a.year "
        "GROUP BY a.person_id, a.year HAVING a.granted <> coalesce(sum(e.change), 0)",
    )
    assert uneven == []
