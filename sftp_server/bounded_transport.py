"""Paramiko's server transport with our algorithms, our banner and the bounds it does not keep itself."""

import contextlib
import time
from collections.abc import Callable
from typing import Any

import structlog
from paramiko import Channel, Message, SSHException, Transport
from paramiko.common import MSG_CHANNEL_DATA, MSG_CHANNEL_EXTENDED_DATA
from paramiko.packet import Packetizer

from domain.refusals import OutageError
from sftp_server import algorithms
from sftp_server.authentication import Authentication
from sftp_server.bounded_socket import BoundedSocket
from sftp_server.door_settings import MIB, DoorSettings

log = structlog.get_logger()

_PACKET_OVERHEAD = 4096


def feed_within_window(channel: Channel, message: Message) -> None:
    """Take data that the window allows; paramiko would buffer whatever a client sends."""
    data = message.get_binary()
    if len(channel.in_buffer) + len(data) > channel.in_window_size:
        raise SSHException("the client sent more than its window allows")
    channel.in_buffer.feed(data)


def refuse_extended_data(_channel: Channel, _message: Message) -> None:
    """End the connection: no client of SFTP has a second stream to send, and nobody would read it."""
    raise SSHException("the client sent extended data")


class BoundedPacketizer(Packetizer):
    """Paramiko's packets; asks for new keys when told to, and needs no thread to watch over the handshake."""

    REKEY_BYTES_OVERFLOW_MAX = 64 * MIB

    def start_handshake(self, timeout: float) -> None:
        """Do nothing: the connection itself ends what takes longer than the grace time."""

    def ask_for_new_keys(self) -> None:
        """Have the transport's thread begin a key exchange with its next packet."""
        self._trigger_rekey()  # type: ignore[attr-defined]


class BoundedTransport(Transport):
    """One SSH connection of the door, before and after the login."""

    _CLIENT_ID = "Guichet"
    # How often the thread of a silent connection wakes; whoever ends one shuts the socket down, which wakes it at once.
    _active_check_timeout = 2.0
    _preferred_ciphers = algorithms.CIPHERS
    _preferred_macs = algorithms.MACS
    _preferred_kex = algorithms.KEY_EXCHANGES
    _preferred_keys = algorithms.HOST_KEYS
    _preferred_pubkeys: tuple[str, ...] = algorithms.USER_KEYS
    _preferred_compression = ("none",)
    _channel_handler_table: dict[int, Any] = {  # noqa: RUF012 - paramiko's own table, with two entries replaced
        **Transport._channel_handler_table,  # type: ignore[attr-defined]  # noqa: SLF001 - no public way
        MSG_CHANNEL_DATA: feed_within_window,
        MSG_CHANNEL_EXTENDED_DATA: refuse_extended_data,
    }

    def __init__(
        self,
        sock: BoundedSocket,
        settings: DoorSettings,
        *,
        peer: str,
        when_logged_in: Callable[[], None],
        when_ended: Callable[[], None],
    ) -> None:
        super().__init__(
            sock,
            default_window_size=settings.window,
            default_max_packet_size=settings.packet,
            packetizer_class=BoundedPacketizer,
        )
        self.packetizer: BoundedPacketizer
        self.packetizer.REKEY_BYTES = settings.rekey_bytes
        self._bounded_socket = sock
        self._login_tries = settings.login_tries
        self._peer = peer
        self._when_logged_in = when_logged_in
        self._when_ended = when_ended
        self._keys_since = time.monotonic()
        if settings.accept_ssh_rsa:
            self._preferred_pubkeys = (*algorithms.USER_KEYS, algorithms.SHA1_SIGNATURE)
        self.banner_timeout = settings.login_grace
        # A client that takes no data for so long is gone; until then a re-key may hold an answer up.
        self.clear_to_send_timeout = settings.idle

    def run(self) -> None:
        """Serve the connection; paramiko calls this in a thread of its own."""
        try:
            super().run()
        finally:
            self.active = False  # paramiko forgets it where its own handling of a trouble fails
            with contextlib.suppress(OSError):
                self._bounded_socket.close()
            self._tell_why_broken_off()
            self._when_ended()

    def renew_keys_when_older(self, seconds: float) -> None:
        """Begin a key exchange when the keys in use are older than that."""
        if self.is_authenticated() and time.monotonic() - self._keys_since > seconds:
            self._keys_since = time.monotonic()
            self.packetizer.ask_for_new_keys()

    def _negotiate_keys(self, m: Message) -> None:
        """Refuse a second exchange before a login: no client needs one, and each costs us more than it does its asker."""
        if self.initial_kex_done and not self.is_authenticated():
            raise SSHException("the client asked for new keys before its login")
        super()._negotiate_keys(m)  # type: ignore[misc]  # not in the stubs

    def _parse_newkeys(self, m: Message) -> None:
        """Put our own authentication in place of paramiko's, as soon as the first keys are in use."""
        is_first = self.auth_handler is None
        super()._parse_newkeys(m)  # type: ignore[misc]  # not in the stubs
        self._keys_since = time.monotonic()
        if is_first:
            self.auth_handler = Authentication(self, tries=self._login_tries, peer=self._peer)

    def _auth_trigger(self) -> None:
        super()._auth_trigger()  # type: ignore[misc]  # not in the stubs
        self._bounded_socket.lift_login_limit()
        self._when_logged_in()

    def _tell_why_broken_off(self) -> None:
        """Log what a client did against the protocol; one that is merely gone is nothing to tell."""
        trouble = self.saved_exception
        is_gone = trouble is None or not self.remote_version or isinstance(trouble, EOFError | OSError | OutageError)
        if self._bounded_socket.is_overrun:
            log.info("sftp connection broken off", peer=self._peer, reason="more data than allowed")
        elif not is_gone:
            log.info("sftp connection broken off", peer=self._peer, reason=type(trouble).__name__)


def packet_limit(settings: DoorSettings) -> int:
    """Return the largest number of bytes that one packet of a client may announce (RFC 4253 §6.1 asks for 35000)."""
    return max(settings.packet, 64 * 1024) + _PACKET_OVERHEAD
