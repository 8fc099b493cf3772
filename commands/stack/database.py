"""Launch the embedded database and keep it running: `python -m commands.stack.database`."""

import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType

import structlog

from commands.stack.embedded_server import EmbeddedServer
from commands.stack.home import guichet_home, write_whole
from domain.refusals import OutageError

log = structlog.get_logger()

DATABASES = {"guichet": "database_url", "airflow": "airflow_database_url"}
"""Each database and the file of `<home>/run` that tells its URL."""

WATCH_SECONDS = 0.2
MOST_FAILED_STARTS = 5


def main() -> int:
    """Run until SIGTERM or SIGINT, then stop the server; 1 with one sentence when it cannot run."""
    if os.environ.get("DATABASE_URL"):
        log.info("DATABASE_URL is set: no embedded database is launched")
        return 0
    stop = Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    home = guichet_home()
    try:
        with _sole_launcher(home):
            keep_running(home, EmbeddedServer(home), stop=stop)
    except OutageError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def keep_running(home: Path, server: EmbeddedServer, *, stop: Event) -> None:
    """Start the server again whenever its postmaster dies, until `stop`; then stop it.

    Raises OutageError after five starts in a row that came to nothing.
    """
    server.prepare()
    failed_starts = 0
    try:
        while not stop.is_set():
            try:
                server.start()
                if server.wait_ready(give_up=stop.is_set):
                    server.create_databases(*DATABASES)
            except OutageError as error:
                failed_starts += 1
                log.warning("database start failed", attempt=failed_starts, reason=str(error))
                if failed_starts == MOST_FAILED_STARTS:
                    raise
                stop.wait(1.0)
                continue
            failed_starts = 0
            _publish(home, server)
            while server.is_alive() and not stop.wait(WATCH_SECONDS):
                pass
    finally:
        server.stop()


def _publish(home: Path, server: EmbeddedServer) -> None:
    for name, file_name in DATABASES.items():
        write_whole(home / "run" / file_name, f"{server.url(name)}\n")


@contextmanager
def _sole_launcher(home: Path) -> Iterator[None]:
    """Hold the home's launcher lock; the system releases it even when we are killed."""
    path = home / "run" / "database.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutageError(f"another launcher already runs the database of {home}") from None
        yield


if __name__ == "__main__":
    sys.exit(main())
