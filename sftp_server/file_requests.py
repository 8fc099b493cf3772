"""The requests on open files: open, read, write, close and what is asked of a handle."""

import structlog

from domain.environments import Tray
from domain.mailbox_refusals import NoSuchFile, NotAllowed
from domain.mailboxes import TrayEntry, UploadStart
from domain.refusals import OutageError
from sftp_server import packets
from sftp_server.attributes import file_attributes
from sftp_server.handles import OpenAnswer, OpenUpload
from sftp_server.packets import Fields, OpenFlag, StatusCode
from sftp_server.paths import FilePlace, find_place
from sftp_server.statuses import AlreadyExists, status_of
from sftp_server.visits import Visit

DONE = "done"

log = structlog.get_logger()


def open_file(visit: Visit, request: int, fields: Fields) -> bytes:
    """Open a file of an inbox for writing or an answer for reading; refuse everything else."""
    place = find_place(fields.string())
    flags = OpenFlag(fields.uint32() & 0x3F)
    if not isinstance(place, FilePlace):
        raise NotAllowed("this is a directory")
    visit.handles.require_room()
    opened = _open_upload(visit, place, flags) if place.tray.is_inbox else _open_answer(visit, place, flags)
    return packets.render_handle(request, visit.handles.add(opened))


def _open_upload(visit: Visit, place: FilePlace, flags: OpenFlag) -> OpenUpload:
    if not flags & (OpenFlag.WRITE | OpenFlag.APPEND):
        raise NotAllowed(f"files in {place.tray} cannot be read back")
    if not flags & OpenFlag.CREATE:
        visit.mailbox.find(place.tray, place.name)
    elif flags & OpenFlag.EXCLUSIVE and visit.find_now(place.tray, place.name):
        raise AlreadyExists(f"{place.name} exists")
    start = UploadStart.EMPTY if flags & OpenFlag.TRUNCATE else UploadStart.RESUME
    visit.outcomes.forget(place.tray, place.name)
    upload = visit.mailbox.begin_upload(place.tray, place.name, start=start)
    appends = bool(flags & OpenFlag.APPEND)
    return OpenUpload(place.tray, place.name, upload, opened_at=visit.clock.now(), appends=appends)


def _open_answer(visit: Visit, place: FilePlace, flags: OpenFlag) -> OpenAnswer:
    if flags & ~OpenFlag.READ:
        raise NotAllowed(f"nothing is written to {place.tray}")
    entry = visit.mailbox.find(place.tray, place.name)
    stream = visit.mailbox.open_answer(place.tray, place.name)
    return OpenAnswer(place.tray, place.name, stream, size=entry.size, modified_at=entry.modified_at)


def close(visit: Visit, request: int, fields: Fields) -> bytes:
    """Close a handle; an upload's own close ends, durable and perhaps sealed, before the client is answered."""
    thing = visit.handles.take(fields.string())
    if isinstance(thing, OpenUpload):
        _close_upload(visit, thing)
    else:
        thing.let_go()
    if isinstance(thing, OpenAnswer) and thing.is_read_whole():
        _note_downloaded(visit, thing)
    return packets.render_status(request, StatusCode.OK, DONE)


def _close_upload(visit: Visit, opened: OpenUpload) -> None:
    try:
        size = opened.close()
    except Exception as error:
        visit.outcomes.note_failed(opened.tray, opened.name, status_of(error))
        raise
    visit.outcomes.note_taken(opened.tray, TrayEntry(opened.name, size, visit.clock.now()))


def _note_downloaded(visit: Visit, answer: OpenAnswer) -> None:
    """Tell the mailbox; an outage leaves the answer in the outbox for longer and is no trouble of the client's."""
    try:
        visit.mailbox.note_downloaded(answer.tray, answer.name)
    except OutageError as outage:
        log.warning("download of an answer not noted", tray=str(answer.tray), outage=str(outage))


def read(visit: Visit, request: int, fields: Fields) -> bytes:
    """Read a block of an answer."""
    answer = visit.handles.find(fields.string(), OpenAnswer)
    offset, length = fields.uint64(), fields.uint32()
    data = answer.read(offset, min(length, visit.settings.request))
    if not data:
        return packets.render_status(request, StatusCode.EOF, "end of file")
    return packets.render_data(request, data)


def write(visit: Visit, request: int, fields: Fields) -> bytes:
    """Write a block of an upload."""
    upload = visit.handles.find(fields.string(), OpenUpload)
    offset = fields.uint64()
    upload.write(offset, fields.string())
    return packets.render_status(request, StatusCode.OK, DONE)


def stat_handle(visit: Visit, request: int, fields: Fields) -> bytes:
    """Tell the attributes of an open file."""
    opened = visit.handles.find_file(fields.string())
    if isinstance(opened, OpenUpload):
        attributes = file_attributes(size=opened.upload.size(), modified_at=opened.opened_at)
    else:
        attributes = file_attributes(size=opened.size, modified_at=opened.modified_at)
    return packets.render_attributes(request, attributes)


def set_handle_attributes(visit: Visit, request: int, fields: Fields) -> bytes:
    """Cut an upload to a size; modes, owners and times are taken politely and mean nothing here."""
    upload = visit.handles.find(fields.string(), OpenUpload)
    size = fields.size_attribute()
    if size is not None:
        upload.truncate(size)
    return packets.render_status(request, StatusCode.OK, DONE)


def entry_to_show(visit: Visit, tray: Tray, name: str) -> TrayEntry:
    """Return what a client that looks at this name is told; NoSuchFile when there is nothing of that name."""
    shown = visit.find_now(tray, name) or visit.outcomes.taken(tray, name)
    if shown is None:
        raise NoSuchFile(f"no file {name} in {tray}")
    return shown
