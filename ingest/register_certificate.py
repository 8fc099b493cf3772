"""Register a certificate for a sender, or withdraw it; every change is an audit event."""

from datetime import datetime

from cryptography import x509
from django.db import IntegrityError, models, transaction
from django.db.models import F, Value
from django.db.models.lookups import GreaterThan

from channels.models import Sender, SenderCertificate
from domain.certificates import CertificateState
from evidence.audit import append_event
from ingest.expiry_tasks import settle_renewals
from signing.registrations import (
    RegistrationFault,
    RegistrationRefusedError,
    read_certificate_file,
    require_registrable,
)
from signing.trust import SignerTrust


def register_certificate(
    sender: Sender,
    raw: bytes,
    *,
    trust: SignerTrust,
    actor: str,
    at: datetime,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> SenderCertificate:
    """Register the certificate in `raw` (PEM or DER) for the sender, from now on and for as long as it is valid.

    `valid_from` and `valid_until` narrow that. A certificate signs for one sender: one that is or was another's is
    refused, even when withdrawn there. The same sender may register it anew after withdrawing it. Raises
    RegistrationRefusedError, and OutageError when revocation data are missing or too old.
    """
    registrable = require_registrable(read_certificate_file(raw), trust=trust, at=at)
    start = max(registrable.valid_from, valid_from or at, at)
    end = min(registrable.valid_until, valid_until or registrable.valid_until)
    _require_window(start, end)
    try:
        with transaction.atomic():
            _require_unused(sender, registrable.der)
            certificate = SenderCertificate.objects.create(
                sender=sender,
                der=registrable.der,
                sha256=registrable.sha256,
                valid_from=start,
                valid_until=end,
                registered_at=at,
            )
            _record("certificate:registered", certificate, actor=actor, at=at)
            settle_renewals(sender.number, by=actor, at=at)
    except IntegrityError as error:
        raise _already_used("another registration of it was made at this very moment") from error
    return certificate


def withdraw_certificate(certificate: SenderCertificate, *, actor: str, at: datetime) -> bool:
    """Let the certificate sign no more from `at` on; False when it was withdrawn before.

    What was received until then is judged as if it were not withdrawn.
    """
    with transaction.atomic():
        active = SenderCertificate.objects.filter(pk=certificate.pk, state=CertificateState.ACTIVE)
        if not active.update(state=CertificateState.WITHDRAWN, withdrawn_at=at):
            return False
        _record("certificate:withdrawn", certificate, actor=actor, at=at)
        settle_renewals(str(certificate.sender_id), by=actor, at=at)
    return True


def _require_window(start: datetime, end: datetime) -> None:
    if start >= end:
        raise RegistrationRefusedError(
            RegistrationFault.WINDOW,
            f"the certificate would sign from {start.isoformat()} until {end.isoformat()}; the end must lie after the start",
        )


class _PlaceIn(models.Func):
    """Where some bytes begin in others, from 1; 0 when they are not in them."""

    function = "POSITION"
    arg_joiner = " IN "
    output_field = models.IntegerField()


def _require_unused(sender: Sender, der: bytes) -> None:
    """Compare what the authority signed, not the whole file: its signature can be written in more than one way."""
    stated = x509.load_der_x509_certificate(der).tbs_certificate_bytes
    known = SenderCertificate.objects.filter(GreaterThan(_PlaceIn(Value(stated, models.BinaryField()), F("der")), 0))
    if known.exclude(sender=sender).exists():
        raise _already_used("it is or was registered for another sender; a certificate signs for one sender only")
    if known.filter(state=CertificateState.ACTIVE).exists():
        raise _already_used("it is registered for this sender already")


def _already_used(reason: str) -> RegistrationRefusedError:
    return RegistrationRefusedError(RegistrationFault.ALREADY_USED, f"the certificate cannot be registered: {reason}")


def _record(action: str, certificate: SenderCertificate, *, actor: str, at: datetime) -> None:
    append_event(action, at=at, actor=actor, sender=certificate.sender_id, certificate=certificate.sha256)
