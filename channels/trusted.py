"""The trust list and the cached revocation records, as values; their files and sources are somebody else's business."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.x509 import ocsp
from django.db import connection

from channels.models import RevocationRecord as RevocationRow
from channels.models import SenderCertificate, TrustedCertificate, TrustedState
from domain.certificates import CertificateState
from domain.trust import RevocationKind, RevocationRecord, TrustMaterial, TrustRole

_STAMP = """
    SELECT (SELECT string_agg(sha256 || role || state, ',' ORDER BY sha256) FROM channels_trustedcertificate),
           (SELECT count(*) FROM channels_revocationrecord),
           (SELECT max(obtained_at) FROM channels_revocationrecord),
           (SELECT max(id) FROM channels_revocationrecord)
"""


def trust_stamp() -> object:
    """Return a value that differs as soon as the trust list or a revocation record changes; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        return cursor.fetchone()


def read_trust_material() -> TrustMaterial:
    """Return what is trusted now, with every revocation record that is kept."""
    trusted = list(TrustedCertificate.objects.filter(state=TrustedState.ACTIVE).order_by("sha256"))
    return TrustMaterial(
        anchors=tuple(bytes(row.der) for row in trusted if row.role == TrustRole.ANCHOR),
        intermediates=tuple(bytes(row.der) for row in trusted if row.role == TrustRole.INTERMEDIATE),
        records=tuple(
            RevocationRecord(RevocationKind(row.kind), bytes(row.der), row.obtained_at)
            for row in RevocationRow.objects.order_by("sha256").iterator()
        ),
    )


def store_certificate(der: bytes, *, role: TrustRole, source: str, at: datetime) -> bool:
    """Trust a certificate from `source` on, or anew; return whether that changes anything. ValueError when unreadable."""
    certificate = x509.load_der_x509_certificate(der)
    sha256 = hashlib.sha256(der).hexdigest()
    row, is_new = TrustedCertificate.objects.get_or_create(
        sha256=sha256,
        defaults={
            "der": der,
            "role": role,
            "subject": certificate.subject.rfc4514_string()[:500],
            "valid_from": certificate.not_valid_before_utc,
            "valid_until": certificate.not_valid_after_utc,
            "source": source,
            "added_at": at,
        },
    )
    if is_new or (row.state, row.role, row.source) == (TrustedState.ACTIVE, role, source):
        return is_new
    row.state, row.role, row.source, row.withdrawn_at = TrustedState.ACTIVE, role, source, None
    row.save()
    return True


def withdraw_certificates(absent: Collection[str], *, at: datetime) -> int:
    """Stop trusting the certificates with these SHA-256; return how many were trusted."""
    trusted = TrustedCertificate.objects.filter(sha256__in=absent, state=TrustedState.ACTIVE)
    return trusted.update(state=TrustedState.WITHDRAWN, withdrawn_at=at)


def trusted_sources() -> Mapping[str, str]:
    """Return for each trusted certificate (SHA-256) the source that named it."""
    return dict(TrustedCertificate.objects.filter(state=TrustedState.ACTIVE).values_list("sha256", "source"))


def store_revocation_list(der: bytes, *, source: str, at: datetime) -> bool:
    """Keep a DER list that its source offers at `at`; return whether it is new. ValueError when it is unreadable."""
    parsed = x509.load_der_x509_crl(der)
    issuer = hashlib.sha256(parsed.issuer.public_bytes()).hexdigest()
    window = {"this_update": parsed.last_update_utc, "next_update": parsed.next_update_utc}
    return _store(der, kind=RevocationKind.CRL, source=source, at=at, issuer=issuer, **window)


def store_ocsp_response(der: bytes, *, issuer: bytes, source: str, at: datetime) -> bool:
    """Keep a DER response about a certificate of `issuer` (DER name); return whether it is new.

    ValueError when it is unreadable or was not successful.
    """
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        message = f"the responder answered {response.response_status.name}"
        raise ValueError(message)
    return _store(
        der,
        kind=RevocationKind.OCSP,
        source=source,
        at=at,
        issuer=hashlib.sha256(issuer).hexdigest(),
        certificate=f"{response.serial_number:x}",
        this_update=response.this_update_utc,
        next_update=response.next_update_utc,
    )


def _store(der: bytes, *, kind: RevocationKind, source: str, at: datetime, **columns: object) -> bool:
    row, is_new = RevocationRow.objects.get_or_create(
        sha256=hashlib.sha256(der).hexdigest(),
        defaults={"kind": kind, "der": der, "source": source[:500], "obtained_at": at, **columns},
    )
    if not is_new and row.obtained_at < at:
        RevocationRow.objects.filter(pk=row.pk).update(obtained_at=at, source=source[:500])
    return is_new


def active_certificates(*, at: datetime) -> Sequence[bytes]:
    """Return the DER certificates that may sign for some sender at `at`, each once."""
    rows = SenderCertificate.objects.filter(state=CertificateState.ACTIVE, valid_until__gt=at)
    return [bytes(der) for der in rows.order_by("sha256").values_list("der", flat=True)]
