"""Write listings of the root and of trays in the four forms that FTP has: LIST, NLST, MLSD and MLST. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from channels.ftp.places import Root, TrayPlace
from domain.environments import Tray
from domain.mailboxes import TrayEntry

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RECENT = timedelta(days=180)

Line: TypeAlias = Callable[[Tray, TrayEntry, datetime], str]


def render_trays(kind: str) -> bytes:
    """Return the listing of the root in the form that the command `kind` asks for."""
    return _render([_tray_line(kind, tray) for tray in Tray])


def render_entries(kind: str, tray: Tray, entries: Sequence[TrayEntry], *, now: datetime) -> bytes:
    """Return the listing of a tray in the form that the command `kind` asks for."""
    line = _LINES[kind]
    return _render([line(tray, entry, now) for entry in entries])


def file_facts(tray: Tray, entry: TrayEntry) -> str:
    """Return the facts of RFC 3659 about a file, each ended by a semicolon."""
    may = "adfw" if tray.is_inbox else "dr"
    return f"type=file;size={entry.size};modify={modification_time(entry)};perm={may};"


def directory_facts(place: Root | TrayPlace) -> str:
    """Return the facts of RFC 3659 about a directory, each ended by a semicolon."""
    may = "ecl" if isinstance(place, TrayPlace) and place.tray.is_inbox else "el"
    return f"type=dir;perm={may};"


def modification_time(entry: TrayEntry) -> str:
    """Return when the file was last written, in UTC, as MDTM tells it."""
    return f"{entry.modified_at:%Y%m%d%H%M%S}"


def _tray_line(kind: str, tray: Tray) -> str:
    if kind == "NLST":
        return tray.value
    if kind == "LIST":
        mode = "drwx-wx---" if tray.is_inbox else "dr-x------"
        return f"{mode}   1 sender   sender          0 Jan 01 00:00 {tray}"
    return f"{directory_facts(TrayPlace(tray))} {tray}"


def _list_line(tray: Tray, entry: TrayEntry, now: datetime) -> str:
    at = entry.modified_at
    when = f"{at:%H:%M}" if timedelta(0) <= now - at < _RECENT else f" {at:%Y}"
    mode = "--w-------" if tray.is_inbox else "-r--------"
    return f"{mode}   1 sender   sender   {entry.size:>8} {_MONTHS[at.month - 1]} {at.day:02d} {when} {entry.name}"


_LINES: dict[str, Line] = {
    "LIST": _list_line,
    "NLST": lambda _tray, entry, _now: entry.name,
    "MLSD": lambda tray, entry, _now: f"{file_facts(tray, entry)} {entry.name}",
}


def _render(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii", errors="replace")
