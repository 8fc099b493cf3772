"""A certificate that an access manager attached to a sender, as the signature check needs it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.sender_numbers import SenderNumber


class CertificateState(StrEnum):
    """Where a registered certificate stands in its life."""

    ACTIVE = "ACTIVE"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class RegisteredCertificate:
    """The DER bytes of an X.509 certificate and what was decided about it; the validity window is inclusive-exclusive."""

    sender: SenderNumber
    der: bytes
    sha256: str
    state: CertificateState
    valid_from: datetime
    valid_until: datetime


class CertificateStanding(StrEnum):
    """Where a registered certificate stands at an instant (batch protocol §2.4, renewal)."""

    NOT_YET_VALID = "not yet valid"
    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


NOTICE_DAYS = (60, 30, 7)
"""Days before the end of a certificate on which its sender is told."""


def standing_of(
    state: CertificateState,
    valid_from: datetime,
    valid_until: datetime,
    *,
    at: datetime,
    revoked_at: datetime | None = None,
) -> CertificateStanding:
    """Return where a certificate with this window (inclusive-exclusive) stands at `at`."""
    if state is CertificateState.WITHDRAWN:
        return CertificateStanding.WITHDRAWN
    if at >= valid_until:
        return CertificateStanding.EXPIRED
    if revoked_at is not None:
        return CertificateStanding.REVOKED
    if at < valid_from:
        return CertificateStanding.NOT_YET_VALID
    if valid_until - at <= timedelta(days=NOTICE_DAYS[0]):
        return CertificateStanding.EXPIRING
    return CertificateStanding.ACTIVE
