"""Where a path of an FTP client leads from its working directory: the root, a tray or a name in a tray. Pure."""

from dataclasses import dataclass
from typing import TypeAlias

from domain.environments import Tray
from domain.filenames import is_taken_at_the_door
from domain.mailbox_refusals import NameNotTaken, NoSuchFile, NotAllowed, OutsideTrays

_TRAYS = {tray.value: tray for tray in Tray}


@dataclass(frozen=True, slots=True)
class Root:
    """The directory that shows the trays."""

    def __str__(self) -> str:
        return "/"


@dataclass(frozen=True, slots=True)
class TrayPlace:
    """One tray, as a directory."""

    tray: Tray

    def __str__(self) -> str:
        return f"/{self.tray}"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A name in a tray, whether or not a file has it; the name is one that the door takes."""

    tray: Tray
    name: str

    def __str__(self) -> str:
        return f"/{self.tray}/{self.name}"


Directory: TypeAlias = Root | TrayPlace
Place: TypeAlias = Root | TrayPlace | FilePlace


def find_place(here: Directory, path: str) -> Place:
    """Return where `path` leads from `here`; above the root there is only the root.

    Raises OutsideTrays outside the trays and NameNotTaken for a name in a tray that no door takes.
    """
    start = str(here) if not path.startswith("/") else ""
    kept: list[str] = []
    for element in f"{start}/{path}".split("/"):
        if element == "..":
            del kept[-1:]
        elif element not in {"", "."}:
            kept.append(element)
    if not kept:
        return Root()
    tray = _TRAYS.get(kept[0])
    if tray is None:
        raise OutsideTrays("there is nothing beside IN, INTEST, INTEST-S, OUT, OUTTEST and OUTTEST-S")
    if len(kept) == 1:
        return TrayPlace(tray)
    if len(kept) > 2:  # noqa: PLR2004 - a tray and a name
        raise OutsideTrays(f"{tray} has no directories")
    if not is_taken_at_the_door(kept[1]):
        raise NameNotTaken("a name has 1 to 64 printable ASCII characters without blank or slash")
    return FilePlace(tray, kept[1])


def require_directory(place: Place) -> Directory:
    """Return the place when it is a directory; NoSuchFile for a name."""
    if isinstance(place, FilePlace):
        raise NoSuchFile("there is no such directory")
    return place


def require_file(place: Place) -> FilePlace:
    """Return the place when it is a name in a tray; NotAllowed for a directory."""
    if not isinstance(place, FilePlace):
        raise NotAllowed("this is a directory")
    return place
