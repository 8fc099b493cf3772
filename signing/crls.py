"""Read a certificate revocation list; only a complete one, signed by the issuer of the certificate itself, speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from asn1crypto import core
from cryptography import x509

from signing.certificate_extensions import UNREADABLE, find_extension, is_authority
from signing.path_checks import has_strong_digest
from signing.public_keys import may_certify
from signing.revocation_statuses import Revocation

_EXPIRED_CERTS_ON_CRL = x509.ObjectIdentifier("2.5.29.60")
_UNDERSTOOD_CRITICAL = {
    x509.IssuingDistributionPoint.oid,
    x509.CRLNumber.oid,
    x509.AuthorityKeyIdentifier.oid,
    _EXPIRED_CERTS_ON_CRL,
}


@dataclass(slots=True)
class CachedCrl:
    """One parsed list; whether an issuer signed it is found out once an issuer, its entries are indexed when first asked.

    `keeps_since` is the expiry from which on the list still names certificates, None when it drops them.
    """

    sha256: str
    issuer: bytes
    this_update: datetime
    next_update: datetime | None
    obtained_at: datetime
    keeps_since: datetime | None
    _list: x509.CertificateRevocationList
    _point: x509.IssuingDistributionPoint | None
    _genuine: dict[x509.Certificate, bool] = field(default_factory=dict)
    _index: Mapping[int, int] | None = None

    @classmethod
    def read(cls, der: bytes, *, sha256: str, obtained_at: datetime) -> Self:
        """Return the list in `der`; ValueError when it cannot be read or is not of a kind that is relied on."""
        parsed, extensions = _load(der)
        return cls(
            sha256=sha256,
            issuer=parsed.issuer.public_bytes(),
            this_update=parsed.last_update_utc,
            next_update=parsed.next_update_utc,
            obtained_at=obtained_at,
            keeps_since=read_instant(extensions, _EXPIRED_CERTS_ON_CRL),
            _list=parsed,
            _point=_require_complete(extensions),
        )

    def speaks_of(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        """Whether the issuer of the certificate has signed the list and its scope holds the certificate."""
        if issuer not in self._genuine:
            self._genuine[issuer] = is_signed_by(self._list, issuer)
        return self._genuine[issuer] and _is_in_scope(certificate, self._point)

    def find_revocation(self, certificate: x509.Certificate) -> Revocation | None:
        """Return since when the certificate is revoked, or None when it is not listed."""
        if self._index is None:
            self._index = {entry.serial_number: position for position, entry in enumerate(self._list)}
        position = self._index.get(certificate.serial_number)
        return None if position is None else _read_entry(self._list[position])

    def vouches_for(self, certificate: x509.Certificate) -> bool:
        """Whether a certificate that is not listed is not revoked: an expired one may have been taken off the list."""
        expiry = certificate.not_valid_after_utc
        return self.this_update <= expiry or (self.keeps_since is not None and self.keeps_since <= expiry)


def read_instant(extensions: x509.Extensions, kind: x509.ObjectIdentifier) -> datetime | None:
    """Return the instant that an extension consists of, None without it; ValueError when it is none."""
    for extension in extensions:
        if extension.oid == kind and isinstance(extension.value, x509.UnrecognizedExtension):
            instant: datetime = core.GeneralizedTime.load(extension.value.value, strict=True).native
            return instant
    return None


def is_signed_by(parsed: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether the key of `issuer` has signed the list with SHA-2, is strong enough and may (RFC 5280 §4.2.1.3)."""
    usage = find_extension(issuer, x509.KeyUsage)
    if (usage is not None and not usage.crl_sign) or not has_strong_digest(parsed):
        return False
    key = issuer.public_key()
    return may_certify(key) and parsed.is_signature_valid(key)  # type: ignore[arg-type] # the kinds that may certify


def _load(der: bytes) -> tuple[x509.CertificateRevocationList, x509.Extensions]:
    try:
        parsed = x509.load_der_x509_crl(der)
        _, extensions = parsed.issuer, parsed.extensions
    except UNREADABLE as error:
        message = f"the list has a part that cannot be read: {error}"
        raise ValueError(message) from error
    return parsed, extensions


def _require_complete(extensions: x509.Extensions) -> x509.IssuingDistributionPoint | None:
    """Return the issuing distribution point; ValueError for a delta, indirect or partial list (RFC 5280 §5.2)."""
    point = None
    for extension in extensions:
        if isinstance(extension.value, x509.DeltaCRLIndicator):
            raise ValueError("the list holds changes only")  # noqa: TRY004 - what is wrong is the list
        if extension.critical and extension.oid not in _UNDERSTOOD_CRITICAL:
            raise ValueError(f"the list has a critical extension {extension.oid.dotted_string}")
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            point = extension.value
    if point is not None and (point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs):
        raise ValueError("the list is indirect, or for some reasons or attribute certificates only")
    return point


def _read_entry(entry: x509.RevokedCertificate) -> Revocation | None:
    """Return what an entry says; one that cannot be read whole counts as revoked (RFC 5280 §5.3)."""
    since, reason = entry.revocation_date_utc, None
    try:
        extensions = entry.extensions
    except (ValueError, *UNREADABLE):
        return Revocation(since, is_hold=False)
    for extension in extensions:
        match extension.value:
            case x509.InvalidityDate(invalidity_date_utc=invalid_since):
                since = min(since, invalid_since)
            case x509.CRLReason(reason=flag):
                reason = flag
    if reason is x509.ReasonFlags.remove_from_crl:
        return None
    return Revocation(since, is_hold=reason is x509.ReasonFlags.certificate_hold)


def _is_in_scope(certificate: x509.Certificate, point: x509.IssuingDistributionPoint | None) -> bool:
    """Whether the list is for certificates like this one, which has to name the list's distribution point, if any."""
    if point is None:
        return True
    if point.only_contains_user_certs and is_authority(certificate):
        return False
    if point.only_contains_ca_certs and not is_authority(certificate):
        return False
    if point.full_name is None:
        return point.relative_name is None
    points = find_extension(certificate, x509.CRLDistributionPoints) or ()
    return any(name in point.full_name for one in points for name in one.full_name or ())
