"""Look a path up in cached revocation records, as of an instant; missing or stale records are an outage.

What one form of record says is read by `crls` and `ocsp`; here is decided which records count.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol, TypeAlias

from cryptography import x509

from domain.refusals import OutageError, Refusal, RefusalCode
from domain.trust import RevocationKind, RevocationRecord
from signing.certificate_extensions import describe_certificate
from signing.crls import CachedCrl
from signing.ocsp import CachedOcspResponse
from signing.paths import TrustedPath
from signing.revocation_statuses import Revocation

MAX_REMEMBERED = 4096
"""Paths whose records are remembered, about 1 kB each."""


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

    def vouches_for(self, certificate: x509.Certificate) -> bool:
        """Whether a certificate that is not said to be revoked is not."""
        ...


@dataclass(frozen=True, slots=True)
class _Statement:
    """What one genuine record says of one certificate; a hold counts until a newer record vouches for it."""

    record: CachedRecord
    revocation: Revocation | None
    vouches: bool
    is_overtaken: bool

    def finds_revoked(self, at: datetime) -> bool:
        revocation = self.revocation
        return revocation is not None and revocation.since <= at and not (revocation.is_hold and self.is_overtaken)

    def is_fresh(self, at: datetime, max_age: timedelta) -> bool:
        """Whether it may be relied on for what was received at `at`; newer ones than that may, too."""
        oldest, record = at - max_age, self.record
        expires = record.next_update
        return record.obtained_at >= oldest and (record.this_update >= oldest if expires is None else expires >= at)


_Statements: TypeAlias = tuple[tuple[_Statement, ...], ...]


class RevocationBook:
    """Every cached record, lists by issuer and responses by serial number; one that cannot be parsed says nothing.

    What they say of a path is remembered; a second thread may find the same out at the same time.
    """

    def __init__(self, records: Iterable[RevocationRecord], *, max_age: timedelta) -> None:
        self._max_age = max_age
        self._lists: dict[bytes, list[CachedCrl]] = defaultdict(list)
        self._responses: dict[int, list[CachedOcspResponse]] = defaultdict(list)
        self._remembered: dict[tuple[str, ...], _Statements] = {}
        for record in records:
            match _parse(record):
                case CachedCrl() as parsed:
                    self._lists[parsed.issuer].append(parsed)
                case CachedOcspResponse() as response:
                    self._responses[response.serial].append(response)

    def require_not_known_revoked(self, path: TrustedPath, *, at: datetime) -> None:
        """Raise Refusal SIGNATURE_INVALID when any record, fresh or not, says that one was revoked at `at`."""
        for number, statements in enumerate(self._statements(path)):
            for statement in statements:
                if statement.finds_revoked(at):
                    raise _revoked(path.certificates[number], statement.revocation, at)

    def require_fresh(self, path: TrustedPath, *, at: datetime) -> tuple[str, ...]:
        """Return, for each certificate below the anchor, the SHA-256 of the newest record that may be relied on at `at`.

        Raises RevocationDataError for the first certificate that none speaks of.
        """
        found = []
        for number, statements in enumerate(self._statements(path)):
            for statement in statements:
                if statement.vouches and statement.is_fresh(at, self._max_age):
                    found.append(statement.record.sha256)
                    break
            else:
                raise _lacking(path.certificates[number + 1], statements)
        return tuple(found)

    def _statements(self, path: TrustedPath) -> _Statements:
        """Return what is said of each certificate below the anchor, the newest first."""
        known = self._remembered.get(path.sha256)
        if known is None:
            known = tuple(self._ask(certificate, issuer) for certificate, issuer in pairwise(path.certificates))
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[path.sha256] = known
        return known

    def _ask(self, certificate: x509.Certificate, issuer: x509.Certificate) -> tuple[_Statement, ...]:
        records: list[CachedRecord] = [
            *self._lists.get(certificate.issuer.public_bytes(), ()),
            *self._responses.get(certificate.serial_number, ()),
        ]
        records.sort(key=lambda record: record.this_update, reverse=True)
        statements: list[_Statement] = []
        for record in records:
            if record.speaks_of(certificate, issuer):
                revocation = record.find_revocation(certificate)
                vouches = revocation is not None or record.vouches_for(certificate)
                is_overtaken = any(newer.vouches for newer in statements)
                statements.append(_Statement(record, revocation, vouches, is_overtaken))
        return tuple(statements)


def _revoked(certificate: x509.Certificate, revocation: Revocation | None, at: datetime) -> Refusal:
    since = revocation.since.isoformat() if revocation else "an unknown day"
    return Refusal(
        RefusalCode.SIGNATURE_INVALID,
        f"{describe_certificate(certificate)} was revoked on {since}, not after the reception at {at.isoformat()}",
    )


def _lacking(issuer: x509.Certificate, statements: tuple[_Statement, ...]) -> RevocationDataError:
    name = issuer.subject.rfc4514_string()
    if not statements:
        return RevocationDataError(name, f"no revocation data of {name} are here; run guichet trust refresh")
    newest = next((statement.record for statement in statements if statement.vouches), None)
    if newest is None:
        return RevocationDataError(
            name, f"the revocation data of {name} are of after the end of a certificate, and silent about it"
        )
    expires = newest.next_update
    return RevocationDataError(
        name,
        f"the revocation data of {name} are too old: of {newest.this_update.isoformat()}, "
        f"{f'replaced by {expires.isoformat()}, ' if expires else ''}"
        f"seen at their source on {newest.obtained_at.isoformat()}; run guichet trust refresh",
    )


def _parse(record: RevocationRecord) -> CachedCrl | CachedOcspResponse | None:
    sha256 = hashlib.sha256(record.der).hexdigest()
    try:
        if record.kind is RevocationKind.CRL:
            return CachedCrl.read(record.der, sha256=sha256, obtained_at=record.obtained_at)
        return CachedOcspResponse.read(record.der, sha256=sha256, obtained_at=record.obtained_at)
    except ValueError:
        return None
