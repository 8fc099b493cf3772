"""What is configured for a sender, as values."""

from collections.abc import Collection, Sequence

from channels.models import Sender, SenderCertificate, SenderState, TechnicalUserState
from domain.certificates import CertificateState, RegisteredCertificate
from domain.sender_numbers import SenderNumber


def read_senders(numbers: Collection[str]) -> dict[str, Sender]:
    """Return the senders of those numbers with all that is configured for them; four queries, however many."""
    configured = Sender.objects.select_related("entity").prefetch_related("channels", "services", "certificates")
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
    """Return every certificate ever registered for the sender, whatever its state.

    The window of one that was withdrawn ends then: what was received before it is judged later as it would have been.
    """
    return [_registered(row, SenderNumber(sender.number)) for row in sender.certificates.all()]


def _registered(row: SenderCertificate, sender: SenderNumber) -> RegisteredCertificate:
    state, until = CertificateState(row.state), row.valid_until
    if row.withdrawn_at is not None:
        state, until = CertificateState.ACTIVE, min(until, row.withdrawn_at)
    return RegisteredCertificate(
        sender=sender,
        der=bytes(row.der),
        sha256=row.sha256,
        state=state,
        valid_from=row.valid_from,
        valid_until=until,
    )
