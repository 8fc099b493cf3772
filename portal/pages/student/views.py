"""What remains as a picture of the year, the calendar with its periods, agreed and worked hours, and who looked."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_safe

from auth.models import Session
from channels.models import Sender
from domain.assurance import DETAILS_LEVEL, AssuranceLevel
from domain.brussels import brussels_date
from domain.identifiers import is_period_id
from domain.languages import Language
from domain.namesakes import told_apart
from domain.student_day_questions import AskerKind, Balance, PeriodSeen
from domain.student_years import (
    Share,
    Warned,
    is_neutralised,
    may_be_neutralised,
    months_to_come,
    picture_of,
    warnings_of_balance,
    warnings_of_periods,
    what_if,
)
from evidence.clock import SystemClock
from portal.pages.listings import Column, list_rows
from portal.pages.permissions import person_of
from portal.pages.routing import page
from portal.pages.student.forms import WhatIfForm
from portal.pages.student.own_hours import (
    ENVIRONMENT,
    own_asker,
    own_balance,
    own_calendar,
    own_year,
    year_asked,
)
from portal.pages.student.picture import bar, day_of, employer_bars, lines_of, quarter_columns
from portal.pages.student.words import (
    ASKERS,
    LOOKED_AT,
    NEWS,
    REASONS,
    STATES,
    committee,
    state_told,
    told_reason,
    warning_told,
)
from registers.access.models import Entity
from registers.student_days.contingent_rules import read_rules
from registers.student_days.questions.consultations import looks_at
from registers.student_days.questions.ical import render_ical
from registers.student_days.questions.own_periods import read_own_period

_LOOKS = (
    Column("when", gettext_lazy("When"), ("asked_at",)),
    Column("who", gettext_lazy("Who")),
    Column("what", gettext_lazy("What was looked at")),
    Column("why", gettext_lazy("Reason that was given")),
)


@page(level=AssuranceLevel.PASSWORD)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show what remains; at the level of details, also of which quarters and employers the rest consists."""
    now = SystemClock().now()
    today = brussels_date(now)
    if stay.level < DETAILS_LEVEL:
        balance = own_balance(stay, today.year, at=now)
        pieces = bar(Share(used=balance.granted, reserved=0), whole=balance.limit)
        warned = _told(_warnings(balance), balance.unit)
        return render(request, "student/overview.html", {"balance": balance, "warnings": warned, "pieces": pieces})
    balance, calendar = own_year(stay, today.year, at=now)
    picture = picture_of(balance, calendar, today=today)
    values = {
        "balance": balance,
        "warnings": _told((*_warnings(balance), *_period_warnings(calendar.periods, at=now)), balance.unit),
        "picture": picture,
        "outside": balance.exceeding + balance.late,
        "pieces": bar(picture.share, whole=balance.limit),
        "quarters": quarter_columns(picture.quarters),
        "is_any_outside": any(each.outside for each in picture.quarters),
        "employers": employer_bars(picture.employers, limit=balance.limit),
    }
    return render(request, "student/overview.html", values)


@page(level=AssuranceLevel.PASSWORD)
@require_safe
def what_if_page(request: HttpRequest, stay: Session) -> HttpResponse:
    """Say what would become of so many more hours in a month."""
    now = SystemClock().now()
    months = months_to_come(brussels_date(now))
    form = WhatIfForm(request.GET if "hours" in request.GET else None, months=months)
    asked = form.asked
    balance = own_balance(stay, (asked or months[0]).year, at=now)
    values: dict[str, object] = {"form": form, "balance": balance}
    if asked is not None:
        rules, wished = read_rules(ENVIRONMENT).neutralised, form.cleaned_data["hours"]
        values |= {
            "found": what_if(balance, wished, neutralised=wished if is_neutralised(asked, rules) else 0),
            "may_be_neutralised": may_be_neutralised(asked, rules),
            "month": date_format(asked, "YEAR_MONTH_FORMAT"),
        }
    return render(request, "student/what_if.html", values)


