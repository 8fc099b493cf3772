"""Programs that run while something is measured: each is told to stop at the end, and ended when it does not."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from commands.stack.descendants import Descendants
from commands.stack.home import REPOSITORY
from commands.stack.interruptions import uninterrupted

STOP_SECONDS = 25.0


@contextmanager
def running_child(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server until the block ends; what it says goes to `log`. Ctrl-C reaches us alone, and we stop it."""
    with log.open("ab") as output:
        child = subprocess.Popen(  # noqa: S603 - our own modules and programs that were looked up
            command,
            cwd=REPOSITORY,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        stop(child)


def stop(child: "subprocess.Popen[bytes] | subprocess.Popen[str]") -> None:
    """End a child and what is left of its process group, politely first."""
    with uninterrupted():
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Let SIGTERM and SIGHUP interrupt the block as Ctrl-C does, and end what still runs below us after it."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGTERM, signal.SIGHUP)}
    descendants = Descendants()
    descendants.adopt_orphans()
    try:
        yield
    finally:
        with uninterrupted():
            descendants.end()
        for number, handler in before.items():
            signal.signal(number, handler)
