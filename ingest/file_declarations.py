"""File the declarations of acknowledged submissions and notify their senders, several of them in one transaction."""

import io
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.db.models import prefetch_related_objects

from channels.models import Sender
from channels.senders import read_senders
from domain.answers import AnswerKind, Notification
from domain.brussels import Clock
from domain.channels import Channel
from domain.environments import Environment
from domain.filenames import Prefix
from domain.findings import Location
from domain.languages import Language
from domain.sender_numbers import SenderNumber
from domain.tickets import Ticket
from evidence.audit import Event, append_events
from evidence.models import DecidedChunk, Submission, SubmissionState
from evidence.spool import Spool
from ingest.cases import describe
from ingest.claim import NOBODY, lock_claimed_together
from ingest.file_ahead import ChunkFiler, forms_of, outcomes_of, outcomes_of_simulation
from ingest.judged_forms import JudgedForms
from ingest.messages import AnyForm, FilesAlone, FilesInChunks, FilesTogether, JudgedSubmission, Message, Tell
from ingest.offer_answers import AnswerDesk, Offer, offer_answers, prepare_answers
from ingest.payload_judging import PayloadJudge
from ingest.prepared_forms import Prepared
from ingest.render_notification import Told, render_notification
from registers.access.employers import numbers_of

_IN_MEMORY = 200
"""Forms up to which a submission's notifications are kept in memory."""
_LARGE = 256 * 1024
"""Bytes above which the answers about others do not wait until all chunks of a submission are filed: a second's work."""


@dataclass(frozen=True, slots=True)
class FilingDesk:
    """What it takes to file: the messages, the judge of payloads, and the answer desk."""

    messages: Mapping[str, Message]
    payloads: PayloadJudge
    answers: AnswerDesk
    notification_forms: int

    def is_filed_alone(self, submission: Submission) -> bool:
        """Whether nothing else is filed and answered in the transaction in which the submission is.

        So is that of a message that wants it, and a large one of a message that is filed in chunks.
        """
        match self.messages.get(submission.purpose):
            case FilesAlone():
                return True
            case FilesInChunks():
                return submission.payload_bytes > _LARGE
            case _:
                return False


@dataclass(frozen=True, slots=True)
class _Judged:
    """A submission with its judged forms."""

    submission: Submission
    sender: Sender
    payloads: Sequence[JudgedForms]

    def for_the_register(self) -> JudgedSubmission:
        lines = itertools.chain.from_iterable(forms.lines() for forms in self.payloads)
        return JudgedSubmission(describe(self.submission, self.sender), lines, self._read, self.locate, self._files())

    def _files(self) -> Sequence[Path]:
        """Return the files of all lines, or none where some are in memory."""
        files = [forms.files() for forms in self.payloads]
        return [file for several in files if several is not None for file in several] if None not in files else ()

    def prepared(self) -> Iterator[tuple[int, Prepared]]:
        return enumerate(itertools.chain.from_iterable(forms.prepared() for forms in self.payloads), start=1)

    def _read(self, indexes: Sequence[int]) -> Iterator[tuple[AnyForm, Ticket]]:
        return itertools.chain.from_iterable(forms.read(indexes) for forms in self.payloads)

    def locate(self, index: int, wanted: Collection[str]) -> Mapping[str, Location]:
        return next(forms for forms in self.payloads if forms.holds(index)).locate(index, wanted)


def file_declarations(
    submission_ids: Sequence[int],
    *,
    worker: str,
    desk: FilingDesk,
    clock: Clock,
    renew: Callable[[], None] = lambda: None,
) -> list[int]:
    """File every form of the submissions, write their answers, close the submissions; return which these were.

    Submissions that another worker has taken over are left to it. All that is filed is filed, or nothing is; of a message
    that is filed in chunks, each chunk. Of each transaction `clock` is asked when it files. `renew` extends the lease of the
    worker when that is due. Raises OutageError when what was accepted cannot be read.
    """
    filer = ChunkFiler(desk.messages, desk.payloads, worker, clock, renew)
    ahead = filer.file_ahead(submission_ids)
    with transaction.atomic(), ExitStack() as files:
        submissions = lock_claimed_together(submission_ids, worker=worker, state=SubmissionState.RECEIVED)
        prefetch_related_objects(submissions, "parts__blob")
        senders = read_senders({submission.owner for submission in submissions})
        judged = [_judge(submission, senders[submission.owner], desk, ahead) for submission in submissions]
        at = clock.now()
        notified: list[_Notified] = []
        for (purpose, environment), together in itertools.groupby(sorted(judged, key=_register_of), key=_register_of):
            batch = list(together)
            message = desk.messages[purpose]
            if isinstance(message, FilesInChunks):
                notified += [_answer(one, message, desk=desk, files=files, at=at) for one in batch]
            elif isinstance(message, FilesTogether | FilesAlone):
                tellers = _file(batch, message, environment, at=at)
                notified += [
                    _notify(one, tell, desk=desk, files=files, at=at) for one, tell in zip(batch, tellers, strict=True)
                ]
        _offer(notified, desk=desk, files=files, at=at)
        _close(notified, worker=worker, at=at)
    for submission in submissions:
        desk.payloads.files.drop(submission.pk)
    return [submission.pk for submission in submissions]


def _register_of(judged: _Judged) -> tuple[str, str]:
    return judged.submission.purpose, judged.submission.environment


