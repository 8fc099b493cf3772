"""Keep a revocation record that some source offers, unless it is not genuine or a newer one is here already."""

from collections.abc import Collection
from datetime import datetime

from cryptography import x509

from channels.trusted import keep_record, newer_records
from domain.trust import RevocationRecord
from ingest.source_outcomes import SourceOutcome
from signing.genuine_records import GenuineRecord, require_genuine_list, require_genuine_response, scope_of


def keep_list(der: bytes, *, authorities: Collection[x509.Certificate], source: str, at: datetime) -> SourceOutcome:
    """Keep a DER list of one of the authorities; ValueError with a sentence part when it is not genuine."""
    record = require_genuine_list(der, authorities=authorities, at=at)
    newer = newer_records(
        kind=record.kind, issuer=record.issuer_sha256, certificate=record.serial, than=record.this_update
    )
    if any(scope_of(one) == record.scope for one in newer):
        return SourceOutcome.of_record(record, source=source, what="not kept", trouble="a newer list is here")
    return _keep(record, source=source, at=at)


def keep_response(
    der: bytes, *, certificate: x509.Certificate, issuer: x509.Certificate, source: str, at: datetime
) -> SourceOutcome:
    """Keep a DER response about that certificate; ValueError with a sentence part when it is not genuine."""
    record = require_genuine_response(der, certificate=certificate, issuer=issuer, at=at)
    if newer_records(kind=record.kind, issuer=record.issuer_sha256, certificate=record.serial, than=record.this_update):
        return SourceOutcome.of_record(record, source=source, what="not kept", trouble="a newer response is here")
    return _keep(record, source=source, at=at)


def _keep(record: GenuineRecord, *, source: str, at: datetime) -> SourceOutcome:
    is_new = keep_record(
        RevocationRecord(record.kind, record.der, at),
        issuer=record.issuer_sha256,
        certificate=record.serial,
        this_update=record.this_update,
        next_update=record.next_update,
        source=source,
    )
    return SourceOutcome.of_record(record, source=source, what="new" if is_new else "seen again")
