"""What a mailbox asks of whoever seals: the ports that `ingest` fulfils."""

from datetime import datetime
from typing import Protocol

from channels.logins import ChannelLogin
from channels.models import Delivery
from domain.environments import Tray


class Seal(Protocol):
    """Turn deliveries into submissions inside the running transaction."""

    def seal_delivery(self, delivery: Delivery, *, login: ChannelLogin, at: datetime) -> None:
        """Seal a complete delivery, received at that instant; its staged files leave the inbox."""
        ...

    def seal_cancelled(self, delivery: Delivery, *, login: ChannelLogin, subject_name: str, at: datetime) -> None:
        """Seal the wish to cancel an open delivery: it is answered, its files are dropped."""
        ...

    def seal_late_cancel(self, *, login: ChannelLogin, tray: Tray, subject_name: str, at: datetime) -> None:
        """Seal the wish to cancel a set that is no longer open: it is answered and changes nothing."""
        ...

    def seal_malformed_name(self, *, login: ChannelLogin, tray: Tray, subject_name: str, at: datetime) -> None:
        """Seal a file name that fails the grammar: it is answered, its bytes are dropped."""
        ...
