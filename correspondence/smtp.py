"""Carry mail by SMTP: TLS from the start, STARTTLS or, on a closed network, neither; one message, one recipient."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from correspondence.mail_servers import MailSecurity, MailServer
from correspondence.models import OutboxMessage
from correspondence.outbox import MessageRefusedError

_TIMEOUT_SECONDS = 20
_PERMANENT = 500


class SmtpMailman:
    """Hands each message to a mail server, over a connection of its own that is closed after it."""

    def __init__(self, server: MailServer, *, trust: Callable[[], ssl.SSLContext] = ssl.create_default_context) -> None:
        self._server = server
        self._trust = trust

    def carry(self, message: OutboxMessage) -> None:
        """Hand the message over; MessageRefusedError where the server wants none of it, OSError where it is not there."""
        letter = self._write(message)
        try:
            with self._connect() as connection:
                connection.send_message(letter)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as refusal:
            raise MessageRefusedError(f"smtp {_code_of(refusal)}") from None

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.security is MailSecurity.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=_TIMEOUT_SECONDS, context=self._trust()
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
        try:
            if server.security is MailSecurity.STARTTLS:
                connection.starttls(context=self._trust())
            if server.user:
                connection.login(server.user, server.password)
        except OSError:
            with suppress(OSError):
                connection.close()
            raise
        return connection

    def _write(self, message: OutboxMessage) -> EmailMessage:
        letter = EmailMessage()
        try:
            letter["From"] = self._server.sender
            letter["To"] = Address(addr_spec=message.recipient)
            letter["Subject"] = message.subject
            letter["Date"] = format_datetime(message.written_at)
            letter["Message-ID"] = f"<outbox-{message.pk}@{self._server.sender.rpartition('@')[2].rstrip('>')}>"
            letter["Auto-Submitted"] = "auto-generated"
        except (ValueError, IndexError):
            raise MessageRefusedError("no address") from None
        letter.set_content(message.body)
        return letter


def _code_of(refusal: smtplib.SMTPException) -> int:
    match refusal:
        case smtplib.SMTPRecipientsRefused(recipients=recipients) if recipients:
            return int(next(iter(recipients.values()))[0])
        case smtplib.SMTPResponseException(smtp_code=code):
            return int(code)
        case _:
            return _PERMANENT
