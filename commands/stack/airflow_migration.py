"""Bring Airflow's tables to this Airflow's schema, without starting Airflow when they are: it takes seconds to import."""

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import psycopg

from commands.stack.configuration import DatabaseUrls
from commands.stack.home import guichet_home, write_whole


def migrate_airflow(home: Path, database_url: str, environment: Mapping[str, str] | None = None) -> bool:
    """Migrate unless this very release of Airflow left the tables as they are; return whether it had to.

    Args:
        home: the GUICHET_HOME; `airflow/migrated.json` there tells what was left.
        database_url: a libpq URL of Airflow's own database.
        environment: Airflow's whole environment; this process's own by default.

    Raises:
        subprocess.CalledProcessError: the migration failed; its output was shown.
    """
    record = home / "airflow" / "migrated.json"
    if _recorded(record) == _state(database_url):
        return False
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], env=environment, check=True)
    write_whole(record, json.dumps(_state(database_url)))
    return True


def _state(database_url: str) -> list[str | None]:
    """Return the installed release and the revision that the tables say they have; None where there are no tables."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.errors.UndefinedTable:
            row = None
    return [version("apache-airflow-core"), None if row is None else str(row[0])]


def _recorded(record: Path) -> list[str | None]:
    if not record.exists():
        return []
    told: list[str | None] = json.loads(record.read_text(encoding="utf-8"))
    return told


def main() -> int:
    """Migrate the database this environment names; 1 and one sentence when that fails."""
    urls = DatabaseUrls.find(guichet_home())
    if urls is None:
        sys.stderr.write("the database's address is not known yet\n")
        return 1
    try:
        migrate_airflow(guichet_home(), urls.airflow)
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
