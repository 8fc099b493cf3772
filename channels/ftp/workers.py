"""Keep the processes of the FTP door: start them, replace one that died, take them along when the parent goes."""

import contextlib
import ctypes
import math
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import structlog

log = structlog.get_logger()

_PR_SET_PDEATHSIG = 1
_STOPS = (signal.SIGTERM, signal.SIGINT)
_TOO_SHORT_A_LIFE = 1.0
_SHORT_LIVES_A_WORKER = 3
_LOOK_AGAIN = 0.2


@dataclass(frozen=True, slots=True)
class Stop:
    """Tells a worker when to stop: `wake` becomes readable at once, `is_set` says whether."""

    wake: socket.socket
    is_set: Callable[[], bool]


Serve: TypeAlias = Callable[[int, Stop], None]


class WorkersCannotLiveError(Exception):
    """Workers die as soon as they are started."""


def keep_workers(serve: Serve, *, count: int, longest_end: float, buried: Callable[[int], None]) -> None:
    """Run `serve`, told its number, in `count` processes until SIGTERM or SIGINT; an end may take `longest_end` seconds.

    `buried` is told the number of each that died, before another takes it. Call it before any thread is started.
    Raises WorkersCannotLiveError when workers keep dying within a second.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*_STOPS, signal.SIGCHLD})
    alive: dict[int, tuple[int, float]] = {}
    short_lives = 0

    def start(number: int) -> None:
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            _be_worker(serve, number, before, parent, longest_end)
        alive[process] = (number, time.monotonic())

    try:
        for number in range(count):
            start(number)
        while signal.sigwait({*_STOPS, signal.SIGCHLD}) == signal.SIGCHLD:
            for number, lifetime in _bury(alive):
                buried(number)
                short_lives = short_lives + 1 if lifetime < _TOO_SHORT_A_LIFE else 0
                if short_lives > _SHORT_LIVES_A_WORKER * count:
                    raise WorkersCannotLiveError(f"{short_lives} workers ended within a second of their start")
                start(number)
    finally:
        _stop(alive, longest_end)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _bury(alive: dict[int, tuple[int, float]]) -> list[tuple[int, float]]:
    buried = []
    while alive:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == 0:
            break
        if process in alive:
            number, started = alive.pop(process)
            log.error("ftp worker ended", worker=process, status=os.waitstatus_to_exitcode(status))
            buried.append((number, time.monotonic() - started))
    return buried


def _stop(alive: dict[int, tuple[int, float]], longest_end: float) -> None:
    _tell(alive, signal.SIGTERM)
    deadline = time.monotonic() + longest_end
    while alive and time.monotonic() < deadline:
        for process in list(alive):
            if os.waitpid(process, os.WNOHANG)[0]:
                del alive[process]
        if alive:
            signal.sigtimedwait({signal.SIGCHLD}, _LOOK_AGAIN)
    _tell(alive, signal.SIGKILL)


def _tell(alive: dict[int, tuple[int, float]], what: signal.Signals) -> None:
    for process in alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, what)


def _be_worker(serve: Serve, number: int, mask: set[signal.Signals | int], parent: int, longest_end: float) -> None:
    """Serve until told to stop or the parent is gone, then end the process; never returns."""
    code = 1
    try:
        stop = _listen_to_signals(parent, longest_end)
        if sys.platform == "linux":
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        serve(number, stop)
        code = 0
    except BaseException:
        log.exception("ftp worker failed", worker=os.getpid())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _listen_to_signals(parent: int, longest_end: float) -> Stop:
    """Return what a stop is told by; once told, the process lives for `longest_end` seconds at most."""
    told: list[int] = []

    def note(number: int, _frame: object) -> None:
        told.append(number)
        signal.alarm(math.ceil(longest_end))

    wake, woken = socket.socketpair()
    for end in (wake, woken):
        end.setblocking(False)
    for one in _STOPS:
        signal.signal(one, note)
    signal.set_wakeup_fd(woken.detach(), warn_on_full_buffer=False)
    return Stop(wake, lambda: bool(told) or os.getppid() != parent)
