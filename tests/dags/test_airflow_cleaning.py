"""What Airflow keeps of old runs is deleted with its own command, for which a stand-in takes notes, and its logs with it."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.stack.airflow_cleaning import TABLES, clean_logs, clean_old_runs, clean_tables

BEFORE = datetime(2026, 6, 1, tzinfo=UTC)
STAND_IN = """
import json, os, sys
with open(os.environ["NOTES"], "w") as notes:
    json.dump([sys.argv[1:], dict(os.environ)], notes)
"""


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which the stand-in notes how it was called."""
    package = tmp_path / "path" / "airflow"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(STAND_IN, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setenv("NOTES", str(tmp_path / "notes"))
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "client")
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "airflow-db-not-allowed:///")
    return tmp_path / "notes"


@pytest.fixture
def put_log(tmp_path: Path) -> Callable[..., Path]:
    def put(name: str, *, age: timedelta) -> Path:
        folder = tmp_path / "logs" / name
        (folder / "task_id=recover").mkdir(parents=True)
        (folder / "task_id=recover" / "attempt=1.log").write_text("done", encoding="utf-8")
        touched = (BEFORE - age).timestamp()
        os.utime(folder, (touched, touched))
        return folder

    return put


def test_airflow_is_told_what_to_delete_and_where(notes: Path):
    clean_tables("postgresql://guichet@127.0.0.1/airflow", before=BEFORE)
    arguments, environment = json.loads(notes.read_text(encoding="utf-8"))

    assert arguments[:2] == ["db", "clean"]
    assert "--yes" in arguments
    assert arguments[arguments.index("--clean-before-timestamp") + 1] == "2026-06-01T00:00:00+00:00"
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == "postgresql+psycopg2://guichet@127.0.0.1/airflow"
    assert "_AIRFLOW_PROCESS_CONTEXT" not in environment


def test_what_wakes_the_intake_is_left_alone():
    assert not {"trigger", "dag", "dag_version"} & set(TABLES)


@pytest.mark.parametrize(("days", "is_cleaned"), [(0, False), (30, True)])
def test_the_setting_rules_and_0_keeps_all(
    notes: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, days: int, is_cleaned: bool
):
    monkeypatch.setenv("GUICHET_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW_DATABASE_URL", "postgresql://guichet@127.0.0.1/airflow")
    clean_old_runs(keep_days=days, now=BEFORE + timedelta(days=30))

    assert notes.exists() == is_cleaned


def test_logs_of_old_runs_are_removed_and_others_stay(put_log: Callable[..., Path], tmp_path: Path):
    old = [
        put_log("dag_id=sweep/run_id=scheduled__1", age=timedelta(days=1)),
        put_log("dag_processor/2026-05-01", age=timedelta(days=1)),
    ]
    young = [
        put_log("dag_id=sweep/run_id=scheduled__2", age=timedelta(days=-1)),
        put_log("elsewhere/run_id=3", age=timedelta(days=99)),
    ]

    assert clean_logs(tmp_path / "logs", before=BEFORE) == 2
    assert [folder.exists() for folder in (*old, *young)] == [False, False, True, True]


def test_no_logs_are_no_trouble(tmp_path: Path):
    assert clean_logs(tmp_path / "logs", before=BEFORE) == 0
