"""Run what may wait (tables, disks, password hashes) on threads, and hand what came of it back to the event loop."""

import contextlib
import socket
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

import structlog
from pyftpdlib.ioloop import Acceptor

log = structlog.get_logger()

Errand: TypeAlias = Callable[[], object]
Operation: TypeAlias = Callable[[], AbstractContextManager[object]]
"""Opens the context in which one errand runs; the composer gives its database connection back on leaving it."""
WhenBack: TypeAlias = Callable[["Future[object]"], None]


class Errands:
    """Threads of one process; whoever sends one out is called back on the loop, in the loop's own thread."""

    def __init__(self, ioloop: Any, *, operation: Operation, threads: int) -> None:  # noqa: ANN401 - untyped
        self._operation = operation
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ftp-errand")
        self._hashing = ThreadPoolExecutor(1, thread_name_prefix="ftp-password")
        self._back: deque[tuple[Future[object], WhenBack]] = deque()
        bell, self._rope = socket.socketpair()
        for end in (bell, self._rope):
            end.setblocking(False)
        self._bell = Bell(bell, ioloop, self._call_back)

    def run(self, errand: Errand, when_back: WhenBack) -> None:
        """Run the errand inside an operation; `when_back` gets what came of it."""
        self._pool.submit(self._inside, errand).add_done_callback(lambda done: self._ring(done, when_back))

    def run_apart(self, errand: Errand, when_back: WhenBack) -> None:
        """Run a slow computation that needs no database; only others of its kind wait for it."""
        self._hashing.submit(errand).add_done_callback(lambda done: self._ring(done, when_back))

    def close(self) -> None:
        """Wait for what is under way, then let go of the threads; nobody is called back any more."""
        self._pool.shutdown(cancel_futures=True)
        self._hashing.shutdown(wait=False, cancel_futures=True)
        self._bell.close()
        self._rope.close()

    def _inside(self, errand: Errand) -> object:
        with self._operation():
            return errand()

    def _ring(self, done: "Future[object]", when_back: WhenBack) -> None:
        self._back.append((done, when_back))
        with contextlib.suppress(OSError):  # full: the bell rings already; closed: nobody listens
            self._rope.send(b"!")

    def _call_back(self) -> None:
        while self._back:
            done, when_back = self._back.popleft()
            if done.cancelled():
                continue
            try:
                when_back(done)
            except Exception:
                log.exception("ftp errand came back to nobody")  # one session's trouble; the others wait for the bell


class Bell(Acceptor):  # type: ignore[misc]  # pyftpdlib has no types
    """A socket whose only use is to wake the loop; `answer` is called whenever something comes."""

    def __init__(self, sock: socket.socket, ioloop: Any, answer: Callable[[], None]) -> None:  # noqa: ANN401
        super().__init__(sock, ioloop=ioloop)
        self._answer = answer

    def handle_read_event(self) -> None:
        """Answer the bell."""
        with contextlib.suppress(BlockingIOError):
            while self.socket.recv(4096):
                pass
        self._answer()

    def handle_error(self) -> None:
        """Go on: without its bell the process would hear of no errand any more."""
        log.error("ftp bell not answered", exc_info=sys.exc_info()[1])

    def writable(self) -> bool:
        """Nothing is ever written."""
        return False
