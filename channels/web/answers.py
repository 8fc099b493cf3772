"""What a client reads: its sender's submissions, the answers that wait, and their bytes. Runs in threads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.db.models import Q, QuerySet

from channels.mailboxes import Mailbox
from channels.web.problems import Problem, ProblemKind, problem_of
from channels.web.scopes import PURPOSES, consulted_purposes, opened_purposes
from channels.web.tokens import Caller
from domain.environments import OUTBOXES, Environment, Tray
from domain.filenames import SetKey
from domain.mailbox_refusals import MailboxRefusal, NoSuchFile
from domain.sender_numbers import PLATFORM
from domain.sequences import render_answer_sequence
from evidence.answer_files import CONTENT, OFFERED, is_offered
from evidence.models import Answer, AnswerFile, Submission, UsedName

_PREFIXES = ("FO", "CO")


@dataclass(frozen=True, slots=True)
class WaitingAnswer:
    """One answer that waits; `id` is its name without the prefix, `place` orders it among the others."""

    id: str
    kind: str
    name: str
    environment: str
    size: int
    sha256: str
    offered_at: datetime
    ticket: str | None
    about: str
    place: int


@dataclass(frozen=True, slots=True)
class SubmissionSeen:
    """A submission as its sender sees it: its FI and FS files by name, each with the channels that it came through."""

    ticket: str
    name: str
    environment: str
    channel: str
    channels: Sequence[str]
    state: str
    received_at: datetime
    files: Sequence[tuple[str, Sequence[str]]]
    answers: Sequence[tuple[str, str, bool]]


_SHOWN_STATES = {"REFUSED": "REFUSED", "RECEIVED": "RECEIVED", "FILED": "FILED"}
"""What senders see; whatever happens to a submission before its verdict is no more than SEALED to them."""


def list_waiting(caller: Caller, *, environment: Environment | None, after: int, limit: int) -> Sequence[WaitingAnswer]:
    """Return the answers that wait, oldest first, behind the place `after`."""
    files = _waiting(caller).filter(answer_id__gt=after)
    if environment is not None:
        files = files.filter(environment=environment)
    return [_seen(file) for file in files.order_by("answer_id")[:limit]]


def find_waiting(caller: Caller, answer: str) -> WaitingAnswer:
    """Return one answer that waits; Problem when none of that id does."""
    file = _waiting(caller).filter(name__in=[f"{prefix}.{answer}" for prefix in _PREFIXES]).first()
    if file is None:
        raise _no_answer()
    return _seen(file)


def open_file(mailbox: Mailbox, waiting: WaitingAnswer, name: str) -> BinaryIO:
    """Return the bytes of one file of an answer; Problem when it has been collected."""
    try:
        return mailbox.open_answer(_outbox(waiting), name)
    except NoSuchFile:
        raise _no_answer() from None


def signature_of(waiting: WaitingAnswer) -> tuple[str, str, int]:
    """Return the name of the signature file, its SHA-256 and its size; Problem when it has been collected."""
    name = f"FS.{waiting.id}"
    file = AnswerFile.objects.filter(OFFERED, answer_id=waiting.place, name=name).first()
    if file is None or file.blob_id is None:
        raise _no_answer()
    return name, file.blob_id, file.size


def note_downloaded(mailbox: Mailbox, waiting: WaitingAnswer, name: str) -> None:
    """Note that the client read the file to its end."""
    mailbox.note_downloaded(_outbox(waiting), name)


def collect(caller: Caller, mailbox: Mailbox, answer: str) -> None:
    """Take every file of the answer that still waits out of the outbox, together; Problem when none does."""
    waiting = find_waiting(caller, answer)
    try:
        with transaction.atomic():
            mailbox.remove(_outbox(waiting), waiting.name)
            for name in (f"FS.{answer}", f"GO.{answer}"):
                _remove_if_there(mailbox, _outbox(waiting), name)
    except NoSuchFile:
        raise _no_answer() from None
    except MailboxRefusal as refusal:
        raise problem_of(refusal) from refusal


def find_by_ticket(caller: Caller, ticket: str) -> SubmissionSeen:
    """Return the caller's submission with that ticket; Problem when it has none."""
    submission = _own(caller).filter(ticket=ticket).first()
    if submission is None:
        raise Problem(ProblemKind.NOT_FOUND, "no submission of yours has this ticket")
    return _told(submission)


