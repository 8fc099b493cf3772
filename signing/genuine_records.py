"""Decide whether a revocation record is worth keeping: readable, of a kind that is relied on, by a trusted authority."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from domain.trust import RevocationKind
from signing.crls import CachedCrl, is_signed_by
from signing.ocsp import CachedOcspResponse

CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far the clock of an authority may be ahead."""


@dataclass(frozen=True, slots=True)
class GenuineRecord:
    """A record with what it says of itself; `serial` (hexadecimal) is that of the certificate an OCSP response is about.

    Of two records with the same kind, issuer, serial and scope, the one with the later `this_update` replaces the other.
    """

    kind: RevocationKind
    der: bytes
    issuer: x509.Name
    serial: str
    scope: bytes
    this_update: datetime
    next_update: datetime | None
    entries: int

    @property
    def issuer_sha256(self) -> str:
        """The SHA-256 of the issuer's DER name, in hexadecimal."""
        return hashlib.sha256(self.issuer.public_bytes()).hexdigest()


def require_genuine_list(der: bytes, *, authorities: Collection[x509.Certificate], at: datetime) -> GenuineRecord:
    """Return the list when one of the authorities has signed it; ValueError with a sentence part when it is not kept."""
    read = CachedCrl.read(der, sha256="", obtained_at=at)
    if read.this_update > at + CLOCK_TOLERANCE:
        raise ValueError(f"the list is of {read.this_update.isoformat()}, which is to come")
    parsed = x509.load_der_x509_crl(der)
    named = [authority for authority in authorities if authority.subject == parsed.issuer]
    if not any(is_signed_by(parsed, authority) for authority in named):
        issuer = parsed.issuer.rfc4514_string()
        reason = "no trusted authority has that name" if not named else "the signature is not by its key"
        raise ValueError(f"a list of {issuer} is not relied on: {reason}")
    return GenuineRecord(
        kind=RevocationKind.CRL,
        der=der,
        issuer=parsed.issuer,
        serial="",
        scope=_scope(parsed),
        this_update=parsed.last_update_utc,
        next_update=parsed.next_update_utc,
        entries=len(parsed),
    )


def scope_of(der: bytes) -> bytes:
    """Return the part of its issuer's certificates that a list is about; lists for all of them have the same scope."""
    return _scope(x509.load_der_x509_crl(der))


def require_genuine_response(
    der: bytes, *, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> GenuineRecord:
    """Return the OCSP response when `issuer`, or whom it appointed, speaks in it of `certificate`; ValueError otherwise."""
    response = CachedOcspResponse.read(der, sha256="", obtained_at=at)
    if response.this_update > at + CLOCK_TOLERANCE:
        raise ValueError(f"the response is of {response.this_update.isoformat()}, which is to come")
    if not response.speaks_of(certificate, issuer):
        raise ValueError("the response does not speak of the certificate, or is not by its authority")
    return GenuineRecord(
        kind=RevocationKind.OCSP,
        der=der,
        issuer=issuer.subject,
        serial=f"{response.serial:x}",
        scope=b"",
        this_update=response.this_update,
        next_update=response.next_update,
        entries=1,
    )


def _scope(parsed: x509.CertificateRevocationList) -> bytes:
    try:
        point = parsed.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return b""
    return point.public_bytes()
