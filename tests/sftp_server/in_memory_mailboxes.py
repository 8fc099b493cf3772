"""A door's surroundings in memory: one technical user, trays as dictionaries, a journal of what happened."""

import io
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from domain.environments import Tray
from domain.mailbox_refusals import LeavesGap, NoSuchFile, NotAllowed
from domain.mailboxes import TrayEntry, UploadStart

MOMENT = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


class StoppedClock:
    def now(self) -> datetime:
        return MOMENT


def keep_silent(_line: str) -> None:
    pass


@dataclass
class TraysInMemory:
    """What the trays of the one user hold; `seal_at` names the files whose close seals everything staged."""

    trays: dict[Tray, dict[str, bytearray]] = field(default_factory=lambda: {tray: {} for tray in Tray})
    sealed: dict[str, bytes] = field(default_factory=dict)
    journal: list[str] = field(default_factory=list)
    seal_at: str = "GO."
    trouble_at_opening: Exception | None = None
    trouble_at_close: Exception | None = None
    trouble_at_write: Exception | None = None
    trouble_at_noting: Exception | None = None
    hold_close: threading.Event | None = None
    close_lasts: float = 0.0
    writing: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    changed: threading.Condition = field(default_factory=threading.Condition)
    tell: Callable[[str], None] = keep_silent

    def note(self, line: str) -> None:
        self.tell(line)
        with self.changed:
            self.journal.append(line)
            self.changed.notify_all()

    def wait_for(self, line: str) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: line in self.journal, timeout=20), self.journal


class UploadInMemory:
    def __init__(self, trays: TraysInMemory, tray: Tray, name: str) -> None:
        self._trays = trays
        self._tray = tray
        self._name = name
        self._content = trays.trays[tray][name]

    def write(self, offset: int, data: bytes) -> None:
        if self._trays.trouble_at_write is not None:
            raise self._trays.trouble_at_write
        if offset > len(self._content):
            raise LeavesGap("the file ends before")
        self._content[offset : offset + len(data)] = data
        self._trays.writing.set()

    def truncate(self, size: int) -> None:
        self._trays.note(f"truncate {self._name} {size}")
        del self._content[size:]
        self._content.extend(bytes(size - len(self._content)))

    def size(self) -> int:
        return len(self._content)

    def close(self) -> None:
        self._trays.note(f"closing {self._name}")
        self._trays.closing.set()
        time.sleep(self._trays.close_lasts)
        if self._trays.hold_close is not None:
            self._trays.hold_close.wait(20)
        if self._trays.trouble_at_close is not None:
            raise self._trays.trouble_at_close
        if self._name.startswith(self._trays.seal_at):
            staged = self._trays.trays[self._tray]
            self._trays.sealed.update({name: bytes(content) for name, content in staged.items()})
            staged.clear()
        self._trays.note(f"close {self._name}")

    def abandon(self) -> None:
        self._trays.note(f"abandon {self._name}")


class MailboxInMemory:
    def __init__(self, trays: TraysInMemory) -> None:
        self._trays = trays

    def list_tray(self, tray: Tray) -> Sequence[TrayEntry]:
        return [TrayEntry(name, len(content), MOMENT) for name, content in sorted(self._trays.trays[tray].items())]

    def find(self, tray: Tray, name: str) -> TrayEntry:
        return TrayEntry(name, len(self._content(tray, name)), MOMENT)

    def begin_upload(self, tray: Tray, name: str, *, start: UploadStart) -> UploadInMemory:
        if name == "NOT.TODAY":
            raise NotAllowed("not today")
        held = self._trays.trays[tray]
        if start is UploadStart.EMPTY or name not in held:
            held[name] = bytearray()
        return UploadInMemory(self._trays, tray, name)

    def open_answer(self, tray: Tray, name: str) -> BinaryIO:
        return io.BytesIO(self._content(tray, name))

    def note_downloaded(self, tray: Tray, name: str) -> None:
        self._trays.note(f"downloaded {tray}/{name}")
        if self._trays.trouble_at_noting is not None:
            raise self._trays.trouble_at_noting

    def rename(self, tray: Tray, old: str, new: str) -> None:
        self._trays.trays[tray][new] = self._content(tray, old)
        del self._trays.trays[tray][old]
        self._trays.note(f"rename {old} {new}")

    def remove(self, tray: Tray, name: str) -> None:
        self._content(tray, name)
        del self._trays.trays[tray][name]
        self._trays.note(f"remove {name}")

    def _content(self, tray: Tray, name: str) -> bytearray:
        if name not in self._trays.trays[tray]:
            raise NoSuchFile(f"no {name} in {tray}")
        return self._trays.trays[tray][name]


@dataclass
class KeysInMemory:
    """User names and the public keys (RFC 4253 blobs) that they registered."""

    registered: set[tuple[str, bytes]] = field(default_factory=set)
    trouble: Exception | None = None
    questions: list[int] = field(default_factory=list)

    def technical_user_for(self, user_name: str, key_blob: bytes) -> str | None:
        if self.trouble is not None:
            raise self.trouble
        return user_name if (user_name, key_blob) in self.registered else None

    def is_user_name(self, text: str) -> bool:
        return text in {name for name, _ in self.registered}

    def still_open(self, openers: Collection[tuple[str, bytes]]) -> Collection[tuple[str, bytes]]:
        self.questions.append(len(openers))
        if self.trouble is not None:
            raise self.trouble
        return {opener for opener in openers if opener in self.registered}


@dataclass
class DoorInMemory:
    trays: TraysInMemory

    def open_mailbox(self, login: str) -> MailboxInMemory:
        if self.trays.trouble_at_opening is not None:
            raise self.trays.trouble_at_opening
        self.trays.note(f"open mailbox of {login}")
        return MailboxInMemory(self.trays)
