"""Render the lasting facts of rows as audit events tell them; who records and who verifies use the same words.

A file is one string, `part name size sha256`, so that a dossier can be checked with a shell alone.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from evidence.audit import Detail
from evidence.models import Answer, AnswerFile, SignatureCheck, Submission

EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""Of the go-ahead files, which have no blob."""


def render_part(part: int, name: str, size: int | None, sha256: str) -> str:
    """Return the fact of one sealed file."""
    return f"{part} {name} {size} {sha256}"


def render_door(name: str, channels: Collection[str]) -> str:
    """Return the fact of the channels through which one sealed file came."""
    return " ".join([name, *sorted(map(str, channels))])


def facts_of_submission(
    submission: Submission, parts: Sequence[str], *, doors: Sequence[str], is_name_used: bool
) -> dict[str, Detail]:
    """Return what the sealing event tells: everything of the row that never changes, its files, their doors, its name.

    What a row of before does not hold is None; its event says nothing of it.
    """
    date = submission.name_date
    return {
        "reception": str(submission.reception),
        "name": submission.subject_name,
        "ticket": submission.ticket,
        "environment": str(submission.environment),
        "channel": str(submission.channel),
        "channels": _names(submission.channels),
        "tray": str(submission.tray),
        "owner": submission.owner,
        "user": submission.technical_user,
        "purpose": submission.purpose,
        "named_sender": submission.named_sender,
        "name_date": None if date is None else date.isoformat(),
        "sequence": submission.sequence,
        "declared_parts": submission.declared_parts,
        "first_of_name": submission.first_of_name_id,
        "received_at": _instant(submission.received_at),
        "received_on": submission.received_on.isoformat(),
        "sender_state": submission.sender_state or None,
        "open_channels": _names(submission.open_channels),
        "has_service": None if submission.has_service is None else int(submission.has_service),
        "unsigned_channels": _names(submission.unsigned_channels),
        "payload_bytes": submission.payload_bytes,
        "parts": sorted(parts),
        "doors": sorted(doors) or None,
        "name_used": int(is_name_used),
    }


def facts_of_answer(answer: Answer, files: Sequence[AnswerFile]) -> dict[str, Detail]:
    """Return what the offering event tells: the answer, and its files under their names."""
    return {
        "answer": answer.pk,
        "kind": str(answer.kind),
        "number": answer.number,
        "recipient": answer.recipient,
        "environment": str(answer.environment),
        "day": answer.day.isoformat(),
        "sequence": answer.sequence,
        "created_at": _instant(answer.created_at),
        "files": sorted(
            render_part(answer.number, file.name, file.size, file.blob_id or EMPTY_SHA256) for file in files
        ),
    }


def facts_of_checks(checks: Sequence[SignatureCheck]) -> dict[str, Detail]:
    """Return what the acknowledging event tells of the signatures: by what each was found acceptable."""
    ordered = sorted(checks, key=lambda check: check.part)
    return {
        "certificates": [check.certificate for check in ordered],
        "paths": [" ".join([str(check.part), *check.path]) for check in ordered],
        "revocation": sorted({record for check in ordered for record in check.revocation}),
        "consulted": [" ".join([str(check.part), *check.revocation]) for check in ordered],
        "line_ends": [str(check.line_ends) for check in ordered],
    }


def _names(channels: Collection[str] | None) -> list[str] | None:
    return None if channels is None else sorted(map(str, channels))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
