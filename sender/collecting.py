"""Fetch the platform's answers: go-ahead first, verified before they get their name, deleted there only when safe here."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path

from domain.environments import OUTBOXES, Tray
from sender.answer_names import OfferedAnswer, offered_answers
from sender.answered import AnswerContent
from sender.answers import AnswerUnreadableError, read_answer
from sender.durable_files import draft_of, publish, temporary_beside
from sender.locks import locked
from sender.platform import AnswerNotVerifiedError, PlatformTrust
from sender.progress import Meter, silent
from sender.receipts import Receipts
from sender.sessions.contract import CounterSession, RemoteFile, told_in_sentences
from sender.troubles import SenderError
from signing.signature_files import MAX_SIGNATURE_FILE

_REMARKS = ", "
_LOCKED_NAME = ".guichet-collect"
_CHUNK = 1024 * 1024


class AfterCollecting(Enum):
    """What happens to an answer at the counter once it is safe here."""

    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class CollectedAnswer:
    """An answer that is safe in the target folder; `content` is None when its form is not known here."""

    name: str
    path: Path
    content: AnswerContent | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class UnverifiedAnswer:
    """An answer that stays at the counter; `reason` is a sentence part."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Collector:
    """Where answers go, whom they must come from, whether a receipt is sent, and what happens to them afterwards."""

    target: Path
    trust: PlatformTrust
    after: AfterCollecting
    clock: Callable[[], datetime]
    receipts: Receipts | None = None
    meter: Meter = silent

    def collect(
        self, session: CounterSession, *, trays: tuple[Tray, ...] = OUTBOXES, passed_over: Collection[str] = ()
    ) -> Iterator[CollectedAnswer | UnverifiedAnswer]:
        """Yield what became of each answer offered in the trays, as soon as it is known.

        Answers whose content is named in `passed_over` are not looked at.
        What another program left of an answer whose content it took and deleted is none any more, and stays.
        Raises SenderError when the line is lost, the target cannot be written, or another run collects into it; what
        was yielded is then safe.
        """
        try:
            self.target.mkdir(parents=True, exist_ok=True)
        except OSError as trouble:
            raise SenderError(
                f"The folder {self.target} cannot be made: {trouble.strerror}.", next_step="Check --to."
            ) from trouble
        # two runs would write the same hidden files: one could empty what the other verified and then delete it there
        with locked(self.target / _LOCKED_NAME, patience=0):
            for tray in trays:
                with told_in_sentences(f"listing {tray}"):
                    names = session.names_in(tray)
                for answer in offered_answers(names):
                    if answer.content in passed_over:
                        continue
                    if answer.content is not None or self._is_here(answer):
                        yield self._collect_one(session, tray, answer)

    def _is_here(self, answer: OfferedAnswer) -> bool:
        return (self.target / answer.go_ahead).exists()

    def _collect_one(
        self, session: CounterSession, tray: Tray, answer: OfferedAnswer
    ) -> CollectedAnswer | UnverifiedAnswer:
        if self._is_here(answer):
            return self._collect_again(session, tray, answer)
        if answer.content is None or answer.signature is None:
            return UnverifiedAnswer(answer.go_ahead, "its signature (FS) is not there")
        content, signature = self.target / answer.content, self.target / answer.signature
        for path in (content, signature):
            _download(session, tray, path, meter=self.meter)
        reason = self._objection_to(content, signature)
        if reason:
            temporary_beside(content).unlink()
            temporary_beside(signature).unlink()
            return UnverifiedAnswer(answer.content, reason)
        publish(temporary_beside(content), content)
        publish(temporary_beside(signature), signature)
        go_ahead = self.target / answer.go_ahead
        temporary_beside(go_ahead).touch()
        publish(temporary_beside(go_ahead), go_ahead)
        return self._finish(session, tray, answer, _read(content))

    def _collect_again(
        self, session: CounterSession, tray: Tray, answer: OfferedAnswer
    ) -> CollectedAnswer | UnverifiedAnswer:
        """Handle an answer that an earlier run fetched, or that the counter offers again: only verify what is here."""
        here = next(iter(offered_answers(path.name for path in self.target.glob(f"??.{answer.key}*"))), None)
        if here is None or here.content is None or here.signature is None:
            return UnverifiedAnswer(answer.go_ahead, f"only a part of it stands in {self.target}; move that part away")
        content, signature = self.target / here.content, self.target / here.signature
        try:
            self._verify(content, signature)
        except AnswerNotVerifiedError as trouble:
            return UnverifiedAnswer(content.name, f"the copy in {self.target} is damaged ({trouble}); move it away")
        if not self._is_the_same(session, tray, answer, here):
            return UnverifiedAnswer(answer.content or answer.go_ahead, self._another_stands())
        return self._finish(session, tray, here, _read(content, remark="collected earlier"))

    def _objection_to(self, content: Path, signature: Path) -> str:
        """Return why what was fetched gets no name here; empty when nothing stands against it."""
        try:
            self._verify(temporary_beside(content), temporary_beside(signature))
        except AnswerNotVerifiedError as trouble:
            return str(trouble)
        return self._another_stands() if any(map(_is_taken, (content, signature))) else ""

    def _is_the_same(self, session: CounterSession, tray: Tray, offered: OfferedAnswer, here: OfferedAnswer) -> bool:
        """Whether the counter offers what was verified here: the file of its signature tells, which is small."""
        if offered.content not in {None, here.content} or offered.signature not in {None, here.signature}:
            return False
        telling = offered.signature or offered.content
        if telling is None:  # deleting was interrupted before the go-ahead, which is empty
            return True
        path = self.target / telling
        _download(session, tray, path, meter=self.meter)
        try:
            return not _is_taken(path)
        finally:
            temporary_beside(path).unlink()

    def _another_stands(self) -> str:
        return (
            f"a file of this name with other content stands in {self.target}; move that away, and collect the answers of "
            "each sender number into a folder of its own (--to)"
        )

    def _verify(self, content: Path, signature: Path) -> None:
        with content.open("rb") as opened, signature.open("rb") as detached:
            # one byte above the limit is enough for the signature reader to refuse the file
            self.trust.verify(opened, detached.read(MAX_SIGNATURE_FILE + 1), at=self.clock())

    def _finish(
        self, session: CounterSession, tray: Tray, answer: OfferedAnswer, collected: CollectedAnswer
    ) -> CollectedAnswer:
        """Send the receipt and delete what is there, now that the answer is safe here."""
        if self.receipts is not None:
            sent = self.receipts.send(session, answer, collected.content, self.target)
            collected = replace(collected, remark=_REMARKS.join(filter(None, (collected.remark, sent))))
        if self.after is AfterCollecting.DELETE:
            with told_in_sentences(f"deleting {answer.key}"):
                for name in (answer.content, answer.signature, answer.go_ahead):
                    if name is not None:  # deleting one file may hide the others
                        session.remove(RemoteFile(tray, name))
        return collected


def _is_taken(path: Path) -> bool:
    """Whether the name is that of a file with other bytes than the draft."""
    return path.exists() and not _hold_the_same(path, temporary_beside(path))


def _hold_the_same(one: Path, other: Path) -> bool:
    with one.open("rb") as first, other.open("rb") as second:
        while (chunk := first.read(_CHUNK)) == second.read(_CHUNK):
            if not chunk:
                return True
    return False


def _read(path: Path, *, remark: str = "") -> CollectedAnswer:
    try:
        return CollectedAnswer(path.name, path, read_answer(path), remark)
    except AnswerUnreadableError as trouble:
        return CollectedAnswer(path.name, path, None, f"cannot be shown: {trouble}")


def _download(session: CounterSession, tray: Tray, path: Path, *, meter: Meter) -> None:
    remote = RemoteFile(tray, path.name)
    with (
        draft_of(path) as local,
        told_in_sentences(f"fetching {path.name}"),
        meter(f"fetching {path.name}", session.size_of(remote) or 0) as advance,
    ):
        session.download(remote, local, advance)
