"""Run a composed FTP door: take its addresses, then serve them from several processes."""

import logging
import os
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address

import structlog

from channels.ftp.counters import Counter
from channels.ftp.doors import Composition, Shared
from channels.ftp.listening import listen_beside, reserve
from channels.ftp.workers import Stop, keep_workers

log = structlog.get_logger()

_MARGIN = 4.0


def run_door(parts: Composition, *, addresses: Sequence[IPv4Address | IPv6Address], port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT, then let commands in flight finish within the settings' drain time.

    Raises CannotListenError when an address is not free, WorkersCannotLiveError when workers keep dying. Call it from
    the main thread, before any other is started and before a database connection is open.
    """
    quieten_pyftpdlib()
    reserved = reserve(addresses, port=port)
    shared = Shared.make(parts.settings, workers=workers)

    def serve(number: int, stop: Stop) -> None:
        counter = Counter(parts, shared, listen_beside(reserved), worker=number)
        log.info("ftp worker ready", worker=os.getpid())
        counter.serve(stop.is_set, wake=stop.wake)

    try:
        keep_workers(serve, count=workers, longest_end=parts.settings.drain + _MARGIN, buried=shared.occupancy.empty)
    finally:
        for kept in reserved:
            kept.close()


def quieten_pyftpdlib() -> None:
    """Keep to the log what pyftpdlib takes for an error of the program; its other lines hold what clients typed."""
    logger = logging.getLogger("pyftpdlib")
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setLevel(logging.ERROR)
        logger.addHandler(handler)
    logger.setLevel(logging.ERROR)
    logger.propagate = False
