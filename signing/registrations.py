"""Decide whether a certificate may be registered for a sender at all, and say why not; knows no sender and no table."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from domain.certificates import CertificateState, RegisteredCertificate
from domain.refusals import Refusal
from domain.sender_numbers import PLATFORM
from signing.certificate_checks import require_signing_usage, require_strong_key
from signing.certificate_extensions import UNREADABLE, is_authority
from signing.certificates import SigningCertificate, read_certificate
from signing.trust import SignerTrust

MAX_CERTIFICATE_BYTES = 16 * 1024


class RegistrationFault(StrEnum):
    """Why a certificate is not registered (batch protocol §2.4)."""

    UNREADABLE = "unreadable"
    AUTHORITY = "an authority's own"
    EXPIRED = "expired"
    WEAK_KEY = "weak key"
    NOT_FOR_SIGNING = "not for signing"
    NO_PATH = "no trusted authority"
    REVOKED = "revoked"
    ALREADY_USED = "already used"
    WINDOW = "no time to sign in"


class RegistrationRefusedError(Exception):
    """A certificate is not registered; the message says what was found, what was expected and what to do."""

    def __init__(self, fault: RegistrationFault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class RegistrableCertificate:
    """A certificate that may be registered; its window includes both ends."""

    der: bytes
    sha256: str
    subject: str
    issuer: str
    valid_from: datetime
    valid_until: datetime


def read_certificate_file(raw: bytes) -> bytes:
    """Return the DER of the one certificate in `raw`, PEM or DER.

    Raises RegistrationRefusedError UNREADABLE; a private key in it is refused unread.
    """
    if b"PRIVATE KEY" in raw:
        raise _unreadable("the file holds a private key, which must never leave you; send the certificate alone")
    if len(raw) > MAX_CERTIFICATE_BYTES:
        raise _unreadable(f"the file has {len(raw)} bytes, at most {MAX_CERTIFICATE_BYTES} expected")
    try:
        if not raw.lstrip().startswith(b"-----BEGIN"):
            return x509.load_der_x509_certificate(raw).public_bytes(Encoding.DER)
        certificates = x509.load_pem_x509_certificates(raw)
    except (ValueError, *UNREADABLE) as error:
        raise _unreadable("the file holds no X.509 certificate in PEM or DER form") from error
    if len(certificates) != 1:
        raise _unreadable(f"the file holds {len(certificates)} certificates; send the signer's alone")
    return certificates[0].public_bytes(Encoding.DER)


def require_registrable(der: bytes, *, trust: SignerTrust, at: datetime) -> RegistrableCertificate:
    """Return what the DER certificate says when it may be registered at `at`; one that is not valid yet may.

    Raises RegistrationRefusedError with the first fault, OutageError when revocation data are missing or too old.
    """
    try:
        signing, certificate = read_certificate(der), x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise _unreadable("the certificate has a form that is not understood") from error
    if certificate.not_valid_after_utc <= at:
        until = certificate.not_valid_after_utc.isoformat()
        raise RegistrationRefusedError(
            RegistrationFault.EXPIRED, f"the certificate expired on {until}; register a newer one"
        )
    registrable = RegistrableCertificate(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )
    _require_no_authority(certificate)
    _require_key_and_usage(registrable, signing, at=at)
    _require_trusted(registrable, trust=trust, at=max(at, registrable.valid_from))
    return registrable


def _require_no_authority(certificate: x509.Certificate) -> None:
    if is_authority(certificate):
        raise RegistrationRefusedError(
            RegistrationFault.AUTHORITY, "the certificate is an authority's own; register the signer's, issued by it"
        )


def _require_key_and_usage(registrable: RegistrableCertificate, signing: SigningCertificate, *, at: datetime) -> None:
    entry = RegisteredCertificate(
        PLATFORM,
        registrable.der,
        registrable.sha256,
        CertificateState.ACTIVE,
        registrable.valid_from,
        registrable.valid_until,
    )
    for check, fault in (
        (require_strong_key, RegistrationFault.WEAK_KEY),
        (require_signing_usage, RegistrationFault.NOT_FOR_SIGNING),
    ):
        try:
            check(entry, signing, at)
        except Refusal as refusal:
            raise RegistrationRefusedError(fault, refusal.sentence) from refusal


def _require_trusted(registrable: RegistrableCertificate, *, trust: SignerTrust, at: datetime) -> None:
    try:
        path = trust.require_path(registrable.der, at=at)
    except Refusal as refusal:
        raise RegistrationRefusedError(RegistrationFault.NO_PATH, refusal.sentence) from refusal
    try:
        trust.require_not_revoked(path, at=at)
    except Refusal as refusal:
        raise RegistrationRefusedError(RegistrationFault.REVOKED, refusal.sentence) from refusal


def _unreadable(sentence: str) -> RegistrationRefusedError:
    return RegistrationRefusedError(RegistrationFault.UNREADABLE, sentence)
