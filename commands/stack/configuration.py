"""Read from the environment where the stack listens and which database it uses."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

from commands.stack.home import guichet_home

AIRFLOW_DATABASE = "airflow"
LOOPBACK = "127.0.0.1"
LARGEST_PORT = 65_535


class StackError(Exception):
    """The stack cannot start, stay up or stop; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class StackConfiguration:
    """Addresses and directories of one stack; docs/reference/settings.md explains each variable."""

    home: Path
    sftp_host: str
    sftp_port: int
    portal_host: str
    portal_port: int
    airflow_host: str
    airflow_port: int
    is_database_embedded: bool

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the variables; raises StackError naming the first one that has no usable value."""
        return cls(
            home=guichet_home(),
            sftp_host=environment.get("GUICHET_SFTP_HOST", LOOPBACK),
            sftp_port=_port(environment, "GUICHET_SFTP_PORT", 8022),
            portal_host=environment.get("GUICHET_PORTAL_HOST", LOOPBACK),
            portal_port=_port(environment, "GUICHET_PORTAL_PORT", 8443),
            airflow_host=environment.get("GUICHET_AIRFLOW_HOST", LOOPBACK),
            airflow_port=_port(environment, "GUICHET_AIRFLOW_PORT", 8080),
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
        url = environment.get("DATABASE_URL")
        if not url:
            files = [home / "run" / name for name in ("database_url", "airflow_database_url")]
            if not all(file.exists() for file in files):
                return None
            return cls(*(file.read_text(encoding="utf-8").strip() for file in files))
        airflow = (
            environment.get("AIRFLOW_DATABASE_URL") or urlsplit(url)._replace(path=f"/{AIRFLOW_DATABASE}").geturl()
        )
        password_file = environment.get("DATABASE_PASSWORD_FILE")
        if password_file:
            password = Path(password_file).read_text(encoding="utf-8").strip()
            url, airflow = _with_password(url, password), _with_password(airflow, password)
        return cls(url, airflow)


def _with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    if not at or ":" in user:
        raise StackError("DATABASE_PASSWORD_FILE is for a DATABASE_URL that names a user and no password")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}").geturl()


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST_PORT):
        raise StackError(f"{name} is {text!r}; a port from 1 to {LARGEST_PORT} is expected")
    return int(text)
