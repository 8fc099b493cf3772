"""The task that a suspended sender puts into its company's e-Box, until it works again or is retired."""

from datetime import datetime

from channels.models import Sender
from correspondence.ebox import Posting, handle_about, publish
from correspondence.models import EboxKind
from domain.access.services import ServiceCode
from domain.environments import Environment

NO_CERTIFICATE = "no certificate is valid any more"
CERTIFICATE_REVOKED = "its certificate was revoked by the authority that issued it"
"""The reasons of suspensions that nobody asked for."""
_UNASKED = {NO_CERTIFICATE: "NO_CERTIFICATE", CERTIFICATE_REVOKED: "CERTIFICATE_REVOKED"}
_BY_KIND_OF_ACTOR = {"person": "BY_MANAGER", "sender": "BY_FILE"}


def tell_suspended(sender: Sender, *, actor: str, reason: str, at: datetime) -> None:
    """Tell who manages the company, or to whom channels are routed, that the sender delivers nothing."""
    by_actor = _BY_KIND_OF_ACTOR.get(actor.partition(":")[0], "BY_OPERATOR")
    publish(
        Posting(
            kind=EboxKind.SENDER_SUSPENDED,
            environment=Environment.PRODUCTION,
            values={"sender": sender.number, "reason": _UNASKED.get(reason, by_actor)},
            publisher="channels",
            occasion=f"sender {sender.number} suspended {at.isoformat()}",
            entity_id=sender.entity_id,
            quality=sender.technical_user.quality,
            service=ServiceCode.CHANNELS,
            about=sender.number,
        ),
        at=at,
    )


def suspension_is_over(sender: Sender, *, actor: str, at: datetime) -> None:
    """Note that the task is done: the sender works again, or never will."""
    handle_about(Environment.PRODUCTION, EboxKind.SENDER_SUSPENDED, sender.number, by=actor, at=at)
