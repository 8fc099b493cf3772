"""Run a composed door: take its addresses, then serve them from several worker processes."""

import logging
import os
from collections.abc import Sequence

import structlog

from channels.doors.listening import Address, listen_beside, require_free, reserve
from channels.doors.workers import StopSignal, keep_workers
from sftp_server.admission import open_counts
from sftp_server.compositions import Composition
from sftp_server.counters import Counter
from sftp_server.ports import LoginT

log = structlog.get_logger()

_PORT_SETTING = "GUICHET_SFTP_PORT"
_PATIENCE = 5.0
_MARGIN = 5.0


def run_door(
    parts: Composition[LoginT], *, addresses: Sequence[Address], workers: int, patience: float = _PATIENCE
) -> None:
    """Serve until SIGTERM or SIGINT, then let requests in flight finish within the settings' drain time.

    Raises CannotListenError when an address is not free after `patience` seconds, WorkersCannotLiveError when workers
    keep dying. Call it from the main thread, before any other is started and before a database connection is open.
    """
    quieten_paramiko()
    require_free(addresses, patience=patience, setting=_PORT_SETTING)
    reserved = reserve(addresses, setting=_PORT_SETTING)
    counts = open_counts(parts.settings, workers=workers)
    if parts.settings.accept_ssh_rsa:
        log.warning("sftp logins with signatures over SHA-1 are accepted", setting="GUICHET_SFTP_ACCEPT_SSH_RSA")

    def serve(_number: int, stop: StopSignal) -> None:
        counter = Counter(parts, listen_beside(reserved), counts)
        log.info("sftp worker ready", worker=os.getpid())
        counter.serve(stop.is_set, wake=stop.wake)

    for one in reserved:
        host, port = one.getsockname()[:2]
        log.info("sftp door opens", host=host, port=port, workers=workers)
    keep_workers(serve, door="sftp", count=workers, longest_end=parts.settings.drain + _MARGIN)


def quieten_paramiko() -> None:
    """Keep paramiko's own lines out of the log: it reports every scanner with a traceback, the door says what counts."""
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
