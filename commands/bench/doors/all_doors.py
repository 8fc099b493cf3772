"""The three doors of one counter at once, and what all its processes cost together, those of the database among them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from commands.bench.doors.footprints import Footprint, database_process, footprint, shared_words
from commands.bench.doors.ftp import running_ftp_door
from commands.bench.doors.installation import Installation
from commands.bench.doors.portal import RunningPortal, running_portal
from commands.bench.doors.sftp import RunningDoor, running_sftp_door

_MEGABYTE = 1_000_000
RAISED = {"GUICHET_SFTP_PENALTIES": "off"}
"""What keeps slow clients out and is set aside: a source whose clients never log in would have to wait before the next one."""


@dataclass(frozen=True, slots=True)
class AllDoors:
    """Where they listen and which processes are above the others."""

    sftp: RunningDoor
    ftp: RunningDoor
    portal: RunningPortal
    database: int

    def processes(self) -> dict[str, int]:
        """Return the process above the others of each, by name."""
        return {"sftp": self.sftp.pid, "ftp": self.ftp.pid, "portal": self.portal.pid, "database": self.database}

    def footprints(self) -> dict[str, Footprint]:
        """Return what each and all below it have now."""
        return {name: footprint(process) for name, process in self.processes().items()}

    def megabytes(self) -> dict[str, float]:
        """Return the memory of each, in megabytes of 1,000,000 bytes."""
        return {name: one.bytes / _MEGABYTE for name, one in self.footprints().items()}

    def shared_words(self) -> int:
        """Return how much stands in the memory that the workers of the doors count in."""
        return shared_words(self.sftp.pid) + shared_words(self.ftp.pid)


@contextmanager
def running_all_doors(installation: Installation) -> Iterator[AllDoors]:
    """Run them until the block ends."""
    with ExitStack() as stack:
        sftp = stack.enter_context(running_sftp_door(installation, RAISED))
        ftp = stack.enter_context(running_ftp_door(installation, {}))
        portal = stack.enter_context(running_portal(installation, {}))
        yield AllDoors(sftp, ftp, portal, database_process())
