"""What the door needs from the rest of the house, as Protocols; it knows nothing of what stands behind them.

Every method may raise a `MailboxRefusal` (told to the sender) or an `OutageError` (ours: SFTP_FAILURE, logged).
All run inside the composed `operation()`, except `Upload.write`, `Upload.size` and the reading of an answer, which
come once per packet and must do no database work.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol, TypeAlias, TypeVar

from domain.environments import Tray
from domain.mailboxes import TrayEntry, UploadStart

LoginT = TypeVar("LoginT")
LoginT_co = TypeVar("LoginT_co", covariant=True)
LoginT_contra = TypeVar("LoginT_contra", contravariant=True)

OpenedBy: TypeAlias = tuple[str, bytes]
"""What opened the door: the user name and the key's blob."""

Operation: TypeAlias = Callable[[], AbstractContextManager[object]]
"""Opens the context in which one operation runs; the composer gives its database connection back on leaving it."""


class Upload(Protocol):
    """One open file in an inbox; used by one thread, ended by exactly one call of `close` or `abandon`."""

    def write(self, offset: int, data: bytes) -> None:
        """Write all of `data` at `offset` (bytes); OSError when the disk does not take it."""
        ...

    def truncate(self, size: int) -> None:
        """Cut or extend the file to `size` bytes."""
        ...

    def size(self) -> int:
        """Return the present size in bytes."""
        ...

    def close(self) -> None:
        """End the upload as its sender asked: durable when this returns, sealed if it completes a set.

        The door answers the sender only afterwards. When it raises, nothing else is called on this upload.
        """
        ...

    def abandon(self) -> None:
        """Let go of the upload after a lost connection, a failed write or a stop; never counts as a close."""
        ...


class MailboxView(Protocol):
    """The trays of one logged-in technical user; names given to it have passed `is_taken_at_the_door`."""

    def list_tray(self, tray: Tray) -> Sequence[TrayEntry]:
        """Return what the tray shows now."""
        ...

    def find(self, tray: Tray, name: str) -> TrayEntry:
        """Return the file of that name; NoSuchFile when the tray shows none."""
        ...

    def begin_upload(self, tray: Tray, name: str, *, start: UploadStart) -> Upload:
        """Open a file of an inbox for writing, creating it when there is none."""
        ...

    def open_answer(self, tray: Tray, name: str) -> BinaryIO:
        """Open an answer of an outbox for reading; the stream is seekable and the door closes it."""
        ...

    def note_downloaded(self, tray: Tray, name: str) -> None:
        """Take note that all of an answer was read and its handle closed by the client; repeats change nothing."""
        ...

    def rename(self, tray: Tray, old: str, new: str) -> None:
        """Rename a staged file within its inbox, replacing a staged file named `new`; may seal, as a close does."""
        ...

    def remove(self, tray: Tray, name: str) -> None:
        """Delete a staged file, or note that an answer was collected."""
        ...


class KeyDirectory(Protocol[LoginT_co]):
    """Who may log in."""

    def technical_user_for(self, user_name: str, key_blob: bytes) -> LoginT_co | None:
        """Return the login of the active user that registered this active SSH key (RFC 4253 §6.6 blob), or None."""
        ...

    def is_user_name(self, text: str) -> bool:
        """Whether any user, in whatever state, has that name: what else is typed for one may be a secret, and is logged nowhere."""
        ...

    def still_open(self, openers: Collection[OpenedBy]) -> Collection[OpenedBy]:
        """Return those of `openers` that would open the door now as well; asked for all open logins at once."""
        ...


class Door(Protocol[LoginT_contra]):
    """Where a login leads to."""

    def open_mailbox(self, login: LoginT_contra) -> MailboxView:
        """Return the mailbox of this login; called once for each SFTP session."""
        ...
