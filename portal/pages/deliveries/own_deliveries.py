"""The submissions of the senders of a company: found by their owners and their messages, never by their contents."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from auth.models import Session
from domain.access.requests import Action, TakingOfAction, UseOfService, Wish
from domain.access.services import SERVICES, Right
from evidence.models import AuditEvent, Submission
from portal.pages.permissions import require_some_of
from portal.pages.structured_reports.own_senders import senders_of

_CONFIGURING = TakingOfAction(Action.CONFIGURE_SENDERS)
_PURPOSES: dict[Wish, str] = {
    UseOfService(service.code, Right.CONSULT): service.purpose for service in SERVICES.values() if service.purpose
} | {_CONFIGURING: ""}
"""What opens the deliveries of a message; whose name says none is for whoever configures senders."""
OPENING: tuple[Wish, ...] = tuple(_PURPOSES)
"""One of these opens some deliveries."""


def deliveries_of(stay: Session, *, at: datetime) -> QuerySet[Submission]:
    """Return what was received from the senders of the company in the quality of the stay, as far as the person may read.

    A manager reads all of it, a user the deliveries of the services in which he holds a right (access and login §2.1,
    §2.2); Denied without any. The senders' numbers are read first: joined, they would have the database look through the
    deliveries of everybody.
    """
    standing, allowed = require_some_of(stay, OPENING, at=at)
    received = Submission.objects.filter(owner__in=list(senders_of(stay).values_list("number", flat=True)))
    if standing.roles:
        return received
    return received.filter(purpose__in=[_PURPOSES[wish] for wish in allowed])


def require_reader(stay: Session, *, at: datetime) -> None:
    """Raise Denied for whom no delivery of any kind is open."""
    require_some_of(stay, OPENING, at=at)


def find_own(stay: Session, submission_id: int, *, at: datetime) -> Submission:
    """Return one of them; Http404 for anybody else's, which looks like one that there is not."""
    submission = deliveries_of(stay, at=at).filter(pk=submission_id).first()
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
