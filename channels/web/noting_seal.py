"""Note what a request had sealed, inside the transaction of the seal: its ticket, and what must commit with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from channels.logins import ChannelLogin
from channels.models import Delivery, StagedFile
from channels.sealing import Seal, WholeSet
from channels.senders import SenderStanding
from domain.environments import Tray
from domain.filenames import FileName, SetKey
from evidence.models import Reception, Submission


@dataclass(frozen=True, slots=True)
class Sealed:
    """A submission as the web service answers it; a repeated name has the ticket of its first submission."""

    ticket: str
    name: str
    environment: str
    received_at: datetime
    is_repeated: bool


class NotingSeal:
    """The composed seal, for one request; `sealed` is what it sealed, `also` runs in the same transaction."""

    def __init__(self, seal: Seal, *, also: Callable[[Sealed], None] | None = None) -> None:
        self._seal = seal
        self._also = also
        self.sealed: Sealed | None = None

    def seal_delivery(
        self,
        delivery: Delivery,
        files: Sequence[StagedFile],
        *,
        standing: SenderStanding,
        login: ChannelLogin,
        at: datetime,
    ) -> Submission:
        """Seal a complete delivery and note it."""
        return self._note(self._seal.seal_delivery(delivery, files, standing=standing, login=login, at=at))

    def seal_whole(self, whole: WholeSet, *, standing: SenderStanding, login: ChannelLogin, at: datetime) -> Submission:
        """Seal a set that was never staged and note it."""
        return self._note(self._seal.seal_whole(whole, standing=standing, login=login, at=at))

    def seal_receipt(self, file: StagedFile, name: FileName, *, login: ChannelLogin, at: datetime) -> Submission:
        """Seal a sender's receipt and note it."""
        return self._note(self._seal.seal_receipt(file, name, login=login, at=at))

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
        """Seal what is answered by its name alone and note it."""
        return self._note(
            self._seal.seal_notice(reception, login=login, tray=tray, subject_name=subject_name, at=at, key=key)
        )

    def _note(self, submission: Submission) -> Submission:
        self.sealed = Sealed(
            ticket=submission.ticket or _ticket_of_first(submission),
            name=submission.subject_name,
            environment=str(submission.environment),
            received_at=submission.received_at,
            is_repeated=submission.ticket is None,
        )
        if self._also is not None:
            self._also(self.sealed)
        return submission


def _ticket_of_first(submission: Submission) -> str:
    first = submission.first_of_name
    return "" if first is None or first.ticket is None else first.ticket
