"""AUTH, PBSZ, PROT, USER and PASS: secure the connection, then let in who may come.

No answer tells whether a user exists. Without TLS, USER is answered by the address alone: outside every listed network
all names are turned away before a password can follow, inside one all are asked for it. Whether the user's own sender
is listed there is looked up with the password, and its refusal is that of a wrong one.
"""

from collections.abc import Callable
from functools import partial

import structlog

from channels.ftp.refusals import CommandRefused
from channels.ftp.sessions import Apart, Session, Steps
from channels.ftp.sources import is_within, text_key, user_key
from channels.ftp.users import PasswordHolder, Visitor
from domain.refusals import OutageError

log = structlog.get_logger()

_LONGEST_USER_NAME = 64
_NOT_PLAINLY = "No login without TLS from this address: send AUTH TLS first."
_NOT_CORRECT = "Login not correct."
_NOT_CORRECT_PLAINLY = "Login not correct, or not without TLS from this address."
_UNAVAILABLE = "Temporary trouble on our side; try again later."


def auth(session: Session, argument: str) -> None:
    """Begin TLS on the control connection."""
    if session.control.is_secure:
        raise CommandRefused(503, "TLS is there already.")
    if session.visitor is not None:
        raise CommandRefused(503, "TLS comes before the login.")
    if argument.upper() not in {"TLS", "TLS-C"}:
        raise CommandRefused(504, "Only AUTH TLS is offered.")
    session.user_name = ""
    session.control.reply(234, "Begin TLS.")
    session.control.begin_tls()


def pbsz(session: Session, _argument: str) -> None:
    """Take note that there is no buffer to agree on."""
    _require_tls(session)
    session.has_buffer_size = True
    session.control.reply(200, "PBSZ=0.")


def prot(session: Session, argument: str) -> None:
    """Secure data connections; clear ones are never opened beside TLS."""
    _require_tls(session)
    if not session.has_buffer_size:
        raise CommandRefused(503, "PBSZ 0 comes first.")
    if argument.upper() != "P":
        raise CommandRefused(534, "Data connections are private here: PROT P.")
    session.link.data_tls = session.door.parts.tls
    session.link.data_certificate = session.control.shown_certificate()
    session.control.reply(200, "Data connections will be private.")


def user(session: Session, argument: str) -> Steps:
    """Take the user's name; a certificate of its own lets it in at once."""
    _require_no_ban(session, argument)
    if session.visitor is not None:
        raise CommandRefused(503, "You are logged in; QUIT comes first.")
    session.user_name = ""
    parts, name = session.door.parts, argument if _is_user_name(argument) else ""
    if session.control.is_secure:
        certificate = session.control.shown_certificate()
        if certificate and name:
            now = parts.clock.now()
            visitor = yield partial(_decided, partial(parts.users.find_by_certificate, name, certificate, at=now))
            if visitor is not None:
                _welcome(session, visitor, code=232)
                return
    elif not (yield partial(_decided, partial(parts.users.is_closed_network, session.address))):
        raise _login_refused(session, argument, _NOT_PLAINLY)
    session.user_name = argument
    session.control.reply(331, "Password, please.")


def password(session: Session, argument: str) -> Steps:
    """Verify the password; it takes as long for a user that there is not."""
    _require_no_ban(session, session.user_name)
    if session.visitor is not None:
        raise CommandRefused(503, "You are logged in.")
    name, session.user_name = session.user_name, ""
    if not name:
        raise CommandRefused(503, "USER comes first.")
    parts, plain_from = session.door.parts, "" if session.control.is_secure else session.address
    find = partial(parts.users.find_password, name, plain_from=plain_from)
    holder: PasswordHolder | None = yield partial(_decided, find)
    encoded = parts.decoy if holder is None else holder.encoded
    is_right = yield Apart(partial(session.door.passwords.is_password, argument, encoded))
    if holder is None or not is_right:
        raise _login_refused(session, name, _NOT_CORRECT_PLAINLY if plain_from else _NOT_CORRECT)
    _welcome(session, Visitor(holder.login, holder.credential, plain_from), code=230)


def _welcome(session: Session, visitor: Visitor, *, code: int) -> None:
    door = session.door
    if session.control.is_closed:
        raise CommandRefused(426, "The client has left.")
    sender = text_key(str(visitor.login.sender), salt=door.parts.salt)
    if not door.shared.occupancy.name_sender(session.place, sender, most=door.parts.settings.per_sender):
        raise CommandRefused(421, "This sender has as many sessions as it may have.")
    session.visitor = visitor
    session.mailbox = door.parts.mailboxes.open_mailbox(visitor.login)
    session.control.reply(code, "You are logged in.")
    log.info(
        "ftp login",
        source=session.address,
        user=visitor.login.user_name,
        tls=session.control.is_secure,
        certificate=visitor.credential.certificate or None,
    )


def _login_refused(session: Session, name: str, text: str) -> CommandRefused:
    """Count a failed login against source and connection, and return its refusal; the last one ends the connection."""
    session.tries += 1
    is_banned = session.door.shared.penalties.note_failure(_counted_by(session, name))
    if is_banned:
        log.warning("ftp source banned", source=session.address, seconds=session.door.parts.settings.ban)
    is_last = is_banned or session.tries >= session.door.parts.settings.login_tries
    return CommandRefused(421, "Too many failed logins.") if is_last else CommandRefused(530, text)


def _counted_by(session: Session, name: str) -> int:
    """Return what failures are counted by: the source, or the user name where many senders share the address."""
    parts = session.door.parts
    is_shared = is_within(session.address, parts.settings.exempt)
    return user_key(session.address, name, salt=parts.salt) if is_shared else session.source


def _require_no_ban(session: Session, name: str) -> None:
    if session.door.shared.penalties.is_banned(_counted_by(session, name)):
        raise CommandRefused(421, "Too many failed logins; come back later.")


def _require_tls(session: Session) -> None:
    if not session.control.is_secure:
        raise CommandRefused(503, "AUTH TLS comes first.")


def _decided(look_up: Callable[[], object]) -> object:
    """Look somebody up; our own trouble ends the connection, so that the client tries again instead of giving up."""
    try:
        return look_up()
    except OutageError as outage:
        log.exception("ftp login undecided")
        raise CommandRefused(421, _UNAVAILABLE) from outage


def _is_user_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_USER_NAME and text.isascii() and text.isprintable()
