"""One control connection: read command lines, answer them one after the other, hold the session's steps together.

pyftpdlib owns sockets, TLS and the event loop; which commands there are and what they do is decided elsewhere. While a
command waits for an errand or a transfer, further lines wait too, except ABOR, which ends a transfer at once.
"""

import sys
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import pyftpdlib.ioloop  # noqa: F401 - first of its modules: it hushes the warning about asyncore, which it needs
import structlog
from OpenSSL import SSL
from pyftpdlib.handlers import TLS_FTPHandler

from channels.ftp.commands import COMMANDS, NOT_OFFERED, Argument, MalformedLine, is_abort, parse_line
from channels.ftp.data_links import DataLink
from channels.ftp.doors import Door
from channels.ftp.refusals import CommandRefused, is_ours, reply_to
from channels.ftp.sessions import Apart, Session, Step, Steps
from channels.ftp.sources import find_address
from channels.ftp.tls import shown_certificate
from channels.ftp.transfers import Incoming, Outgoing, TransferEnd
from domain.mailbox_refusals import NoSuchFile, OutsideTrays

log = structlog.get_logger()

_CLOSING = 421
_REPLIES_WAITING = 64
_BANNER = "Guichet."


class ControlConnection(TLS_FTPHandler):  # type: ignore[misc]  # pyftpdlib has no types
    """The control connection of one client; `door` is set on the class that a process makes of this one."""

    door: Door
    timeout = 0
    """Idle and login times are watched by the counter."""

    ac_in_buffer: bytes
    _in_buffer: list[bytes]

    @classmethod
    def get_ssl_context(cls) -> SSL.Context:
        """Return the context of this process."""
        return cls.door.parts.tls

    def __init__(self, conn: Any, server: Any, ioloop: Any = None) -> None:  # noqa: ANN401 - untyped
        self._lines: deque[bytes] = deque()
        self._steps: Steps | None = None
        self._command = ""
        self._is_overlong = self._is_stopping = self._is_leaving = False
        self.began = self.active_at = time.monotonic()
        self.session: Session | None = None
        super().__init__(conn, server, ioloop)

    def open_session(self, source: int, place: int) -> None:
        """Greet the client; its place is given back when the connection ends."""
        link = DataLink(self.socket, self.ioloop, client=self.remote_ip, settings=self.door.parts.settings)
        address = str(find_address(self.remote_ip))
        self.session = Session(self.door, self, link, address, source, place)
        self.reply(220, _BANNER)

    @property
    def is_secure(self) -> bool:
        """Whether the connection is under TLS."""
        return bool(self._ssl_established)

    @property
    def is_closed(self) -> bool:
        """Whether the connection is gone."""
        return bool(self._closed)

    @property
    def source(self) -> int:
        """What the connection is counted by."""
        return 0 if self.session is None else self.session.source

    @property
    def is_logged_in(self) -> bool:
        """Whether somebody has signed in."""
        return self.session is not None and self.session.visitor is not None

    @property
    def is_busy(self) -> bool:
        """Whether a command is being answered."""
        return self._steps is not None

    def reply(self, code: int, text: str, lines: Sequence[str] = ()) -> None:
        """Send a reply; with lines, one of several lines that ends with the text."""
        if self._closed or self._is_leaving:
            return
        first, *further = lines or ("",)
        told = [f"{code}-{first}", *further, f"{code} {text}"] if lines else [f"{code} {text}"]
        try:
            self.push("".join(f"{line}\r\n" for line in told))
        except SSL.Error:
            self._note("TLS broken")
            self._error = True
            self.close()

    def shown_certificate(self) -> str:
        """Return the SHA-256 of the client's certificate, "" without one."""
        return shown_certificate(self.socket)

    def begin_tls(self) -> None:
        """Drop what was sent in the clear beyond this command, and wait for the handshake."""
        if self._lines or self.ac_in_buffer:
            self._note("plain text beyond AUTH dropped")
        self._lines.clear()
        self._in_buffer, self._in_buffer_len, self.ac_in_buffer = [], 0, b""
        self.secure_connection(self.ssl_context)

    def close_after_replies(self) -> None:
        """Close the connection once the client has its replies; what it sends meanwhile is not looked at."""
        if not self._closed and not self._is_leaving:
            self._is_leaving = True
            self._lines.clear()
            self.close_when_done()

    def dismiss(self, text: str) -> None:
        """End the session from our side."""
        self.reply(_CLOSING, text)
        self.close_after_replies()
        if self.session is not None and self.session.link.is_transferring:
            self.session.link.end(TransferEnd.DEPARTED)

    def ask_to_stop(self) -> None:
        """End the session now, or after the command that is being answered."""
        self._is_stopping = True
        if not self.is_busy:
            self.dismiss("The door closes.")

    def collect_incoming_data(self, data: bytes) -> None:
        """Keep what has come of a line, as far as lines may be long; the rest of a longer one is not kept."""
        self._in_buffer_len += len(data)
        if self._in_buffer_len > self.door.parts.settings.command:
            self._is_overlong, self._in_buffer = True, []
            if self._in_buffer_len > 64 * self.door.parts.settings.command:
                self._note("endless command")
                self.close()
        else:
            self._in_buffer.append(data)

    def found_terminator(self) -> None:
        """Take a whole line."""
        line, is_overlong = b"".join(self._in_buffer), self._is_overlong
        self._in_buffer, self._in_buffer_len, self._is_overlong = [], 0, False
        self.active_at = time.monotonic()
        if self.session is None or self._closed or self._is_leaving:
            return
        if is_overlong:
            line = b"\0"  # answered in its turn like any line that is no command
        if len(self._lines) >= self.door.parts.settings.commands_waiting:
            self._note("too many commands at once")
            self.dismiss("Too many commands at once.")
            return
        self._lines.append(line)
        self._heed_abort()
        self._go_on()

    def close(self) -> None:
        """Close the connection; a transfer under way is abandoned."""
        if self._closed:
            return
        try:
            super().close()
        except (SSL.Error, OSError):
            self._error = True  # TLS cannot take leave any more: pyftpdlib then closes without
            super().close()
        session, self._lines = self.session, deque()
        if session is not None:
            session.link.end(TransferEnd.DEPARTED)
            self.door.shared.occupancy.leave(session.place)
            self.session = None

    def handle_error(self) -> None:
        """Close after what was not foreseen; a client that breaks TLS is no trouble of ours."""
        self._error = True
        if isinstance(sys.exc_info()[1], SSL.Error):
            self._note("TLS broken")
        else:
            self.log_exception(self)
        self.close()

    def handle_failed_ssl_handshake(self) -> None:
        """Close without a word: nothing on this connection can be relied on."""
        self._note("TLS handshake failed")
        self.close()

    def log(self, msg: str, logfun: object = None) -> None:
        """Say nothing: pyftpdlib's lines hold names and what clients typed; the door writes its own."""

    def log_exception(self, instance: object) -> None:
        """Tell the operator of a failure that was not foreseen; the connection is closed then."""
        log.error(
            "ftp connection failed", source=self.remote_ip, where=type(instance).__name__, exc_info=sys.exc_info()[1]
        )

    def _note(self, what: str) -> None:
        log.warning("ftp client refused", source=self.remote_ip, reason=what)

    def _heed_abort(self) -> None:
        """End a running transfer when an ABOR waits; its own reply follows that of the transfer."""
        if self.session is None or not self.session.link.is_transferring:
            return
        if any(is_abort(line) for line in self._lines):
            self.session.link.end(TransferEnd.ABORTED)

    def _go_on(self) -> None:
        while self._lines and self._steps is None and not self._closed:
            if self._is_stopping:
                self.dismiss("The door closes.")
                return
            if len(self.producer_fifo) > _REPLIES_WAITING:
                self._note("replies are not read")
                self.close()
                return
            self._answer(self._lines.popleft())

    def _answer(self, line: bytes) -> None:
        session = self.session
        if session is None:
            return
        self._command = "unknown"
        try:
            answer, argument = self._find(line, session)
            steps = answer(session, argument)
        except Exception as error:  # noqa: BLE001 - one failed command must end neither the session nor the process
            self._refuse(error)
            return
        if steps is not None:
            self._steps = steps
            self._advance(None)

    def _find(self, line: bytes, session: Session) -> tuple[Any, str]:
        try:
            word, argument = parse_line(line)
        except MalformedLine:
            raise CommandRefused(500, "This is no command.") from None
        command = COMMANDS.get(word)
        if command is None:
            code = 502 if word in NOT_OFFERED else 500
            raise CommandRefused(code, "This command is not offered." if code == 502 else "This is no command.")  # noqa: PLR2004
        self._command = word
        if command.after_login and session.visitor is None:
            raise CommandRefused(530, "Please log in with USER and PASS.")
        if command.argument is Argument.REQUIRED and not argument:
            raise CommandRefused(501, "An argument is expected.")
        if command.argument is Argument.NONE and argument:
            raise CommandRefused(501, "No argument is expected.")
        if session.renamed is not None and word != "RNTO":
            session.renamed = None
        return command.answer, argument

    def _advance(self, came: Any, error: Exception | None = None) -> None:  # noqa: ANN401 - whatever a step brings
        steps = self._steps
        if steps is None:
            return
        try:
            step: Step = steps.send(came) if error is None else steps.throw(error)
        except StopIteration:
            self._end_command(None)
        except Exception as failure:  # noqa: BLE001 - likewise
            self._end_command(failure)
        else:
            self._take(step)

    def _take(self, step: Step) -> None:
        match step:
            case Incoming() | Outgoing():
                if self.session is None:
                    self._advance(TransferEnd.DEPARTED)
                else:
                    self.session.link.begin(step, self._transfer_ended)
                    self._heed_abort()
            case Apart(work):
                self.door.errands.run_apart(work, self._came_back)
            case _:
                self.door.errands.run(step, self._came_back)

    def _came_back(self, done: "Future[object]") -> None:
        error = done.exception()
        if error is None:
            self._advance(done.result())
        else:
            self._advance(None, error if isinstance(error, Exception) else RuntimeError(repr(error)))

    def _transfer_ended(self, end: TransferEnd | Exception) -> None:
        if isinstance(end, Exception):
            self._advance(None, end)
        else:
            self._advance(end)

    def _end_command(self, failure: Exception | None) -> None:
        self._steps = None
        self.active_at = time.monotonic()
        if failure is not None:
            self._refuse(failure)
        if self._is_stopping:
            self.dismiss("The door closes.")
        self._go_on()

    def _refuse(self, error: Exception) -> None:
        code, text = reply_to(error)
        fields = {"source": self.remote_ip, "command": self._command, "status": code}
        if is_ours(error):
            log.error("ftp command failed", **fields, exc_info=error)
        elif isinstance(error, NoSuchFile) and not isinstance(error, OutsideTrays):
            log.debug("ftp command refused", **fields)
        else:
            log.info("ftp command refused", **fields)
        self.reply(code, text)
        if code == _CLOSING:
            self.close_after_replies()
