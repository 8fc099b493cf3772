"""Say how Airflow runs here: one dictionary of environment variables, and the keys behind it."""

import fcntl
import json
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

from commands.stack.home import REPOSITORY, write_whole

OPERATOR = "operator"
WORKER_PROCESSES = 6  # more than work at once: one that has just finished is busy for up to a second more


def airflow_environment(home: Path, database_url: str, port: int) -> dict[str, str]:
    """Return what every Airflow process adds to its environment; secrets are made at the first call and kept.

    Args:
        home: the GUICHET_HOME; Airflow writes under `airflow`, its keys under `keys`.
        database_url: a libpq URL of Airflow's own database, over TCP or a socket directory.
        port: where the api-server listens, on loopback.
    """
    home = home.resolve()
    address = f"http://127.0.0.1:{port}"
    keys = _read_or_make(home / "keys" / "airflow.json", _make_keys)
    passwords = password_file(home)
    _read_or_make(passwords, lambda: {OPERATOR: secrets.token_urlsafe(16)})
    sections = {
        "core": {
            "dags_folder": str(REPOSITORY / "dags"),
            "load_examples": "False",
            "dags_are_paused_at_creation": "False",
            "executor": "dags.warm_executor.WarmLocalExecutor",
            "dag_ignore_file_syntax": "regexp",
            "parallelism": str(WORKER_PROCESSES),
            "fernet_key": keys["fernet_key"],
            "execution_api_server_url": f"{address}/execution/",
            "simple_auth_manager_users": f"{OPERATOR}:op",
            "simple_auth_manager_all_admins": "False",
            "simple_auth_manager_passwords_file": str(passwords),
        },
        "database": _database_section(database_url),
        "api": {"host": "127.0.0.1", "port": str(port), "base_url": address, "workers": "1"}
        | {"secret_key": keys["secret_key"]},
        "api_auth": {"jwt_secret": keys["jwt_secret"], "jwt_issuer": "guichet"},
        "logging": {
            "namespace_levels": "http.access=WARNING",  # a dozen requests a task
            "colored_console_log": "False",
        },
        "scheduler": _SCHEDULER,
        "triggerer": {"job_heartbeat_sec": "2", "triggerer_health_check_threshold": "15"},
        # How long a worker may overlook that its task has ended (it waits for a socket, not for the process).
        "workers": {"min_heartbeat_interval": "1"},
        "dag_processor": {"refresh_interval": "30", "min_file_process_interval": "30", "parsing_processes": "1"},
    }
    settings = {
        f"AIRFLOW__{section.upper()}__{option.upper()}": value
        for section, options in sections.items()
        for option, value in options.items()
    }
    return settings | {
        "AIRFLOW_HOME": str(home / "airflow"),
        "GUICHET_HOME": str(home),
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONWARNINGS": _AIRFLOWS_OWN_WARNING,
    }


_AIRFLOWS_OWN_WARNING = "ignore:Using `httpx` with `starlette.testclient` is deprecated"  # by FastAPI, at import
_SCHEDULER = {
    "scheduler_idle_sleep_time": "0.2",  # the wait between an event and its run
    "job_heartbeat_sec": "2",
    # What a killed scheduler or task leaves behind is found within half a minute, not within five.
    "scheduler_health_check_threshold": "10",
    "orphaned_tasks_check_interval": "10",
    "task_instance_heartbeat_timeout": "30",
}


def password_file(home: Path) -> Path:
    """Say where the operator's password stands: a JSON object of user names and passwords."""
    return home.resolve() / "airflow" / "passwords.json"


def database_settings(database_url: str) -> dict[str, str]:
    """Return the variables that tell Airflow where its own database is, given as a libpq URL."""
    return {f"AIRFLOW__DATABASE__{option.upper()}": value for option, value in _database_section(database_url).items()}


def _database_section(database_url: str) -> dict[str, str]:
    _, _, rest = database_url.partition("://")
    return {
        "sql_alchemy_conn": f"postgresql+psycopg2://{rest}",
        "sql_alchemy_conn_async": f"postgresql+asyncpg://{rest.replace('sslmode=', 'ssl=')}",
    }


def _make_keys() -> dict[str, str]:
    return {
        "fernet_key": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "secret_key": secrets.token_urlsafe(32),
        "jwt_secret": secrets.token_urlsafe(64),
    }


def _read_or_make(path: Path, make: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Return what the file says; where there is none, the one that is made first, by whichever process, stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        if not path.exists():
            write_whole(path, json.dumps(make()))
    finally:
        os.close(directory)
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return kept
