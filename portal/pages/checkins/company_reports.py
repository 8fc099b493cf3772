"""What workers told their employer of: the open and the closed reports of a company, and how it answers one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceQuestion
from domain.checkins.seeing import Sight
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.pages.checkins.choices import place_title, places_by_number
from portal.pages.checkins.company_view import CompanyView, actor_name, require_declaring, require_sight
from portal.pages.checkins.report_forms import ClosingForm, told_report
from portal.pages.checkins.reported import answer_to, show_state
from portal.pages.checkins.reporters import reporters_of
from portal.pages.checkins.words import told_days
from portal.pages.labelled import labelled
from portal.pages.listings import Column, list_rows
from portal.pages.routing import Context, page
from portal.pages.sending_once import send_once
from registers.checkins.error_reports import NotOpenError, close_report, closed_reports, open_reports, reports_to
from registers.checkins.models import ErrorReport

_TOLD = (
    Column("told", gettext_lazy("Reported"), ("-reported_at",)),
    Column("name", gettext_lazy("Name")),
    Column("what", gettext_lazy("What is wrong")),
)
_OPEN = (*_TOLD, Column("do", gettext_lazy("What you can do")))
_CLOSED = (*_TOLD, Column("ended", gettext_lazy("How it ended"), ("-handled_at",)))


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def open_ones(request: HttpRequest, stay: Session) -> HttpResponse:
    """List the errors that workers told of and that the company has not answered."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.REPORTED_ERRORS, at=now)
    with transaction.atomic():
        listed = list_rows(request, open_reports(view.number), columns=_OPEN, order="told")
        _note(view, listed.rows, at=now)
    _call(view, listed.rows)
    days = told_days(Environment.PRODUCTION, on=brussels_date(now))
    return render(request, "checkins/reports.html", {"reports": listed, "days": days})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def closed_ones(request: HttpRequest, stay: Session) -> HttpResponse:
    """List those that it answered, with the answer."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.REPORTED_ERRORS, at=now)
    with transaction.atomic():
        listed = list_rows(request, closed_reports(view.number), columns=_CLOSED, order="told")
        _note(view, listed.rows, at=now)
    _call(view, listed.rows)
    return render(request, "checkins/closed_reports.html", {"reports": listed})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, stay: Session, report_id: int) -> HttpResponse:
    """Ask how a report ended, and let the worker read the answer; whoever comes too late reads the one that was given."""
    now = SystemClock().now()
    view = require_declaring(stay, at=now)
    with transaction.atomic():
        report = _report_to(view, report_id)
        if report.handled_at is not None and request.method != "POST":
            messages.warning(request, _("Somebody closed this report meanwhile."))
            return HttpResponseRedirect(reverse("presences-reports-closed"))
        view.note(
            PresenceQuestion.REPORT, [report.person_id], at=now, about=str(report_id), reason="answers a reported error"
        )
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if report.handled_at is None and form.is_valid():
        closing = form.answer

        def effect() -> None:
            close_report(report_id, closing, company=view.number, actor=actor_name(stay), at=now)

        try:
            answer = send_once(request, effect, then=reverse("presences-reports"))
        except NotOpenError:
            report = _report_to(view, report_id)
        else:
            messages.success(request, _("The report is closed. Who reported it reads your answer."))
            return answer
    return _show_form(request, form, report)


def _report_to(view: CompanyView, report_id: int) -> ErrorReport:
    """Return the company's report of that number, open or closed."""
    report = reports_to(view.number).filter(pk=report_id).first()
    if report is None:
        raise Http404
    return report


def _show_form(request: HttpRequest, form: ClosingForm, report: ErrorReport) -> HttpResponse:
    """Show what was told above the form; where it is closed meanwhile, the answer too, and no button below it."""
    values: dict[str, object] = {
        "title": _("Close the report"),
        "told": [
            _sentence_of(report),
            told_report(report),
            *(labelled(fact.key, fact.value) for fact in answer_to(report)),
        ],
        "form": form,
        "button": _("Close the report"),
        "back": reverse("presences-reports"),
    }
    if report.handled_at is not None:
        form.errors.clear()  # what it lacks is of no interest
        form.tell_conflict(_("Somebody closed this report meanwhile."))
        values.update(button="", back=reverse("presences-reports-closed"), leave=_("Closed reports"))
    return render(request, "checkins/form_page.html", values, status=form.http_status)


def _note(view: CompanyView, rows: Sequence[Any], *, at: datetime) -> None:
    people = [row.person_id for row in rows]
    view.note(PresenceQuestion.REPORT, people, at=at, reason="reported errors")


def _call(view: CompanyView, rows: Sequence[Any]) -> None:
    """Give the rows the words that the list has for them."""
    names = reporters_of(rows, own=view.number)
    places = places_by_number({row.work_place for row in rows if row.registration is None})
    show_state(rows)
    for row in rows:
        row.name = names[row.pk]
        row.may_close = view.may_declare
        row.place_name = place_title(places.get(row.work_place), row.work_place)


def _sentence_of(report: ErrorReport) -> str:
    """Return of whom, which day and where it is."""
    name = reporters_of([report], own=report.company)[report.pk]
    place = places_by_number({report.work_place}).get(report.work_place)
    day = date_format(report.registration_date, _("l j F Y"))
    return f"{name}, {day}, {place_title(place, report.work_place)}."
