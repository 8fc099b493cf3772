"""Airflow's tables are migrated once a release; a stand-in for Airflow counts how often it was asked to."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from commands.stack.airflow_migration import migrate_airflow

STAND_IN = """
import os, sys, psycopg
assert sys.argv[1:] == ["db", "migrate"]
with psycopg.connect(os.environ["URL"]) as tables:
    tables.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num text)")
    tables.execute("TRUNCATE alembic_version")
    tables.execute("INSERT INTO alembic_version VALUES ('d2f4e1b3c5a7')")
"""


@pytest.fixture
def url(transactional_db: None) -> Iterator[str]:
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    yield url
    with psycopg.connect(url) as tables:
        tables.execute("DROP TABLE IF EXISTS alembic_version")


@pytest.fixture
def migrate(url: str, tmp_path: Path) -> Callable[[], bool]:
    package = tmp_path / "path" / "airflow"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(STAND_IN, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "URL": url}
    return lambda: migrate_airflow(tmp_path, url, environment)


def test_an_empty_database_is_migrated(migrate: Callable[[], bool]) -> None:
    assert migrate()


def test_what_this_release_migrated_is_only_looked_at(migrate: Callable[[], bool]) -> None:
    migrate()
    assert not migrate()


def test_tables_that_another_release_left_are_migrated(migrate: Callable[[], bool], url: str) -> None:
    migrate()
    with psycopg.connect(url) as tables:
        tables.execute("UPDATE alembic_version SET version_num = 'another'")
    assert migrate()


def test_a_database_made_anew_is_migrated(migrate: Callable[[], bool], url: str) -> None:
    migrate()
    with psycopg.connect(url) as tables:
        tables.execute("DROP TABLE alembic_version")
    assert migrate()
