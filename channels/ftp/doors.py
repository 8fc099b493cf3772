"""The parts that every connection of one process works with."""

from dataclasses import dataclass
from typing import Protocol

from OpenSSL import SSL

from channels.ftp.door_settings import FtpSettings
from channels.ftp.errands import Errands, Operation
from channels.ftp.known_passwords import KnownPasswords
from channels.ftp.occupancy import Occupancy
from channels.ftp.penalties import Penalties
from channels.ftp.users import FtpUsers
from channels.logins import ChannelLogin
from channels.mailboxes import Mailbox
from domain.brussels import Clock


class MailboxDoor(Protocol):
    """Where a login leads to."""

    def open_mailbox(self, login: ChannelLogin) -> Mailbox:
        """Return the mailbox of this login."""
        ...


@dataclass(frozen=True, slots=True)
class Composition:
    """The door as composed, before any process of it runs.

    `salt` makes the door's places in shared memory unpredictable; `decoy` is the hash of a password that nobody knows,
    for names that may not come.
    """

    users: FtpUsers
    mailboxes: MailboxDoor
    operation: Operation
    clock: Clock
    tls: SSL.Context
    settings: FtpSettings
    salt: bytes
    decoy: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What all processes of the door count together."""

    penalties: Penalties
    occupancy: Occupancy

    @classmethod
    def make(cls, settings: FtpSettings, *, workers: int) -> "Shared":
        """Return memory for that many processes; make it before they are forked."""
        return cls(
            Penalties(failures=settings.failures, window=settings.failure_window, ban=settings.ban),
            Occupancy(workers=workers, connections=settings.connections),
        )


@dataclass(frozen=True, slots=True)
class Door:
    """The door in one process, number `worker` of all."""

    parts: Composition
    shared: Shared
    errands: Errands
    passwords: KnownPasswords
    worker: int
