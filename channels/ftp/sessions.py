"""One FTP session: what its commands work with, and the steps that a command consists of."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from channels.ftp.data_links import DataLink
from channels.ftp.doors import Door
from channels.ftp.places import Directory, FilePlace, Root
from channels.ftp.refusals import CommandRefused
from channels.ftp.transfers import Incoming, Outgoing
from channels.ftp.users import Visitor
from channels.mailboxes import Mailbox


@dataclass(frozen=True, slots=True)
class Apart:
    """A slow computation without a database, for the thread that is kept for these."""

    work: Callable[[], object]


Step: TypeAlias = Callable[[], object] | Apart | Incoming | Outgoing
"""What a command waits for: an errand, a computation, or a transfer; what came of it is sent into the command."""
Steps: TypeAlias = Generator[Step, Any, None]


class Control(Protocol):
    """The control connection, as commands see it."""

    @property
    def is_secure(self) -> bool:
        """Whether it is under TLS."""
        ...

    @property
    def is_closed(self) -> bool:
        """Whether it is gone."""
        ...

    def reply(self, code: int, text: str, lines: Sequence[str] = ()) -> None:
        """Send a reply; with lines, one of several lines that ends with the text."""
        ...

    def shown_certificate(self) -> str:
        """Return the SHA-256 of the client's certificate, "" without one."""
        ...

    def begin_tls(self) -> None:
        """Drop what was sent in the clear beyond this command, and wait for the handshake."""
        ...

    def close_after_replies(self) -> None:
        """Close the connection once the client has its replies."""
        ...


@dataclass(slots=True)
class Session:
    """The state of one session; `address` is the client's, `source` what it is counted by, `place` its place there."""

    door: Door
    control: Control
    link: DataLink
    address: str
    source: int
    place: int
    here: Directory = field(default_factory=Root)
    user_name: str = ""
    visitor: Visitor | None = None
    mailbox: Mailbox | None = None
    tries: int = 0
    is_image: bool = False
    is_extended_only: bool = False
    has_buffer_size: bool = False
    restart_at: int = 0
    renamed: FilePlace | None = None

    @property
    def box(self) -> Mailbox:
        """The mailbox of whoever has signed in."""
        if self.mailbox is None:
            raise CommandRefused(530, "Please log in with USER and PASS.")
        return self.mailbox
