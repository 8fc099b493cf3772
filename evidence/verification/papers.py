"""Look at the certificates and revocation records by which signatures were judged: each is there, and as it was."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import Protocol

from django.db import connection

from evidence.verification.findings import Check

_AT_ONCE = 500
_CITED = """
    SELECT DISTINCT jsonb_array_elements_text(path || revocation) AS sha256 FROM evidence_signaturecheck ORDER BY sha256
"""


class KeepsPapers(Protocol):
    """Whoever keeps certificates and revocation records."""

    def find_papers(self, hashes: Collection[str]) -> Iterable[tuple[str, bytes]]:
        """Return each row that claims one of these SHA-256 (hexadecimal), with its bytes (DER)."""
        ...


def verify_papers(check: Check, keeper: KeepsPapers) -> None:
    """Tell every paper that a signature check names and that is gone or has other bytes."""
    for cited in _cited():
        check.checked += len(cited)
        missing = set(cited)
        for sha256, der in keeper.find_papers(cited):
            missing.discard(sha256)
            if hashlib.sha256(der).hexdigest() != sha256:
                check.tell(f"{sha256}, by which a signature was judged, has other bytes than it had then")
        for sha256 in sorted(missing):
            check.tell(f"{sha256}, by which a signature was judged, is in no table any more")


def _cited() -> Iterator[list[str]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_CITED)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield [sha256 for (sha256,) in rows]
