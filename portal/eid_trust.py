"""Whose cards are believed here: roots and authorities in a folder of their own, and what these have revoked.

Apart from what senders are trusted by. Revocation records lie in the folder, or are asked for where the certificates say
when no fresh one is at hand.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from auth.eid.refusals import EidCode, EidRefusedError
from channels.trust_files import CERTIFICATES, LISTS, RESPONSES, TrustFile, read_certificates, read_files, read_list
from domain.refusals import OutageError, Refusal
from domain.trust import RevocationKind, RevocationRecord, TrustMaterial, TrustRole
from ingest.fetch_records import Fetch
from portal.eid_configuration import EidConfiguration
from signing.revocation import RevocationBook, RevocationDataError
from signing.revocation_sources import list_addresses, render_ocsp_request, responder_addresses
from signing.trust import CertificateTrust, TrustedPath

log = structlog.get_logger(__name__)

_STILL_SEEN = datetime.max.replace(tzinfo=UTC)
ASKED_AGAIN_AFTER = timedelta(minutes=10)
"""How long a fetched record stands before its source is asked again; where that is silent, the record stands on."""

MAX_REMEMBERED = 256
"""Fetched records that are kept in memory; a list of an authority may have some megabytes."""


class CardTrust:
    """Fulfils `auth.eid.verification.CardAuthorities` from files; reads them anew when one of them changes."""

    def __init__(self, configuration: EidConfiguration, *, max_age: timedelta, fetch: Fetch | None) -> None:
        self._configuration = configuration
        self._max_age = max_age
        self._fetch = fetch
        self._read: tuple[object, TrustMaterial, CertificateTrust] | None = None
        self._fetched: dict[str, RevocationRecord] = {}

    def require_path(self, der: bytes, *, at: datetime) -> None:
        """Return when the certificate leads to a pinned root; EidRefusedError CERTIFICATE_UNTRUSTED otherwise.

        Raises OutageError when no root is there, or one that is not pinned.
        """
        self._path(der, at=at)

    def require_not_revoked(self, der: bytes, *, at: datetime) -> None:
        """Return when fresh records say that nothing on the path was revoked.

        Raises EidRefusedError CERTIFICATE_REVOKED, or REVOCATION_UNAVAILABLE.
        """
        path = self._path(der, at=at)
        material, trust = self._of_files()
        try:
            try:
                trust.require_not_revoked(path, at=at)
            except RevocationDataError as lacking:
                self._ask_for(path, at=at)
                _require_by((*material.records, *self._fetched.values()), path, self._max_age, lacking, at=at)
        except Refusal as refusal:
            raise EidRefusedError(EidCode.CERTIFICATE_REVOKED, refusal.sentence) from refusal

    def _path(self, der: bytes, *, at: datetime) -> TrustedPath:
        _, trust = self._of_files()
        try:
            return trust.require_path(der, at=at)
        except Refusal as refusal:
            raise EidRefusedError(EidCode.CERTIFICATE_UNTRUSTED, refusal.sentence) from refusal

    def _of_files(self) -> tuple[TrustMaterial, CertificateTrust]:
        stamp = _stamp(self._configuration.trust)
        if self._read is None or self._read[0] != stamp:
            material = read_card_material(self._configuration)
            self._read = stamp, material, CertificateTrust(material, max_age=self._max_age)
        _, material, trust = self._read
        return material, trust

    def _ask_for(self, path: TrustedPath, *, at: datetime) -> None:
        """Ask for records of every link of the path, as far as they were not asked for lately."""
        if self._fetch is None:
            return
        for certificate, issuer in pairwise(path.certificates):
            for record in _sources(certificate, issuer, self._fetch):
                known = self._fetched.get(record.key)
                if known is not None and known.obtained_at > at - ASKED_AGAIN_AFTER:
                    break
                try:
                    fetched = RevocationRecord(record.kind, record.get(), at)
                except (OSError, ValueError) as trouble:
                    log.warning("card revocation not fetched", address=record.address, trouble=str(trouble))
                    continue
                if len(self._fetched) >= MAX_REMEMBERED:
                    self._fetched.clear()
                self._fetched[record.key] = fetched
                break


@dataclass(frozen=True, slots=True)
class _Source:
    """Where one record is to be had, and what it is remembered by."""

    key: str
    address: str
    kind: RevocationKind
    get: Callable[[], bytes]


def _sources(certificate: x509.Certificate, issuer: x509.Certificate, fetch: Fetch) -> Iterator[_Source]:
    """Yield the responders that the certificate names, then the lists."""
    der = certificate.public_bytes(Encoding.DER)
    for address in responder_addresses(certificate):
        request = render_ocsp_request(certificate, issuer)
        key = f"{address} {hashlib.sha256(der).hexdigest()}"
        get = partial(fetch.post, address, request, content_type="application/ocsp-request")
        yield _Source(key, address, RevocationKind.OCSP, get)
    for address in list_addresses(der):
        yield _Source(address, address, RevocationKind.CRL, partial(_get_list, fetch, address))


def _get_list(fetch: Fetch, address: str) -> bytes:
    return read_list(fetch.get(address))


def _require_by(
    records: Iterable[RevocationRecord],
    path: TrustedPath,
    max_age: timedelta,
    lacking: RevocationDataError,
    *,
    at: datetime,
) -> None:
    book = RevocationBook(records, max_age=max_age)
    book.require_not_known_revoked(path, at=at)
    try:
        book.require_fresh(path, at=at)
    except RevocationDataError as still:
        raise EidRefusedError(EidCode.REVOCATION_UNAVAILABLE, str(still)) from lacking


def read_card_material(configuration: EidConfiguration) -> TrustMaterial:
    """Return what the folder holds: roots in `anchors`, authorities in `intermediates`, lists and responses.

    Raises OutageError when a file cannot be used, or when a root is none of those that are pinned: nobody signs in by
    card until somebody looks at it (ASVS 6.7.1).
    """
    folder = configuration.trust
    return TrustMaterial(
        anchors=read_roots(configuration),
        intermediates=tuple(_certificates(folder, TrustRole.INTERMEDIATE)),
        records=(
            *_records(folder, LISTS, RevocationKind.CRL),
            *_records(folder, RESPONSES, RevocationKind.OCSP),
        ),
    )


def read_roots(configuration: EidConfiguration) -> tuple[bytes, ...]:
    """Return the roots in the folder; raises OutageError as above."""
    roots = tuple(_certificates(configuration.trust, TrustRole.ANCHOR))
    for der in roots:
        fingerprint = hashlib.sha256(der).hexdigest()
        if fingerprint not in configuration.roots:
            raise OutageError(f"a root of the cards, {fingerprint}, is none of those that GUICHET_EID_ROOTS pins")
    return roots


def _certificates(folder: Path, role: TrustRole) -> Iterator[bytes]:
    (name,) = (name for name, known in CERTIFICATES.items() if known is role)
    for file in read_files(folder, name):
        with _named(file):
            yield from read_certificates(file.require_content())


def _records(folder: Path, name: str, kind: RevocationKind) -> Iterator[RevocationRecord]:
    """Yield the records in the folder; a file that lies there counts as seen at its source, until its own next update."""
    for file in read_files(folder, name):
        with _named(file):
            content = file.require_content()
            yield RevocationRecord(kind, read_list(content) if kind is RevocationKind.CRL else content, _STILL_SEEN)


@contextmanager
def _named(file: TrustFile) -> Iterator[None]:
    try:
        yield
    except ValueError as trouble:
        raise OutageError(f"{file.source} in the folder of the cards' trust cannot be used: {trouble}") from trouble


def _stamp(folder: Path) -> object:
    """Return what differs as soon as a file of the folder does."""
    names = (*CERTIFICATES, LISTS, RESPONSES)
    files = (path for name in names if (folder / name).is_dir() for path in (folder / name).iterdir())
    return sorted((str(path), status.st_mtime_ns, status.st_size) for path in files for status in (path.stat(),))
