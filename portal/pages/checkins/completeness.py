"""How much of what a company's staff registered is complete, right and on time, by month: counts alone, and nobody's name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from auth.models import Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.codes import Remark
from domain.checkins.searches import LONGEST_SEARCH, DayPeriod, SortedBy
from domain.checkins.seeing import Sight
from domain.checkins.vocabulary import PresenceKind, PresenceStatus
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.pages.checkins.company_view import require_sight
from portal.pages.checkins.wanted import Wanted
from portal.pages.forms import CounterForm
from portal.pages.routing import Context, page
from registers.checkins.compliance import STANDING, Compliance, read_compliance

_MONTHS = 12
_ONE_DAY = timedelta(days=1)
_STANDING = tuple(status.name for status in STANDING)


class MonthForm(CounterForm):
    """The last 31 days, or one of the months."""

    month = forms.ChoiceField(label=gettext_lazy("Days"))

    def __init__(self, *, months: Mapping[str, date], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        """Offer the months by their words, which name their first days."""
        super().__init__(**kwargs)
        told = [(word, date_format(first, "YEAR_MONTH_FORMAT")) for word, first in months.items()]
        self.fields["month"].choices = [("", _("the last 31 days")), *told]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Line:
    """What is counted, how often, and where it is listed; no path where it is listed nowhere."""

    what: str
    count: int
    path: str = ""


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show it of the last 31 days, or of the month that the query names, until today; a month that is not offered is none."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    today = brussels_date(now)
    months = {f"{first:%Y-%m}": first for first in _first_days(today)}
    word = request.GET.get("month", "")
    days = _days_of(months.get(word), today)
    found = read_compliance(view.number, days, environment=Environment.PRODUCTION)
    values = {
        "form": MonthForm(months=months, initial={"month": word if word in months else ""}),
        "days": days,
        "found": found,
        "percent": None if found.rate is None else int(found.rate * 100),
        "lines": _lines(found, days),
    }
    return render(request, "checkins/completeness.html", values)


def _first_days(today: date) -> Iterator[date]:
    """Yield the first days of this month and of those before it."""
    first = today.replace(day=1)
    for _month in range(_MONTHS):
        yield first
        first = (first - _ONE_DAY).replace(day=1)


def _days_of(first: date | None, today: date) -> DayPeriod:
    """Return the days of the month, as far as they have come; the last 31 where there is none."""
    if first is None:
        return DayPeriod(today - LONGEST_SEARCH + _ONE_DAY, today)
    following = (first + LONGEST_SEARCH).replace(day=1)
    return DayPeriod(first, min(following - _ONE_DAY, today))


def _lines(found: Compliance, days: DayPeriod) -> Sequence[Line]:
    listed: dict[str, tuple[int, dict[str, Any]]] = {
        _("All registrations: check-ins, check-outs and presences on a day"): (found.registrations, {}),
        _("Presences on a day"): (found.days, {"what": str(PresenceKind.DAY)}),
        _("Check-ins whose check-out is missing"): (found.without_out, {"remarks": (Remark.MISSING_OUT.name,)}),
        _("Check-outs whose check-in is missing"): (found.without_in, {"remarks": (Remark.OUT_WITHOUT_IN.name,)}),
        _("Registered, with remarks"): (found.remarked, {"statuses": (PresenceStatus.FAILED.name,)}),
        _("Reached us late"): (found.late, {"remarks": (Remark.LATE.name,)}),
    }
    by_day = f"{reverse('presences-days')}?{urlencode({'c': Wanted((days,)).word})}"
    return [
        Line(_("Work that began with a check-in"), found.begun, by_day if found.begun else ""),
        Line(_("Of this work, ended by a check-out"), found.ended),
        *(Line(what, count, _searched(days, **wanted) if count else "") for what, (count, wanted) in listed.items()),
    ]


def _searched(days: DayPeriod, **wanted: Any) -> str:  # noqa: ANN401 - as a search names them
    """Return where a search lists what stands of those days and is wanted."""
    word = Wanted(**{"periods": (days,), "statuses": _STANDING, "sort": str(SortedBy.INSTANT)} | wanted).word
    return f"{reverse('presences-search')}?{urlencode({'c': word})}"
