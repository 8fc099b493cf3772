"""Make ready what the processes need: keys, both databases and their tables. Runs once, before them."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from commands.stack.configuration import DatabaseUrls, StackConfiguration, StackError
from commands.stack.home import REPOSITORY

KEYS = ("the keys", ("-m", "commands", "keys"))
TABLES = (
    ("Django's tables", ("-m", "django", "migrate", "--no-input")),
    ("Airflow's tables", ("-m", "commands.stack.airflow_migration")),
)
"""Each step's name and command; the tables are in different databases and made at the same time."""


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
    _run_together([KEYS], logs)
    _create_missing_database(urls)
    _run_together(TABLES, logs)


def _run_together(steps: Iterable[tuple[str, tuple[str, ...]]], logs: Path) -> None:
    running = []
    for name, arguments in steps:
        path = logs / f"prepare-{arguments[1]}.log"
        with path.open("wb") as output:
            child = subprocess.Popen(  # noqa: S603 - our own list
                [sys.executable, *arguments], cwd=REPOSITORY, env=dict(os.environ), stdout=output, stderr=output
            )
        running.append((name, path, child))
    failed = [(name, path) for name, path, child in running if child.wait() != 0]
    for name, path in failed:
        sys.stderr.write(path.read_text(encoding="utf-8", errors="replace"))
        raise StackError(f"{name} could not be made; the whole story is in {path}")


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
