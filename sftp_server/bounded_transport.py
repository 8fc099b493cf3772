"""Paramiko's server transport with our algorithms, our banner and the bounds it does not keep itself."""

from typing import Any

from paramiko import Channel, Message, SSHException, Transport
from paramiko.common import MSG_CHANNEL_DATA, MSG_CHANNEL_EXTENDED_DATA

from sftp_server import algorithms
from sftp_server.authentication import Authentication
from sftp_server.bounded_socket import BoundedSocket
from sftp_server.door_settings import DoorSettings

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


class BoundedTransport(Transport):
    """One SSH connection of the door, before and after the login."""

    _CLIENT_ID = "Guichet"
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

    def __init__(self, sock: BoundedSocket, settings: DoorSettings) -> None:
        super().__init__(sock, default_window_size=settings.window, default_max_packet_size=settings.packet)
        self._bounded_socket = sock
        if settings.sha1_logins:
            self._preferred_pubkeys = (*algorithms.USER_KEYS, algorithms.SHA1_USER_KEY)
        self._login_tries = settings.login_tries
        self.banner_timeout = settings.login_grace
        self.handshake_timeout = settings.login_grace
        # A client that takes no data for so long is gone; until then a re-key may hold an answer up.
        self.clear_to_send_timeout = settings.idle

    def _parse_newkeys(self, m: Message) -> None:
        """Put our own authentication in place of paramiko's, as soon as the first keys are in use."""
        is_first = self.auth_handler is None
        super()._parse_newkeys(m)  # type: ignore[misc]  # not in the stubs
        if is_first:
            self.auth_handler = Authentication(self, tries=self._login_tries)

    def _auth_trigger(self) -> None:
        super()._auth_trigger()  # type: ignore[misc]  # not in the stubs
        self._bounded_socket.lift_login_limit()


def packet_limit(settings: DoorSettings) -> int:
    """Return the largest number of bytes that one packet of a client may announce (RFC 4253 §6.1 asks for 35000)."""
    return max(settings.packet, 64 * 1024) + _PACKET_OVERHEAD
