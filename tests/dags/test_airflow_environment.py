"""What every Airflow process is told."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from commands.stack.airflow_environment import OPERATOR, airflow_environment, password_file

SOCKET_URL = "postgresql://postgres:@/airflow?host=/tmp/socket"


@pytest.mark.parametrize(
    ("variable", "driver"),
    [("SQL_ALCHEMY_CONN", "postgresql+psycopg2"), ("SQL_ALCHEMY_CONN_ASYNC", "postgresql+asyncpg")],
)
def test_the_database_is_named_for_both_drivers_over_its_socket(tmp_path: Path, variable: str, driver: str) -> None:
    url = urlsplit(airflow_environment(tmp_path, SOCKET_URL, 8080)[f"AIRFLOW__DATABASE__{variable}"])
    assert (url.scheme, url.path, parse_qs(url.query)) == (driver, "/airflow", {"host": ["/tmp/socket"]})  # noqa: S108


def test_the_api_server_listens_on_loopback(tmp_path: Path) -> None:
    told = airflow_environment(tmp_path, SOCKET_URL, 18080)
    assert (told["AIRFLOW__API__HOST"], told["AIRFLOW__API__PORT"]) == ("127.0.0.1", "18080")
    assert told["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18080/execution/"


def test_the_same_home_gives_the_same_secrets(tmp_path: Path) -> None:
    assert airflow_environment(tmp_path, SOCKET_URL, 8080) == airflow_environment(tmp_path, SOCKET_URL, 8080)


def test_another_home_has_other_secrets(tmp_path: Path) -> None:
    one, other = (airflow_environment(tmp_path / home, SOCKET_URL, 8080) for home in ("one", "other"))
    secrets = ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET")
    assert all(one[secret] != other[secret] for secret in secrets)


def test_secrets_and_passwords_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    airflow_environment(tmp_path, SOCKET_URL, 8080)
    modes = {file.stat().st_mode & 0o777 for file in (tmp_path / "keys" / "airflow.json", password_file(tmp_path))}
    assert modes == {0o600}


def test_the_operator_alone_can_log_in_and_is_no_administrator(tmp_path: Path) -> None:
    told = airflow_environment(tmp_path, SOCKET_URL, 8080)
    assert told["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] == f"{OPERATOR}:op"
    assert told["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "False"
    assert set(json.loads(password_file(tmp_path).read_text(encoding="utf-8"))) == {OPERATOR}
