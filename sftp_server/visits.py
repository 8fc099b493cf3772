"""One visit: what the requests of one SFTP session work with."""

from dataclasses import dataclass, field

from domain.brussels import Clock
from domain.environments import Tray
from domain.mailbox_refusals import NoSuchFile
from domain.mailboxes import TrayEntry
from sftp_server.door_settings import DoorSettings
from sftp_server.handles import OpenHandles
from sftp_server.outcomes import UploadOutcomes
from sftp_server.ports import MailboxView


@dataclass(frozen=True, slots=True)
class Visit:
    """A mailbox, what is open in it and how its latest uploads ended."""

    mailbox: MailboxView
    clock: Clock
    settings: DoorSettings
    handles: OpenHandles
    outcomes: UploadOutcomes = field(default_factory=UploadOutcomes)

    def find_now(self, tray: Tray, name: str) -> TrayEntry | None:
        """Return the file of that name that the tray shows now, if any."""
        try:
            return self.mailbox.find(tray, name)
        except NoSuchFile:
            return None
