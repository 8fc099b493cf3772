"""`guichet certificates`: register, show and withdraw the certificates that sign for a sender."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from commands.compose import set_up_django
from domain.brussels import BRUSSELS
from domain.counted_words import counted
from sender.tables import render_table

if TYPE_CHECKING:
    from channels.models import Sender
    from ingest.notice_expiries import PlatformCertificate

_ACTOR = "operator"
_SHORTEST_PREFIX = 8


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="register a certificate")
    add.add_argument("file", type=Path, metavar="FILE", help="the signer's certificate, PEM or DER")
    add.add_argument("--sender", required=True, metavar="N", help="sender number, six digits")
    add.add_argument("--from", dest="start", type=_day, metavar="DAY", help="first day to sign on, like 2026-07-01")
    add.add_argument("--until", dest="end", type=_day, metavar="DAY", help="first day not to sign on any more")
    shown = actions.add_parser("list", help="show registered certificates")
    shown.add_argument("--sender", metavar="N", help="of this sender only")
    withdraw = actions.add_parser("withdraw", help="let a certificate sign no more")
    withdraw.add_argument("sha256", metavar="SHA256", help="the certificate, by its first 8 digits or more")
    withdraw.add_argument("--sender", required=True, metavar="N", help="sender number, six digits")
    actions.add_parser("notify", help="write to senders whose certificate ends in 60, 30 or 7 days")


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    set_up_django()
    from evidence.outages import outages  # noqa: PLC0415 - Django must be set up first

    with outages():
        match arguments.action:
            case "add":
                return _add(arguments.sender, arguments.file, start=arguments.start, end=arguments.end)
            case "withdraw":
                return _withdraw(arguments.sender, arguments.sha256.lower())
            case "notify":
                sys.stdout.write(f"{counted(notice_expiries(), 'letter', 'letters')} written\n")
                return 0
            case _:
                return _list(arguments.sender)


def notice_expiries() -> int:
    """Write the letters to senders that are due now, and return how many; Django must be set up.

    Companies are asked in their e-Boxes to renew, and a sender whose last certificate ended is suspended. An operator is written to about the certificate that signs answers. Raises OutageError when that cannot be read.
    """
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from evidence.clock import SystemClock  # noqa: PLC0415
    from evidence.outages import outages  # noqa: PLC0415
    from ingest.expiry_tasks import ACTOR, ask_to_renew, settle_renewals, suspend_without_certificate  # noqa: PLC0415
    from ingest.notice_expiries import notice_expiries as write_letters  # noqa: PLC0415
    from ingest.notice_expiries import notice_own_end  # noqa: PLC0415

    now = SystemClock().now()
    with outages():
        written = write_letters(at=now)
        settle_renewals(by=ACTOR, at=now)
        ask_to_renew(at=now)
        suspend_without_certificate(at=now)
        own = _read_own_certificate(settings.GUICHET.home / "keys" / "answers.cert.pem")
        if own is not None:
            notice_own_end(own, operator_address=settings.GUICHET.operator_address, at=now)
    return written


def _read_own_certificate(path: Path) -> "PlatformCertificate | None":
    """Return the certificate that answers are signed with; None before there is one."""
    from cryptography import x509  # noqa: PLC0415 - only this action needs it
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    from domain.refusals import OutageError  # noqa: PLC0415
    from ingest.notice_expiries import PlatformCertificate  # noqa: PLC0415

    if not path.exists():
        return None
    try:
        own = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as error:
        raise OutageError(f"{path} holds no certificate: {error}") from error
    return PlatformCertificate(own.fingerprint(SHA256()).hex(), own.not_valid_after_utc)


def _day(text: str) -> datetime:
    """Return the beginning of the day in Brussels."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=BRUSSELS)
    except ValueError:
        message = f"{text!r} is no day; expected is one like 2026-07-01"
        raise ArgumentTypeError(message) from None


