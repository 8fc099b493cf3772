"""Commands that prepare data connections and those that use them: upload, download and list.

The reply to an upload comes after its close, hence after the seal; whatever ends it otherwise abandons it.
"""

import io
from fnmatch import fnmatchcase
from functools import partial
from typing import BinaryIO

import structlog

from channels.ftp.data_ports import ForeignPort, NoPortError, parse_extended_port, parse_port, require_own
from channels.ftp.listings import render_entries, render_trays
from channels.ftp.places import FilePlace, Root, TrayPlace, find_place, require_file
from channels.ftp.refusals import CommandRefused
from channels.ftp.sessions import Session, Steps
from channels.ftp.transfers import Incoming, Outgoing, TransferEnd
from channels.mailboxes import Mailbox
from channels.uploads import StagedUpload
from domain.environments import Tray
from domain.mailbox_refusals import NoSuchFile
from domain.mailboxes import UploadStart
from domain.refusals import OutageError

log = structlog.get_logger()

_PATTERN = frozenset("*?[")
_OPENING = (150, "Ready for the data connection.")
_UNFINISHED = {
    TransferEnd.CUT: (426, "The data connection broke; nothing is taken."),
    TransferEnd.STALLED: (426, "The data connection stood still; nothing is taken."),
    TransferEnd.ABORTED: (426, "Aborted."),
    TransferEnd.DEPARTED: (426, "The client has left."),
    TransferEnd.NOT_CONNECTED: (425, "There was no data connection."),
    TransferEnd.NOT_SECURED: (522, "There was no TLS on the data connection."),
    TransferEnd.FOREIGN: (425, "The data connection did not show the certificate of the control connection."),
}


def pasv(session: Session, _argument: str) -> None:
    """Open a port and tell it in the IPv4 form."""
    if session.is_extended_only or not session.link.is_ipv4:
        raise CommandRefused(522, "EPSV is to be used.")
    port = _open_port(session)
    address = session.door.parts.settings.masquerade_address or session.link.address
    session.control.reply(227, f"Entering passive mode ({address.replace('.', ',')},{port // 256},{port % 256}).")


def epsv(session: Session, argument: str) -> None:
    """Open a port and tell its number alone (RFC 2428)."""
    own = "1" if session.link.is_ipv4 else "2"
    if argument.upper() == "ALL":
        session.is_extended_only = True
        session.control.reply(200, "EPSV only from now on.")
        return
    if argument not in {"", own}:
        raise CommandRefused(522, f"Network protocol not supported, use ({own}).")
    session.control.reply(229, f"Entering extended passive mode (|||{_open_port(session)}|).")


def port(session: Session, argument: str) -> None:
    """Take note of a port of the client's to connect to."""
    _aim(session, argument, extended=False)


def eprt(session: Session, argument: str) -> None:
    """Take note of a port of the client's to connect to (RFC 2428)."""
    _aim(session, argument, extended=True)


def rest(session: Session, argument: str) -> None:
    """Take note of where the next transfer begins."""
    if not (argument.isascii() and argument.isdigit() and len(argument) <= 15):  # noqa: PLR2004 - below 2**53
        raise CommandRefused(501, "A number of bytes is expected.")
    session.restart_at = int(argument)
    session.control.reply(350, f"The next transfer begins at {session.restart_at}.")


def stor(session: Session, argument: str) -> Steps:
    """Upload a file, from its beginning or from where REST says."""
    start_at, session.restart_at = session.restart_at, 0
    place = _require_transferable(session, argument)
    yield from _upload(session, place, start_at=start_at)


def appe(session: Session, argument: str) -> Steps:
    """Upload a file from where its last upload ended."""
    start_at, session.restart_at = session.restart_at, 0
    if start_at:
        raise CommandRefused(503, "APPE goes on where the file ends; REST is for STOR and RETR.")
    place = _require_transferable(session, argument)
    yield from _upload(session, place, start_at=None)


def retr(session: Session, argument: str) -> Steps:
    """Send an answer; sent to its end, it counts as downloaded."""
    start_at, session.restart_at = session.restart_at, 0
    place = _require_transferable(session, argument)
    content: BinaryIO = yield partial(_open_answer, session.box, place, start_at)
    with content:
        session.control.reply(*_OPENING)
        end = yield Outgoing(content)
    _require_complete(end)
    try:
        yield partial(session.box.note_downloaded, place.tray, place.name)
    except OutageError:
        log.exception("download of an answer not noted", source=session.address)
    session.control.reply(226, "Sent.")


