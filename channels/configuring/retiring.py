"""End senders for ever, together with what the access register lets them deliver for."""

from datetime import datetime
from typing import Protocol

from channels.configuring.senders import change_state
from channels.models import Sender
from channels.sender_life import SenderChange
from domain.access.actors import Actor


class ServicesEnder(Protocol):
    """Closes the rights that a sender holds or waits for, in the running transaction."""

    def __call__(self, sender: str, *, by: Actor, at: datetime) -> object:
        """Close every one of the sender with that number, which is locked; harmless when there is none."""
        ...


def retire_sender(sender: Sender, *, end_services: ServicesEnder, by: Actor, at: datetime, reason: str = "") -> bool:
    """Retire a sender that is locked, and close its rights with it; False when it was retired before.

    Every way to the end of a sender leads through here: `change_state` knows no register and leaves its rights standing.
    """
    if not change_state(sender, SenderChange.RETIRE, actor=by.name, at=at, reason=reason):
        return False
    end_services(sender.number, by=by, at=at)
    return True
