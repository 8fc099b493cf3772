"""Make ready what the processes need: keys, both databases and their tables. Runs once, before them."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from commands.stack.configuration import DatabaseUrls, StackConfiguration, StackError
from commands.stack.home import REPOSITORY

TELL_EVERY_SECONDS = 5.0
_POLL_SECONDS = 0.1


class Step(NamedTuple):
    """A step by its name and command; `is_told` where the operator reads the last line of its log while it lasts."""

    name: str
    command: tuple[str, ...]
    is_told: bool = False


KEYS = Step("the keys", ("-m", "commands", "keys"))
TABLES = (
    Step("Django's tables", ("-m", "django", "migrate", "--no-input"), is_told=True),
    Step("Airflow's tables", ("-m", "commands.stack.airflow_migration")),
)
"""The tables are in different databases and made at the same time."""


def main() -> int:
    """Prepare everything that is not there yet; 1 and the step's name when one fails."""
    try:
        prepare(StackConfiguration.from_environment())
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def prepare(configuration: StackConfiguration) -> None:
    """Make keys, databases and tables that are not there yet. Raises StackError with the name of a step that failed."""
    urls = DatabaseUrls.find(configuration.home)
    if urls is None:
        raise StackError("the database's address is not known yet")
    logs = configuration.home / "log"
    logs.mkdir(parents=True, exist_ok=True)
    run_together([KEYS], logs)
    _create_missing_database(urls)
    run_together(TABLES, logs)


@dataclass(frozen=True, slots=True)
class _Running:
    """A step that was begun, and where its log is."""

    step: Step
    path: Path
    child: subprocess.Popen[bytes]

    def told(self) -> str:
        return self.path.read_text(encoding="utf-8", errors="replace")

    def last_words(self) -> str:
        return next((line.strip() for line in reversed(self.told().splitlines()) if line.strip()), "")


def run_together(steps: Iterable[Step], logs: Path, *, tell_every: float = TELL_EVERY_SECONDS) -> None:
    """Run the steps beside each other, and tell now and then what a long one is at; StackError with what failed."""
    running = [_begin(step, logs) for step in steps]
    _wait(running, tell_every=tell_every)
    for one in running:
        if one.child.returncode != 0:
            sys.stderr.write(one.told())
            raise StackError(f"{one.step.name} could not be made; the whole story is in {one.path}")


def _begin(step: Step, logs: Path) -> _Running:
    path = logs / f"prepare-{step.command[1]}.log"
    with path.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - our own list
            [sys.executable, *step.command], cwd=REPOSITORY, env=dict(os.environ), stdout=output, stderr=output
        )
    return _Running(step, path, child)


def _wait(running: Sequence[_Running], *, tell_every: float) -> None:
    """Wait for all of them; of who waits for a lock, or is long at work, the operator reads the last words, once each."""
    began, due, said = time.monotonic(), tell_every, {""}
    while waiting := [one for one in running if one.child.poll() is None]:
        elapsed = time.monotonic() - began
        if elapsed >= due:
            due = elapsed + tell_every
            for one in waiting:
                if one.step.is_told and (last := one.last_words()) not in said:
                    said.add(last)
                    _tell(f"{one.step.name} ({elapsed:.0f} s): {last}")
        time.sleep(_POLL_SECONDS)


def _tell(line: str) -> None:
    """Tell the operator; nobody may read it any more, and the work goes on."""
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _create_missing_database(urls: DatabaseUrls) -> None:
    """Create Airflow's database where it is on the product's own server and missing."""
    ours, theirs = conninfo_to_dict(urls.guichet), conninfo_to_dict(urls.airflow)
    name = theirs.get("dbname")
    if name is None or any(ours.get(key) != theirs.get(key) for key in ("host", "port")):
        return
    with psycopg.connect(urls.guichet, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(str(name))))


if __name__ == "__main__":
    sys.exit(main())
