"""See before the start whether the stack's ports are free and the disk has room; one sentence for each trouble."""

import errno
import shutil
import socket
from pathlib import Path

from commands.stack.configuration import LOOPBACK, StackConfiguration

NEEDED_MEGABYTES = 1_000
MEGABYTE = 1_000_000


def find_troubles(configuration: StackConfiguration) -> list[str]:
    """Give one sentence for each port that cannot be listened on, and one when the disk is nearly full."""
    listeners = (
        (configuration.sftp_host, configuration.sftp_port, "SFTP door", "GUICHET_SFTP_PORT"),
        *(
            (host.strip().strip("[]"), configuration.ftp_port, "FTP door", "GUICHET_FTP_PORT")
            for host in configuration.ftp_host.split(",")
        ),
        (configuration.portal_host, configuration.portal_port, "portal", "GUICHET_PORTAL_PORT"),
        (configuration.airflow_host, configuration.airflow_port, "Airflow", "GUICHET_AIRFLOW_PORT"),
        *(
            (LOOPBACK, port, "mock identity provider", "GUICHET_MOCK_PROVIDER_PORT")
            for port in [configuration.mock_provider_port]
            if port
        ),
    )
    troubles = [trouble for listener in listeners if (trouble := _port_trouble(*listener)) is not None]
    disk = _disk_trouble(configuration.home)
    return [*troubles, disk] if disk else troubles


def _port_trouble(host: str, port: int, title: str, variable: str) -> str | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
            attempt.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"port {port} ({title}) is taken: stop what listens there or set {variable}"
            if error.errno == errno.EACCES:
                return f"port {port} ({title}) is for root alone: set {variable} to 1024 or more"
            return f"{host} port {port} ({title}) cannot be listened on: {error.strerror}"
    return None


def _disk_trouble(home: Path) -> str | None:
    there = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(there).free // MEGABYTE
    if free >= NEEDED_MEGABYTES:
        return None
    return f"the disk of {home} has {free} MB free and {NEEDED_MEGABYTES} MB are needed: free some or set GUICHET_HOME"
