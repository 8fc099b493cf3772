"""Where a path of a client leads: the root, a tray or a name in a tray; it can lead nowhere else. Pure."""

from dataclasses import dataclass
from typing import TypeAlias

from domain.environments import Tray
from domain.filenames import is_taken_at_the_door
from domain.mailbox_refusals import NameNotTaken, OutsideTrays

LONGEST_PATH = 4096
_TRAYS = {tray.value.encode("ascii"): tray for tray in Tray}


@dataclass(frozen=True, slots=True)
class Root:
    """The directory that shows the trays."""


@dataclass(frozen=True, slots=True)
class TrayPlace:
    """One tray, as a directory."""

    tray: Tray


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A name in a tray, whether or not a file has it; the name is one that the door takes."""

    tray: Tray
    name: str


Place: TypeAlias = Root | TrayPlace | FilePlace


def normalise(path: bytes) -> bytes:
    """Return the absolute path without empty elements, "." and ".."; above the root there is only the root.

    Raises OutsideTrays for a path with a NUL or of more than 4096 bytes.
    """
    if len(path) > LONGEST_PATH or b"\0" in path:
        raise OutsideTrays("no path is longer than 4096 bytes or holds a NUL")
    kept: list[bytes] = []
    for element in path.split(b"/"):
        if element == b"..":
            del kept[-1:]
        elif element not in {b"", b"."}:
            kept.append(element)
    return b"/" + b"/".join(kept)


def find_place(path: bytes) -> Place:
    """Return where `path` leads, relative paths starting at the root.

    Raises OutsideTrays outside the trays and NameNotTaken for a name in a tray that no door takes.
    """
    elements = [element for element in normalise(path).split(b"/") if element]
    if not elements:
        return Root()
    tray = _TRAYS.get(elements[0])
    if tray is None:
        raise OutsideTrays("there is nothing beside IN, INTEST, INTEST-S, OUT, OUTTEST and OUTTEST-S")
    if len(elements) == 1:
        return TrayPlace(tray)
    if len(elements) > 2:  # noqa: PLR2004 - a tray and a name
        raise OutsideTrays(f"{tray} has no directories")
    name = elements[1].decode("ascii", errors="replace")
    if not is_taken_at_the_door(name):
        raise NameNotTaken("a name has 1 to 64 printable ASCII characters without blank or slash")
    return FilePlace(tray, name)