def _add(number: str, path: Path, *, start: datetime | None, end: datetime | None) -> int:
    from commands.compose import open_trust  # noqa: PLC0415 - Django must be set up first
    from evidence.clock import SystemClock  # noqa: PLC0415
    from ingest.register_certificate import register_certificate  # noqa: PLC0415
    from signing.registrations import RegistrationRefusedError  # noqa: PLC0415

    sender = _find_sender(number)
    if sender is None:
        return 1
    try:
        raw = path.read_bytes()
    except OSError as trouble:
        return _refuse(f"{path} cannot be opened: {trouble.strerror}")
    try:
        certificate = register_certificate(
            sender,
            raw,
            trust=open_trust().read(),
            actor=_ACTOR,
            at=SystemClock().now(),
            valid_from=start,
            valid_until=end,
        )
    except RegistrationRefusedError as refusal:
        return _refuse(f"not registered ({refusal.fault}): {refusal}")
    sys.stdout.write(
        f"registered for sender {number}: {certificate.sha256}\n"
        f"it signs from {certificate.valid_from:%Y-%m-%d %H:%M} until {certificate.valid_until:%Y-%m-%d %H:%M} UTC\n"
    )
    _let_state_follow(number)
    return 0


def _withdraw(number: str, prefix: str) -> int:
    from channels.models import SenderCertificate  # noqa: PLC0415 - Django must be set up first
    from evidence.clock import SystemClock  # noqa: PLC0415
    from ingest.register_certificate import withdraw_certificate  # noqa: PLC0415

    if len(prefix) < _SHORTEST_PREFIX:
        return _refuse(f"give at least {_SHORTEST_PREFIX} digits of the certificate's SHA-256")
    found = {
        one.sha256: one
        for one in SenderCertificate.objects.filter(sender_id=number, sha256__startswith=prefix).order_by("pk")
    }
    if len(found) != 1:
        return _refuse(
            f"{len(found)} certificates of sender {number} begin with {prefix}; "
            f"see guichet certificates list --sender {number}"
        )
    (certificate,) = found.values()
    if not withdraw_certificate(certificate, actor=_ACTOR, at=SystemClock().now()):
        return _refuse("that certificate is withdrawn already; see guichet certificates list")
    sys.stdout.write(f"withdrawn for sender {number}: {certificate.sha256}\n")
    _let_state_follow(number)
    return 0


def _let_state_follow(number: str) -> None:
    """A draft that has all it needs now is configured; one that lacks a certificate again is a draft."""
    from django.db import transaction  # noqa: PLC0415 - Django must be set up first

    from channels.configuring.senders import find_sender, follow_equipment  # noqa: PLC0415
    from evidence.clock import SystemClock  # noqa: PLC0415

    with transaction.atomic():
        follow_equipment(find_sender(number), actor=_ACTOR, at=SystemClock().now())


def _list(number: str | None) -> int:
    from channels.models import SenderCertificate  # noqa: PLC0415 - Django must be set up first
    from domain.certificates import CertificateState, standing_of  # noqa: PLC0415
    from evidence.clock import SystemClock  # noqa: PLC0415

    now = SystemClock().now()
    certificates = SenderCertificate.objects.order_by("sender_id", "valid_until")
    if number is not None:
        certificates = certificates.filter(sender_id=number)
    rows = [
        (
            one.sender_id,
            standing_of(
                CertificateState(one.state), one.valid_from, one.valid_until, at=now, revoked_at=one.revoked_at
            ),
            f"{one.valid_from:%Y-%m-%d}",
            f"{one.valid_until:%Y-%m-%d}",
            one.sha256[:16],
        )
        for one in certificates
    ]
    sys.stdout.write(render_table(("sender", "standing", "from", "until", "SHA-256"), rows))
    return 0


def _find_sender(number: str) -> "Sender | None":
    from channels.models import Sender  # noqa: PLC0415 - Django must be set up first

    sender = Sender.objects.filter(number=number).first()
    if sender is None:
        _refuse(f"there is no sender {number!r}; a sender number has six digits")
    return sender


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1
