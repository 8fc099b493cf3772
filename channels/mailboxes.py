"""The mailbox of one signed-in sender: six trays, the same through every door."""

from collections.abc import Sequence
from typing import BinaryIO

from django.db import transaction

from channels.inboxes import Inbox, StagingQuota
from channels.logins import ChannelLogin
from channels.sealing import Seal
from channels.settling import Settlement
from channels.staging import StagingArea
from channels.uploads import StagedUpload
from domain.brussels import Clock
from domain.environments import Tray
from domain.mailbox_refusals import NoSuchFile, NotAllowed
from domain.mailboxes import TrayEntry, UploadStart
from domain.reception_rules import ReceptionRules
from evidence.answer_files import find_offered, list_offered, mark_collected, note_downloaded, open_offered
from evidence.blobs import BlobStore
from evidence.outages import outages


class Mailbox:
    """Inboxes are written, outboxes are read and deleted; nothing else is offered."""

    def __init__(self, login: ChannelLogin, *, inbox: Inbox, blobs: BlobStore, clock: Clock) -> None:
        self._login = login
        self._inbox = inbox
        self._blobs = blobs
        self._clock = clock

    def list_tray(self, tray: Tray) -> Sequence[TrayEntry]:
        """Return the files that the tray shows, by name."""
        if tray.is_inbox:
            return self._inbox.list_tray(tray)
        with outages():
            return list_offered(self._login.sender, tray.environment)

    def find(self, tray: Tray, name: str) -> TrayEntry:
        """Return one file; NoSuchFile when the tray does not show it."""
        if tray.is_inbox:
            return self._inbox.find(tray, name)
        with outages():
            entry = find_offered(self._login.sender, tray.environment, name)
        if entry is None:
            raise NoSuchFile(f"{name[:80]} is not in {tray}")
        return entry

    def begin_upload(self, tray: Tray, name: str, *, start: UploadStart, announced: int | None = None) -> StagedUpload:
        """Open a file of an inbox for writing, which will have `announced` bytes; NotAllowed in an outbox."""
        self._require_inbox(tray)
        return self._inbox.begin_upload(tray, name, start=start, announced=announced)

    def open_answer(self, tray: Tray, name: str) -> BinaryIO:
        """Return the bytes of an answer; NotAllowed in an inbox, whose files are never read back."""
        if tray.is_inbox:
            raise NotAllowed(f"files in {tray} cannot be read back")
        with outages():
            content = open_offered(self._login.sender, tray.environment, name, blobs=self._blobs)
        if content is None:
            raise NoSuchFile(f"{name[:80]} is not in {tray}")
        return content

    def note_downloaded(self, tray: Tray, name: str) -> None:
        """Note that the recipient read an answer to its end; the first such download counts, later ones change nothing."""
        with outages(), transaction.atomic():
            note_downloaded(
                self._login.sender,
                tray.environment,
                name,
                actor=self._login.user_name,
                at=self._clock.now(),
            )

    def rename(self, tray: Tray, old: str, new: str) -> None:
        """Rename an own staged file; NotAllowed in an outbox."""
        self._require_inbox(tray)
        self._inbox.rename(tray, old, new)

    def remove(self, tray: Tray, name: str) -> None:
        """Remove an own staged file, or say that an answer was collected."""
        if tray.is_inbox:
            self._inbox.remove(tray, name)
            return
        with outages(), transaction.atomic():
            collected = mark_collected(
                self._login.sender,
                tray.environment,
                name,
                actor=self._login.user_name,
                at=self._clock.now(),
            )
        if not collected:
            raise NoSuchFile(f"{name[:80]} is not in {tray}")

    def _require_inbox(self, tray: Tray) -> None:
        if not tray.is_inbox:
            raise NotAllowed(f"{tray} holds answers: they can be read and deleted, nothing can be put there")


class Mailboxes:
    """Opens the mailbox of whoever has come through a door."""

    def __init__(
        self,
        *,
        staging: StagingArea,
        quota: StagingQuota,
        seal: Seal,
        blobs: BlobStore,
        clock: Clock,
        rules: ReceptionRules = ReceptionRules(),  # noqa: B008 - a frozen value
    ) -> None:
        self._staging = staging
        self._quota = quota
        self._seal = seal
        self._blobs = blobs
        self._clock = clock
        self._rules = rules

    def open_mailbox(self, login: ChannelLogin) -> Mailbox:
        """Return the mailbox of the sender that `login` acts for."""
        inbox = Inbox(
            login,
            staging=self._staging,
            settlement=Settlement(login, staging=self._staging, seal=self._seal, rules=self._rules),
            quota=self._quota,
            clock=self._clock,
        )
        return Mailbox(login, inbox=inbox, blobs=self._blobs, clock=self._clock)
