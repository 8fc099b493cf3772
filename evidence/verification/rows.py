"""Hold submissions, parts, answers, names and signature checks against what the audit events told of them.

A row that an event told in full must be as told, and a row that no event told must not be there. Events of before these
details were recorded cover nothing; such rows are counted as not covered.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from django.db import connection

from evidence.facts import facts_of_answer, facts_of_checks, facts_of_submission, render_door, render_part
from evidence.models import Answer, AnswerFile, AuditEvent, SignatureCheck, Submission, SubmissionPart, UsedName
from evidence.verification.findings import Check
from evidence.verification.outboxes import TELLS_OUTBOX, find_wrong_instants, read_outbox
from evidence.verification.outcomes import TELLS_OUTCOME, find_wrong_state

_AT_ONCE = 1000
SUBMISSION_BYTES = 4000
"""About what a submission and its rows are, to show how far the comparison is."""
_SEALED, _ACKNOWLEDGED, _OFFERED = "submission:sealed", "submission:acknowledged", "answer:offered"
_READ = (_SEALED, *TELLS_OUTBOX, *TELLS_OUTCOME)

_GONE = """
    SELECT event.submission_id, event.id FROM evidence_auditevent event
    LEFT JOIN evidence_submission submission ON submission.id = event.submission_id
    WHERE event.action = %s AND submission.id IS NULL ORDER BY event.id
"""

Row = TypeVar("Row", SubmissionPart, UsedName, SignatureCheck, AuditEvent, Answer)


@dataclass(slots=True)
class RowChecks:
    """One line of the report for each kind of row."""

    submissions: Check = field(default_factory=lambda: Check("submissions, their files and names"))
    answers: Check = field(default_factory=lambda: Check("answers and their files"))
    signatures: Check = field(default_factory=lambda: Check("signature checks"))
    outcomes: Check = field(default_factory=lambda: Check("outcomes"))

    def all(self) -> tuple[Check, ...]:
        """Return them in the order of the report."""
        return (self.submissions, self.answers, self.signatures, self.outcomes)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some submissions with all that belongs to them, by the submission's id."""

    parts: Mapping[int, list[SubmissionPart]]
    names: Mapping[int, list[UsedName]]
    checks: Mapping[int, list[SignatureCheck]]
    answers: Mapping[int, list[Answer]]
    files: Mapping[int, list[AnswerFile]]
    events: Mapping[int, list[AuditEvent]]


def verify_rows(checks: RowChecks, *, advance: Callable[[int], None]) -> None:
    """Look at every submission with all that belongs to it, in batches."""
    rows = Submission.objects.order_by("id").iterator(chunk_size=_AT_ONCE)
    while submissions := list(islice(rows, _AT_ONCE)):
        batch = _read_batch([submission.pk for submission in submissions])
        for submission in submissions:
            events = batch.events[submission.pk]
            _verify_submission(checks.submissions, submission, events, batch)
            _verify_answers(checks.answers, submission, events, batch)
            _verify_signatures(checks.signatures, submission, events, batch)
            checks.outcomes.checked += 1
            wrong = find_wrong_state(submission, events)
            if wrong is not None:
                checks.outcomes.tell(f"submission {submission.pk} {wrong}")
        advance(len(submissions) * SUBMISSION_BYTES)
    for submission_id, event in _gone():
        checks.submissions.tell(f"submission {submission_id}, told by event {event}, has no row: it was removed")


def _read_batch(ids: Sequence[int]) -> _Batch:
    files: dict[int, list[AnswerFile]] = defaultdict(list)
    for file in AnswerFile.objects.filter(answer__submission_id__in=ids):
        files[file.answer_id].append(file)
    return _Batch(
        parts=_by_submission(SubmissionPart.objects.filter(submission_id__in=ids).select_related("blob")),
        names=_by_submission(UsedName.objects.filter(submission_id__in=ids)),
        checks=_by_submission(SignatureCheck.objects.filter(submission_id__in=ids)),
        answers=_by_submission(Answer.objects.filter(submission_id__in=ids).order_by("id")),
        files=files,
        events=_by_submission(AuditEvent.objects.filter(submission_id__in=ids, action__in=_READ).order_by("id")),
    )


