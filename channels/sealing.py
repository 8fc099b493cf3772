"""What a mailbox asks of whoever seals: the ports that `ingest` fulfils."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channels.logins import ChannelLogin
from channels.models import Delivery, StagedFile
from channels.senders import SenderStanding
from domain.environments import Tray
from domain.filenames import FileName, SetKey
from evidence.models import Reception, Submission


@dataclass(frozen=True, slots=True)
class WholeSet:
    """A complete set that arrived at once: its go-ahead, and its payloads and signatures with their bytes, in their order."""

    tray: Tray
    go_ahead: FileName
    files: Sequence[tuple[FileName, bytes]]

    @property
    def key(self) -> SetKey:
        """Elements 2 to 6 of all its names."""
        return self.go_ahead.key


class Seal(Protocol):
    """Turn deliveries into submissions inside the running transaction; every method returns the submission it made."""

    def seal_delivery(
        self,
        delivery: Delivery,
        files: Sequence[StagedFile],
        *,
        standing: SenderStanding,
        login: ChannelLogin,
        at: datetime,
    ) -> Submission:
        """Seal a complete delivery of those files, received at that instant; they leave the inbox.

        `standing` is how the sender stood then.
        """
        ...

    def seal_whole(self, whole: WholeSet, *, standing: SenderStanding, login: ChannelLogin, at: datetime) -> Submission:
        """Seal a set that was never staged, received at that instant, when its sender stood so."""
        ...

    def seal_receipt(self, file: StagedFile, name: FileName, *, login: ChannelLogin, at: datetime) -> Submission:
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
    ) -> Submission:
        """Seal something that is answered by its name alone: MALFORMED_NAME, CANCELLED or CANCELLED_TOO_LATE.

        `key` is the set that a cancellation names.
        """
        ...
