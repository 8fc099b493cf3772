"""A worker's own registrations: the list, one of them with what happened to it, and telling the employer of an error."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from domain.assurance import CHECKIN_LEVEL
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceQuestion
from domain.checkins.vocabulary import Capacity
from evidence.clock import SystemClock
from portal.pages.checkins.choices import company_names, place_title, places_of
from portal.pages.checkins.looks import look_at_oneself
from portal.pages.checkins.own_presences import (
    corrections_of_oneself,
    find_own,
    is_event,
    own_presences,
)
from portal.pages.checkins.report_forms import ReportForm
from portal.pages.checkins.shown import facts_of, steps_of
from portal.pages.checkins.telling import tell_employer_of
from portal.pages.checkins.words import STATES, act_word, told_remarks
from portal.pages.listings import Column, Rows, list_rows
from portal.pages.parts import Action
from portal.pages.permissions import person_of
from portal.pages.routing import page
from portal.pages.sending_once import send_once
from registers.checkins.sector_rules import last_day_to_correct

_COLUMNS = (
    Column("day", gettext_lazy("Day"), ("-registration_date", "-event_at", "-number")),
    Column("act", gettext_lazy("Registered")),
    Column("place", gettext_lazy("Work place")),
    Column("state", gettext_lazy("State")),
)


@page(level=CHECKIN_LEVEL)
@require_safe
def own_list(request: HttpRequest, stay: Session) -> HttpResponse:
    """List what was registered of the person in seven years, the newest first."""
    now = SystemClock().now()
    with look_at_oneself(stay, PresenceQuestion.OWN, at=now):
        rows = own_presences(person_of(stay), on=brussels_date(now))
        listed = list_rows(request, rows, columns=_COLUMNS, order="day", search=_search)
    places = {place.number: place for place in places_of({row.work_place for row in listed.rows})}  # type: ignore[attr-defined]
    for row in listed.rows:
        row.word = act_word(row.kind, row.event_type, row.reason)  # type: ignore[attr-defined]
        row.place_name = place_title(places.get(row.work_place), row.work_place)  # type: ignore[attr-defined]
        row.state, row.colour = STATES[row.status]  # type: ignore[attr-defined]
    has_asked = corrections_of_oneself(person_of(stay)).exists()
    return render(request, "checkins/own_list.html", {"registrations": listed, "has_asked": has_asked})


@page(level=CHECKIN_LEVEL)
@require_safe
def own_one(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Show one registration with its history, and what can be done when it is wrong."""
    now, person_id = SystemClock().now(), person_of(stay)
    with look_at_oneself(stay, PresenceQuestion.ONE, at=now, about=str(number)):
        row = find_own(person_id, number)
        steps = steps_of(row)
    place = next(iter(places_of([row.work_place])), None)
    state, colour = STATES[row.status]
    last = last_day_to_correct(row)
    is_own_company = row.capacity == Capacity.SELF_EMPLOYED
    is_open = is_event(row) and (is_own_company or brussels_date(now) <= last)
    values = {
        "title": _("%(act)s on %(day)s")
        % {"act": act_word(row.kind, row.event_type, row.reason), "day": date_format(row.registration_date, "j F Y")},
        "state": state,
        "colour": colour,
        "facts": facts_of(row, place, company_names({row.employer})),
        "remarks": told_remarks(row.remarks),
        "steps": steps,
        "back": reverse("own-checkins"),
        "back_title": _("My registrations"),
        "actions": _actions(row.number, is_open=is_open, is_own_company=is_own_company),
        "told": _told(date_format(last, "j F Y"), is_open=is_open, is_own_company=is_own_company),
    }
    return render(request, "checkins/one.html", values)


@page(level=CHECKIN_LEVEL)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Tell the employer what is wrong with a registration."""
    now, person_id = SystemClock().now(), person_of(stay)
    with look_at_oneself(stay, PresenceQuestion.ONE, at=now, about=str(number)):
        row = find_own(person_id, number)
    if not is_event(row) or brussels_date(now) > last_day_to_correct(row):
        raise Http404
    back = reverse("own-checkin", args=[number])
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = send_once(request, lambda: tell_employer_of(row, form.said, at=now), then=back)
        messages.success(request, _("Your employer is told that an error waits to be looked at."))
        return answer
    values = {
        "title": _("Tell your employer of an error"),
        "told": [
            _(
                "Your employer can ask us for a correction, with evidence. The letter about it says nothing of you; what you write is read in the portal alone."
            )
        ],
        "form": form,
        "button": _("Tell the employer"),
        "back": back,
    }
    return render(request, "checkins/form_page.html", values)


def _actions(number: int, *, is_open: bool, is_own_company: bool) -> list[Action]:
    if not is_open:
        return []
    if is_own_company:
        return [
            Action(_("Ask for a correction"), reverse("own-correction", args=[number])),
            Action(_("Ask for a missing event"), reverse("own-correction-missing")),
        ]
    return [Action(_("Tell your employer of an error"), reverse("own-report", args=[number]))]


def _told(last: str, *, is_open: bool, is_own_company: bool) -> str:
    if not is_open:
        return ""
    if is_own_company:
        return _("You ask us yourself, with evidence.")
    return _("Tell your employer until %(day)s. He asks us for the correction.") % {"day": last}


def _search(rows: Rows, words: str) -> Rows:
    wanted = words.replace(" ", "")
    if wanted.isascii() and wanted.isdigit():
        return rows.filter(number=int(wanted[:15]))
    return rows.filter(Q(work_place=wanted.upper()))