def list_directory(kind: str, session: Session, argument: str) -> Steps:
    """Send a listing in the form of LIST, NLST or MLSD; a name may be a pattern, which some clients leave to servers."""
    session.restart_at = 0
    _require_data_connection(session)
    path = argument
    if kind != "MLSD" and argument.startswith("-"):  # options of `ls`, which some clients send
        path = argument.partition(" ")[2]
    place = find_place(session.here, path or ".")
    if kind == "MLSD" and isinstance(place, FilePlace):
        raise CommandRefused(501, "A directory is expected.")
    listing = yield partial(_render_listing, session, kind, place)
    session.control.reply(*_OPENING)
    end = yield Outgoing(io.BytesIO(listing))
    _require_complete(end)
    session.control.reply(226, "Listed.")


def _upload(session: Session, place: FilePlace, *, start_at: int | None) -> Steps:
    upload, at = yield partial(_begin_upload, session.box, place, start_at)
    try:
        session.control.reply(*_OPENING)
        end = yield Incoming(upload, at=at)
        _require_complete(end)
        closing, upload = upload, None
        yield partial(_close, session, closing)
    finally:
        if upload is not None:
            upload.abandon()
    session.control.reply(226, "Received.")


def _close(session: Session, upload: StagedUpload) -> None:
    """Close the upload, which may seal, if the client is still there to be told."""
    if session.link.is_gone() or session.control.is_closed:  # in this order: what is closed was not looked at
        upload.abandon()
        raise CommandRefused(*_UNFINISHED[TransferEnd.DEPARTED])
    upload.close()


def _begin_upload(box: Mailbox, place: FilePlace, start_at: int | None) -> tuple[StagedUpload, int]:
    """Return the upload and where its bytes go; None starts where the last upload ended."""
    if start_at == 0:
        return box.begin_upload(place.tray, place.name, start=UploadStart.EMPTY), 0
    there = _staged_size(box, place.tray, place.name)
    if start_at is not None and start_at > there:
        raise CommandRefused(554, f"{start_at} is beyond the {there} bytes that are there.")
    upload = box.begin_upload(place.tray, place.name, start=UploadStart.RESUME)
    at = upload.size() if start_at is None else start_at
    if at > upload.size():
        upload.abandon()
        raise CommandRefused(554, f"{at} is beyond the bytes that are there.")
    try:
        upload.truncate(at)
    except BaseException:
        upload.abandon()
        raise
    return upload, at


def _staged_size(box: Mailbox, tray: Tray, name: str) -> int:
    try:
        return box.find(tray, name).size if tray.is_inbox else 0
    except NoSuchFile:
        return 0


def _open_answer(box: Mailbox, place: FilePlace, start_at: int) -> BinaryIO:
    content = box.open_answer(place.tray, place.name)
    there = content.seek(0, io.SEEK_END)
    if start_at > there:
        content.close()
        raise CommandRefused(554, f"{start_at} is beyond the {there} bytes that are there.")
    content.seek(start_at)
    return content


def _render_listing(session: Session, kind: str, place: Root | TrayPlace | FilePlace) -> bytes:
    now = session.door.parts.clock.now()
    match place:
        case Root():
            return render_trays(kind)
        case TrayPlace(tray):
            return render_entries(kind, tray, session.box.list_tray(tray), now=now)
        case FilePlace(tray, name) if _PATTERN & set(name):
            matching = [entry for entry in session.box.list_tray(tray) if fnmatchcase(entry.name, name)]
            return render_entries(kind, tray, matching, now=now)
        case FilePlace(tray, name):
            return render_entries(kind, tray, [session.box.find(tray, name)], now=now)


def _require_complete(end: TransferEnd) -> None:
    if end is not TransferEnd.COMPLETE:
        raise CommandRefused(*_UNFINISHED[end])


def _require_transferable(session: Session, argument: str) -> FilePlace:
    place = require_file(find_place(session.here, argument))
    if not session.is_image:
        raise CommandRefused(550, "Files travel in TYPE I only: signatures hold for their exact bytes.")
    _require_data_connection(session)
    return place


def _require_data_connection(session: Session) -> None:
    _require_private(session)
    if not session.link.is_prepared:
        raise CommandRefused(425, "PASV, EPSV, PORT or EPRT comes first.")


def _require_private(session: Session) -> None:
    if session.control.is_secure and session.link.data_tls is None:
        raise CommandRefused(521, "Data connections are private here: PROT P comes first.")


def _open_port(session: Session) -> int:
    _require_private(session)
    try:
        return session.link.listen()
    except NoPortError:
        log.warning("ftp has no port for data", source=session.address)
        raise CommandRefused(425, "No port is free; try again later.") from None


def _aim(session: Session, argument: str, *, extended: bool) -> None:
    _require_private(session)
    if session.is_extended_only:
        raise CommandRefused(501, "EPSV is to be used.")
    try:
        address, number = parse_extended_port(argument) if extended else parse_port(argument)
        target = require_own(address, number, client=session.address)
    except ForeignPort as foreign:
        raise CommandRefused(504, f"Refused: {foreign}.") from None
    except ValueError:
        raise CommandRefused(501, "An address and a port are expected.") from None
    session.link.aim(target)
    session.control.reply(200, "The next transfer connects there.")
