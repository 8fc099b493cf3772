"""Senders' own references of whole files: used once, for ever, by the first submission that was accepted with each."""

from dataclasses import dataclass

from domain.environments import Environment
from domain.filenames import Prefix
from evidence.models import Submission, SubmissionPart, UsedReference


@dataclass(frozen=True, slots=True)
class FileReference:
    """A reference of a sender (six digits) in files of one purpose and environment."""

    owner: str
    purpose: str
    environment: Environment
    text: str


def claim_reference(reference: FileReference, *, submission_id: int) -> int:
    """Use the reference for the submission, unless it is used; return the submission that it stands for from now on."""
    row = UsedReference(
        owner=reference.owner,
        purpose=reference.purpose,
        environment=reference.environment,
        reference=reference.text,
        blob_id=content_of(submission_id),
        submission_id=submission_id,
    )
    UsedReference.objects.bulk_create([row], ignore_conflicts=True)
    return find_reference(reference) or submission_id


def find_reference(reference: FileReference) -> int | None:
    """Return the submission that the reference stands for, None for a new one."""
    used = UsedReference.objects.filter(
        owner=reference.owner,
        purpose=reference.purpose,
        environment=reference.environment,
        reference=reference.text,
    )
    return used.values_list("submission_id", flat=True).first()


def find_first_with_content(submission: Submission) -> Submission | None:
    """Return the submission that was accepted before with the very bytes of this one, under a reference of its own."""
    used = UsedReference.objects.filter(
        owner=submission.owner,
        purpose=submission.purpose,
        environment=submission.environment,
        blob_id=content_of(submission.pk),
    ).exclude(submission_id=submission.pk)
    row = used.select_related("submission").first()
    return None if row is None else row.submission


def content_of(submission_id: int) -> str:
    """Return the SHA-256 of the first payload of the submission, as it was sent."""
    parts = SubmissionPart.objects.filter(submission_id=submission_id, prefix=Prefix.PAYLOAD)
    return parts.order_by("part").values_list("blob_id", flat=True)[0]
