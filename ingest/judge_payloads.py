"""Stages E and G of the judgement: the sizes of the payloads, then their frames (batch protocol §5)."""

from collections.abc import Iterator
from dataclasses import replace

from domain.filenames import Prefix
from domain.refusals import Refusal, RefusalCode
from evidence.models import SubmissionPart
from ingest.cases import Case
from validators.frames import Frame, check_frame
from validators.zips import is_zip

_SIZE_CODES = frozenset(
    {
        RefusalCode.PAYLOAD_EMPTY,
        RefusalCode.PAYLOAD_TOO_LARGE,
        RefusalCode.TOO_MANY_FORMS,
        RefusalCode.TOO_MANY_FORMS_FOR_SIZE,
        RefusalCode.ARCHIVE_INVALID,
    }
)


def judge_size(case: Case) -> Iterator[Refusal]:
    """Stage E: no payload is empty or larger than a payload may be, a zip is one that can be opened.

    What only shows while a payload is read to its end - its forms, the true size of what was zipped - is judged with the
    frame (decision 0012).
    """
    payloads = case.of(Prefix.PAYLOAD)
    for part in payloads:
        yield from _judge_size(case, part)
    sent = sum(part.blob.size for part in case.parts)
    if sent > case.rules.zip_set_bytes and any(_is_zipped(case, part) for part in payloads):
        yield Refusal(
            RefusalCode.SET_TOO_LARGE_COMPRESSED,
            f"the set has {sent} bytes as sent, {case.rules.zip_set_bytes} are the most where a payload is zipped",
        )


def _judge_size(case: Case, part: SubmissionPart) -> Iterator[Refusal]:
    if _is_zipped(case, part):
        try:
            with case.open_payload(part) as payload:
                if not payload.read(1):
                    yield Refusal(RefusalCode.PAYLOAD_EMPTY, f"{part.name} holds an empty file")
        except Refusal as refusal:
            yield refusal
    elif part.blob.size == 0:
        yield Refusal(RefusalCode.PAYLOAD_EMPTY, f"{part.name} is empty")
    elif part.blob.size > case.limits.payload_bytes:
        yield Refusal(
            RefusalCode.PAYLOAD_TOO_LARGE,
            f"{part.name} has {part.blob.size} bytes, {case.limits.payload_bytes} are the most",
        )


def _is_zipped(case: Case, part: SubmissionPart) -> bool:
    if not case.allows_zip:
        return False
    with case.open(part) as content:
        return is_zip(content)


def judge_frame(case: Case) -> Iterator[Refusal]:
    """Stage G: each payload is safe, well-formed XML of the message its name says, in a schema that is open.

    Faults of stage E that show only now end the judgement as if they had been found there.
    """
    refusals = list(_judge_frames(case))
    yield from [refusal for refusal in refusals if refusal.code in _SIZE_CODES] or refusals


def _judge_frames(case: Case) -> Iterator[Refusal]:
    """Yield the first fault of each payload; all of them together hold no more forms than a set may."""
    room = case.limits.forms
    for part in case.of(Prefix.PAYLOAD):
        try:
            frame = case.judge_large(part, forms_before=case.limits.forms - room) or _read_frame(case, part, room=room)
        except Refusal as refusal:
            yield _of_the_set(refusal, case, part)
        else:
            room -= frame.forms


def _read_frame(case: Case, part: SubmissionPart, *, room: int) -> Frame:
    with case.open_payload(part) as payload:
        return check_frame(
            payload,
            message=case.submission.purpose,
            schemas=case.schemas,
            on=case.submission.received_on,
            limits=replace(case.limits, forms=room),
        )


def _of_the_set(refusal: Refusal, case: Case, part: SubmissionPart) -> Refusal:
    """Return the refusal as it is told of one payload among several."""
    if refusal.code is RefusalCode.TOO_MANY_FORMS:
        return Refusal(refusal.code, f"the set has more than {case.limits.forms} forms")
    if refusal.code is RefusalCode.NO_DECLARATION and case.submission.declared_parts > 1:
        return Refusal(RefusalCode.PART_WITHOUT_DECLARATION, f"{part.name} holds no Form")
    return refusal
