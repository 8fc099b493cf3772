"""Cut the piece of the audit chain that tells of one submission, as far as a signed head covers it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from evidence.heads import SignedHead, read_head
from evidence.models import AnswerFile, AuditEvent, AuditHead, AuditLink, Submission, SubmissionPart

_AT_ONCE = 2000
_MOST_NAMED = 10


class NotProvableError(Exception):
    """There is nothing to export, or not yet; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ChainPiece:
    """The links of a submission's own events, in order, and the first signed head that covers them all.

    `uncovered` counts the events of the submission that came after the newest head.
    """

    own: tuple[AuditLink, ...]
    head: SignedHead
    uncovered: int

    def links(self) -> Iterator[AuditLink]:
        """Yield every link from the first own event to the head, those of other events too."""
        reach = AuditLink.objects.filter(position__gte=self.own[0].position, position__lte=self.head.head.position)
        yield from reach.order_by("position").iterator(chunk_size=_AT_ONCE)


def find_submission(text: str) -> Submission:
    """Return the submission with this number, this ticket, or a file of this name; NotProvableError for none or several."""
    named = Q(subject_name=text) | Q(pk__in=_with_part(text)) | Q(pk__in=_with_answer(text))
    keys = [Q(ticket=text), named]
    if text.isascii() and text.isdigit() and len(text) < len(str(2**63)):
        keys.insert(0, Q(pk=int(text)))
    for key in keys:
        found = list(Submission.objects.filter(key).order_by("pk")[: _MOST_NAMED + 1])
        if len(found) > 1:
            numbers = ", ".join(str(one.pk) for one in found[:_MOST_NAMED])
            raise NotProvableError(f"several submissions have a file named {text}: {numbers}; give the number of one")
        if found:
            return found[0]
    raise NotProvableError(f"no submission has the number, the ticket or a file named {text!r}")


def cut_piece(submission: Submission) -> ChainPiece:
    """Return the piece of the chain that tells of the submission.

    Raises NotProvableError when no signed head covers an event of it yet.
    """
    newest = AuditHead.objects.aggregate(newest=Max("position"))["newest"] or 0
    links = AuditLink.objects.filter(event__submission=submission, position__lte=newest)
    own = tuple(links.select_related("event").order_by("position"))
    if not own:
        raise NotProvableError(
            f"no signed head covers submission {submission.pk} yet: run `guichet evidence link`, "
            "then `guichet evidence head`, then this again"
        )
    head = AuditHead.objects.filter(position__gte=own[-1].position).order_by("position").first()
    if head is None:
        raise NotProvableError(f"the head after position {own[-1].position} is gone: run `guichet evidence verify`")
    events = AuditEvent.objects.filter(submission=submission).count()
    return ChainPiece(own, read_head(head), uncovered=events - len(own))


def _with_part(name: str) -> QuerySet[SubmissionPart, int]:
    return SubmissionPart.objects.filter(name=name).values_list("submission_id", flat=True)


def _with_answer(name: str) -> QuerySet[AnswerFile, int]:
    return AnswerFile.objects.filter(name=name).values_list("answer__submission_id", flat=True)
