"""The trust list and the cached revocation records as tables; where they come from is somebody else's business."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from django.db import connection, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from channels.models import RevocationRecord as RevocationRow
from channels.models import SenderCertificate, TrustedCertificate, TrustedState
from domain.certificates import CertificateState
from domain.trust import RevocationKind, RevocationRecord, TrustMaterial, TrustRole
from evidence.audit import append_event

RECORDS_OF_A_SOURCE = 3
"""How many of the newest records of each source are consulted; older ones stay in the table, as proof."""

KEPT_UNSEEN = timedelta(days=30)
"""How long an older record that proves nothing stays after its source was last seen to offer it."""

_SOURCE_LENGTH = 500
_STAMP = """
    SELECT (SELECT string_agg(sha256 || role || state, ',' ORDER BY sha256) FROM channels_trustedcertificate),
           (SELECT count(*) FROM channels_revocationrecord),
           (SELECT sum(extract(epoch FROM obtained_at)) FROM channels_revocationrecord)
"""

_UNNEEDED = """
    DELETE FROM channels_revocationrecord
    WHERE id IN (
        SELECT id FROM (
            SELECT id, obtained_at, row_number() OVER (
                PARTITION BY kind, issuer, certificate, source ORDER BY this_update DESC
            ) AS age
            FROM channels_revocationrecord
        ) ranked
        WHERE age > %s AND obtained_at < %s
    )
    AND sha256 NOT IN (SELECT jsonb_array_elements_text(revocation) FROM evidence_signaturecheck)
"""


def trust_stamp() -> object:
    """Return a value that differs as soon as the trust list or a revocation record changes; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        return cursor.fetchone()


def read_trust_material() -> TrustMaterial:
    """Return what is trusted now, with the newest revocation records of each source."""
    trusted = list(TrustedCertificate.objects.filter(state=TrustedState.ACTIVE).order_by("sha256"))
    age = Window(
        RowNumber(),
        partition_by=[F("kind"), F("issuer"), F("certificate"), F("source")],
        order_by=F("this_update").desc(),
    )
    newest = RevocationRow.objects.annotate(age=age).filter(age__lte=RECORDS_OF_A_SOURCE).order_by("sha256")
    return TrustMaterial(
        anchors=tuple(bytes(row.der) for row in trusted if row.role == TrustRole.ANCHOR),
        intermediates=tuple(bytes(row.der) for row in trusted if row.role == TrustRole.INTERMEDIATE),
        records=tuple(RevocationRecord(RevocationKind(row.kind), bytes(row.der), row.obtained_at) for row in newest),
    )


def trust_certificate(der: bytes, *, role: TrustRole, source: str, at: datetime) -> bool:
    """Trust a certificate from `source` on, or anew; return whether that changes whom is trusted.

    ValueError when it is unreadable.
    """
    certificate = x509.load_der_x509_certificate(der)
    row, is_new = TrustedCertificate.objects.get_or_create(
        sha256=hashlib.sha256(der).hexdigest(),
        defaults={
            "der": der,
            "role": role,
            "subject": certificate.subject.rfc4514_string()[:500],
            "valid_from": certificate.not_valid_before_utc,
            "valid_until": certificate.not_valid_after_utc,
            "source": source[:_SOURCE_LENGTH],
            "added_at": at,
        },
    )
    if is_new:
        return True
    was_trusted = (row.state, row.role) == (TrustedState.ACTIVE, role)
    row.state, row.role, row.source, row.withdrawn_at = TrustedState.ACTIVE, role, source[:_SOURCE_LENGTH], None
    row.save()
    return not was_trusted


def withdraw_trust(sha256: str, *, reason: str, at: datetime) -> None:
    """Trust the certificate with this SHA-256 no more; `reason` is added to its source."""
    row = TrustedCertificate.objects.get(sha256=sha256)
    row.state, row.withdrawn_at, row.source = TrustedState.WITHDRAWN, at, f"{row.source}, {reason}"[:_SOURCE_LENGTH]
    row.save()


def trusted_sources() -> Mapping[str, str]:
    """Return for each trusted certificate (SHA-256) the source that named it."""
    return dict(TrustedCertificate.objects.filter(state=TrustedState.ACTIVE).values_list("sha256", "source"))


def keep_record(
    record: RevocationRecord,
    *,
    issuer: str,
    certificate: str,
    this_update: datetime,
    next_update: datetime | None,
    source: str,
) -> bool:
    """Keep a record that was judged to be genuine, or note that its source offers it still; return whether it is new.

    `issuer` is the SHA-256 of the issuer's DER name, `certificate` the serial number an OCSP response is about.
    """
    row, is_new = RevocationRow.objects.get_or_create(
        sha256=hashlib.sha256(record.der).hexdigest(),
        defaults={
            "kind": record.kind,
            "der": record.der,
            "issuer": issuer,
            "certificate": certificate,
            "this_update": this_update,
            "next_update": next_update,
            "obtained_at": record.obtained_at,
            "source": source[:_SOURCE_LENGTH],
        },
    )
    if not is_new and row.obtained_at < record.obtained_at:
        row.obtained_at, row.source = record.obtained_at, source[:_SOURCE_LENGTH]
        row.save(update_fields=["obtained_at", "source"])
    return is_new


@transaction.atomic
def drop_unneeded_records(*, actor: str, at: datetime) -> int:
    """Drop the records by which no signature was judged and that nobody consults any more; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_UNNEEDED, [RECORDS_OF_A_SOURCE, at - KEPT_UNSEEN])
        dropped = int(cursor.rowcount)
    if dropped:
        append_event("trust:records-dropped", at=at, actor=actor, records=dropped)
    return dropped


def newer_records(*, kind: RevocationKind, issuer: str, certificate: str, than: datetime) -> Sequence[bytes]:
    """Return the records (DER) of that issuer and kind whose `this_update` is later, about the same certificate if any."""
    rows = RevocationRow.objects.filter(kind=kind, issuer=issuer, certificate=certificate, this_update__gt=than)
    return [bytes(der) for der in rows.values_list("der", flat=True)]


def last_seen(records: Collection[str]) -> Mapping[str, datetime]:
    """Return when each of these records (SHA-256) was last offered by its source."""
    return dict(RevocationRow.objects.filter(sha256__in=records).values_list("sha256", "obtained_at"))


@transaction.atomic
def note_revocations(*, revoked: Collection[str], sound: Collection[str], actor: str, at: datetime) -> int:
    """Note which certificates (SHA-256) their authorities have revoked, and which they have not or not any more.

    What is in neither stays as it is noted. Returns how many were found to be revoked just now.
    """
    active = SenderCertificate.objects.select_for_update().filter(state=CertificateState.ACTIVE).order_by("pk")
    found = list(active.filter(sha256__in=revoked, revoked_at=None))
    lifted = list(active.filter(sha256__in=sound, revoked_at__isnull=False))
    for row, action, since in (
        *((row, "certificate:revoked", at) for row in found),
        *((row, "certificate:revocation-lifted", None) for row in lifted),
    ):
        row.revoked_at = since
        row.save(update_fields=["revoked_at"])
        append_event(action, at=at, actor=actor, sender=row.sender_id, certificate=row.sha256)
    return len(found)


def active_certificates(*, at: datetime) -> Sequence[bytes]:
    """Return the DER certificates that may sign for some sender at `at` or later, each once."""
    rows = SenderCertificate.objects.filter(state=CertificateState.ACTIVE, valid_until__gt=at)
    return [bytes(der) for der in rows.order_by("sha256").values_list("der", flat=True)]
