"""Why a mailbox does not do what a sender asks of it; each door translates these into its protocol's status."""


class MailboxRefusal(Exception):  # noqa: N818 - a refusal is the field's own word
    """The mailbox refuses an operation; the message may be shown to the sender."""


class NoSuchFile(MailboxRefusal):
    """No file of that name is visible in the tray."""


class OutsideTrays(NoSuchFile):
    """The path leads out of what a mailbox has: no client that means well looks there."""


class NotAllowed(MailboxRefusal):
    """The tray does not offer this operation, or the sender may not use it now."""


class SenderSuspended(NotAllowed):
    """The sender may collect answers, not deliver."""


class UploadSuperseded(NotAllowed):
    """The file was sealed, replaced or removed while this upload of it was open."""


class LeavesGap(NotAllowed):
    """The bytes begin beyond the end of the file: what lies between would be bytes that nobody sent."""


class SizeContradicted(NotAllowed):
    """The file was announced with another size than this part of it tells; what has arrived stays."""


class NameNotTaken(MailboxRefusal):
    """The name cannot be taken at all: too long, a blank, a slash, or other than printable ASCII."""


class QuotaExceeded(MailboxRefusal):
    """The sender's staging area is full."""
