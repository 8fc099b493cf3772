"""Look a certificate up in cached revocation records, as of an instant; missing or stale records are an outage.

What one form of record says is read by `crls` and `ocsp`; here is decided which records count.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cryptography import x509

from domain.refusals import OutageError, Refusal, RefusalCode
from domain.trust import RevocationKind, RevocationRecord
from signing.crls import CachedCrl
from signing.ocsp import CachedOcspResponse
from signing.revocation_statuses import Revocation


class RevocationDataError(OutageError):
    """Revocation data of the authority `issuer` (RFC 4514 text) are missing or too old to be relied on."""

    def __init__(self, issuer: str, sentence: str) -> None:
        super().__init__(sentence)
        self.issuer = issuer


class CachedRecord(Protocol):
    """A parsed CRL or OCSP response."""

    sha256: str
    this_update: datetime
    next_update: datetime | None
    obtained_at: datetime

    def speaks_of(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        """Whether the record is genuine, complete and about this certificate of this issuer."""
        ...

    def find_revocation(self, certificate: x509.Certificate) -> Revocation | None:
        """Return since when the certificate is revoked, or None."""
        ...


@dataclass(frozen=True, slots=True)
class _Freshness:
    max_age: timedelta

    def is_fresh(self, record: CachedRecord, *, at: datetime) -> bool:
        """Whether the record may be relied on for what was received at `at`; newer ones than that may, too."""
        if record.next_update is None:
            return record.this_update >= at - self.max_age and record.obtained_at >= at - self.max_age
        return record.obtained_at >= at - self.max_age and record.next_update >= at


class RevocationBook:
    """Every cached record, lists by issuer and responses by serial number; one that cannot be parsed says nothing."""

    def __init__(self, records: Iterable[RevocationRecord], *, max_age: timedelta) -> None:
        self._freshness = _Freshness(max_age)
        self._lists: dict[bytes, list[CachedCrl]] = defaultdict(list)
        self._responses: dict[int, list[CachedOcspResponse]] = defaultdict(list)
        for record in records:
            match _parse(record):
                case CachedCrl() as parsed:
                    self._lists[parsed.issuer].append(parsed)
                case CachedOcspResponse() as response:
                    self._responses[response.serial].append(response)

    def require_not_known_revoked(
        self, certificate: x509.Certificate, issuer: x509.Certificate, *, at: datetime
    ) -> None:
        """Raise Refusal SIGNATURE_INVALID when any record, fresh or not, says that it was revoked at `at`.

        A hold can be lifted, so only the newest record that speaks of the certificate tells of one.
        """
        for number, record in enumerate(self._speaking(certificate, issuer)):
            revocation = record.find_revocation(certificate)
            if revocation is None or revocation.since > at or (revocation.is_hold and number):
                continue
            raise Refusal(
                RefusalCode.SIGNATURE_INVALID,
                f"certificate with serial number {certificate.serial_number:x} was revoked on "
                f"{revocation.since.isoformat()}, before the reception at {at.isoformat()}",
            )

    def require_fresh(self, certificate: x509.Certificate, issuer: x509.Certificate, *, at: datetime) -> str:
        """Return the SHA-256 of the newest record that speaks of the certificate and may be relied on at `at`.

        Raises RevocationDataError when there is none.
        """
        newest = None
        for record in self._speaking(certificate, issuer):
            if self._freshness.is_fresh(record, at=at):
                return record.sha256
            newest = newest or record
        name = issuer.subject.rfc4514_string()
        if newest is None:
            raise RevocationDataError(name, f"no revocation data of {name} are here; run guichet trust refresh")
        raise RevocationDataError(
            name,
            f"the revocation data of {name} are too old: of {newest.this_update.isoformat()}, "
            f"seen at their source on {newest.obtained_at.isoformat()}; run guichet trust refresh",
        )

    def _speaking(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Iterator[CachedRecord]:
        """Yield the records that speak of the certificate, the newest first."""
        known: list[CachedRecord] = [
            *self._lists.get(certificate.issuer.public_bytes(), ()),
            *self._responses.get(certificate.serial_number, ()),
        ]
        for record in sorted(known, key=lambda record: record.this_update, reverse=True):
            if record.speaks_of(certificate, issuer):
                yield record


def _parse(record: RevocationRecord) -> CachedCrl | CachedOcspResponse | None:
    sha256 = hashlib.sha256(record.der).hexdigest()
    try:
        if record.kind is RevocationKind.CRL:
            return CachedCrl.read(record.der, sha256=sha256, obtained_at=record.obtained_at)
        return CachedOcspResponse.read(record.der, sha256=sha256, obtained_at=record.obtained_at)
    except ValueError:
        return None