def _judge(
    submission: Submission, sender: Sender, desk: FilingDesk, ahead: Mapping[int, Sequence[JudgedForms]]
) -> _Judged:
    if submission.pk in ahead:
        return _Judged(submission, sender, ahead[submission.pk])
    parts = [part for part in submission.parts.all() if part.prefix == Prefix.PAYLOAD]
    payloads = desk.payloads.judge(
        sorted(parts, key=lambda part: part.part),
        purpose=submission.purpose,
        submitted=describe(submission, sender),
    )
    return _Judged(submission, sender, payloads)


def _file(
    batch: Sequence[_Judged], message: FilesTogether | FilesAlone, environment: str, *, at: datetime
) -> Iterator[Tell]:
    """File in the register; a simulation is filed and taken back, so its answers are true and it has no effect."""
    if environment != Environment.SIMULATION:
        yield from _file_in_register(batch, message, at=at)
        return
    for one in batch:
        with transaction.atomic():
            (tell,) = _file_in_register([one], message, at=at)
            transaction.set_rollback(True)
        yield tell


def _file_in_register(batch: Sequence[_Judged], message: FilesTogether | FilesAlone, *, at: datetime) -> Sequence[Tell]:
    judged = [one.for_the_register() for one in batch]
    if isinstance(message, FilesTogether):
        return message.file_batch(judged, filed_at=at)
    return [message.file_alone(one, filed_at=at) for one in judged]


@dataclass(slots=True)
class _Notified:
    """A submission with the contents of its notifications, and how many of its forms are told to be what."""

    submission: Submission
    contents: list[BinaryIO] = field(default_factory=list)
    forms: int = 0
    refused: int = 0
    kind: AnswerKind = AnswerKind.NOTIFICATION


def _answer(judged: _Judged, message: FilesInChunks, *, desk: FilingDesk, files: ExitStack, at: datetime) -> _Notified:
    """Write the answers about a submission whose chunks are all filed, each about at most so many forms as the desk says."""
    submission = judged.submission
    submitted, forms = describe(submission, judged.sender), forms_of(judged.payloads)
    is_simulated = submitted.environment is Environment.SIMULATION
    outcomes = outcomes_of_simulation(message, forms, submitted, at=at) if is_simulated else outcomes_of(submission)
    answers = -(-len(forms) // desk.notification_forms)
    notified = _Notified(submission, forms=len(forms), kind=message.kind)
    notified.contents += [files.enter_context(_open_content(len(forms), desk.answers.spool)) for _ in range(answers)]
    notified.refused = message.render_answers(
        forms,
        outcomes,
        about=notification_of(submission, judged.sender, at=at),
        submitted=submitted,
        locate=judged.locate,
        targets=notified.contents,
    )
    DecidedChunk.objects.filter(submission=submission).delete()
    return notified


def _notify(judged: _Judged, tell: Tell, *, desk: FilingDesk, files: ExitStack, at: datetime) -> _Notified:
    """Write the notifications of one submission, each about at most so many forms as the desk says."""
    notified = _Notified(judged.submission)
    notification = notification_of(judged.submission, judged.sender, at=at)
    prepared = judged.prepared()

    def forms() -> Iterator[Told]:
        for index, one in itertools.islice(prepared, desk.notification_forms):
            told = tell(index, one)
            notified.forms += 1
            notified.refused += told.is_refused
            yield told

    expected = sum(payload.forms for payload in judged.payloads)
    while notified.forms < expected:
        content = files.enter_context(_open_content(expected, desk.answers.spool))
        render_notification(notification, forms(), content)
        notified.contents.append(content)
    return notified


def _open_content(forms: int, spool: Spool) -> BinaryIO:
    """Return an empty file for a notification: in memory where it is small."""
    return io.BytesIO() if forms <= _IN_MEMORY else spool.open()


def _offer(notified: Sequence[_Notified], *, desk: FilingDesk, files: ExitStack, at: datetime) -> None:
    """Offer all notifications; they are signed and stored before a recipient's counter is locked."""
    contents = [content for one in notified for content in one.contents]
    prepared = iter(prepare_answers(contents, desk=desk.answers, files=files, at=at))
    offers = [
        Offer(one.submission, one.kind, next(prepared), number)
        for one in notified
        for number, _ in enumerate(one.contents, start=1)
    ]
    offer_answers(offers, desk=desk.answers, at=at)


def _close(notified: Sequence[_Notified], *, worker: str, at: datetime) -> None:
    Submission.objects.filter(pk__in=[one.submission.pk for one in notified]).update(
        state=SubmissionState.FILED, leased_by=NOBODY, leased_until=None
    )
    events = [
        Event("submission:filed", worker, one.submission.pk, {"forms": one.forms, "refused": one.refused})
        for one in notified
    ]
    append_events(events, at=at)


def notification_of(submission: Submission, sender: Sender, *, at: datetime) -> Notification:
    """Return what opens a notification about declarations of the submission."""
    return Notification(
        file_name=submission.subject_name,
        ticket=Ticket.parse(submission.ticket or ""),
        sender=SenderNumber(submission.owner),
        sender_numbers=numbers_of(sender.entity),
        language=Language(sender.language),
        channel=Channel(submission.channel),
        received_at=submission.received_at,
        created_at=at,
    )
