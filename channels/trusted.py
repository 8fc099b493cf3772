"""The trust list and the cached revocation records, as values; their files and sources are somebody else's business."""

from django.db import connection

from channels.models import RevocationRecord as RevocationRow
from channels.models import TrustedCertificate, TrustedState
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
