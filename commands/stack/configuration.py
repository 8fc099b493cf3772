"""Read from the environment where the stack listens and which database it uses."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from commands.stack.home import guichet_home
from domain.refusals import OutageError
from evidence.database_address import find_database_url

AIRFLOW_DATABASE = "airflow"
LOOPBACK = "127.0.0.1"
LARGEST_PORT = 65_535


class StackError(Exception):
    """The stack cannot start, stay up or stop; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class StackConfiguration:
    """Addresses and directories of one stack; docs/reference/settings.md explains each variable.

    `mock_provider_port` is 0 where no mock identity provider runs: everywhere but in the demo.
    """

    home: Path
    sftp_host: str
    sftp_port: int
    ftp_host: str
    ftp_port: int
    portal_host: str
    portal_port: int
    airflow_host: str
    airflow_port: int
    mock_provider_port: int
    is_database_embedded: bool

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the variables; raises StackError naming the first one that has no usable value."""
        return cls(
            home=guichet_home(),
            sftp_host=environment.get("GUICHET_SFTP_HOST") or LOOPBACK,
            sftp_port=_port(environment, "GUICHET_SFTP_PORT", 8022),
            ftp_host=environment.get("GUICHET_FTP_HOST") or LOOPBACK,
            ftp_port=_port(environment, "GUICHET_FTP_PORT", 8021),
            portal_host=environment.get("GUICHET_PORTAL_HOST") or LOOPBACK,
            portal_port=_port(environment, "GUICHET_PORTAL_PORT", 8443),
            airflow_host=environment.get("GUICHET_AIRFLOW_HOST") or LOOPBACK,
            airflow_port=_port(environment, "GUICHET_AIRFLOW_PORT", 8080),
            mock_provider_port=_port_or_none(environment, "GUICHET_MOCK_PROVIDER_PORT"),
            is_database_embedded=not environment.get("DATABASE_URL"),
        )


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The libpq URLs of the product's own database and of Airflow's."""

    guichet: str
    airflow: str

    @classmethod
    def find(cls, home: Path, environment: Mapping[str, str] = os.environ) -> Self | None:
        """Give the URLs of the environment, else those that the embedded database's launcher wrote; None before it did.

        `DATABASE_PASSWORD_FILE` names a file with the password that both URLs of the environment leave out.
        Airflow's default is database `airflow` on the same server.
        """
        try:
            ours = find_database_url(home, environment)
            theirs = find_database_url(home, environment, name="AIRFLOW_DATABASE_URL")
        except OutageError as trouble:
            raise StackError(str(trouble)) from trouble
        if ours is None:
            return None
        if environment.get("DATABASE_URL") and not environment.get("AIRFLOW_DATABASE_URL"):
            theirs = urlsplit(ours)._replace(path=f"/{AIRFLOW_DATABASE}").geturl()
        return None if theirs is None else cls(ours, theirs)


def _port_or_none(environment: Mapping[str, str], name: str) -> int:
    """Read a port whose process may be missing: 0, also where nothing is set."""
    return 0 if (environment.get(name) or "0") == "0" else _port(environment, name, 0)


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST_PORT):
        raise StackError(f"{name} is {text!r}; a port from 1 to {LARGEST_PORT} is expected")
    return int(text)
