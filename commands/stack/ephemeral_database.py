"""An embedded database for the length of a test run, which ends with the process that asked for it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from commands.stack.embedded_server import THROWAWAY, EmbeddedServer
from domain.refusals import OutageError

DATABASE = "guichet"


@contextmanager
def ephemeral_database(directory: Path) -> Iterator[str]:
    """Run a server in `directory` and give its URL; stopped on leaving, and also when this process is killed.

    Nothing is flushed to disk: for tests only. Raises OutageError when it does not start.
    """
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "commands.stack.ephemeral_database", directory],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests, which then stop the server themselves
    ) as keeper:
        if keeper.stdin is None or keeper.stdout is None:
            raise OutageError("the throwaway database has no pipes")
        url = keeper.stdout.readline().strip()
        if not url:
            raise OutageError(f"the throwaway database in {directory} did not start")
        try:
            yield url
        finally:
            keeper.stdin.close()
            keeper.wait()


def _keep(directory: Path) -> None:
    """Start, tell the URL on the standard output, and stop at the end of the standard input."""
    server = EmbeddedServer(directory, settings=THROWAWAY)
    server.prepare()
    try:
        server.start()
        server.wait_ready(give_up=lambda: False)
        server.create_databases(DATABASE)
        sys.stdout.write(f"{server.url(DATABASE)}\n")
        sys.stdout.flush()
        sys.stdin.read()
    finally:
        server.stop()


if __name__ == "__main__":
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger("warning"),
    )
    _keep(Path(sys.argv[1]))
