"""What a decision about a signer's certificate rests on, and what it leaves behind as proof."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TrustRole(StrEnum):
    """What a certificate of the trust list is for: a path ends at an anchor and may pass through intermediates."""

    ANCHOR = "ANCHOR"
    INTERMEDIATE = "INTERMEDIATE"


class RevocationKind(StrEnum):
    """The two forms in which an authority tells what it has revoked."""

    CRL = "CRL"
    OCSP = "OCSP"


@dataclass(frozen=True, slots=True)
class RevocationRecord:
    """One CRL or OCSP response as DER, and when its source was last seen to offer it (aware)."""

    kind: RevocationKind
    der: bytes
    obtained_at: datetime


@dataclass(frozen=True, slots=True)
class TrustMaterial:
    """The DER certificates that an operator trusts, the intermediates known, and the cached revocation records."""

    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]
    records: tuple[RevocationRecord, ...]


class LineEnds(StrEnum):
    """Which form of the payload a signature is over (batch protocol §2.3)."""

    AS_IS = "AS_IS"
    CANONICAL_TEXT = "CANONICAL_TEXT"


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """What made the signature of payload `part` (from 1) acceptable; certificates and records by SHA-256 in hexadecimal.

    `path` runs from the registered certificate to the anchor; `revocation` names the records that were consulted.
    """

    part: int
    certificate: str
    path: tuple[str, ...]
    revocation: tuple[str, ...]
    line_ends: LineEnds
