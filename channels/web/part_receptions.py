"""Take one file, or a range of its bytes, into staging; runs in threads, one job at a time.

What a range brought stays staged; the range that ends the file closes it, as a client's close does at every door.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from channels.mailboxes import Mailbox
from channels.uploads import StagedUpload
from channels.web.composition import WebComposition
from channels.web.content_ranges import ContentRange
from channels.web.noting_seal import NotingSeal, Sealed
from channels.web.problems import Problem, ProblemKind, problem_of
from channels.web.set_plans import judge_name, require_scope, tray_for
from channels.web.tokens import Caller
from domain.brussels import brussels_date
from domain.environments import Environment, Tray
from domain.mailbox_refusals import MailboxRefusal, NoSuchFile, SizeContradicted
from domain.mailboxes import UploadStart


@dataclass(frozen=True, slots=True)
class Arrived:
    """How much of a file has arrived, and whether that was all of it."""

    name: str
    received: int
    is_closed: bool


class PartReception:
    """One staged file of one caller, by its name."""

    def __init__(
        self, composition: WebComposition, caller: Caller, name: str, *, environment: Environment | None
    ) -> None:
        today = brussels_date(composition.clock.now())
        file = judge_name(name, today=today, max_parts=composition.rules.max_parts)
        require_scope(file, caller.scopes)
        self._seal = NotingSeal(composition.seal)
        self._mailbox: Mailbox = composition.open_mailbox(caller.login, seal=self._seal)
        self._name = name
        self._tray: Tray = tray_for(name, environment)
        self._upload: StagedUpload | None = None
        self._at = 0
        self.is_last = False
        """Whether the file ends with the range that was begun."""

    def begin(self, bytes_sent: ContentRange) -> None:
        """Open the file where the range begins; Problem, telling what has arrived, when it should begin elsewhere.

        Likewise when the file was said to have another size: what has arrived stays.
        """
        with _refused_as_problem():
            if bytes_sent.first:
                self._require_arrived(bytes_sent.first)
            start = UploadStart.RESUME if bytes_sent.first else UploadStart.EMPTY
            self._upload = self._mailbox.begin_upload(self._tray, self._name, start=start, announced=bytes_sent.total)
            self._at, total = bytes_sent.first, self._upload.announced
            if self._upload.size() != bytes_sent.first:
                received = self._upload.size()
                self.abandon()
                raise _elsewhere(received)
            if total is not None and bytes_sent.end > total:
                self.abandon()
                raise SizeContradicted(f"the range goes beyond the {total} bytes that were announced for {self._name}")
            self.is_last = bytes_sent.end == total

    def write(self, piece: bytes) -> None:
        """Put the next bytes into staging."""
        with _refused_as_problem():
            self._open().write(self._at, piece)
        self._at += len(piece)

    def close(self) -> Sealed | None:
        """Close the file and return the submission that this had sealed, if any."""
        upload, self._upload = self._open(), None
        with _refused_as_problem():
            upload.close()
        return self._seal.sealed

    def abandon(self) -> None:
        """Let go without a close: the bytes stay and complete nothing."""
        if self._upload is not None:
            self._upload.abandon()
            self._upload = None

    def find(self) -> Arrived:
        """Return how much has arrived; Problem when nothing is staged under the name."""
        with _refused_as_problem():
            found = self._mailbox.find(self._tray, self._name)
        return Arrived(self._name, found.size, found.is_closed)

    def remove(self) -> None:
        """Remove the staged file."""
        with _refused_as_problem():
            self._mailbox.remove(self._tray, self._name)

    def _open(self) -> StagedUpload:
        if self._upload is None:
            raise Problem(ProblemKind.CONFLICT, "the file is no longer open")
        return self._upload

    def _require_arrived(self, first: int) -> None:
        try:
            received = self._mailbox.find(self._tray, self._name).size
        except NoSuchFile:
            received = 0
        if received != first:
            raise _elsewhere(received)


def range_header(received: int) -> dict[str, str]:
    """Return the header that says which bytes have arrived; none when nothing has."""
    return {"Range": f"bytes=0-{received - 1}"} if received else {}


def _elsewhere(received: int) -> Problem:
    return Problem(
        ProblemKind.RANGE,
        f"{received} bytes have arrived: go on there, or begin again at 0",
        headers=range_header(received),
    )


@contextmanager
def _refused_as_problem() -> Iterator[None]:
    try:
        yield
    except MailboxRefusal as refusal:
        raise problem_of(refusal) from refusal
