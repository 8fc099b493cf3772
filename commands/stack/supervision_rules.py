"""Render supervisord's configuration from the process list."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from commands.stack.home import REPOSITORY
from commands.stack.processes import Process
from commands.stack.socket_directories import find_socket_directory

SOCKET_NAME = "supervisor.sock"
SOCKET_WHILE_BINDING = f"{SOCKET_NAME}.{'0' * 10}"
"""supervisord binds under its name and process number first, then renames."""


def control_socket(home: Path) -> Path:
    """Give the path of supervisord's control socket, in a directory whose path is short enough."""
    return find_socket_directory(home / "run", SOCKET_WHILE_BINDING) / SOCKET_NAME


def render_supervision_rules(processes: Sequence[Process], home: Path) -> str:
    """Render the file: each process restarted alone, stopped with its whole group, logged in `<home>/log`."""
    head: dict[str, dict[str, object]] = {
        "supervisord": {
            "nodaemon": "true",
            "silent": "true",
            "umask": "077",
            "logfile": home / "log" / "supervisord.log",
            "logfile_maxbytes": "10MB",
            "logfile_backups": "2",
            "pidfile": home / "run" / "supervisord.pid",
            "childlogdir": home / "log",
        },
        "unix_http_server": {"file": control_socket(home), "chmod": "0600"},
        "supervisorctl": {"serverurl": f"unix://{control_socket(home)}"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface",
        },
    }
    programs = {f"program:{process.name}": _program(process, home) for process in processes}
    return "\n".join(_section(title, values) for title, values in {**head, **programs}.items())


def _program(process: Process, home: Path) -> dict[str, object]:
    return {
        "command": shlex.join([sys.executable, "-m", "commands.stack.launch", process.name]),
        "directory": REPOSITORY,
        "priority": process.priority,
        "autostart": "false",  # the database first, then what is prepared in it, then the rest
        "autorestart": "true",
        "startsecs": 1,
        "startretries": 1_000_000,  # never given up: what it lacks may come back
        "stopsignal": "TERM",
        "stopwaitsecs": process.stop_seconds,
        "stopasgroup": "false",  # as in a container: each process ends its own, and Airflow's tasks end by themselves
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": home / "log" / f"{process.name}.log",
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": 2,
    }


def _section(title: str, values: Mapping[str, object]) -> str:
    lines = [f"{name} = {str(value).replace('%', '%%')}" for name, value in values.items()]
    return "\n".join([f"[{title}]", *lines, ""])
