"""One process of the door: take connections, watch over sessions, and at a stop let commands in flight finish."""

import contextlib
import socket
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

import structlog
from pyftpdlib.ioloop import Acceptor, IOLoop

from channels.ftp.control import ControlConnection
from channels.ftp.doors import Composition, Door, Shared
from channels.ftp.errands import Bell, Errands
from channels.ftp.known_passwords import KnownPasswords
from channels.ftp.sources import is_within, source_key
from channels.ftp.users import Visitor

log = structlog.get_logger()

_TICK = 0.5
_TICK_OF_A_DRAIN = 0.1
_PAUSE = 0.2
_FAREWELL = 1.0
_NO_SHARE = (sys.maxsize, sys.maxsize)


class Counter:
    """Serves every connection that arrives at `listeners` until told to stop."""

    def __init__(
        self, parts: Composition, shared: Shared, listeners: Sequence[socket.socket], *, worker: int = 0
    ) -> None:
        self._settings = parts.settings
        self._ioloop = IOLoop()
        errands = Errands(self._ioloop, operation=parts.operation, threads=parts.settings.threads)
        passwords = KnownPasswords(key=parts.salt, seconds=parts.settings.remember)
        self._door = Door(parts, shared, errands, passwords, worker)
        self._kind: Any = type("ControlConnection", (ControlConnection,), {"door": self._door})
        self._connections: list[ControlConnection] = []
        self._listeners = [_Listener(listener, self._ioloop, self._accept) for listener in listeners]
        self._soonest = 0.0
        self._rechecking = False
        self._rechecked = 0.0
        self.ip_map: list[str] = []
        """Where pyftpdlib looks for addresses that it counts; the door counts them itself."""

    def serve(self, is_stopped: Callable[[], bool], *, wake: socket.socket | None = None) -> None:
        """Serve until `is_stopped`, asked at least twice a second and whenever `wake` becomes readable; then drain."""
        bell = None if wake is None else Bell(wake, self._ioloop, lambda: None)
        try:
            while not is_stopped():
                self._turn()
            self._drain()
        finally:
            for connection in list(self._connections):
                connection.close()
            self._door.errands.close()
            if bell is not None:
                bell.close()
            self._ioloop.close()

    def _turn(self) -> None:
        self._serve_once(_TICK)
        self._watch()
        if time.monotonic() - self._rechecked >= self._settings.recheck:
            self._rechecked = time.monotonic()
            self._recheck()

    def _serve_once(self, longest: float) -> None:
        """Serve what has come, or wait for it until the next task is due, for `longest` seconds at most."""
        soonest = self._ioloop.loop(timeout=min(longest, self._soonest), blocking=False)
        self._soonest = longest if soonest is None else soonest

    def _accept(self, accepted: socket.socket, peer: str) -> None:
        parts, shared = self._door.parts, self._door.shared
        source = source_key(peer, salt=parts.salt)
        is_exempt = is_within(peer, self._settings.exempt)
        if not is_exempt and shared.penalties.is_banned(source):
            _turn_away(accepted, "Too many failed logins; come back later.")
            return
        place = None
        settings = self._settings
        waiting, most = (settings.before_login_per_source, settings.per_source) if not is_exempt else _NO_SHARE
        if self._has_room_before_login(source, most=waiting):
            place = shared.occupancy.enter(self._door.worker, source, most=most)
        if place is None:
            log.warning("ftp connection turned away", source=peer, connections=len(self._connections))
            _turn_away(accepted, "Too many connections; try again later.")
            return
        connection = None
        try:
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            connection = self._kind(accepted, self, ioloop=self._ioloop)
        finally:
            if connection is None or not connection.connected:
                accepted.close()
                shared.occupancy.leave(place)
        if connection.connected:
            self._connections.append(connection)
            connection.open_session(source, place)

    def _has_room_before_login(self, source: int, *, most: int) -> bool:
        """Whether one more may come that has not logged in: of all sources, and of this one, which may have `most`."""
        waiting = [connection.source for connection in self._connections if not connection.is_logged_in]
        return len(waiting) < self._settings.before_login and waiting.count(source) < most

    def _watch(self) -> None:
        now = time.monotonic()
        self._connections = [connection for connection in self._connections if not connection.is_closed]
        for connection in self._connections:
            if not connection.is_logged_in and now - connection.began > self._settings.login_grace:
                connection.dismiss("No login in time.")
                connection.close()
            elif not connection.is_busy and now - connection.active_at > self._settings.idle:
                connection.dismiss("Nothing was asked for too long.")
                connection.close()

    def _recheck(self) -> None:
        """Ask whether those who are here would still get in: what is revoked or blocked ends within seconds."""
        visitors = {
            connection.session.visitor
            for connection in self._connections
            if connection.session is not None and connection.session.visitor is not None
        }
        if self._rechecking or not visitors:
            return
        self._rechecking = True
        parts = self._door.parts
        errand = partial(parts.users.still_welcome, visitors, at=parts.clock.now())
        self._door.errands.run(errand, partial(self._dismiss_others, visitors))

    def _dismiss_others(self, asked: set[Visitor], done: "Future[Any]") -> None:
        self._rechecking = False
        if (trouble := done.exception()) is not None:
            log.error("ftp sessions not checked", exc_info=trouble)
            return
        unwelcome = asked - done.result()
        for connection in self._connections:
            if connection.session is not None and connection.session.visitor in unwelcome:
                log.info("ftp session ended", source=connection.remote_ip, reason="no longer allowed")
                connection.dismiss("The login is no longer valid.")
                connection.close()

    def _drain(self) -> None:
        for listener in self._listeners:
            listener.close()
        until = time.monotonic() + self._settings.drain
        for connection in self._connections:
            connection.ask_to_stop()
        while self._are_open() and time.monotonic() < until:
            self._serve_once(_TICK_OF_A_DRAIN)
        log.info("ftp counter closed", finished=not self._are_open())
        until = time.monotonic() + _FAREWELL
        for connection in self._connections:
            connection.dismiss("The door closes.")
        while self._are_open() and time.monotonic() < until:
            self._serve_once(_TICK_OF_A_DRAIN)

    def _are_open(self) -> bool:
        return any(not connection.is_closed for connection in self._connections)


class _Listener(Acceptor):  # type: ignore[misc]  # pyftpdlib has no types
    """A listening socket on the loop."""

    def __init__(self, sock: socket.socket, ioloop: Any, take: Callable[[socket.socket, str], None]) -> None:  # noqa: ANN401
        super().__init__(ioloop=ioloop)
        self._take = take
        self.set_socket(sock)
        self.accepting = True

    def handle_accepted(self, sock: socket.socket, addr: tuple[Any, ...]) -> None:
        """Hand on who has come."""
        self._take(sock, str(addr[0]))

    def handle_error(self) -> None:
        """Pause and go on: neither one connection that failed nor a want of descriptors ends the listening."""
        log.error("ftp connection not accepted", exc_info=sys.exc_info()[1])
        self.modify_ioloop_events(0)
        self.ioloop.call_later(_PAUSE, self.modify_ioloop_events, self.ioloop.READ)


def _turn_away(accepted: socket.socket, text: str) -> None:
    with accepted, contextlib.suppress(OSError):
        accepted.setblocking(False)
        accepted.send(f"421 {text}\r\n".encode("ascii"))
