"""Means of registration that a company records: of its subcontractors, and of temporary workers it uses."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
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
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import company_names, place_title
from portal.pages.checkins.company_view import CompanyView, actor_name, require_setting_up, require_sight
from portal.pages.checkins.means_forms import SubcontractorForm, TemporaryWorkerForm
from portal.pages.checkins.means_rows import show_own, tell_what_is_left, temporary_workers_in
from portal.pages.listings import Column, list_rows
from portal.pages.routing import Context, page
from portal.pages.sending_once import send_once
from portal.pages.sent_from import sent_from
from registers.checkins.means_reading import subcontractors_of, without_means
from registers.checkins.means_records import (
    GivingWay,
    MeansEnd,
    MeansOfOneselfError,
    MeansReplacedError,
    MeansTooFarError,
    end_means,
    places_with_part,
    record_means,
    standing_means,
)
from registers.checkins.models import MeansRecord, WorkPlace

_COLUMNS = (
    Column("whose", gettext_lazy("Whose")),
    Column("kind", gettext_lazy("How they register"), ("kind", "-valid_from")),
    Column("place", gettext_lazy("Work place")),
    Column("from", gettext_lazy("Days"), ("-valid_from", "-pk")),
    Column("recorded", gettext_lazy("Recorded"), ("-recorded_at", "-pk")),
    Column("do", gettext_lazy("What you can do")),
)
_FORMS: dict[str, type[SubcontractorForm | TemporaryWorkerForm]] = {
    "subcontractor": SubcontractorForm,
    "temporary-worker": TemporaryWorkerForm,
}

_OFFERED = ("company", "place")
"""What a link to the form may fill in."""
_MOST_OFFERED = 200

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
        if people := temporary_workers_in(listed.rows):
            view.note(PresenceQuestion.SITE, people, at=now, reason="means of registration")
    show_own(listed.rows, view)
    for row in listed.rows:
        goes_on = row.valid_until is None or row.valid_until > today  # type: ignore[attr-defined]
        row.may_end = view.may_set_up and goes_on  # type: ignore[attr-defined]
        row.is_planned = row.valid_from > today  # type: ignore[attr-defined]
    lacking = without_means(view.number, on=today).count()
    values = {"records": listed, "may_set_up": view.may_set_up, "lacking": lacking}
    return render(request, "checkins/means.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, stay: Session, whose: str) -> HttpResponse:
    """Record the means of a subcontractor or of a temporary worker."""
    now = SystemClock().now()
    view = require_setting_up(stay, at=now)
    today = brussels_date(now)
    form = _FORMS[whose](
        request.POST or None, initial={"valid_from": today, **{name: request.GET.get(name, "") for name in _OFFERED}}
    )
    giving_way: Sequence[GivingWay] = ()
    if request.method == "POST" and form.is_valid():
        try:
            answer = send_once(request, lambda: _record(form, view, stay, at=now), then=reverse("means"))
        except LookupError:
            form.tell_refusal(field="place", sentence=_("No work place of your company has this number."))
        except MeansOfOneselfError:
            form.tell_refusal(field="company", sentence=_("This is your own company."))
        except MeansTooFarError:
            form.tell_refusal(field="valid_from", sentence=_("The first day lies within a year from today."))
        except MeansReplacedError as asked:
            giving_way = asked.giving_way
            form.ask_about(giving_way)
            tell_what_is_left(giving_way)
        else:
            _tell_recorded(request, form, view, on=today)
            return answer
    is_temp = whose == "temporary-worker"
    values = {
        "title": _("Means of a temporary worker") if is_temp else _("Means of a subcontractor"),
        "told": _("As the user firm you give temporary workers the means, or settle the method by contract.")
        if is_temp
        else _("You put a system at the disposal of your subcontractors, or agree another way with them."),
        "form": form,
        "giving_way": [one.record for one in giving_way],
        "places": [(place.number, place_title(place, place.number)) for place in _places(view)],
        "companies": {} if is_temp else _subcontractors(view, on=today),
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


def _tell_recorded(
    request: HttpRequest, form: SubcontractorForm | TemporaryWorkerForm, view: CompanyView, *, on: date
) -> None:
    messages.success(request, _("It is recorded."))
    company = form.cleaned_data.get("company")
    if company and not subcontractors_of(view.number, on=on).filter(enterprise=company).exists():
        messages.warning(
            request,
            _("%(company)s is no subcontractor of yours at any work place: whoever declared the works enters it there.")
            % {"company": company},
        )


def _places(view: CompanyView) -> Sequence[WorkPlace]:
    """Return the work places that the form offers to choose from, by name; others are typed."""
    return list(places_with_part(view.number).order_by("name", "number")[:_MOST_OFFERED])


def _subcontractors(view: CompanyView, *, on: date) -> Mapping[str, str]:
    """Return the companies that the form offers likewise, with their names."""
    numbers = subcontractors_of(view.number, on=on).order_by("enterprise").values_list("enterprise", flat=True)
    offered = list(numbers.distinct()[:_MOST_OFFERED])
    names = company_names(offered)
    return {number: names.get(number, number) for number in offered}


def _record(form: SubcontractorForm | TemporaryWorkerForm, view: CompanyView, stay: Session, *, at: datetime) -> None:
    if isinstance(form, SubcontractorForm):
        means = form.means(subcontractor=form.cleaned_data["company"])
    else:
        number = form.cleaned_data["number"]
        means = form.means(person_id=checkin_counter().persons.find_or_create([number], at=at)[number])
    record_means(means, employer=view.number, actor=actor_name(stay), at=at, agreed=form.agreed_to)
