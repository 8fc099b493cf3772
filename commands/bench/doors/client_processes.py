"""Clients in processes of their own, so that they do not wait for each other: told and asked line by line."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from commands.bench.doors.children import stop
from commands.stack.home import REPOSITORY
from domain.refusals import OutageError


class ClientProcess:
    """A module of ours that takes lines of JSON on its standard input and answers each with one."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self._child = child

    def say(self, message: object) -> None:
        """Tell the client something; it begins to work on it at once."""
        if self._child.stdin is not None:
            self._child.stdin.write(f"{json.dumps(message)}\n")
            self._child.stdin.flush()

    def hear(self) -> Any:  # noqa: ANN401 - whatever its answer is
        """Wait for the answer; OutageError when the client ended instead."""
        line = "" if self._child.stdout is None else self._child.stdout.readline()
        if not line:
            raise OutageError("a client of the bench ended before its work was done; its last words stand above")
        return json.loads(line)

    def finish(self) -> None:
        """Let the client end by itself, as it does when nothing more is said."""
        if self._child.stdin is not None:
            self._child.stdin.close()
        self._child.wait()


@contextmanager
def client_process(module: str) -> Iterator[ClientProcess]:
    """Run `python -m module` until the block ends."""
    child = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", module],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with child:
        try:
            yield ClientProcess(child)
        finally:
            stop(child)


@contextmanager
def client_processes(module: str, count: int) -> Iterator[Sequence[ClientProcess]]:
    """Run several."""
    with ExitStack() as stack:
        yield [stack.enter_context(client_process(module)) for _ in range(count)]


def say_all(clients: Sequence[ClientProcess], messages: Sequence[object]) -> list[Any]:
    """Tell each its message, all at once, and return their answers."""
    for client, message in zip(clients, messages, strict=True):
        client.say(message)
    return [client.hear() for client in clients]
