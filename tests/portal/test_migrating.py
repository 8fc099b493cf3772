"""A migration waits for locks a few seconds at a time: whoever comes behind it is let through, and the operator is told."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
import pytest

from tests.architecture.repository import ROOT
from tests.older_database import a_database, read

TABLE = "django_content_type"
NEWEST = "SELECT max(name) FROM django_migrations WHERE app = 'contenttypes'"


@pytest.fixture
def older() -> Iterator[str]:
    """The address of a database in which one migration of a table is still to be made."""
    with a_database("migrating") as url:
        assert ended(migrate(url, "0001"))[0] == 0
        yield url


def migrate(url: str, target: str, *, patience: str = "60") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "django", "migrate", "--no-input", "--patience", patience, "contenttypes", target],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(child: subprocess.Popen[str]) -> tuple[int, str]:
    """Return how the command ended, and what it told of trouble."""
    _, told = child.communicate(timeout=60)
    return child.returncode, told


def wait_until_somebody_waits(url: str) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    with psycopg.connect(url, autocommit=True) as looking:
        for _ in range(600):
            if looking.execute(waiting, [TABLE]).fetchone() != (0,):
                return
            looking.execute("SELECT pg_sleep(0.1)")
    raise AssertionError("no migration waits")


def test_who_comes_behind_a_migration_that_waits_is_let_through_and_the_migration_is_made_once_the_lock_is_free(
    older: str,
):
    with psycopg.connect(older) as holding:
        holding.execute(f"SELECT FROM {TABLE}")
        child = migrate(older, "0002")
        wait_until_somebody_waits(older)
        with psycopg.connect(older, options="-c statement_timeout=10s") as behind:
            behind.execute(f"SELECT FROM {TABLE}")
        assert read(older, NEWEST) == [("0001_initial",)]

    code, told = ended(child)
    assert code == 0, told
    assert "A migration waits for a lock that another transaction holds. In its way: process" in told
    assert read(older, NEWEST) == [("0002_remove_content_type_name",)]


def test_a_migration_whose_lock_is_not_had_in_its_patience_says_so_and_leaves_what_it_was_to_change(older: str):
    with psycopg.connect(older) as holding:
        holding.execute(f"SELECT FROM {TABLE}")
        code, told = ended(migrate(older, "0002", patience="0"))

    assert code == 1
    assert "What was migrated before stays: migrate again once the lock is free." in told
    assert "Traceback" not in told
    assert read(older, NEWEST) == [("0001_initial",)]


def test_only_who_is_in_the_way_of_a_migration_is_named_and_nobody_who_merely_goes_on_for_longer(older: str):
    with psycopg.connect(older) as innocent, psycopg.connect(older) as holding:
        innocent.execute("SELECT 1")
        time.sleep(1.1)
        longest, in_the_way = innocent.info.backend_pid, holding.info.backend_pid
        holding.execute(f"SELECT FROM {TABLE}")
        _, told = ended(migrate(older, "0002", patience="0"))

    assert f"In its way: process {in_the_way} of" in told
    assert f"process {longest} of" not in told
