"""What trays and files look like to a client: modes, sizes, times and the lines of a listing."""

import stat
from datetime import UTC, datetime, timedelta

from domain.environments import Tray
from domain.mailboxes import TrayEntry
from sftp_server.packets import Attributes, Listed

ROOT = Attributes(mode=stat.S_IFDIR | 0o500, size=0, modified=0)
TRAY = Attributes(mode=stat.S_IFDIR | 0o700, size=0, modified=0)
_FILE_MODE = stat.S_IFREG | 0o600
_SHOWN_WITH_TIME = timedelta(days=180)


def file_attributes(*, size: int, modified_at: datetime) -> Attributes:
    """Return the attributes of a file of `size` bytes; downloaded copies take over the mode, hence writable."""
    return Attributes(mode=_FILE_MODE, size=size, modified=int(modified_at.timestamp()))


def list_root() -> list[Listed]:
    """Return the lines of the root: the six trays."""
    return [Listed(tray.value.encode("ascii"), _long_name(tray.value, TRAY, now=None), TRAY) for tray in Tray]


def list_entry(entry: TrayEntry, *, now: datetime) -> Listed:
    """Return the line of one file, dated as `ls -l` does it."""
    attributes = file_attributes(size=entry.size, modified_at=entry.modified_at)
    return Listed(entry.name.encode("ascii"), _long_name(entry.name, attributes, now=now), attributes)


def _long_name(name: str, attributes: Attributes, *, now: datetime | None) -> bytes:
    modified_at = datetime.fromtimestamp(attributes.modified, UTC)
    is_recent = now is not None and abs(now - modified_at) < _SHOWN_WITH_TIME
    shown = f"{modified_at:%b %d %H:%M}" if is_recent else f"{modified_at:%b %d  %Y}"
    line = f"{stat.filemode(attributes.mode)}    1 sender   sender   {attributes.size:>12} {shown} {name}"
    return line.encode("ascii")
