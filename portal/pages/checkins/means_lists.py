"""Lists of means of registration beside what holds: what is over, what is lacking, what others recorded, what inspectors ask."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from auth.models import OperatorRole, Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceAskerKind, PresenceQuestion
from domain.checkins.day_spans import DaySpan
from domain.checkins.seeing import Sight
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.pages.checkins.choices import company_names, place_title
from portal.pages.checkins.company_view import require_sight
from portal.pages.checkins.inspection_forms import Inspected
from portal.pages.checkins.looks import note
from portal.pages.checkins.means_rows import (
    show_of_others,
    show_own,
    show_to_officials,
    temporary_workers_in,
    told_days,
)
from portal.pages.listings import Column, list_rows
from portal.pages.roles import require_role
from portal.pages.routing import Context, page
from portal.pages.stays import login_of
from registers.checkins.means_reading import means_inspected, means_of_others, means_over, without_means

_HOW = Column("kind", gettext_lazy("How they register"), ("kind", "-valid_from"))
_WHERE = Column("place", gettext_lazy("Work place"))
_DAYS = Column("days", gettext_lazy("Days"), ("-valid_from", "-pk"))
_RECORDED = Column("recorded", gettext_lazy("Recorded"), ("-recorded_at", "-pk"))
_WHOSE = Column("whose", gettext_lazy("Whose"))
_OVER = (_WHOSE, _HOW, _WHERE, _DAYS, _RECORDED)
_OF_OTHERS = (Column("company", gettext_lazy("Who recorded it"), ("employer", "-valid_from")), *_OVER)
_LACKING = (
    Column("company", gettext_lazy("Subcontractor"), ("enterprise", "work_place__name")),
    Column("place", gettext_lazy("Work place"), ("work_place__name", "work_place__number", "enterprise")),
    Column("do", gettext_lazy("What you can do")),
)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def over(request: HttpRequest, stay: Session) -> HttpResponse:
    """List what the company recorded and holds no more, as it was recorded, with who replaced it."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.MEANS, at=now)
    with transaction.atomic():
        shown = means_over(view.number, on=brussels_date(now)).select_related("work_place")
        listed = list_rows(request, shown, columns=_OVER, order="days")
        if people := temporary_workers_in(listed.rows):
            view.note(PresenceQuestion.SITE, people, at=now, reason="means of registration")
    show_own(listed.rows, view)
    return render(request, "checkins/means_over.html", {"records": listed})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def without(request: HttpRequest, stay: Session) -> HttpResponse:
    """List the subcontractors of the company's work places of whom it recorded nothing that holds today."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.MEANS, at=now)
    shown = without_means(view.number, on=brussels_date(now)).select_related("work_place")
    listed = list_rows(request, shown, columns=_LACKING, order="company")
    names = company_names({row.enterprise for row in listed.rows})  # type: ignore[attr-defined]
    for row in listed.rows:
        row.name = names.get(row.enterprise, "")  # type: ignore[attr-defined]
        row.where = place_title(row.work_place, row.work_place.number)  # type: ignore[attr-defined]
    return render(request, "checkins/means_without.html", {"lacking": listed, "may_set_up": view.may_set_up})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def of_others(request: HttpRequest, stay: Session) -> HttpResponse:
    """List what other companies recorded of this one as their subcontractor, and of the workers whom it lent to them."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.MEANS, at=now)
    with transaction.atomic():
        shown = means_of_others(view.number).select_related("work_place")
        listed = list_rows(request, shown, columns=_OF_OTHERS, order="days")
        if people := temporary_workers_in(listed.rows):
            view.note(PresenceQuestion.SITE, people, at=now, reason="means that others recorded")
    show_of_others(listed.rows, view)
    return render(request, "checkins/means_of_others.html", {"records": listed})


@page(level=AssuranceLevel.ITSME)
@require_safe
def inspected(request: HttpRequest, stay: Session) -> HttpResponse:
    """List to an inspector what was recorded for the days of the search, of its company or at its work place."""
    require_role(stay, OperatorRole.INSPECTOR)
    asked = Inspected.read(request.GET.get("c", ""))
    if asked is None or not (asked.wanted.company or asked.wanted.place):
        raise Http404
    now = SystemClock().now()
    days = DaySpan(asked.wanted.first, asked.wanted.last)
    with transaction.atomic():
        found = means_inspected(company=asked.wanted.company, place=asked.wanted.place, days=days)
        listed = list_rows(request, found.select_related("work_place"), columns=_OF_OTHERS, order="days")
        if people := temporary_workers_in(listed.rows):
            note(stay, PresenceAskerKind.INSPECTOR, PresenceQuestion.SITE, people, at=now, reason=asked.reason)
        append_event(
            "checkin:means:inspected",
            at=now,
            actor=f"login:{login_of(stay)}",
            company=asked.wanted.company,
            work_place=asked.wanted.place,
            records=len(listed.rows),
            reason=asked.reason,
        )
    show_to_officials(listed.rows)
    values = {
        "records": listed,
        "days": told_days(days),
        "about": " ".join(filter(None, (asked.wanted.company, asked.wanted.place))),
        "back": f"{reverse('inspection')}?c={asked.word}",
    }
    return render(request, "checkins/inspection_means.html", values)
