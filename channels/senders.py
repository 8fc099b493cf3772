"""What is configured for a sender, as values."""

from collections.abc import Collection, Sequence

from channels.models import Sender, SenderState, TechnicalUserState
from domain.certificates import CertificateState, RegisteredCertificate
from domain.sender_numbers import SenderNumber


def read_senders(numbers: Collection[str]) -> dict[str, Sender]:
    """Return the senders of those numbers with all that is configured for them; four queries, however many."""
    configured = Sender.objects.prefetch_related("channels", "services", "certificates")
    return configured.in_bulk(numbers)


def may_deliver(number: SenderNumber) -> bool:
    """Whether the sender and its technical user are active now."""
    return Sender.objects.filter(
        number=str(number),
        state=SenderState.ACTIVE,
        technical_user__state=TechnicalUserState.ACTIVE,
    ).exists()


def is_channel_open(sender: Sender, channel: str) -> bool:
    """Whether the sender may deliver through that channel."""
    return any(row.channel == channel for row in sender.channels.all())


def is_service_configured(sender: Sender, purpose: str, environment: str) -> bool:
    """Whether the sender may deliver that message in that environment."""
    return any((row.purpose, row.environment) == (purpose, environment) for row in sender.services.all())


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
        for row in sender.certificates.all()
    ]
