"""Note what a request had sealed, inside the transaction of the seal: its ticket, and what must commit with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from channels.logins import ChannelLogin
from channels.models import Delivery, StagedFile
from channels.sealing import Seal
from domain.environments import Tray
from domain.filenames import FileName, SetKey
from evidence.models import Reception

_SEALED = """
SELECT coalesce(submission.ticket, first.ticket, ''), submission.subject_name, submission.environment,
       submission.received_at, submission.ticket IS NULL
  FROM evidence_submission AS submission
  LEFT JOIN evidence_submission AS first ON first.id = submission.first_of_name_id
 WHERE submission.owner = %s AND submission.environment = %s AND submission.received_at = %s
   AND (submission.subject_name = %s OR (submission.sequence = %s AND submission.purpose = %s))
 ORDER BY submission.id DESC
 LIMIT 1
"""


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
        self, delivery: Delivery, files: Sequence[StagedFile], *, login: ChannelLogin, at: datetime
    ) -> None:
        """Seal a complete delivery and note it."""
        self._seal.seal_delivery(delivery, files, login=login, at=at)
        self._note(login, delivery.tray, at=at, sequence=delivery.sequence, purpose=delivery.purpose)

    def seal_receipt(self, file: StagedFile, name: FileName, *, login: ChannelLogin, at: datetime) -> None:
        """Seal a sender's receipt and note it."""
        self._seal.seal_receipt(file, name, login=login, at=at)
        self._note(login, file.tray, at=at, subject_name=file.name)

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
        """Seal what is answered by its name alone and note it."""
        self._seal.seal_notice(reception, login=login, tray=tray, subject_name=subject_name, at=at, key=key)
        self._note(login, tray, at=at, subject_name=subject_name)

    def _note(
        self,
        login: ChannelLogin,
        tray: str,
        *,
        at: datetime,
        subject_name: str | None = None,
        sequence: str | None = None,
        purpose: str | None = None,
    ) -> None:
        """Look for what was sealed at that instant under that name, or else for that set."""
        asked: list[str | datetime | None] = [
            str(login.sender),
            Tray(tray).environment,
            at,
            subject_name,
            sequence,
            purpose,
        ]
        with connection.cursor() as cursor:
            cursor.execute(_SEALED, asked)
            self.sealed = Sealed(*cursor.fetchone())
        if self._also is not None:
            self._also(self.sealed)
