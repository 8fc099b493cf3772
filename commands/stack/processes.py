"""The process list: what runs when Guichet runs. Feeds the supervisor, the health checks and the compose file's test."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from commands.stack import probes
from commands.stack.configuration import StackConfiguration, StackError

Probe = Callable[[StackConfiguration], None]


class Surroundings(Enum):
    """Which environment a process gets on top of the caller's own."""

    BARE = "nothing: it makes the database"
    GUICHET = "the database's URL"
    AIRFLOW = "the database's URL and Airflow's settings"


@dataclass(frozen=True, slots=True)
class Process:
    """One program that is kept running.

    `arguments` follow the interpreter's name and may name fields of StackConfiguration in braces. A process with
    surroundings other than BARE starts only once its database answers. `priority` orders the stopping: the highest
    goes first, and the next once it is gone. `stop_seconds` is how long a polite stop may take.
    """

    name: str
    arguments: tuple[str, ...]
    surroundings: Surroundings
    probe: Probe
    priority: int
    stop_seconds: int

    def command(self, configuration: StackConfiguration) -> tuple[str, ...]:
        """Give the arguments with the configuration's values filled in."""
        values = {name: getattr(configuration, name) for name in StackConfiguration.__slots__}
        return tuple(argument.format(**values) for argument in self.arguments)


DATABASE = Process(
    "database", ("-m", "commands.stack.database"), Surroundings.BARE, probes.probe_database, priority=1, stop_seconds=90
)
SFTP = Process("sftp", ("-m", "sftp_server"), Surroundings.GUICHET, probes.probe_sftp, priority=20, stop_seconds=20)
FTP = Process(
    "ftp", ("-m", "commands", "ftp-door"), Surroundings.GUICHET, probes.probe_ftp, priority=20, stop_seconds=20
)
PORTAL = Process(
    "portal",
    (
        *("-m", "gunicorn", "portal.asgi:application"),
        *("--worker-class", "portal.http_worker.HttpWorker"),
        *("--workers", "2"),
        *("--bind", "{portal_host}:{portal_port}"),
        *("--certfile", "{home}/keys/tls.cert.pem"),
        *("--keyfile", "{home}/keys/tls.key.pem"),
        *("--graceful-timeout", "10"),
        "--no-control-socket",
    ),
    Surroundings.GUICHET,
    probes.probe_portal,
    priority=20,
    stop_seconds=20,
)


def _airflow(component: str, probe: Probe, *options: str, priority: int) -> Process:
    arguments = ("-m", "airflow", component, *options)
    # Tasks that run end by themselves, and an interpreter that holds all of Airflow takes seconds to end.
    return Process(f"airflow-{component}", arguments, Surroundings.AIRFLOW, probe, priority, stop_seconds=60)


_NO_LOG_SERVER = "--skip-serve-logs"
"""Airflow's log servers bind to every interface and cannot be told not to; the api-server reads the files instead."""


EVIDENCE = Process(
    "evidence",
    ("-m", "commands", "evidence", "link", "--every", "2"),
    Surroundings.GUICHET,
    probes.probe_evidence,
    priority=20,
    stop_seconds=10,
)

NOTICES = Process(
    "notices",
    ("-m", "commands", "notices", "carry", "--every", "2"),
    Surroundings.GUICHET,
    probes.probe_notices,
    priority=20,
    stop_seconds=20,
)

PROCESSES = (
    DATABASE,
    # Goes after the scheduler: tasks that are ended tell it so, and the scheduler waits for them.
    _airflow("api-server", probes.probe_airflow_api_server, priority=10),
    _airflow("dag-processor", probes.probe_airflow_dag_processor, priority=20),
    _airflow("scheduler", probes.probe_airflow_scheduler, _NO_LOG_SERVER, priority=20),
    _airflow("triggerer", probes.probe_airflow_triggerer, _NO_LOG_SERVER, priority=20),
    SFTP,
    FTP,
    PORTAL,
    EVIDENCE,
    NOTICES,
)
"""Every process, in the order in which they are started and told."""

MOCK_PROVIDER = Process(
    "mock-identity-provider",
    (
        *("-m", "commands", "mock-identity-provider"),
        *("--port", "{mock_provider_port}"),
        *("--client-url", "https://localhost:{portal_port}"),
    ),
    Surroundings.GUICHET,
    probes.probe_mock_provider,
    priority=20,
    stop_seconds=10,
)
"""Plays itsme and eIDAS in the demo; no other stack runs it, and so it is not in the list."""

PREPARE = Process(
    "prepare",
    ("-m", "commands.stack.prepare"),
    Surroundings.AIRFLOW,
    probes.probe_database,
    priority=5,
    stop_seconds=30,
)
"""What runs once, after the database and before the rest; it ends by itself."""


def processes_for(configuration: StackConfiguration) -> tuple[Process, ...]:
    """Give the processes that a supervisor keeps on this machine.

    Without the database when `DATABASE_URL` names one; with the mock identity provider where it has a port.
    """
    own = tuple(process for process in PROCESSES if process is not DATABASE or configuration.is_database_embedded)
    return (*own, MOCK_PROVIDER) if configuration.mock_provider_port else own


def in_stopping_order(processes: Iterable[Process]) -> list[list[Process]]:
    """Group the processes that are stopped together; each group once the one before is gone."""
    by_priority = sorted(processes, key=_priority, reverse=True)
    return [list(together) for _, together in groupby(by_priority, key=_priority)]


def _priority(process: Process) -> int:
    return process.priority


def find_process(name: str) -> Process:
    """Give the process called `name`; raises StackError naming those there are."""
    everything = (*PROCESSES, PREPARE, MOCK_PROVIDER)
    for process in everything:
        if process.name == name:
            return process
    raise StackError(f"there is no process {name!r}; there are {', '.join(process.name for process in everything)}")
