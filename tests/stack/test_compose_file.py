import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from commands.stack.embedded_server import DURABLE
from commands.stack.processes import DATABASE, PREPARE, PROCESSES, Process

REPOSITORY = Path(__file__).parents[2]
COMPOSE_FILE = REPOSITORY / "docker-compose.yml"
OWN_IMAGE = [process for process in (*PROCESSES, PREPARE) if process is not DATABASE]


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(COMPOSE_FILE.read_text())["services"]


def name_of(process: Process) -> str:
    return process.name


def test_the_compose_file_follows_the_compose_specification() -> None:
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE_FILE]
    checked = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_services_are_the_process_list_and_its_preparation(services: dict[str, dict[str, Any]]) -> None:
    assert sorted(services) == sorted(process.name for process in (*PROCESSES, PREPARE))


@pytest.mark.parametrize("process", OWN_IMAGE, ids=name_of)
def test_a_service_becomes_the_process_of_its_name(services: dict[str, dict[str, Any]], process: Process) -> None:
    assert services[process.name]["command"] == ["python", "-m", "commands.stack.launch", process.name]


@pytest.mark.parametrize("process", [process for process in OWN_IMAGE if process is not PREPARE], ids=name_of)
def test_a_service_is_probed_as_the_process_of_its_name(services: dict[str, dict[str, Any]], process: Process) -> None:
    probe = services[process.name]["healthcheck"]["test"]
    assert probe == ["CMD", "python", "-m", "commands.stack.check", process.name]


@pytest.mark.parametrize("process", PROCESSES, ids=name_of)
def test_a_service_gets_the_time_to_stop_that_its_process_gets(
    services: dict[str, dict[str, Any]], process: Process
) -> None:
    assert services[process.name]["stop_grace_period"] == f"{process.stop_seconds}s"


def test_every_service_but_the_database_waits_for_the_preparation(services: dict[str, dict[str, Any]]) -> None:
    waiting = {name for name, service in services.items() if "prepare" in service.get("depends_on", {})}
    assert waiting == set(services) - {"database", "prepare"}


def test_no_container_runs_as_root_or_may_become_it(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        assert service["user"] not in {"root", "0", "0:0"}
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]


def test_one_image_serves_every_process_of_ours(services: dict[str, dict[str, Any]]) -> None:
    assert {services[process.name]["image"] for process in OWN_IMAGE} == {"guichet"}


@pytest.mark.parametrize("name", ["max_connections", "max_locks_per_transaction"])
def test_the_database_takes_as_many_connections_and_locks_as_the_embedded_one(
    services: dict[str, dict[str, Any]], name: str
) -> None:
    assert f"{name}={DURABLE[name]}" in services["database"]["command"]


def test_no_password_stands_in_the_file(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        assert "database_password" in service["secrets"]
        assert not {"POSTGRES_PASSWORD", "PGPASSWORD"} & set(service["environment"])


def test_every_package_that_the_wheel_holds_is_in_the_image() -> None:

    wheel = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    copied = {line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(wheel["packages"]) <= copied
