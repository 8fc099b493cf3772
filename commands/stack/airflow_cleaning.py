"""Delete what Airflow keeps of old runs: rows in its own database, and the logs of their tasks."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from commands.stack.airflow_environment import database_settings
from commands.stack.configuration import DatabaseUrls
from commands.stack.home import guichet_home
from domain.refusals import OutageError

TABLES = ("asset_event", "dag_run", "job", "log", "task_instance", "xcom")
"""Never `trigger` or `dag`: a row there may be old and alive, and one of them wakes the intake."""

_CONTEXT_OF_A_TASK = "_AIRFLOW_PROCESS_CONTEXT"


def clean_old_runs(*, keep_days: int, now: datetime) -> None:
    """Delete what is older than so many days; 0 keeps all of it. Raises OutageError without a database."""
    if not keep_days:
        return
    home = guichet_home()
    urls = DatabaseUrls.find(home)
    if urls is None:
        raise OutageError("the database's address is not known yet")
    before = now - timedelta(days=keep_days)
    clean_tables(urls.airflow, before=before)
    clean_logs(home / "airflow" / "logs", before=before)


def clean_tables(database_url: str, *, before: datetime, environment: Mapping[str, str] = os.environ) -> None:
    """Delete rows of runs that began before that instant, with Airflow's own command; the last run of a DAG stays.

    A task is kept from Airflow's database, so the command is told where it is. Raises subprocess.CalledProcessError.
    """
    told = {name: value for name, value in environment.items() if name != _CONTEXT_OF_A_TASK}
    subprocess.run(  # noqa: S603 - our own arguments
        [
            *(sys.executable, "-m", "airflow", "db", "clean", "--yes", "--skip-archive", "--error-on-cleanup-failure"),
            *("--clean-before-timestamp", before.isoformat(), "--tables", ",".join(TABLES)),
        ],
        env=told | database_settings(database_url),
        check=True,
    )


def clean_logs(logs: Path, *, before: datetime) -> int:
    """Remove the folders of runs, and of days of the DAG processor, untouched since that instant; return how many."""
    folders = [*logs.glob("dag_id=*/run_id=*"), *logs.glob("dag_processor/*-*-*")]
    old = [folder for folder in folders if folder.stat(follow_symlinks=False).st_mtime < before.timestamp()]
    for folder in old:
        if not folder.is_symlink():
            shutil.rmtree(folder)
    return len(old)
