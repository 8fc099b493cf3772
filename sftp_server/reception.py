"""What one SSH connection may do: log in with a registered key, open channels and, on each, the subsystem sftp."""

from typing import Generic, Protocol

import structlog
from paramiko import Channel, Message, PKey, RSAKey, ServerInterface
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_FAILED_RESOURCE_SHORTAGE,
    OPEN_SUCCEEDED,
)
from paramiko.server import InteractiveQuery

from domain.refusals import OutageError
from sftp_server.algorithms import SMALLEST_RSA_KEY
from sftp_server.authentication import UnusableKey
from sftp_server.host_key_offers import PROVE
from sftp_server.ports import KeyDirectory, LoginT, OpenedBy, Operation

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

    def prove_host_keys(self, request: Message) -> tuple[bytes, ...] | None:
        """Return the proofs that a client asks for; None when it asks for other keys than ours."""
        ...


class Reception(ServerInterface, Generic[LoginT]):
    """Decides for one connection; everything that is not allowed here is refused by paramiko.

    What a client asks for that no client of SFTP needs is logged, each kind once.
    """

    def __init__(self, keys: KeyDirectory[LoginT], rooms: Rooms, *, operation: Operation, peer: str) -> None:
        self._keys = keys
        self._rooms = rooms
        self._operation = operation
        self._log = log.bind(peer=peer)
        self._told: set[str] = set()
        self.login: LoginT | None = None
        self.opened_by: OpenedBy | None = None
        self.failed_tries = 0
        self.is_undecided = False

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - the same for everybody
        """Name the only way to log in."""
        return "publickey"

    def check_auth_password(self, username: str, password: str) -> int:  # noqa: ARG002 - never looked at
        """Refuse passwords."""
        return self._refuse_method("password")

    def check_auth_interactive(self, username: str, submethods: str | bytes) -> int | InteractiveQuery:  # noqa: ARG002
        """Refuse dialogues."""
        return self._refuse_method("keyboard-interactive")

    def check_auth_publickey(self, username: str, key: PKey) -> int:
        """Look the key up; paramiko checks afterwards that the client holds its private half.

        A failing look-up ends the connection: the client then tries again later instead of taking it for a refusal. A name that
        is nobody's is not logged: people type a password or a national number there.
        """
        self.login = self.opened_by = None
        if not _is_user_name(username) or not _is_usable(key):
            self.failed_tries += 1
            self._log.info("sftp key refused", reason="no name of a user, or no kind of key that is taken")
            return AUTH_FAILED
        blob = key.asbytes()
        try:
            with self._operation():
                self.login = self._keys.technical_user_for(username, blob)
                is_somebodys = self.login is not None or self._keys.is_user_name(username)
        except Exception as trouble:
            self.is_undecided = True
            self._log.exception("sftp login undecided", key=key.fingerprint)
            raise OutageError("the key could not be looked up") from trouble
        of_whom = {"user": username} if is_somebodys else {"reason": "no user has that name"}
        self._log.info("sftp key refused" if self.login is None else "sftp key known", **of_whom, key=key.fingerprint)
        if self.login is None:
            self.failed_tries += 1
            return AUTH_FAILED
        self.opened_by = (username, blob)
        return AUTH_SUCCESSFUL

    def check_global_request(self, kind: str, msg: Message) -> bool | tuple[bytes, ...]:  # type: ignore[override]
        """Prove our host keys; everything else is refused, which is also how a question whether we live is answered."""
        if kind == PROVE:
            return self._rooms.prove_host_keys(msg) or False
        return False

    def check_port_forward_request(self, address: str, port: int) -> bool:  # noqa: ARG002
        """Refuse to listen for a client."""
        return self._refuse("port forwarding")

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Open session channels only, a few at a time."""
        if kind != "session":
            self._refuse("channel of another kind")
            return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        return OPEN_SUCCEEDED if self._rooms.take_channel(chanid) else OPEN_FAILED_RESOURCE_SHORTAGE

    def check_channel_direct_tcpip_request(
        self,
        chanid: int,  # noqa: ARG002
        origin: tuple[str, int],  # noqa: ARG002
        destination: tuple[str, int],  # noqa: ARG002
    ) -> int:
        """Refuse to connect anywhere for a client."""
        self._refuse("port forwarding")
        return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_subsystem_request(self, channel: Channel, name: str) -> bool:
        """Begin the subsystem sftp; there is no other."""
        if name != "sftp":
            return self._refuse("another subsystem")
        return self._rooms.begin_session(channel)

    def check_channel_exec_request(self, channel: Channel, command: bytes) -> bool:  # noqa: ARG002
        """Refuse commands."""
        return self._refuse("command")

    def check_channel_shell_request(self, channel: Channel) -> bool:  # noqa: ARG002
        """Refuse a shell."""
        return self._refuse("shell")

    def check_channel_pty_request(self, channel: Channel, *about: object) -> bool:  # noqa: ARG002
        """Refuse a terminal."""
        return self._refuse("terminal")

    def check_channel_x11_request(self, channel: Channel, *about: object) -> bool:  # noqa: ARG002
        """Refuse windows."""
        return self._refuse("X11 forwarding")

    def check_channel_forward_agent_request(self, channel: Channel) -> bool:  # noqa: ARG002
        """Refuse a client's agent."""
        return self._refuse("agent forwarding")

    def _refuse_method(self, method: str) -> int:
        self.failed_tries += 1
        self._refuse(f"login by {method}")
        return AUTH_FAILED

    def _refuse(self, what: str) -> bool:
        if what not in self._told:
            self._told.add(what)
            self._log.info("sftp client refused", asked_for=what)
        return False


def _is_user_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_USER_NAME and text.isascii() and text.isprintable()


def _is_usable(key: PKey) -> bool:
    if isinstance(key, UnusableKey):
        return False
    return not isinstance(key, RSAKey) or key.get_bits() >= SMALLEST_RSA_KEY
