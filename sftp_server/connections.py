"""One SSH connection: its transport, its login, its channels and the sessions on them."""

import contextlib
import secrets
import socket
import threading
import time
from dataclasses import dataclass
from typing import Generic

import structlog
from paramiko import Channel, Message, PKey

from sftp_server.admission import Admission, Admitted
from sftp_server.bounded_socket import BoundedSocket
from sftp_server.bounded_transport import BoundedTransport, packet_limit
from sftp_server.compositions import Composition
from sftp_server.host_key_offers import offer_host_keys, prove_host_keys
from sftp_server.ports import LoginT, OpenedBy
from sftp_server.reception import Reception
from sftp_server.sessions import Session
from sftp_server.shared_counts import Place, SharedCounts, give_back
from sftp_server.windows import WindowBudget

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class House:
    """What the connections of one worker share."""

    admission: Admission
    counts: SharedCounts
    windows: WindowBudget


class Connection(Generic[LoginT]):
    """A client, from its first byte to its last; `start` returns at once and the work is done in threads."""

    def __init__(
        self,
        accepted: socket.socket,
        parts: Composition[LoginT],
        *,
        peer: str,
        admitted: Admitted,
        house: House,
    ) -> None:
        settings = parts.settings
        self._peer = peer
        self._parts = parts
        self._house = house
        self._admitted = admitted
        self._windows: dict[int, int] = {}
        self._sessions: dict[int, Session] = {}
        self._places: dict[int, Place] = {}
        self._lock = threading.Lock()
        self._has_logged_in = False
        self._fault: float | None = None
        self._reception = Reception(parts.keys, self, operation=parts.operation, peer=peer)
        self._socket = BoundedSocket(accepted, packet=packet_limit(settings), before_login=settings.before_login)
        self._transport = BoundedTransport(
            self._socket, settings, peer=peer, when_logged_in=self._greet, when_ended=self._end
        )
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

    @property
    def opened_by(self) -> OpenedBy | None:
        """What let the client in, once it has logged in."""
        return self._reception.opened_by if self.is_logged_in else None

    def look_after(self) -> None:
        """Close the connection when nobody logs in within the grace time, or it has no session for the idle time.

        A channel alone is no session: nobody stays by opening one and asking for nothing. Keys that have been in use for
        too long are renewed.
        """
        settings = self._parts.settings
        with self._lock:
            self._forget_gone()
            if self._sessions:
                self._since = time.monotonic()
        waited = time.monotonic() - self._since
        if waited > (settings.idle if self.is_logged_in else settings.login_grace):
            log.info("sftp connection closed", peer=self._peer, reason="overdue", logged_in=self.is_logged_in)
            self._hang_up(fault=settings.penalties.overdue)
            return
        self._transport.renew_keys_when_older(settings.rekey_after)

    def revoke(self) -> None:
        """End the connection, since what opened the door does so no longer; uploads that are open are abandoned."""
        log.warning("sftp connection closed", peer=self._peer, reason="revoked", user=self._transport.get_username())
        self._hang_up()

    def take_channel(self, number: int) -> bool:
        """Whether one more channel may be open; its window is then taken."""
        with self._lock:
            self._forget_gone()
            if len(self._windows) >= self._parts.settings.channels:
                return False
            self._windows[number] = self._transport.default_window_size = self._house.windows.take()
            return True

    def begin_session(self, channel: Channel) -> bool:
        """Begin an SFTP session on the channel; False when it has one already or the sender has as many as it may."""
        login, parts = self._reception.login, self._parts
        with self._lock:
            if login is None or channel.chanid in self._sessions:
                return False
            place = self._house.counts.take("session", parts.sender_of(login), limit=parts.settings.sender_sessions)
            if place is None:
                log.warning("sftp session refused", peer=self._peer, reason="as many as its sender may have")
                return False
            number = secrets.token_hex(4)
            session = Session(
                channel, operation=parts.operation, settings=parts.settings, number=number, peer=self._peer
            )
            self._sessions[channel.chanid], self._places[channel.chanid] = session, place
        log.info("sftp session begun", peer=self._peer, session=number, user=self._transport.get_username())
        threading.Thread(target=self._serve, args=(channel, session, login), name=f"sftp-{number}", daemon=True).start()
        return True

    def prove_host_keys(self, request: Message) -> tuple[bytes, ...] | None:
        """Return the proofs that a client asks for; None when it asks for other keys than ours."""
        return prove_host_keys(self._host_keys, request, session=self._transport.session_id or b"")

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

    def _serve(self, channel: Channel, session: Session, login: LoginT) -> None:
        try:
            session.serve(lambda: self._parts.door.open_mailbox(login), self._parts.clock)
        finally:
            with contextlib.suppress(EOFError, OSError):
                channel.close()
            with self._lock:
                self._sessions.pop(channel.chanid, None)
                place = self._places.pop(channel.chanid)
            place.give_back()

    @property
    def _host_keys(self) -> list[PKey]:
        return [*self._parts.host_keys, *self._parts.coming_host_keys]

    def _greet(self) -> None:
        """Somebody has logged in."""
        self._has_logged_in = True
        give_back(self._admitted.until_login)
        offer_host_keys(self._transport, self._host_keys)

    def _end(self) -> None:
        """Give back what the connection held; what a client did wrong before a login is remembered for a while."""
        give_back((*self._admitted.until_login, *self._admitted.until_end))
        with self._lock:
            windows = list(self._windows.values())
            self._windows.clear()
        for window in windows:
            self._house.windows.give_back(window)
        self._house.admission.penalise(self._peer, self._seconds_to_wait())

    def _seconds_to_wait(self) -> float:
        """Return what the conversation costs its source: nothing after a login, or when we ended it or failed."""
        penalties = self._parts.settings.penalties
        if self._has_logged_in or self._reception.is_undecided:
            return 0.0
        if self._fault is not None:
            return self._fault
        return penalties.failed_login if self._reception.failed_tries else penalties.no_login

    def _hang_up(self, *, fault: float = 0.0) -> None:
        """Cut the line; the transport's own thread sees it and clears up, however long it still works on a request."""
        if self._fault is None:
            self._fault = fault
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
                self._house.windows.give_back(window)
