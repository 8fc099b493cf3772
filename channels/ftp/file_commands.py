"""Commands about directories and names: where one is, what is there, rename and remove."""

from functools import partial

from channels.ftp.listings import directory_facts, file_facts, modification_time
from channels.ftp.places import FilePlace, Root, find_place, require_directory, require_file
from channels.ftp.refusals import CommandRefused
from channels.ftp.sessions import Session, Steps
from domain.mailbox_refusals import NotAllowed


def pwd(session: Session, _argument: str) -> None:
    """Tell the working directory."""
    session.control.reply(257, f'"{session.here}" is the current directory.')


def cwd(session: Session, argument: str) -> None:
    """Go to a directory; there are seven."""
    session.here = require_directory(find_place(session.here, argument))
    session.control.reply(250, f'"{session.here}" is the current directory.')


def cdup(session: Session, _argument: str) -> None:
    """Go to the directory above."""
    session.here = Root()
    session.control.reply(250, '"/" is the current directory.')


def mkd(session: Session, argument: str) -> None:
    """Refuse: the trays are all there is. Clients that send whole folders then see that their tray exists."""
    if isinstance(find_place(session.here, argument), FilePlace):
        raise NotAllowed("trays have no directories")
    raise NotAllowed("this directory exists")


def rmd(_session: Session, _argument: str) -> None:
    """Refuse: trays stay."""
    raise NotAllowed("trays cannot be removed")


def size(session: Session, argument: str) -> Steps:
    """Tell how many bytes a file has."""
    place = require_file(find_place(session.here, argument))
    entry = yield partial(session.box.find, place.tray, place.name)
    session.control.reply(213, str(entry.size))


def mdtm(session: Session, argument: str) -> Steps:
    """Tell when a file was last written, in UTC."""
    place = require_file(find_place(session.here, argument))
    entry = yield partial(session.box.find, place.tray, place.name)
    session.control.reply(213, modification_time(entry))


def mlst(session: Session, argument: str) -> Steps:
    """Tell the facts about a file or directory over the control connection."""
    place = find_place(session.here, argument or ".")
    if isinstance(place, FilePlace):
        entry = yield partial(session.box.find, place.tray, place.name)
        facts = file_facts(place.tray, entry)
    else:
        facts = directory_facts(place)
    session.control.reply(250, "End.", [f"Facts of {place}", f" {facts} {place}"])


def dele(session: Session, argument: str) -> Steps:
    """Remove a staged file, or say that an answer was collected."""
    place = require_file(find_place(session.here, argument))
    yield partial(session.box.remove, place.tray, place.name)
    session.control.reply(250, "Removed.")


def rnfr(session: Session, argument: str) -> Steps:
    """Take note of the file that RNTO renames."""
    place = require_file(find_place(session.here, argument))
    session.renamed = None
    if not place.tray.is_inbox:
        raise NotAllowed(f"answers in {place.tray} cannot be renamed")
    yield partial(session.box.find, place.tray, place.name)
    session.renamed = place
    session.control.reply(350, "RNTO comes next.")


def rnto(session: Session, argument: str) -> Steps:
    """Rename a staged file within its tray; counts as its close under the new name, so that it may seal."""
    old, session.renamed = session.renamed, None
    if old is None:
        raise CommandRefused(503, "RNFR comes first.")
    new = require_file(find_place(session.here, argument))
    if old.tray is not new.tray:
        raise NotAllowed("files stay in their tray")
    yield partial(session.box.rename, old.tray, old.name, new.name)
    session.control.reply(250, "Renamed.")
