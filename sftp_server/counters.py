"""One worker's counter: accept connections, watch over them, and at a stop let requests in flight finish."""

import selectors
import socket
import time
from collections.abc import Callable, Sequence
from typing import Generic

import structlog

from sftp_server.connections import Composition, Connection
from sftp_server.ports import LoginT
from sftp_server.windows import WindowBudget

log = structlog.get_logger()

_TICK = 0.5
_FAREWELL = 2.0
_OUT_OF_DESCRIPTORS_PAUSE = 0.1


class Counter(Generic[LoginT]):
    """Serves every connection that arrives at `listeners` until told to stop."""

    def __init__(self, parts: Composition[LoginT], listeners: Sequence[socket.socket]) -> None:
        settings = parts.settings
        self._parts = parts
        self._listeners = listeners
        self._connections: list[Connection[LoginT]] = []
        self._windows = WindowBudget(
            total=settings.windows_total, wanted=settings.window, minimum=settings.window_minimum
        )

    def serve(self, is_stopped: Callable[[], bool], *, wake: socket.socket | None = None) -> None:
        """Accept until `is_stopped`, asked at least twice a second and whenever `wake` becomes readable; then drain."""
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
        self._drain()

    def _accept(self, listener: socket.socket) -> None:
        try:
            accepted, peer = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as trouble:
            log.warning("sftp connection not accepted", reason=trouble.strerror)
            time.sleep(_OUT_OF_DESCRIPTORS_PAUSE)
            return
        if not self._has_room():
            self._watch()
        if not self._has_room():
            log.warning("sftp connection turned away", peer=peer[0], connections=len(self._connections))
            accepted.close()
            return
        self._begin(accepted)

    def _begin(self, accepted: socket.socket) -> None:
        try:
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            connection = Connection(accepted, self._parts, self._windows)
            connection.start()
        except (OSError, RuntimeError) as trouble:
            log.warning("sftp connection not begun", reason=str(trouble))
            accepted.close()
            return
        self._connections.append(connection)

    def _has_room(self) -> bool:
        settings = self._parts.settings
        before_login = sum(1 for connection in self._connections if not connection.is_logged_in)
        return len(self._connections) < settings.connections and before_login < settings.connections_before_login

    def _watch(self) -> None:
        for connection in self._connections:
            if connection.is_open:
                connection.close_when_overdue()
            else:
                connection.let_go()
        self._connections = [connection for connection in self._connections if connection.is_open]

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