def _by_submission(rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.submission_id is not None:
            found[row.submission_id].append(row)
    return found


def _verify_submission(check: Check, submission: Submission, events: Sequence[AuditEvent], batch: _Batch) -> None:
    check.checked += 1
    sealed = _of(events, _SEALED)
    if len(sealed) != 1:
        check.tell(
            f"submission {submission.pk} was sealed by {len(sealed)} events, one expected: it or they were added"
        )
        return
    told = sealed[0].detail
    if not _is_full(sealed):
        check.not_covered += 1
        return
    names, rows = batch.names[submission.pk], batch.parts[submission.pk]
    parts = [render_part(row.part, row.name, row.blob.size, row.blob_id) for row in rows]
    doors = [render_door(row.name, row.channels) for row in rows if row.channels is not None]
    facts = facts_of_submission(submission, parts, doors=doors, is_name_used=bool(names))
    for fact in _differences(facts, told):
        check.tell(f"submission {submission.pk}: {fact}")
    if any(row.prefix != row.name[:2] for row in rows):
        check.tell(f"submission {submission.pk}: a part has another prefix than its name")
    if any(_key(name) != _key(submission) for name in names):
        check.tell(f"submission {submission.pk}: the name it used up is another than its own")


def _verify_answers(check: Check, submission: Submission, events: Sequence[AuditEvent], batch: _Batch) -> None:
    told = {event.detail.get("answer"): event for event in _of(events, _OFFERED)}
    outbox = read_outbox(events)
    for answer in batch.answers[submission.pk]:
        check.checked += 1
        event = told.pop(answer.pk, None)
        if event is None:
            if _is_full(_of(events, _SEALED)):
                check.tell(f"answer {answer.pk} to submission {submission.pk} was offered by no event: it was added")
            else:
                check.not_covered += 1
            continue
        files = batch.files[answer.pk]
        differences = _differences(facts_of_answer(answer, files), event.detail)
        for fact in (*differences, *find_wrong_instants(answer, files, outbox)):
            check.tell(f"answer {answer.pk} to submission {submission.pk}: {fact}")
        if any((file.recipient, file.environment) != (answer.recipient, answer.environment) for file in files):
            check.tell(f"answer {answer.pk} to submission {submission.pk}: a file is offered to somebody else")
    for answer_id in told:
        check.tell(f"answer {answer_id} to submission {submission.pk}, told by an event, has no row: it was removed")


def _verify_signatures(check: Check, submission: Submission, events: Sequence[AuditEvent], batch: _Batch) -> None:
    rows = batch.checks[submission.pk]
    check.checked += len(rows)
    acknowledged = _of(events, _ACKNOWLEDGED)
    if not acknowledged:
        if rows:
            check.tell(f"submission {submission.pk} has signature checks, but no event tells that it was judged")
        return
    if "paths" not in acknowledged[0].detail:
        check.not_covered += len(rows)
        return
    facts = facts_of_checks(rows)
    for fact in _differences(facts, acknowledged[0].detail):
        check.tell(f"signature checks of submission {submission.pk}: {fact}")
    if any(row.checked_at != acknowledged[0].at for row in rows):
        check.tell(f"signature checks of submission {submission.pk}: made at another instant than it was judged")


def _differences(facts: Mapping[str, object], told: Mapping[str, object]) -> Iterator[str]:
    for name, value in facts.items():
        if name not in told and value is None:
            continue  # an event of before this was kept, and a row that holds none of it
        if name not in told:
            yield f"the event does not tell its {name}"
        elif told[name] != value:
            yield f"its {name} is {_shown(value)}, the event told {_shown(told[name])}"


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) or "nothing" if isinstance(value, list) else repr(value)


def _is_full(sealed: Sequence[AuditEvent]) -> bool:
    """Whether the sealing event is of the time since all facts are told."""
    return bool(sealed) and "parts" in sealed[0].detail


def _of(events: Sequence[AuditEvent], action: str) -> Sequence[AuditEvent]:
    return [event for event in events if event.action == action]


def _key(row: UsedName | Submission) -> tuple[object, ...]:
    return (row.owner, row.purpose, row.named_sender, row.name_date, row.sequence, row.environment)


def _gone() -> Iterator[tuple[int, int]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_GONE, [_SEALED])
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
