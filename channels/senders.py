"""What is configured for a sender, as values."""

from collections.abc import Sequence

from channels.models import Sender
from domain.certificates import CertificateState, RegisteredCertificate
from domain.sender_numbers import SenderNumber


def registered_certificates(sender: Sender) -> Sequence[RegisteredCertificate]:
    """Return every certificate ever registered for the sender, whatever its state."""
    return [
        RegisteredCertificate(
            sender=SenderNumber(sender.number),
            der=bytes(row.der),
            sha256=row.sha256,
            state=CertificateState(row.state),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in sender.certificates.order_by("registered_at", "pk")
    ]
