"""A certificate that an access manager attached to a sender, as the signature check needs it."""

from dataclasses import dataclass
from datetime import datetime
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
