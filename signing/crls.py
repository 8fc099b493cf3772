"""Read a certificate revocation list; only a complete one, signed by the issuer of the certificate itself, speaks."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from signing.revocation_statuses import Revocation

_UNDERSTOOD_CRITICAL = {x509.IssuingDistributionPoint.oid, x509.CRLNumber.oid, x509.AuthorityKeyIdentifier.oid}


@dataclass(slots=True)
class CachedCrl:
    """One parsed list; whether an issuer signed it is found out once an issuer."""

    sha256: str
    issuer: bytes
    this_update: datetime
    next_update: datetime | None
    obtained_at: datetime
    _list: x509.CertificateRevocationList
    _point: x509.IssuingDistributionPoint | None
    _genuine: dict[x509.Certificate, bool] = field(default_factory=dict)

    @classmethod
    def read(cls, der: bytes, *, sha256: str, obtained_at: datetime) -> Self:
        """Return the list in `der`; ValueError when it cannot be read or is not of a kind that is relied on."""
        parsed = x509.load_der_x509_crl(der)
        return cls(
            sha256=sha256,
            issuer=parsed.issuer.public_bytes(),
            this_update=parsed.last_update_utc,
            next_update=parsed.next_update_utc,
            obtained_at=obtained_at,
            _list=parsed,
            _point=_require_complete(parsed),
        )

    def speaks_of(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        """Whether the list is genuine and its scope holds the certificate; one of after its expiry says nothing."""
        if self.this_update > certificate.not_valid_after_utc:
            return False
        if issuer not in self._genuine:
            self._genuine[issuer] = _is_signed_by(self._list, issuer)
        return self._genuine[issuer] and _is_in_scope(certificate, self._point)

    def find_revocation(self, certificate: x509.Certificate) -> Revocation | None:
        """Return since when the certificate is revoked, or None when it is not listed."""
        entry = self._list.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is None:
            return None
        since, reason = entry.revocation_date_utc, None
        for extension in entry.extensions:
            match extension.value:
                case x509.InvalidityDate(invalidity_date_utc=invalid_since):
                    since = min(since, invalid_since)
                case x509.CRLReason(reason=flag):
                    reason = flag
        if reason is x509.ReasonFlags.remove_from_crl:
            return None
        return Revocation(since, is_hold=reason is x509.ReasonFlags.certificate_hold)


def _require_complete(parsed: x509.CertificateRevocationList) -> x509.IssuingDistributionPoint | None:
    """Return the issuing distribution point; ValueError for a delta, indirect or partial list (RFC 5280 §5.2)."""
    point = None
    for extension in parsed.extensions:
        if isinstance(extension.value, x509.DeltaCRLIndicator):
            raise ValueError("the list holds changes only")  # noqa: TRY004 - what is wrong is the list
        if extension.critical and extension.oid not in _UNDERSTOOD_CRITICAL:
            raise ValueError(f"the list has a critical extension {extension.oid.dotted_string}")
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            point = extension.value
    if point is not None and (point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs):
        raise ValueError("the list is indirect, or for some reasons or attribute certificates only")
    return point


def _is_signed_by(parsed: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if usage is not None and not usage.crl_sign:
        return False
    try:
        return parsed.is_signature_valid(issuer.public_key())  # type: ignore[arg-type] # any other key has signed none
    except (InvalidSignature, UnsupportedAlgorithm, TypeError):
        return False


def _is_in_scope(certificate: x509.Certificate, point: x509.IssuingDistributionPoint | None) -> bool:
    if point is None:
        return True
    is_authority = _is_authority(certificate)
    if (point.only_contains_user_certs and is_authority) or (point.only_contains_ca_certs and not is_authority):
        return False
    if point.full_name is None:
        return point.relative_name is None
    return bool(set(point.full_name) & set(_distribution_points(certificate)))


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _distribution_points(certificate: x509.Certificate) -> list[x509.GeneralName]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [name for point in points for name in point.full_name or ()]
