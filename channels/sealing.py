"""What a mailbox asks of whoever seals: the ports that `ingest` fulfils."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from channels.logins import ChannelLogin
from channels.models import Delivery, StagedFile
from domain.environments import Tray
from domain.filenames import FileName, SetKey
from evidence.models import Reception


class Seal(Protocol):
    """Turn deliveries into submissions inside the running transaction."""

    def seal_delivery(
        self, delivery: Delivery, files: Sequence[StagedFile], *, login: ChannelLogin, at: datetime
    ) -> None:
        """Seal a complete delivery of those files, received at that instant; they leave the inbox."""
        ...

    def seal_receipt(self, file: StagedFile, name: FileName, *, login: ChannelLogin, at: datetime) -> None:
        """Seal a sender's receipt (FI.ACRF), its bytes kept; whoever calls removes the staged file."""
        ...

    def seal_notice(
        self,
        reception: Reception,
        *,
        login: ChannelLogin,
        tray: Tray,
        subject_name: str,
        at: datetime,
        key: SetKey | None = None,
    ) -> None:
        """Seal something that is answered by its name alone: MALFORMED_NAME, CANCELLED or CANCELLED_TOO_LATE.

        `key` is the set that a cancellation names.
        """
        ...
