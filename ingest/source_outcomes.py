"""What became of one file or address that trust is taken from, as the operator is shown it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from signing.genuine_records import GenuineRecord


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """`what` became of `source`; `trouble` is a sentence part, None when all was well.

    `issuer` (RFC 4514), `this_update`, `next_update` and `entries` are those of a revocation record that could be read.
    """

    source: str
    what: str
    trouble: str | None = None
    issuer: str = ""
    this_update: datetime | None = None
    next_update: datetime | None = None
    entries: int | None = None

    @classmethod
    def of_record(cls, record: GenuineRecord, *, source: str, what: str, trouble: str | None = None) -> Self:
        """Return what became of a source that offered this record."""
        return cls(
            source=source,
            what=what,
            trouble=trouble,
            issuer=record.issuer.rfc4514_string(),
            this_update=record.this_update,
            next_update=record.next_update,
            entries=record.entries,
        )
