"""What a worker told employers of, and how they answered; never anybody else's."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from auth.models import Session
from domain.assurance import CHECKIN_LEVEL
from domain.checkins.asking import PresenceQuestion
from evidence.clock import SystemClock
from portal.pages.checkins.choices import company_names, place_title, places_by_number
from portal.pages.checkins.looks import look_at_oneself
from portal.pages.checkins.reported import show_state
from portal.pages.checkins.telling import closed_among, reached_among
from portal.pages.listings import Column, list_rows
from portal.pages.permissions import person_of
from portal.pages.routing import page
from registers.checkins.error_reports import reports_by

_COLUMNS = (
    Column("told", gettext_lazy("Reported"), ("-reported_at",)),
    Column("company", gettext_lazy("Employer")),
    Column("what", gettext_lazy("What is wrong")),
    Column("state", gettext_lazy("State")),
)


@page(level=CHECKIN_LEVEL)
@require_safe
def own_list(request: HttpRequest, stay: Session) -> HttpResponse:
    """List the errors that the person told of, the newest first, each with what became of it."""
    with look_at_oneself(stay, PresenceQuestion.REPORT, at=SystemClock().now()):
        listed = list_rows(request, reports_by(person_of(stay)), columns=_COLUMNS, order="told")
    _call(listed.rows)
    return render(request, "checkins/own_reports.html", {"reports": listed})


def _call(rows: Sequence[Any]) -> None:
    """Give the rows the words that the list has for them."""
    show_state(rows)
    waited_for = {row.company for row in rows if row.handled_at is None}
    reached = reached_among(waited_for)
    closed = closed_among(waited_for - reached)
    names = company_names({row.employer for row in rows} - {""})
    places = places_by_number({row.work_place for row in rows if row.registration is None})
    for row in rows:
        row.is_unread = row.handled_at is None and row.company not in reached
        row.is_left = row.is_unread and row.company in closed
        row.company_name = names.get(row.employer, row.employer)
        row.place_name = place_title(places.get(row.work_place), row.work_place)
