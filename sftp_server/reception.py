"""What one SSH connection may do: log in with a registered key, open channels and, on each, the subsystem sftp."""

from typing import Generic, Protocol

import structlog
from paramiko import Channel, PKey, RSAKey, ServerInterface
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_FAILED_RESOURCE_SHORTAGE,
    OPEN_SUCCEEDED,
)

from sftp_server.algorithms import SMALLEST_RSA_KEY
from sftp_server.authentication import UnusableKey
from sftp_server.ports import KeyDirectory, LoginT, Operation

log = structlog.get_logger()

_LONGEST_USER_NAME = 64


class Rooms(Protocol):
    """What the connection offers once somebody has logged in."""

    def take_channel(self, number: int) -> bool:
        """Whether one more channel may be open; its window is then taken."""
        ...

    def begin_session(self, channel: Channel) -> bool:
        """Begin an SFTP session on the channel; False when it has one already."""
        ...


class Reception(ServerInterface, Generic[LoginT]):
    """Decides for one connection; everything that is not allowed here is refused by paramiko."""

    def __init__(self, keys: KeyDirectory[LoginT], rooms: Rooms, *, operation: Operation, peer: str) -> None:
        self._keys = keys
        self._rooms = rooms
        self._operation = operation
        self._log = log.bind(peer=peer)
        self.login: LoginT | None = None

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - the same for everybody
        """Name the only way to log in."""
        return "publickey"

    def check_auth_publickey(self, username: str, key: PKey) -> int:
        """Look the key up; paramiko checks afterwards that the client holds its private half.

        A failing look-up ends the connection: the client then tries again later instead of taking it for a refusal.
        """
        self.login = None
        if not _is_user_name(username) or not _is_usable(key):
            return AUTH_FAILED
        try:
            with self._operation():
                self.login = self._keys.technical_user_for(username, key.asbytes())
        except Exception:
            self._log.exception("sftp login undecided", user=username)
            raise
        self._log.info(
            "sftp key refused" if self.login is None else "sftp key known", user=username, key=key.fingerprint
        )
        return AUTH_FAILED if self.login is None else AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Open session channels only, a few at a time."""
        if kind != "session":
            return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        return OPEN_SUCCEEDED if self._rooms.take_channel(chanid) else OPEN_FAILED_RESOURCE_SHORTAGE

    def check_channel_subsystem_request(self, channel: Channel, name: str) -> bool:
        """Begin the subsystem sftp; there is no other."""
        return name == "sftp" and self._rooms.begin_session(channel)


def _is_user_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_USER_NAME and text.isascii() and text.isprintable()


def _is_usable(key: PKey) -> bool:
    if isinstance(key, UnusableKey):
        return False
    return not isinstance(key, RSAKey) or key.get_bits() >= SMALLEST_RSA_KEY
