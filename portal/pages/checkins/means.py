"""Means of registration that a company records: of its subcontractors, and of temporary workers it uses."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
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
from domain.checkins.day_spans import DaySpan
from domain.checkins.seeing import Sight
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import company_names
from portal.pages.checkins.company_view import CompanyView, actor_name, require_setting_up, require_sight
from portal.pages.checkins.means_forms import SubcontractorForm, TemporaryWorkerForm
from portal.pages.checkins.sheets import masked
from portal.pages.checkins.words import MEANS_KINDS
from portal.pages.listings import Column, list_rows
from portal.pages.routing import Context, page
from portal.pages.sending_once import send_once
from portal.pages.sent_from import sent_from
from registers.checkins.means_records import (
    MeansEnd,
    MeansReplacedError,
    MeansTooFarError,
    end_means,
    record_means,
    standing_means,
)
from registers.checkins.models import MeansRecord

_COLUMNS = (
    Column("whose", gettext_lazy("Whose")),
    Column("kind", gettext_lazy("How they register"), ("kind", "-valid_from")),
    Column("place", gettext_lazy("Work place")),
    Column("from", gettext_lazy("From"), ("-valid_from",)),
    Column("do", gettext_lazy("What you can do")),
)
_FORMS: dict[str, type[SubcontractorForm | TemporaryWorkerForm]] = {
    "subcontractor": SubcontractorForm,
    "temporary-worker": TemporaryWorkerForm,
}

_BECAME = {
    MeansEnd.ENDED: gettext_lazy("It holds until today."),
    MeansEnd.TAKEN_BACK: gettext_lazy("What was planned is taken back: it never holds."),
    MeansEnd.NOTHING_TO_END: gettext_lazy("It ended already, or was recorded anew meanwhile."),
}


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """List what is recorded and holds now or later."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.MEANS, at=now)
    today = brussels_date(now)
    with transaction.atomic():
        shown = (
            standing_means().filter(employer=view.number).exclude(valid_until__lt=today).select_related("work_place")
        )
        listed = list_rows(request, shown, columns=_COLUMNS, order="from")
        people = [row.person_id for row in listed.rows if row.person_id]  # type: ignore[attr-defined]
        if people:
            view.note(PresenceQuestion.SITE, people, at=now, reason="means of registration")
    numbers = checkin_counter().numbers_of(people) if people else {}
    companies = company_names({row.subcontractor for row in listed.rows if row.subcontractor})  # type: ignore[attr-defined]
    for row in listed.rows:
        number = row.subcontractor  # type: ignore[attr-defined]
        temp = masked(numbers.get(row.person_id))  # type: ignore[attr-defined] # a number must not tell a stranger's name
        row.whose = companies.get(number, number) if number else temp  # type: ignore[attr-defined]
        goes_on = row.valid_until is None or row.valid_until > today  # type: ignore[attr-defined]
        row.may_end = view.may_set_up and goes_on  # type: ignore[attr-defined]
        row.is_planned = row.valid_from > today  # type: ignore[attr-defined]
        row.word = MEANS_KINDS[row.kind]  # type: ignore[attr-defined]
    return render(request, "checkins/means.html", {"records": listed, "may_set_up": view.may_set_up})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, stay: Session, whose: str) -> HttpResponse:
    """Record the means of a subcontractor or of a temporary worker."""
    now = SystemClock().now()
    view = require_setting_up(stay, at=now)
    form = _FORMS[whose](request.POST or None, initial={"valid_from": brussels_date(now)})
    giving_way: Sequence[MeansRecord] = ()
    if request.method == "POST" and form.is_valid():
        try:
            answer = send_once(request, lambda: _record(form, view, stay, at=now), then=reverse("means"))
        except LookupError:
            form.tell_refusal(field="place", sentence=_("No work place of this number is known."))
        except MeansTooFarError:
            form.tell_refusal(field="valid_from", sentence=_("The first day lies within a year from today."))
        except MeansReplacedError as asked:
            giving_way = asked.records
            form.ask_about(giving_way)
            _tell_what_is_left(
                giving_way, of=DaySpan(form.cleaned_data["valid_from"], form.cleaned_data["valid_until"])
            )
        else:
            messages.success(request, _("It is recorded."))
            return answer
    is_temp = whose == "temporary-worker"
    values = {
        "title": _("Means of a temporary worker") if is_temp else _("Means of a subcontractor"),
        "told": _("As the user firm you give temporary workers the means, or settle the method by contract.")
        if is_temp
        else _("You put a system at the disposal of your subcontractors, or agree another way with them."),
        "form": form,
        "giving_way": giving_way,
        "back": reverse("means"),
    }
    return render(request, "checkins/means_form.html", values, status=form.http_status)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@sent_from("means")
def end(request: HttpRequest, stay: Session, record_id: int) -> HttpResponse:
    """Let a record end today, or take back what is only planned."""
    now = SystemClock().now()
    view = require_setting_up(stay, at=now)
    if not MeansRecord.objects.filter(environment=Environment.PRODUCTION, pk=record_id, employer=view.number).exists():
        raise Http404

    def end_it() -> None:
        became = end_means(record_id, employer=view.number, on=brussels_date(now), actor=actor_name(stay), at=now)
        tell = messages.warning if became is MeansEnd.NOTHING_TO_END else messages.success
        tell(request, _BECAME[became])

    return send_once(request, end_it, then=reverse("means"))


def _record(form: SubcontractorForm | TemporaryWorkerForm, view: CompanyView, stay: Session, *, at: datetime) -> None:
    if isinstance(form, SubcontractorForm):
        means = form.means(subcontractor=form.cleaned_data["company"])
    else:
        number = form.cleaned_data["number"]
        means = form.means(person_id=checkin_counter().persons.find_or_create([number], at=at)[number])
    record_means(means, employer=view.number, actor=actor_name(stay), at=at, agreed=form.agreed_to)


def _tell_what_is_left(rows: Sequence[MeansRecord], *, of: DaySpan) -> None:
    for row in rows:
        row.word = MEANS_KINDS[row.kind]  # type: ignore[attr-defined]
        row.told_days = told_days(row.days)  # type: ignore[attr-defined]
        row.left = ", ".join(map(told_days, row.days.without(of)))  # type: ignore[attr-defined]


def told_days(days: DaySpan) -> str:
    """Return days as a page shows them: the first and the last, or from when on."""
    first = date_format(days.first, _("j M Y"))
    if days.last is None:
        return _("from %(day)s") % {"day": first}
    return f"{first} \N{EN DASH} {date_format(days.last, _('j M Y'))}"
