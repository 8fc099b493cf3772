"""What a session remembers of its own uploads, for clients that look at a file right after closing it.

At the seal a file leaves the tray, yet some clients (paramiko's `put` among them) ask for its size after their close
and take a missing file for a failure; the session tells them what it took. The same clients ignore the answer to the
close itself; when that was a failure, their next look at the name fails too, once.
"""

from collections import OrderedDict

from domain.environments import Tray
from domain.mailboxes import TrayEntry
from sftp_server.statuses import Told

_REMEMBERED = 256


class UploadOutcomes:
    """The ends of the latest uploads of one session."""

    def __init__(self) -> None:
        self._ends: OrderedDict[tuple[Tray, str], TrayEntry | Told] = OrderedDict()

    def note_taken(self, tray: Tray, entry: TrayEntry) -> None:
        """Remember that the close of this file was answered OK."""
        self._note(tray, entry.name, entry)

    def note_failed(self, tray: Tray, name: str, told: Told) -> None:
        """Remember what the close of this name was answered with."""
        self._note(tray, name, told)

    def note_renamed(self, tray: Tray, old: str, new: str) -> None:
        """Follow a file to its new name."""
        end = self._ends.pop((tray, old), None)
        self.forget(tray, new)
        if isinstance(end, TrayEntry):
            self.note_taken(tray, TrayEntry(new, end.size, end.modified_at))

    def forget(self, tray: Tray, name: str) -> None:
        """Forget a name that is written anew or removed."""
        self._ends.pop((tray, name), None)

    def failure_of(self, tray: Tray, name: str) -> Told | None:
        """Return what the close of this name was answered with, if it failed and nobody has asked since."""
        end = self._ends.get((tray, name))
        if end is None or isinstance(end, TrayEntry):
            return None
        self.forget(tray, name)
        return end

    def taken(self, tray: Tray, name: str) -> TrayEntry | None:
        """Return the file of this name that the session closed successfully."""
        end = self._ends.get((tray, name))
        return end if isinstance(end, TrayEntry) else None

    def _note(self, tray: Tray, name: str, end: TrayEntry | Told) -> None:
        self._ends[tray, name] = end
        self._ends.move_to_end((tray, name))
        while len(self._ends) > _REMEMBERED:
            self._ends.popitem(last=False)
