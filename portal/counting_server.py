"""Uvicorn's server, with an accept of our own: a connection is counted and bounded before its TLS handshake begins.

Uvicorn hands its sockets to the event loop, which tells of a connection only once its handshake is done and waits a minute
for that.
"""

import asyncio
import contextlib
import errno
import socket
from typing import Any

import structlog
from uvicorn.config import Config
from uvicorn.server import Server

from channels.doors.sources import ToldOnce
from portal.connection_counts import ConnectionBounds, ConnectionCounts, Place, TooManyConnections

log = structlog.get_logger()

_ACCEPTED_AT_ONCE = 16
"""Then requests have their turn; more connections wait in the kernel."""

_PAUSE = 1.0
_NO_ROOM = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class CountingServer(Server):
    """Serves what gunicorn's sockets bring; `config` names a protocol that has a `place`, and gives it back."""

    def __init__(self, config: Config, bounds: ConnectionBounds) -> None:
        super().__init__(config)
        self._seconds = bounds.handshake_seconds
        self._counts = ConnectionCounts(bounds)
        self._told = ToldOnce()
        self._arriving: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept."""
        await super().startup(sockets=[])
        for listener in sockets or ():
            listener.setblocking(False)
            self._listen(listener)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more, drop who has not finished a handshake, and let the others end."""
        for listener in sockets or ():
            asyncio.get_running_loop().remove_reader(listener.fileno())
        for task in self._arriving:
            task.cancel()
        await super().shutdown(sockets=sockets)

    def _listen(self, listener: socket.socket) -> None:
        if listener.fileno() >= 0:
            asyncio.get_running_loop().add_reader(listener.fileno(), self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        """Take the next connections; another worker may have been faster."""
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                accepted, address = listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as trouble:
                if trouble.errno not in _NO_ROOM:
                    raise
                log.exception("http connection not accepted")
                loop = asyncio.get_running_loop()
                loop.remove_reader(listener.fileno())
                loop.call_later(_PAUSE, self._listen, listener)
                return
            self._admit(accepted, address)

    def _admit(self, accepted: socket.socket, address: Any) -> None:  # noqa: ANN401 - of what family the socket is
        peer = str(address[0]) if isinstance(address, tuple) else "unknown"
        try:
            place = self._counts.enter(peer)
        except TooManyConnections as refused:
            accepted.close()
            if self._told.is_due(peer, str(refused)):
                log.warning("http connection broken off", source=peer, reason=str(refused))
            return
        accepted.setblocking(False)
        if accepted.family in {socket.AF_INET, socket.AF_INET6}:
            with contextlib.suppress(OSError):  # it may be gone already
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = asyncio.get_running_loop().create_task(self._welcome(accepted, place, peer))
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)

    async def _welcome(self, accepted: socket.socket, place: Place, peer: str) -> None:
        """Wait for the handshake; the protocol then holds the place. The event loop closes the socket, whatever comes."""
        tls = self.config.ssl
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: self._make_protocol(place),
                accepted,
                ssl=tls,
                ssl_handshake_timeout=None if tls is None else self._seconds,
            )
        except OSError as trouble:
            place.leave()
            reason = "handshake too slow" if isinstance(trouble, ConnectionAbortedError) else "handshake failed"
            if self._told.is_due(peer, reason):
                log.info("http connection broken off", source=peer, reason=reason)
        except BaseException:
            place.leave()
            raise

    def _make_protocol(self, place: Place) -> asyncio.Protocol:
        protocol: Any = self.config.http_protocol_class(  # type: ignore[call-arg]  # as uvicorn's own server calls it
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            _loop=asyncio.get_running_loop(),
        )
        protocol.place = place
        return protocol  # type: ignore[no-any-return]
