"""Become one process of the list: `python -m commands.stack.launch NAME` waits for its database, then turns into it."""

import os
import sys
import time
from collections.abc import Callable
from typing import NoReturn

import structlog

from commands.stack.airflow_environment import airflow_environment
from commands.stack.configuration import DatabaseUrls, StackConfiguration, StackError
from commands.stack.home import REPOSITORY
from commands.stack.probes import NotHealthy, probe_database
from commands.stack.processes import Process, Surroundings, find_process

log = structlog.get_logger()

POLL_SECONDS = 0.2
TELL_EVERY_SECONDS = 10.0


def launch(process: Process, configuration: StackConfiguration) -> NoReturn:
    """Replace this process by `process`, once the database answers that it needs."""
    if process.surroundings is not Surroundings.BARE:
        wait_for_database(configuration)
    environment = environment_of(process, configuration)
    if process.surroundings is not Surroundings.BARE:
        os.umask(0o077)  # payloads hold national numbers; the database's files belong to another user
    os.chdir(REPOSITORY)
    os.execve(sys.executable, [sys.executable, *process.command(configuration)], environment)  # noqa: S606 - our own list


def environment_of(process: Process, configuration: StackConfiguration) -> dict[str, str]:
    """Give the whole environment of `process`: ours, plus its surroundings; `AIRFLOW__` variables of ours win.

    Raises StackError while the database's address is not known, for a process that needs it.
    """
    environment = {
        **os.environ,
        "GUICHET_HOME": str(configuration.home),
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
        "PGAPPNAME": process.name,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    if process.surroundings is Surroundings.BARE:
        return environment
    urls = DatabaseUrls.find(configuration.home)
    if urls is None:
        raise StackError("the database's address is not known yet")
    environment |= {"DATABASE_URL": urls.guichet, "AIRFLOW_DATABASE_URL": urls.airflow}
    environment.pop("DATABASE_PASSWORD_FILE", None)  # what it holds stands in the URLs now
    if process.surroundings is Surroundings.AIRFLOW:
        own_choices = {name: value for name, value in os.environ.items() if name.startswith("AIRFLOW__")}
        environment |= airflow_environment(configuration.home, urls.airflow, configuration.airflow_port) | own_choices
    return environment


def wait_for_database(configuration: StackConfiguration, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait until the product's database takes connections, as long as it takes; says every ten seconds what is missing."""
    waited = 0.0
    while True:
        try:
            probe_database(configuration)
        except NotHealthy as reason:
            if waited % TELL_EVERY_SECONDS < POLL_SECONDS:
                log.info("waiting for the database", reason=str(reason))
            sleep(POLL_SECONDS)
            waited += POLL_SECONDS
        else:
            return


def main(arguments: list[str]) -> int:
    """Launch the named process; returns only when that cannot be done."""
    try:
        (name,) = arguments
        launch(find_process(name), StackConfiguration.from_environment())
    except ValueError:
        sys.stderr.write("usage: python -m commands.stack.launch NAME\n")
    except StackError as error:
        sys.stderr.write(f"{error}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
