"""The requests on paths: look, list, rename, remove; what a mailbox does not offer is refused here."""

import struct

from domain.mailbox_refusals import NameNotTaken, NoSuchFile, NotAllowed
from sftp_server import attributes, packets
from sftp_server.file_requests import DONE, entry_to_show
from sftp_server.handles import OpenListing
from sftp_server.packets import Fields, StatusCode
from sftp_server.paths import FilePlace, Place, Root, TrayPlace, find_place, normalise
from sftp_server.statuses import AlreadyExists, Unsupported
from sftp_server.visits import Visit

LINES_AT_ONCE = 256
EXTENSIONS = ((b"posix-rename@openssh.com", b"1"), (b"limits@openssh.com", b"1"))
_REQUEST_OVERHEAD = 1024


def real_path(_visit: Visit, request: int, fields: Fields) -> bytes:
    """Tell the absolute form of a path."""
    return packets.render_real_path(request, normalise(fields.string()))


def stat(visit: Visit, request: int, fields: Fields) -> bytes:
    """Tell the attributes of a path; a name that no door takes is no file."""
    try:
        place = find_place(fields.string())
    except NameNotTaken as error:
        raise NoSuchFile(str(error)) from error
    match place:
        case Root():
            shown = attributes.ROOT
        case TrayPlace():
            shown = attributes.TRAY
        case FilePlace(tray, name):
            failure = visit.outcomes.failure_of(tray, name)
            if failure is not None:
                return packets.render_status(request, *failure)
            entry = entry_to_show(visit, tray, name)
            shown = attributes.file_attributes(size=entry.size, modified_at=entry.modified_at)
    return packets.render_attributes(request, shown)


def set_attributes(visit: Visit, request: int, fields: Fields) -> bytes:
    """Take modes, owners and times politely; they mean nothing here.

    A name in an inbox is not looked up for it: its file may have been sealed by the close just before.
    """
    place = find_place(fields.string())
    size = fields.size_attribute()
    if isinstance(place, FilePlace):
        if not place.tray.is_inbox:
            raise NotAllowed(f"answers in {place.tray} cannot be changed")
        if size is not None and size != entry_to_show(visit, place.tray, place.name).size:
            raise Unsupported("open the file to change its size")
    return packets.render_status(request, StatusCode.OK, DONE)


def open_listing(visit: Visit, request: int, fields: Fields) -> bytes:
    """Open a listing of the root or of a tray, as it is at this moment."""
    place = find_place(fields.string())
    visit.handles.require_room()
    match place:
        case Root():
            lines = attributes.list_root()
        case TrayPlace(tray):
            now = visit.clock.now()
            lines = [attributes.list_entry(entry, now=now) for entry in visit.mailbox.list_tray(tray)]
        case FilePlace():
            raise NoSuchFile("this is no directory")
    return packets.render_handle(request, visit.handles.add(OpenListing(lines)))


def read_listing(visit: Visit, request: int, fields: Fields) -> bytes:
    """Tell the next lines of a listing."""
    lines = visit.handles.find(fields.string(), OpenListing).take(LINES_AT_ONCE)
    if not lines:
        return packets.render_status(request, StatusCode.EOF, "end of listing")
    return packets.render_names(request, lines)


def remove(visit: Visit, request: int, fields: Fields) -> bytes:
    """Remove a staged file, or collect an answer."""
    place = _require_file(find_place(fields.string()))
    visit.mailbox.remove(place.tray, place.name)
    visit.outcomes.forget(place.tray, place.name)
    return packets.render_status(request, StatusCode.OK, DONE)


def rename(visit: Visit, request: int, fields: Fields) -> bytes:
    """Rename a staged file to a name that is free, as version 3 asks."""
    old, new = _rename_places(fields)
    if visit.find_now(new.tray, new.name):
        raise AlreadyExists(f"{new.name} exists")
    return _rename(visit, request, old, new)


def extended(visit: Visit, request: int, fields: Fields) -> bytes:
    """Answer the two extensions offered: rename over an existing name, and our limits."""
    match fields.string():
        case b"posix-rename@openssh.com":
            return _rename(visit, request, *_rename_places(fields))
        case b"limits@openssh.com":
            largest = visit.settings.request
            limits = struct.pack(">QQQQ", largest + _REQUEST_OVERHEAD, largest, largest, visit.settings.open_files)
            return packets.render_extended(request, limits)
        case _:
            raise Unsupported("this extension is not offered")


def make_directory(_visit: Visit, _request: int, fields: Fields) -> bytes:
    """Refuse: the trays are all there is. Clients that send whole folders then see that their tray exists."""
    place = find_place(fields.string())
    if isinstance(place, FilePlace):
        raise NotAllowed("trays have no directories")
    raise AlreadyExists("this directory exists")


def remove_directory(_visit: Visit, _request: int, _fields: Fields) -> bytes:
    """Refuse: trays stay."""
    raise NotAllowed("trays cannot be removed")


def link(_visit: Visit, _request: int, _fields: Fields) -> bytes:
    """Refuse: a mailbox has no links."""
    raise Unsupported("there are no links here")


def _rename_places(fields: Fields) -> tuple[FilePlace, FilePlace]:
    old = _require_file(find_place(fields.string()))
    new = _require_file(find_place(fields.string()))
    if old.tray is not new.tray:
        raise NotAllowed("files stay in their tray")
    if not old.tray.is_inbox:
        raise NotAllowed(f"answers in {old.tray} cannot be renamed")
    return old, new


def _rename(visit: Visit, request: int, old: FilePlace, new: FilePlace) -> bytes:
    visit.mailbox.rename(old.tray, old.name, new.name)
    visit.outcomes.note_renamed(old.tray, old.name, new.name)
    return packets.render_status(request, StatusCode.OK, DONE)


def _require_file(place: Place) -> FilePlace:
    if not isinstance(place, FilePlace):
        raise NotAllowed("this is a directory")
    return place
