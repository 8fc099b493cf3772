"""The submissions of the senders of a company: found by their owners, never by their contents."""

from django.db.models import QuerySet
from django.http import Http404

from auth.models import Session
from evidence.models import AuditEvent, Submission
from portal.pages.structured_reports.own_senders import senders_of


def deliveries_of(stay: Session) -> QuerySet[Submission]:
    """Return what was received from the senders of the company in the quality of the stay.

    Their numbers are read first: joined, they would have the database look through the deliveries of everybody.
    """
    return Submission.objects.filter(owner__in=list(senders_of(stay).values_list("number", flat=True)))


def find_own(stay: Session, submission_id: int) -> Submission:
    """Return one of them; Http404 for anybody else's, which looks like one that there is not."""
    submission = deliveries_of(stay).filter(pk=submission_id).first()
    if submission is None:
        raise Http404
    return submission


def facts_of(submission: Submission) -> dict[str, object]:
    """Return what was decided: `codes` of the acknowledgement, and how many `forms` were filed and `refused`."""
    told = AuditEvent.objects.filter(
        submission=submission, action__in=["submission:acknowledged", "submission:filed"]
    ).order_by("pk")
    facts: dict[str, object] = {}
    for detail in told.values_list("detail", flat=True):
        facts |= detail
    return facts
