"""Commands about the session itself: what the door can do, how data is meant, stopping."""

from channels.ftp.refusals import CommandRefused
from channels.ftp.sessions import Session

_FEATURES = (
    "AUTH TLS",
    "EPRT",
    "EPSV",
    "MDTM",
    "MLST type*;size*;modify*;perm*;",
    "PBSZ",
    "PROT",
    "REST STREAM",
    "SIZE",
    "TVFS",
    "UTF8",
)


def quit_session(session: Session, _argument: str) -> None:
    """Say goodbye; a transfer under way has ended by then."""
    session.control.reply(221, "Goodbye.")
    session.control.close_after_replies()


def feat(session: Session, _argument: str) -> None:
    """Tell what is offered beyond RFC 959."""
    session.control.reply(211, "End.", ["Offered:", *(f" {feature}" for feature in _FEATURES)])


def syst(session: Session, _argument: str) -> None:
    """Tell the form of listings and paths; nothing about the machine."""
    session.control.reply(215, "UNIX Type: L8")


def noop(session: Session, _argument: str) -> None:
    """Do nothing."""
    session.control.reply(200, "Nothing done.")


def opts(session: Session, argument: str) -> None:
    """Take the two options that clients set: names in UTF-8, of which ASCII is a part, and the facts of listings."""
    match argument.upper().split(" ", 1):
        case ["UTF8", "ON"] | ["UTF-8", "ON"]:
            session.control.reply(200, "Names are ASCII, hence UTF-8.")
        case ["MLST", *_]:
            session.control.reply(200, "MLST OPTS type;size;modify;perm;")
        case _:
            raise CommandRefused(501, "This option is not offered.")


def abor(session: Session, _argument: str) -> None:
    """Answer where nothing is transferred; a running transfer is ended as soon as the line arrives."""
    session.link.drop()
    session.control.reply(226, "Nothing is transferred.")


def allo(session: Session, _argument: str) -> None:
    """Take note that no room needs to be allotted."""
    session.control.reply(202, "Not needed here.")


def type_of_data(session: Session, argument: str) -> None:
    """Set the type: I for files; A for listings, which are ASCII anyway."""
    kind = argument.upper()
    if kind not in {"I", "L 8", "L8", "A", "A N"}:
        raise CommandRefused(504, "Types I and A are offered.")
    session.is_image = not kind.startswith("A")
    session.control.reply(200, "Type set.")


def mode(session: Session, argument: str) -> None:
    """Take mode S, stream, only."""
    if argument.upper() != "S":
        raise CommandRefused(504, "Mode S is offered.")
    session.control.reply(200, "Mode S.")


def stru(session: Session, argument: str) -> None:
    """Take structure F, file, only."""
    if argument.upper() != "F":
        raise CommandRefused(504, "Structure F is offered.")
    session.control.reply(200, "Structure F.")


def stat(session: Session, argument: str) -> None:
    """Tell that all is well; listings go over data connections."""
    if argument:
        raise CommandRefused(502, "Listings are had by LIST.")
    session.control.reply(211, "The session is open.")
