"""Messages leave the outbox by the carrier of their kind; a refused one keeps no other waiting, a secret is forgotten."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from correspondence.mail_servers import MailSecurity, MailServer
from correspondence.models import Carrier, OutboxMessage
from correspondence.outbox import FolderMailman, MessageRefusedError, SortingMailman, deliver_waiting, post
from correspondence.smtp import SmtpMailman
from portal.environment_variables import ConfigurationError
from portal.people_configuration import MailConfiguration

NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


class RefusingMailman:
    """Takes everything but what goes to one recipient."""

    def __init__(self, unwanted: str) -> None:
        self.unwanted = unwanted
        self.taken: list[str] = []

    def carry(self, message: OutboxMessage) -> None:
        if message.recipient == self.unwanted:
            raise MessageRefusedError("smtp 550")
        self.taken.append(message.body)


def a_message(
    recipient: str = "els@example.org", *, holds_secret: bool = False, carrier: Carrier = Carrier.MAIL
) -> None:
    post(
        carrier=carrier,
        recipient=recipient,
        subject="Betreff: Schlüssel",
        body="Ihr Code ist 123456.\n",
        occasion=f"test:{recipient}:{carrier}",
        at=NOON,
        holds_secret=holds_secret,
    )


@pytest.mark.django_db
def test_a_secret_is_forgotten_once_it_was_taken():
    a_message(holds_secret=True)
    mailman = RefusingMailman("")

    deliver_waiting(mailman, now=NOON)

    assert mailman.taken == ["Ihr Code ist 123456.\n"]
    assert OutboxMessage.objects.get().body == ""


@pytest.mark.django_db
def test_what_holds_no_secret_is_kept():
    a_message()
    deliver_waiting(RefusingMailman(""), now=NOON)

    assert OutboxMessage.objects.get().body


@pytest.mark.django_db
def test_a_refused_message_keeps_no_other_waiting_and_is_tried_again():
    a_message("gone@example.org")
    a_message("els@example.org")
    mailman = RefusingMailman("gone@example.org")

    assert deliver_waiting(mailman, now=NOON) == 1
    assert deliver_waiting(mailman, now=NOON + timedelta(seconds=59)) == 0
    mailman.unwanted = ""
    assert deliver_waiting(mailman, now=NOON + timedelta(minutes=1)) == 1


@pytest.mark.django_db
def test_what_is_refused_for_three_days_is_given_up_with_its_secret():
    a_message("gone@example.org", holds_secret=True)

    deliver_waiting(RefusingMailman("gone@example.org"), now=NOON + timedelta(days=3, seconds=1))

    row = OutboxMessage.objects.get()
    assert (row.given_up_at is not None, row.body, row.sent_at) == (True, "", None)


@pytest.mark.django_db
def test_a_carrier_that_does_not_work_leaves_messages_waiting():
    class Broken:
        def carry(self, message: OutboxMessage) -> None:  # noqa: ARG002 - it takes none
            raise ConnectionRefusedError

    a_message()
    with pytest.raises(ConnectionRefusedError):
        deliver_waiting(Broken(), now=NOON)

    assert OutboxMessage.objects.get().sent_at is None


@pytest.mark.django_db
def test_mail_and_text_messages_go_by_their_own_carriers(tmp_path):
    a_message(carrier=Carrier.MAIL)
    a_message("+32470000000", carrier=Carrier.TEXT_MESSAGE)
    mail, texts = FolderMailman(tmp_path / "mail"), FolderMailman(tmp_path / "sms")

    deliver_waiting(SortingMailman({Carrier.MAIL: mail, Carrier.TEXT_MESSAGE: texts}), now=NOON)

    (text,) = (tmp_path / "sms").iterdir()
    assert json.loads(text.read_text(encoding="utf-8"))["recipient"] == "+32470000000"
    assert len(list((tmp_path / "mail").iterdir())) == 1


@pytest.mark.django_db
def test_without_a_carrier_of_its_kind_a_message_waits():
    a_message()

    assert deliver_waiting(SortingMailman({}), now=NOON) == 0
    assert OutboxMessage.objects.get().failures == 1


@contextmanager
def a_mail_server(replies: dict[bytes, bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Speak as much SMTP as one message needs; `replies` replace the usual ones, by the first word of a command."""
    listening = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        connection, _ = listening.accept()
        with suppress(OSError), connection, connection.makefile("rwb") as line:
            _say(line, b"220 here")
            while command := line.readline():
                heard.append(command)
                word = (command.split() or [b""])[0].upper()
                if word == b"DATA" and b"DATA" not in replies:
                    _say(line, b"354 go on")
                    while (text := line.readline()) != b".\r\n":
                        heard.append(text)
                    _say(line, b"250 taken")
                    continue
                _say(line, replies.get(word, b"221 bye" if word == b"QUIT" else b"250 ok"))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1], heard
    thread.join(5)
    listening.close()


