"""Export the evidence of one submission: gathers what the rooms know and lays it out as one folder.

What senders wrote of persons leaves with it, so each export is put on record first, with its reason.
"""

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import transaction

from channels.models import RevocationRecord, SenderCertificate, TrustedCertificate
from commands.evidence.platform_signatures import PlatformSignatures, embedded_certificates
from domain.refusals import Refusal
from domain.student_day_questions import Asker
from domain.trust import RevocationKind
from evidence.audit import append_event
from evidence.blobs import BlobStore, LocalBlobStore
from evidence.clock import SystemClock
from evidence.export.dossiers import Papers, write_dossier
from evidence.export.pieces import NotProvableError, cut_piece, find_submission
from evidence.models import AnswerFile, Submission
from evidence.outages import outages
from evidence.verification.whole import one_view
from signing.signature_files import read_signature_file

Known = TypeVar("Known")
_ENDINGS = {RevocationKind.CRL: "crl", RevocationKind.OCSP: "ocsp"}


def export(text: str, *, to: Path | None, asker: Asker) -> int:
    """Export the submission with this number, ticket or file name, and say where; 1 when that cannot be done."""
    home = Path(settings.GUICHET.home)
    blobs = LocalBlobStore(home / "blobs")
    try:
        with outages():
            _note_export(text, asker=asker, at=SystemClock().now())
        with outages(), one_view():
            submission = find_submission(text)
            piece = cut_piece(submission)
            folder = to or Path(f"evidence-{submission.ticket or submission.pk}")
            papers = gather_papers(submission, blobs=blobs, platform=PlatformSignatures.read(home / "keys"))
            write_dossier(folder, submission, piece, papers=papers, blobs=blobs)
    except NotProvableError as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    sys.stdout.write(f"{folder}\ncheck it with: sh {folder / 'verify.sh'}\n")
    return 0


def _note_export(text: str, *, asker: Asker, at: datetime) -> None:
    """Put on record who exports what and why, once it can be proved; in a transaction of its own, since a view only reads.

    It is no event of the submission: those go out with the next export, and the reason is nobody's there.
    """
    with transaction.atomic():
        submission = find_submission(text)
        cut_piece(submission)
        append_event("evidence:exported", at=at, actor=asker.name, submission=submission.pk, reason=asker.kept_reason)


def gather_papers(submission: Submission, *, blobs: BlobStore, platform: PlatformSignatures) -> Papers:
    """Return the certificates and revocation records of the submission's signatures, and the platform's certificates.

    Raises NotProvableError when a table does not hold any more what a signature was judged by.
    """
    certificates = dict(_platform_certificates(submission, blobs=blobs, platform=platform))
    revocation: dict[str, bytes] = {}
    for check in submission.signature_checks.order_by("part"):
        known = _known_certificates(check.path)
        for index, sha256 in enumerate(check.path):
            kinds = ["signer"] * (index == 0) + ["anchor"] * (index == len(check.path) - 1)
            for kind in kinds or ["path"]:
                certificates[f"{kind}-{sha256}.pem"] = _pem(_require(known, sha256, what="certificate"))
        revocation |= _records(check.revocation)
    return Papers(certificates, revocation)


def _platform_certificates(
    submission: Submission, *, blobs: BlobStore, platform: PlatformSignatures
) -> Iterator[tuple[str, bytes]]:
    yield "platform-anchor.pem", _pem(platform.anchor.public_bytes(Encoding.DER))
    signatures = AnswerFile.objects.filter(answer__submission=submission, name__startswith="FS.").order_by("name")
    signers: dict[bytes, None] = {}
    for sha256 in signatures.values_list("blob_id", flat=True):
        signers |= dict.fromkeys(_pem(one) for one in _signers(sha256 or "", blobs))
    if signers:
        yield "platform-answers.pem", b"".join(signers)


def _signers(sha256: str, blobs: BlobStore) -> list[bytes]:
    try:
        with blobs.open(sha256) as file:
            signature = read_signature_file(file.read())
    except (FileNotFoundError, Refusal):
        raise NotProvableError(f"blob {sha256} is gone or changed: run `guichet evidence verify`") from None
    return [one.public_bytes(Encoding.DER) for one in embedded_certificates(signature)]


def _known_certificates(path: list[str]) -> Mapping[str, bytes]:
    known: dict[str, bytes] = {}
    for table in (SenderCertificate, TrustedCertificate):
        rows = table.objects.filter(sha256__in=path).values_list("sha256", "der")
        known |= {sha256: bytes(der) for sha256, der in rows}
    return known


def _records(hashes: list[str]) -> Mapping[str, bytes]:
    rows = RevocationRecord.objects.filter(sha256__in=hashes)
    known = {row.sha256: (f"{row.sha256}.{_ENDINGS[RevocationKind(row.kind)]}", bytes(row.der)) for row in rows}
    return dict(_require(known, sha256, what="revocation record") for sha256 in hashes)


def _require(known: Mapping[str, Known], sha256: str, *, what: str) -> Known:
    if sha256 not in known:
        raise NotProvableError(f"{what} {sha256}, by which a signature was judged, is in no table any more")
    return known[sha256]


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
