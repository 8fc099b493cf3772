"""Take over the files of the trust folder: what lies there is trusted, what was taken away is not any more."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.x509 import ocsp
from django.db import transaction

from channels.trust_files import CERTIFICATES, LISTS, RESPONSES, TrustFile, read_certificates, read_files, read_list
from channels.trusted import trust_certificate, trusted_sources, withdraw_trust
from domain.trust import TrustRole
from evidence.audit import append_event
from ingest.keep_records import keep_list, keep_response
from ingest.source_outcomes import SourceOutcome
from signing.certificate_extensions import load_certificate
from signing.trust import TrustedPath

_GONE = "its file is gone"


@transaction.atomic
def read_certificate_files(trust: Path, *, actor: str, at: datetime) -> list[SourceOutcome]:
    """Trust the certificates in `anchors/` and `intermediates/`, and no others that came from there.

    A file that cannot be read, and a folder that is not there, are reported and change nothing of what they held: nobody
    is refused because a disk is not mounted.
    """
    found: set[str] = set()
    kept: set[str] = set()
    anchors: frozenset[str] = frozenset()
    outcomes = []
    for folder, role in CERTIFICATES.items():
        if not (trust / folder).is_dir():
            kept.add(folder)
        for file in read_files(trust, folder):
            try:
                ders = _read_sound(file)
            except ValueError as trouble:
                kept.add(file.source)
                outcomes.append(SourceOutcome(file.source, "not read", str(trouble)))
                continue
            changed = [
                _trust(der, role=role, source=file.source, actor=actor, at=at)
                for der in ders
                if _sha256(der) not in anchors
            ]
            found.update(map(_sha256, ders))
            outcomes.append(SourceOutcome(file.source, "trusted from now on" if any(changed) else "trusted"))
        if role is TrustRole.ANCHOR:
            anchors = frozenset(found) | _kept_anchors(kept)
    return outcomes + _withdraw_gone(found, kept, actor=actor, at=at)


def _kept_anchors(kept: Collection[str]) -> frozenset[str]:
    """Return the anchors that are trusted as before, since their file or folder cannot be read now.

    A bundle of a whole chain may hold one of them among the intermediates; that makes it no less an anchor.
    """
    sources = trusted_sources().items()
    return frozenset(sha256 for sha256, source in sources if source in kept or source.partition("/")[0] in kept)


def read_record_files(
    trust: Path, *, authorities: Sequence[x509.Certificate], paths: Sequence[TrustedPath], at: datetime
) -> Iterator[SourceOutcome]:
    """Keep the lists in `crls/` and the responses in `ocsp/`; a file that is there counts as seen at its source now."""
    for file in (*read_files(trust, LISTS), *read_files(trust, RESPONSES)):
        try:
            outcome = _keep(file, authorities=authorities, paths=paths, at=at)
        except ValueError as trouble:
            outcome = SourceOutcome(file.source, "not read", str(trouble))
        yield outcome


def _keep(
    file: TrustFile, *, authorities: Sequence[x509.Certificate], paths: Sequence[TrustedPath], at: datetime
) -> SourceOutcome:
    content = file.require_content()
    if file.source.startswith(f"{LISTS}/"):
        return keep_list(read_list(content), authorities=authorities, source=file.source, at=at)
    certificate, issuer = _asked_about(content, paths)
    return keep_response(content, certificate=certificate, issuer=issuer, source=file.source, at=at)


def _read_sound(file: TrustFile) -> list[bytes]:
    """Return the DER certificates of a file; ValueError when one is of a kind that no path could be judged with.

    Once trusted, such a one would hold up every submission.
    """
    ders = read_certificates(file.require_content())
    for der in ders:
        load_certificate(der)
    return ders


def _sha256(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


def _trust(der: bytes, *, role: TrustRole, source: str, actor: str, at: datetime) -> bool:
    is_change = trust_certificate(der, role=role, source=source, at=at)
    if is_change:
        append_event("trust:certificate-trusted", at=at, actor=actor, certificate=_sha256(der), role=role)
    return is_change


def _withdraw_gone(found: set[str], kept: set[str], *, actor: str, at: datetime) -> list[SourceOutcome]:
    outcomes = []
    for sha256, source in sorted(trusted_sources().items()):
        folder = source.partition("/")[0]
        if sha256 in found or folder not in CERTIFICATES or source in kept:
            continue
        if folder in kept:
            trouble = f"the folder {folder} is not there; put it back, or leave it empty to trust none of it"
            outcomes.append(SourceOutcome(source, "trusted as before", trouble))
            continue
        withdraw_trust(sha256, reason=_GONE, at=at)
        append_event("trust:certificate-withdrawn", at=at, actor=actor, certificate=sha256)
        outcomes.append(SourceOutcome(source, f"not trusted any more, {_GONE}"))
    return outcomes


def _asked_about(der: bytes, paths: Sequence[TrustedPath]) -> tuple[x509.Certificate, x509.Certificate]:
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError(f"the responder answered {response.response_status.name}")
    for path in paths:
        for certificate, issuer in pairwise(path.certificates):
            if certificate.serial_number == response.serial_number:
                return certificate, issuer
    raise ValueError("it is about no certificate that signs here")
