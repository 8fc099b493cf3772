"""Which SFTP status tells a sender what went wrong."""

from typing import TypeAlias

from domain.mailbox_refusals import MailboxRefusal, NameNotTaken, NoSuchFile, NotAllowed, QuotaExceeded
from domain.refusals import OutageError
from sftp_server.packets import MalformedPacketError, StatusCode

Told: TypeAlias = tuple[StatusCode, str]

UNEXPECTED: Told = (StatusCode.FAILURE, "the counter failed; try again later")
DISK_REFUSED: Told = (StatusCode.FAILURE, "the counter could not store or read this; try again later")


class Unsupported(Exception):  # noqa: N818 - a refusal of the protocol, no fault
    """The door does not know this request."""


class AlreadyExists(MailboxRefusal):
    """A file of that name is there already."""


class TooManyOpen(MailboxRefusal):
    """The session has as many open files as it may."""


class TornUpload(MailboxRefusal):
    """A part of the upload was refused or could not be stored, so it cannot be closed."""


_CODES: tuple[tuple[type[Exception], StatusCode], ...] = (
    (NoSuchFile, StatusCode.NO_SUCH_FILE),
    (NotAllowed, StatusCode.PERMISSION_DENIED),
    (NameNotTaken, StatusCode.PERMISSION_DENIED),
    (QuotaExceeded, StatusCode.FAILURE),
    (MailboxRefusal, StatusCode.FAILURE),
    (Unsupported, StatusCode.OP_UNSUPPORTED),
    (MalformedPacketError, StatusCode.BAD_MESSAGE),
    (OutageError, StatusCode.FAILURE),
)


def status_of(error: Exception) -> Told:
    """Return the status code and the text for `error`; errors nobody foresaw tell nothing about us."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code, str(error) or code.name.replace("_", " ").lower()
    return DISK_REFUSED if isinstance(error, OSError) else UNEXPECTED


def is_ours(error: Exception) -> bool:
    """Whether `error` is our own trouble, which the operator must hear of, and not the sender's."""
    return not isinstance(error, MailboxRefusal | Unsupported | MalformedPacketError)
