"""Keep several worker processes at one port: start them, restart a dead one, take them along when the parent goes."""

import contextlib
import math
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import TypeAlias

import structlog

from channels.doors.parents import end_with

log = structlog.get_logger()

_STOPS = (signal.SIGTERM, signal.SIGINT)
_TOO_SHORT_A_LIFE = 1.0
_SHORT_LIVES_A_WORKER = 3
_LOOK_AGAIN = 0.2


@dataclass(frozen=True, slots=True)
class StopSignal:
    """Tells a worker when to stop: `wake` becomes readable at once, `is_set` says whether."""

    wake: socket.socket
    is_set: Callable[[], bool]


Serve: TypeAlias = Callable[[int, StopSignal], None]
"""Runs one worker, told its number, until it is told to stop."""


class WorkersCannotLiveError(Exception):
    """Workers die as soon as they are started."""


def keep_workers(
    serve: Serve,
    *,
    door: str,
    count: int,
    longest_end: float,
    buried: Callable[[int], None] = lambda _number: None,
) -> None:
    """Run `serve` in `count` processes until SIGTERM or SIGINT; an end may take `longest_end` seconds.

    `door` is the name that begins each event of the log. `buried` is told the number of each worker that died, before
    another takes it. Call it before any thread is started. Raises WorkersCannotLiveError when workers keep dying within
    a second.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*_STOPS, signal.SIGCHLD})
    flock = _Flock(serve, before, door=door, longest_end=longest_end)
    try:
        for number in range(count):
            flock.start_one(number)
        while signal.sigwait({*_STOPS, signal.SIGCHLD}) == signal.SIGCHLD:
            flock.replace_dead(buried, most=_SHORT_LIVES_A_WORKER * count)
    finally:
        flock.stop()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass(frozen=True, slots=True)
class _Worker:
    number: int
    started: float


class _Flock:
    """The workers alive now, by process id."""

    def __init__(self, serve: Serve, mask: set[signal.Signals | int], *, door: str, longest_end: float) -> None:
        self._serve = serve
        self._mask = mask
        self._door = door
        self._longest_end = longest_end
        self._alive: dict[int, _Worker] = {}
        self._short_lives = 0

    def start_one(self, number: int) -> None:
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            self._be_worker(number, parent)
        self._alive[process] = _Worker(number, time.monotonic())
        event = f"{self._door} worker started"
        log.info(event, worker=process)

    def replace_dead(self, buried: Callable[[int], None], *, most: int) -> None:
        for process, status, worker in self._bury():
            event = f"{self._door} worker died"
            log.error(event, worker=process, status=os.waitstatus_to_exitcode(status))
            buried(worker.number)
            is_short = time.monotonic() - worker.started < _TOO_SHORT_A_LIFE
            self._short_lives = self._short_lives + 1 if is_short else 0
            if self._short_lives > most:
                raise WorkersCannotLiveError(f"{self._short_lives} workers ended within a second of their start")
            self.start_one(worker.number)

    def stop(self) -> None:
        self._tell(signal.SIGTERM)
        deadline = time.monotonic() + self._longest_end
        while self._alive and time.monotonic() < deadline:
            self._bury()
            if self._alive:
                signal.sigtimedwait({signal.SIGCHLD}, _LOOK_AGAIN)
        self._tell(signal.SIGKILL)

    def _tell(self, what: signal.Signals) -> None:
        for process in self._alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, what)

    def _bury(self) -> list[tuple[int, int, _Worker]]:
        buried = []
        while self._alive:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                break
            worker = self._alive.pop(process, None)
            if worker is not None:
                buried.append((process, status, worker))
        return buried

    def _be_worker(self, number: int, parent: int) -> None:
        """Serve until told to stop or the parent is gone, then end the process; never returns."""
        code = 1
        try:
            is_told = _listen_to_signals(self._longest_end)
            end_with(parent)
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
            self._serve(number, StopSignal(is_told.wake, lambda: is_told.is_set() or os.getppid() != parent))
            code = 0
        except BaseException:
            event = f"{self._door} worker failed"
            log.exception(event, worker=os.getpid())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


def _listen_to_signals(longest_end: float) -> StopSignal:
    """Return what a stop is told by; from then on the process lives for `longest_end` seconds at most."""
    told: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        signal.alarm(math.ceil(longest_end))

    wake, woken = socket.socketpair()
    for end in (wake, woken):
        end.setblocking(False)
    for one in _STOPS:
        signal.signal(one, note)
    signal.set_wakeup_fd(woken.detach(), warn_on_full_buffer=False)
    return StopSignal(wake, lambda: bool(told))