def _say(line, reply: bytes) -> None:
    line.write(reply + b"\r\n")
    line.flush()


def a_server(port: int, security: MailSecurity = MailSecurity.NONE, user: str = "") -> MailServer:
    return MailServer(host="127.0.0.1", port=port, security=security, sender="guichet@example.org", user=user)


@pytest.mark.django_db
def test_a_letter_reaches_a_mail_server_in_its_own_letters():
    a_message()
    with a_mail_server({}) as (port, heard):
        assert deliver_waiting(SmtpMailman(a_server(port)), now=NOON) == 1

    start = next(place for place, text in enumerate(heard) if text.startswith(b"From:"))
    letter = message_from_bytes(b"".join(heard[start:]), policy=policy.default)
    assert (letter["To"], letter["Subject"]) == ("els@example.org", "Betreff: Schlüssel")
    assert letter.get_content().startswith("Ihr Code ist 123456.")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.org>")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "reply"),
    [(b"RCPT", b"550 nobody here"), (b"DATA", b"552 too much"), (b"MAIL", b"501 not from there")],
)
def test_a_letter_that_a_server_does_not_want_is_put_off(word: bytes, reply: bytes):
    a_message()
    with a_mail_server({word: reply}) as (port, _):
        assert deliver_waiting(SmtpMailman(a_server(port)), now=NOON) == 0

    assert OutboxMessage.objects.get().failures == 1


@pytest.mark.django_db
@pytest.mark.parametrize("recipient", ["", "els", "els@example.org\r\nBcc: x@example.org", "a b@example.org"])
def test_what_is_no_address_is_put_off_and_injects_nothing(recipient: str):
    OutboxMessage.objects.create(
        carrier=Carrier.MAIL, recipient=recipient, subject="s", body="b", occasion="o", written_at=NOON
    )

    assert deliver_waiting(SmtpMailman(a_server(1)), now=NOON) == 0
    assert OutboxMessage.objects.get().failures == 1


@pytest.mark.django_db
def test_a_server_that_is_not_there_is_our_trouble():
    a_message()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(OSError, match="refused"):
        deliver_waiting(SmtpMailman(a_server(port)), now=NOON)


@pytest.mark.django_db
def test_a_server_without_starttls_gets_neither_letter_nor_password():
    a_message()
    with a_mail_server({b"STARTTLS": b"502 unknown"}) as (port, heard), pytest.raises(OSError, match="STARTTLS"):
        deliver_waiting(SmtpMailman(a_server(port, MailSecurity.STARTTLS, user="guichet")), now=NOON)

    assert not any(b"AUTH" in text or b"DATA" in text for text in heard)


@pytest.mark.django_db
def test_tls_trusts_whom_the_system_trusts():
    a_message()
    with a_mail_server({}) as (port, _), pytest.raises((ssl.SSLError, OSError)):
        deliver_waiting(SmtpMailman(a_server(port, MailSecurity.TLS)), now=NOON)


def test_without_a_host_there_is_no_mail_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("GUICHET_MAIL_HOST", raising=False)

    assert MailConfiguration.from_environment().server() is None


def test_a_mail_server_is_read_with_its_password_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path):
    (tmp_path / "password").write_text("a secret\n", encoding="utf-8")
    for name, value in {
        "HOST": "mail.example.org",
        "USER": "guichet",
        "PASSWORD_FILE": str(tmp_path / "password"),
    }.items():
        monkeypatch.setenv(f"GUICHET_MAIL_{name}", value)

    server = MailConfiguration.from_environment().server()

    assert (server.host, server.port, server.security, server.password) == (
        "mail.example.org",
        587,
        MailSecurity.STARTTLS,
        "a secret",
    )
    assert "a secret" not in repr(server)


@pytest.mark.parametrize(("name", "value"), [("SECURITY", "rot13"), ("PASSWORD_FILE", "/nowhere/password")])
def test_a_mail_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv("GUICHET_MAIL_HOST", "mail.example.org")
    monkeypatch.setenv(f"GUICHET_MAIL_{name}", value)

    with pytest.raises(ConfigurationError, match=f"GUICHET_MAIL_{name}"):
        MailConfiguration.from_environment().server()
