"""Run a composed FTP door: take its addresses, then serve them from several processes."""

import logging
import os
import resource
from collections.abc import Sequence

import structlog

from channels.doors.listening import Address, listen_beside, require_free, reserve
from channels.doors.workers import StopSignal, keep_workers
from channels.ftp.counters import Counter
from channels.ftp.doors import Composition, Shared

log = structlog.get_logger()

_PORT_SETTING = "GUICHET_FTP_PORT"
_PATIENCE = 5.0
_MARGIN = 4.0


def run_door(parts: Composition, *, addresses: Sequence[Address], workers: int, patience: float = _PATIENCE) -> None:
    """Serve until SIGTERM or SIGINT, then let commands in flight finish within the settings' drain time.

    Raises CannotListenError when an address is not free after `patience` seconds, WorkersCannotLiveError when workers
    keep dying. Call it from the main thread, before any other is started and before a database connection is open.
    """
    quieten_pyftpdlib()
    require_free(addresses, patience=patience, setting=_PORT_SETTING)
    reserved = reserve(addresses, setting=_PORT_SETTING)
    shared = Shared.make(parts.settings, workers=workers)

    _allow_descriptors()

    def serve(number: int, stop: StopSignal) -> None:
        counter = Counter(parts, shared, listen_beside(reserved), worker=number)
        log.info("ftp worker ready", worker=os.getpid())
        counter.serve(stop.is_set, wake=stop.wake)

    longest_end = parts.settings.drain + _MARGIN
    try:
        keep_workers(serve, door="ftp", count=workers, longest_end=longest_end, buried=shared.occupancy.empty)
    finally:
        for kept in reserved:
            kept.close()


def _allow_descriptors() -> None:
    """Let a process have as many descriptors as the system allows: a session has up to four."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def quieten_pyftpdlib() -> None:
    """Keep to the log what pyftpdlib takes for an error of the program; its other lines hold what clients typed."""
    logger = logging.getLogger("pyftpdlib")
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setLevel(logging.ERROR)
        logger.addHandler(handler)
    logger.setLevel(logging.ERROR)
    logger.propagate = False