def find_by_key(caller: Caller, key: SetKey) -> SubmissionSeen:
    """Return the caller's submission that used up the name of that set; Problem when none did."""
    used = UsedName.objects.filter(
        owner=str(caller.login.sender),
        purpose=key.purpose,
        named_sender=str(key.sender),
        name_date=key.date,
        sequence=key.sequence,
        environment=key.environment,
    ).first()
    submission = None if used is None else _own(caller).filter(pk=used.submission_id).first()
    if submission is None:
        raise Problem(ProblemKind.NOT_FOUND, "no set of this name was sealed")
    return _told(submission)


def answer_id(answer: Answer) -> str:
    """Return the id of an answer: the name of its files without the prefix."""
    sequence = render_answer_sequence(answer.sequence)
    return f"{answer.kind}.{PLATFORM}.{answer.day:%Y%m%d}.{sequence}.{answer.environment}"


def _remove_if_there(mailbox: Mailbox, tray: Tray, name: str) -> None:
    try:
        mailbox.remove(tray, name)
    except NoSuchFile:
        return


def _waiting(caller: Caller) -> QuerySet[AnswerFile]:
    content = Q()
    for beginning in CONTENT:
        content |= Q(name__startswith=beginning)
    return (
        AnswerFile.objects.filter(OFFERED, content, recipient=str(caller.login.sender))
        .exclude(answer__submission__purpose__in=_hidden(caller))
        .select_related("answer__submission__first_of_name")
    )


def _own(caller: Caller) -> QuerySet[Submission]:
    """Return the sender's submissions that the token opens; a name that tells no message is open to every token."""
    hidden = PURPOSES - opened_purposes(caller.scopes)
    return Submission.objects.filter(owner=str(caller.login.sender)).exclude(purpose__in=hidden)


def _hidden(caller: Caller) -> Collection[str]:
    """Return the purposes whose answers the token does not open; what has none of them is open to whoever consults."""
    consulted = consulted_purposes(caller.scopes)
    if not consulted:
        raise Problem(ProblemKind.SCOPE_MISSING, "a consult scope is needed")
    return PURPOSES - consulted


def _seen(file: AnswerFile) -> WaitingAnswer:
    submission = file.answer.submission
    first = submission.first_of_name
    return WaitingAnswer(
        id=file.name[3:],
        kind=file.answer.kind,
        name=file.name,
        environment=file.environment,
        size=file.size,
        sha256=file.blob_id or "",
        offered_at=file.offered_at,
        ticket=submission.ticket or (first.ticket if first is not None else None),
        about=submission.subject_name,
        place=file.answer_id,
    )


def _told(submission: Submission) -> SubmissionSeen:
    waiting: dict[int, bool] = {}
    for file in AnswerFile.objects.filter(answer__submission=submission, name__regex="^(FO|CO)[.]"):
        waiting[file.answer_id] = is_offered(file)
    answers = submission.answers.order_by("pk")
    return SubmissionSeen(
        ticket=submission.ticket or "",
        name=submission.subject_name,
        environment=submission.environment,
        channel=submission.channel,
        channels=submission.came_through,
        state=_SHOWN_STATES.get(submission.state, "SEALED"),
        received_at=submission.received_at,
        files=[
            (part.name, submission.came_through if part.channels is None else part.channels)
            for part in submission.parts.order_by("prefix", "part", "name")
        ],
        answers=[(answer_id(answer), answer.kind, waiting.get(answer.pk, False)) for answer in answers],
    )


def _outbox(waiting: WaitingAnswer) -> Tray:
    return next(tray for tray in OUTBOXES if tray.environment == waiting.environment)


def _no_answer() -> Problem:
    return Problem(ProblemKind.NOT_FOUND, "no answer of this id waits")
