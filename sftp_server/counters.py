"""One worker's counter: accept connections, watch over them, and at a stop let requests in flight finish."""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic

import structlog

from sftp_server.admission import Admission, Admitted, TurnedAway, open_counts
from sftp_server.compositions import Composition
from sftp_server.connections import Connection, House
from sftp_server.ports import LoginT
from sftp_server.shared_counts import SharedCounts, give_back
from sftp_server.windows import WindowBudget

log = structlog.get_logger()

_TICK = 0.5
_FAREWELL = 2.0
_OUT_OF_DESCRIPTORS_PAUSE = 0.1
_MILLISECONDS = 1000
_KEEPALIVE = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))


class Counter(Generic[LoginT]):
    """Serves every connection that arrives at `listeners` until told to stop; `counts` are shared with other workers."""

    def __init__(
        self,
        parts: Composition[LoginT],
        listeners: Sequence[socket.socket],
        counts: SharedCounts | None = None,
    ) -> None:
        settings = parts.settings
        counts = counts or open_counts(settings, workers=1)
        counts.enter()
        self._parts = parts
        self._listeners = listeners
        self._connections: list[Connection[LoginT]] = []
        self._house = House(
            admission=Admission(counts, settings),
            counts=counts,
            windows=WindowBudget(total=settings.windows_total, wanted=settings.window, minimum=settings.window_minimum),
        )
        self._stopped = threading.Event()

    def serve(self, is_stopped: Callable[[], bool], *, wake: socket.socket | None = None) -> None:
        """Accept until `is_stopped`, asked at least twice a second and whenever `wake` becomes readable; then drain."""
        revocations = threading.Thread(target=self._heed_revocations, name="sftp-revocations", daemon=True)
        revocations.start()
        with selectors.DefaultSelector() as selector:
            for listener in self._listeners:
                selector.register(listener, selectors.EVENT_READ, listener)
            if wake is not None:
                selector.register(wake, selectors.EVENT_READ, None)
            watched = time.monotonic()
            while not is_stopped():
                for key, _ in selector.select(_TICK):
                    if key.data is not None:
                        self._accept(key.data)
                if time.monotonic() - watched >= _TICK:
                    self._watch()
                    watched = time.monotonic()
        self._stopped.set()
        self._drain()

    def _heed_revocations(self) -> None:
        """Ask, for all who are logged in at once, whether they still would be let in; end the connections of the others.

        While nobody can tell, connections stay: nothing can be sealed then either.
        """
        while not self._stopped.wait(self._parts.settings.revocation_check):
            openers = {connection: connection.opened_by for connection in self._connections}
            known = {opener for opener in openers.values() if opener is not None}
            if not known:
                continue
            try:
                with self._parts.operation():
                    living = self._parts.keys.still_open(known)
            except Exception as trouble:  # noqa: BLE001 - the root of a thread; it asks again soon
                log.warning("sftp revocations not known", reason=type(trouble).__name__)
                continue
            for connection, opener in openers.items():
                if opener is not None and opener not in living:
                    connection.revoke()

    def _accept(self, listener: socket.socket) -> None:
        try:
            accepted, peer = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as trouble:
            log.warning("sftp connection not accepted", reason=trouble.strerror)
            time.sleep(_OUT_OF_DESCRIPTORS_PAUSE)
            return
        admitted = self._house.admission.admit(peer[0])
        if isinstance(admitted, TurnedAway):
            with contextlib.suppress(OSError):
                accepted.send(admitted.line, socket.MSG_DONTWAIT)
            accepted.close()
            return
        self._begin(accepted, peer[0], admitted)

    def _begin(self, accepted: socket.socket, peer: str, admitted: Admitted) -> None:
        try:
            _set_options(accepted, idle=self._parts.settings.idle)
            connection = Connection(accepted, self._parts, peer=peer, admitted=admitted, house=self._house)
            connection.start()
        except (OSError, RuntimeError) as trouble:
            log.warning("sftp connection not begun", reason=str(trouble))
            accepted.close()
            give_back((*admitted.until_login, *admitted.until_end))
            return
        self._connections.append(connection)

    def _watch(self) -> None:
        self._connections = [connection for connection in self._connections if connection.is_open]
        for connection in self._connections:
            connection.look_after()

    def _drain(self) -> None:
        for listener in self._listeners:
            listener.close()
        until = time.monotonic() + self._parts.settings.drain
        for connection in self._connections:
            connection.ask_sessions_to_stop()
        finished = [connection.wait_sessions_ended(until=until) for connection in self._connections]
        farewell = time.monotonic() + _FAREWELL
        for connection in self._connections:
            connection.wait_closed(until=farewell)
        log.info("sftp counter closed", connections=len(self._connections), finished=all(finished))


def _set_options(accepted: socket.socket, *, idle: float) -> None:
    """Answer at once, and have the kernel end a connection whose other end is gone or takes nothing for the idle time."""
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE:
        accepted.setsockopt(socket.IPPROTO_TCP, option, value)
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(idle * _MILLISECONDS))