@page(level=DETAILS_LEVEL)
@require_safe
def calendar(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show the periods of a year as lines across it."""
    now = SystemClock().now()
    year, today = year_asked(request.GET.get("year", ""), at=now), brussels_date(now)
    found = own_calendar(stay, year, at=now)
    values = {
        "year": year,
        "years": _years(found.years, year, today.year),
        "lines": [(line, STATES[line.period.state]) for line in lines_of(found.periods, year=year, today=today)],
        "today": day_of(today, year=year),
        "months": [date(year, month, 1) for month in range(1, 13)],
    }
    return render(request, "student/calendar.html", values)


@page(level=DETAILS_LEVEL)
@require_safe
def calendar_file(request: HttpRequest, stay: Session) -> HttpResponse:
    """Give the periods of a year as iCalendar: a file behind the stay, no address that opens without one."""
    now = SystemClock().now()
    year = year_asked(request.GET.get("year", ""), at=now)
    content = render_ical(own_calendar(stay, year, at=now), Language(get_language() or Language.EN), at=now)
    headers = {"Content-Disposition": f'attachment; filename="student-{year}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


@page(level=DETAILS_LEVEL)
@require_safe
def one(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show one agreement: employer, place, joint committee, contributions, and what it was before."""
    if not is_period_id(number):
        raise Http404
    now = SystemClock().now()
    own = read_own_period(person_of(stay), int(number), environment=ENVIRONMENT, asker=own_asker(stay), at=now)
    if own is None:
        raise Http404
    values = {
        "own": own,
        "period": own.seen,
        "state": state_told(own.seen, today=brussels_date(now)),
        "committee": committee(own.joint_committee),
        "warnings": _told(_period_warnings([own.seen], at=now), own.seen.unit),
        "versions": [(version, REASONS[version.reason]) for version in reversed(own.versions)],
    }
    return render(request, "student/period.html", values)


@page(level=DETAILS_LEVEL)
@require_safe
def hours(request: HttpRequest, stay: Session) -> HttpResponse:
    """Compare what was agreed with each employer of a year with what was worked."""
    now = SystemClock().now()
    year, today = year_asked(request.GET.get("year", ""), at=now), brussels_date(now)
    balance, found = own_year(stay, year, at=now)
    picture = picture_of(balance, found, today=today)
    values = {
        "year": year,
        "years": _years(found.years, year, today.year),
        "balance": balance,
        "employers": picture.employers,
        "neutralised": picture.neutralised,
    }
    return render(request, "student/hours.html", values)


@page(level=DETAILS_LEVEL)
@require_safe
def looks(request: HttpRequest, stay: Session) -> HttpResponse:
    """List who looked at the student's data, when and why."""
    listed = list_rows(request, looks_at(person_of(stay), environment=ENVIRONMENT), columns=_LOOKS, order="-when")
    names = _names_of(listed.rows)
    rows = cast("Sequence[Any]", listed.rows)
    for row in rows:
        row.who = names.get((row.asker_kind, row.asker), ASKERS[row.asker_kind])
        row.what = LOOKED_AT[row.question]
        row.why = told_reason(row.reason)
    return render(request, "student/looks.html", {"looks": listed})


def _warnings(balance: Balance) -> tuple[Warned, ...]:
    return warnings_of_balance(balance, warned_at=settings.GUICHET.dimona.student_warned_at)


def _period_warnings(periods: Sequence[PeriodSeen], *, at: datetime) -> tuple[Warned, ...]:
    told = timedelta(days=settings.GUICHET.dimona.student_cancelled_told_days)
    return warnings_of_periods(periods, at=at, cancelled_for=told)


def _told(warned: tuple[Warned, ...], unit: str) -> list[tuple[str, PeriodSeen | None, bool]]:
    return [(warning_told(each, unit), each.period, each.heed in NEWS) for each in warned]


def _years(known: tuple[int, ...], shown: int, present: int) -> list[int]:
    return sorted({*known, shown, present}, reverse=True)


def _names_of(rows: Sequence[Any]) -> dict[tuple[str, str], str]:
    """Return the companies behind employers and senders; two queries at most."""
    companies = {row.asker for row in rows if row.asker_kind == AskerKind.EMPLOYER}
    senders = {row.asker for row in rows if row.asker_kind == AskerKind.SENDER}
    names: dict[tuple[str, str], str] = {}
    if companies:
        found = Entity.objects.filter(environment=ENVIRONMENT, company_number__in=companies).order_by("valid_from")
        called = told_apart(dict(found.values_list("company_number", "name")))
        names |= {(AskerKind.EMPLOYER, number): name for number, name in called.items()}
    if senders:
        found_senders = Sender.objects.filter(number__in=senders).values_list("number", "entity__name")
        names |= {(AskerKind.SENDER, number): name for number, name in found_senders}
    return names
