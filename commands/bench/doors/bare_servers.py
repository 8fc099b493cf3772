"""Servers on the bare libraries of our doors, in as many processes as a door has: they show what a library alone can do."""

import contextlib
import selectors
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import IPPROTO_TCP, TCP_NODELAY, socket
from threading import Thread

from channels.doors.listening import Address, listen_beside, reserve
from channels.doors.workers import StopSignal, keep_workers
from commands.bench.doors.children import running_child
from commands.bench.doors.installation import free_port, wait_for_listener

PROCESSES = 2
"""As the doors have by default."""

_LONGEST_END = 2.0
_TICK = 0.2


def serve_in_processes(port: int, begin: Callable[[socket], None]) -> None:
    """Have `begin` called with every connection to the port, in a thread of its own, until told to stop."""

    def serve(listener: socket, stop: StopSignal) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(listener, selectors.EVENT_READ)
            while not stop.is_set():
                if selector.select(_TICK):
                    with contextlib.suppress(BlockingIOError):
                        accepted, _ = listener.accept()
                        accepted.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
                        Thread(target=begin, args=(accepted,), daemon=True).start()

    listen_in_processes(port, serve)


def listen_in_processes(port: int, serve: Callable[[socket, StopSignal], None]) -> None:
    """Run `serve` with a socket of its own at the port in each process, until told to stop."""
    reserved = reserve([Address("127.0.0.1", port)], setting="port")
    keep_workers(
        lambda _number, stop: serve(listen_beside(reserved)[0], stop),
        door="bare",
        count=PROCESSES,
        longest_end=_LONGEST_END,
    )


@dataclass(frozen=True, slots=True)
class RunningBare:
    """Where a bare server listens, and the process above its others."""

    port: int
    pid: int


@contextmanager
def running_bare(kind: str, words: Sequence[str], *, log: Path) -> Iterator[RunningBare]:
    """Run the bare server of that kind until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", f"commands.bench.doors.bare_{kind}", str(port), *words]
    with running_child(command, log=log) as process:
        wait_for_listener(port, process)
        yield RunningBare(port, process.pid)
