"""The page on which a self-employed person withdraws a day that he registered himself (§2.1, §3)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.assurance import CHECKIN_LEVEL
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceQuestion
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.pages.checkins.day_cancelling import DayToCancel, ask_and_cancel
from portal.pages.checkins.looks import look_at_oneself
from portal.pages.checkins.own_presences import find_own, may_cancel
from portal.pages.permissions import person_of
from portal.pages.routing import page


@page(level=CHECKIN_LEVEL)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Ask why, and withdraw a day of one's own; 404 for anything that cannot be withdrawn."""
    now, person_id = SystemClock().now(), person_of(stay)
    with look_at_oneself(stay, PresenceQuestion.ONE, at=now, about=str(number)):
        row = find_own(person_id, number)
    if request.method != "POST" and not may_cancel(row, on=brussels_date(now)):
        raise Http404
    by = Declarant(Environment.PRODUCTION, ClockingChannel.PORTAL, person_id=person_id)
    return ask_and_cancel(request, DayToCancel(row, by, then=reverse("own-checkin", args=[number])), at=now)
