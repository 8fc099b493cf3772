"""One SSH connection: its transport, its login, its channels and the sessions on them."""

import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

import structlog
from paramiko import Channel, PKey

from domain.brussels import Clock
from sftp_server.bounded_socket import BoundedSocket
from sftp_server.bounded_transport import BoundedTransport, packet_limit
from sftp_server.door_settings import DoorSettings
from sftp_server.ports import Door, KeyDirectory, LoginT, Operation
from sftp_server.reception import Reception
from sftp_server.sessions import Session
from sftp_server.windows import WindowBudget

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Composition(Generic[LoginT]):
    """Everything the door is made of, put together by a composition root."""

    keys: KeyDirectory[LoginT]
    door: Door[LoginT]
    operation: Operation
    clock: Clock
    host_keys: Sequence[PKey]
    settings: DoorSettings


class Connection(Generic[LoginT]):
    """A client, from its first byte to its last; `start` returns at once and the work is done in threads."""

    def __init__(self, accepted: socket.socket, parts: Composition[LoginT], windows: WindowBudget) -> None:
        settings = parts.settings
        self._peer = _peer_of(accepted)
        self._parts = parts
        self._budget = windows
        self._windows: dict[int, int] = {}
        self._sessions: dict[int, Session] = {}
        self._lock = threading.Lock()
        self._reception = Reception(parts.keys, self, operation=parts.operation, peer=self._peer)
        self._socket = BoundedSocket(accepted, packet=packet_limit(settings), before_login=settings.before_login)
        self._transport = BoundedTransport(self._socket, settings)
        for key in parts.host_keys:
            self._transport.add_server_key(key)
        self._since = time.monotonic()

    def start(self) -> None:
        """Begin the conversation."""
        self._transport.start_server(event=threading.Event(), server=self._reception)

    @property
    def is_open(self) -> bool:
        """Whether the client is still there."""
        return self._transport.is_active()

    @property
    def is_logged_in(self) -> bool:
        """Whether somebody has logged in."""
        return self._transport.is_authenticated()

    def close_when_overdue(self) -> None:
        """Close the connection when nobody logs in within the grace time, or nothing is open for the idle time."""
        settings = self._parts.settings
        with self._lock:
            self._forget_gone()
            if self._windows:
                self._since = time.monotonic()
        waited = time.monotonic() - self._since
        if waited > (settings.idle if self.is_logged_in else settings.login_grace):
            log.info("sftp connection closed", peer=self._peer, reason="overdue", logged_in=self.is_logged_in)
            self._hang_up()

    def take_channel(self, number: int) -> bool:
        """Whether one more channel may be open; its window is then taken."""
        with self._lock:
            self._forget_gone()
            if len(self._windows) >= self._parts.settings.channels:
                return False
            self._windows[number] = self._transport.default_window_size = self._budget.take()
            return True

    def begin_session(self, channel: Channel) -> bool:
        """Begin an SFTP session on the channel; False when it has one already."""
        login = self._reception.login
        with self._lock:
            if login is None or channel.chanid in self._sessions:
                return False
            parts, number = self._parts, secrets.token_hex(4)
            session = Session(channel, operation=parts.operation, settings=parts.settings, number=number)
            self._sessions[channel.chanid] = session
        log.info("sftp session begun", peer=self._peer, session=number, user=self._transport.get_username())
        threading.Thread(target=self._serve, args=(channel, session, login), name=f"sftp-{number}", daemon=True).start()
        return True

    def ask_sessions_to_stop(self) -> None:
        """End every session now, or after the answer to its request in flight; returns at once."""
        for session in self._sessions_now():
            session.ask_to_stop()

    def wait_sessions_ended(self, *, until: float) -> bool:
        """Whether every session ended before the monotonic instant `until`."""
        outcomes = [session.wait_ended(until=until) for session in self._sessions_now()]
        return all(outcomes)

    def wait_closed(self, *, until: float) -> None:
        """Give the client until the monotonic instant `until` to read its last answers and go; then close."""
        self._transport.join(max(until - time.monotonic(), 0.0))
        self._hang_up()

    def let_go(self) -> None:
        """Give the windows back, once the connection is gone."""
        with self._lock:
            for window in self._windows.values():
                self._budget.give_back(window)
            self._windows.clear()

    def _serve(self, channel: Channel, session: Session, login: LoginT) -> None:
        try:
            session.serve(lambda: self._parts.door.open_mailbox(login), self._parts.clock)
        finally:
            with contextlib.suppress(EOFError, OSError):
                channel.close()
            with self._lock:
                self._sessions.pop(channel.chanid, None)

    def _hang_up(self) -> None:
        """Cut the line; the transport's own thread sees it and clears up, however long it still works on a request."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _sessions_now(self) -> list[Session]:
        with self._lock:
            return list(self._sessions.values())

    def _forget_gone(self) -> None:
        accepted = self._transport.server_accepts
        for channel in [channel for channel in accepted if channel.closed]:
            accepted.remove(channel)
            window = self._windows.pop(channel.chanid, None)
            if window is not None:
                self._budget.give_back(window)


def _peer_of(accepted: socket.socket) -> str:
    try:
        return str(accepted.getpeername()[0])
    except OSError:
        return "gone"
