"""What is configured for a sender, as values."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from channels.models import Sender, SenderCertificate, SenderChannel, SenderState, TechnicalUserState
from domain.certificates import CertificateState, RegisteredCertificate
from domain.sender_numbers import SenderNumber
from evidence.prepared import open_prepared

STANDING_COLUMNS = """
       sender.state,
       ARRAY(SELECT channel FROM channels_senderchannel WHERE sender_id = sender.number ORDER BY channel),
       EXISTS (
         SELECT FROM channels_senderservice
          WHERE sender_id = sender.number AND purpose = %(purpose)s::text AND environment = %(served_in)s::text
       ),
       ARRAY(SELECT channel FROM channels_senderchannel WHERE sender_id = sender.number AND is_unsigned)"""
"""The values of a SenderStanding, for statements that look at a row `sender` for other reasons too."""
_STANDING = f"SELECT {STANDING_COLUMNS} FROM channels_sender AS sender WHERE number = %(number)s::text"  # noqa: S608


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


def unsigned_channels(number: SenderNumber) -> Collection[str]:
    """Return the channels through which the sender's sets may come without FS files now."""
    rows = SenderChannel.objects.filter(sender=str(number), is_unsigned=True)
    return list(rows.values_list("channel", flat=True))


@dataclass(frozen=True, slots=True)
class SenderStanding:
    """What a sender may do at an instant: its state, its open channels, and whether it has the service in question.

    Through `unsigned_channels` its sets may come without FS files.
    """

    state: str
    open_channels: Sequence[str]
    has_service: bool
    unsigned_channels: Sequence[str] = ()


def read_standing(number: SenderNumber, *, purpose: str, environment: str) -> SenderStanding:
    """Return how the sender stands now, about that message in that environment."""
    with open_prepared() as cursor:
        cursor.execute(_STANDING, {"number": str(number), "purpose": purpose, "served_in": environment})
        return SenderStanding(*cursor.fetchone())


def standing_of(sender: Sender, *, purpose: str, environment: str) -> SenderStanding:
    """Return how a sender of `read_senders` stood when it was read."""
    return SenderStanding(
        sender.state,
        sorted(row.channel for row in sender.channels.all()),
        any((row.purpose, row.environment) == (purpose, environment) for row in sender.services.all()),
        sorted(row.channel for row in sender.channels.all() if row.is_unsigned),
    )


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
