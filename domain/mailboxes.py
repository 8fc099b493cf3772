"""What a mailbox shows of a file, and how an upload begins; shared by the doors and the mailboxes they open."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class TrayEntry:
    """One file visible in a tray: its name, its size in bytes and when it was last written (aware).

    Where `is_closed` is False, the last upload of it is under way, or broke off.
    """

    name: str
    size: int
    modified_at: datetime
    is_closed: bool = True


class UploadStart(Enum):
    """What an upload does with bytes already staged under its name."""

    EMPTY = "empty"
    """Create the file, or discard what it held."""

    RESUME = "resume"
    """Keep the bytes already staged; there may be none."""
