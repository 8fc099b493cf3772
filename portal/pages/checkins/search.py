"""Search the registrations of a company's staff by the official criteria, look at one, and download what was found."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from auth.models import Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceQuestion
from domain.checkins.codes import Remark
from domain.checkins.searches import MOST_FOUND
from domain.checkins.seeing import Sight
from domain.checkins.vocabulary import Capacity, EventType
from domain.environments import Environment
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import company_names, places_of
from portal.pages.checkins.company_view import CompanyView, actor_name, person_names, require_sight
from portal.pages.checkins.found_presences import PresenceLookUp, shown
from portal.pages.checkins.own_presences import is_event
from portal.pages.checkins.search_forms import SearchForm, StaffSearchForm, Wanted
from portal.pages.checkins.sheets import CSV_TYPE, XLSX_TYPE, Cell, masked, render_csv, render_xlsx
from portal.pages.checkins.shown import facts_of, numbers_of_worker, steps_of
from portal.pages.checkins.words import CAPACITIES, STATES, act_word, told_remarks
from portal.pages.listings import list_found
from portal.pages.parts import Action, SummaryRow
from portal.pages.routing import Context, page
from registers.checkins.models import Presence
from registers.checkins.records import PresenceRecord
from registers.checkins.sector_rules import last_day_to_correct
from registers.checkins.sight import Subcontracted, subcontracted

_PAGE_SIZE = 50


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take criteria, and show a page of what fits; an address carries them signed and without a national number."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    if request.method == "POST":
        form = StaffSearchForm(request.POST)
        if form.is_valid():
            word = _with_worker(form).word
            return HttpResponseRedirect(f"{reverse('presences-search')}?c={word}")
        return render(request, "checkins/search.html", {"form": form})
    wanted = Wanted.read(request.GET.get("c", "")) or Wanted.on(brussels_date(now))
    look = _look_up(view, wanted, reason="search of staff", at=now)
    found = list_found(request, look.show, page_size=_PAGE_SIZE)
    values = {
        "form": StaffSearchForm(initial=wanted.as_initial()),
        "has_more": wanted.has_more,
        "found": found,
        "criteria": wanted.word,
        "is_too_long": look.is_capped,
        "is_of_own_staff": wanted.is_of_own_staff,
        "most": MOST_FOUND,
    }
    return render(request, "checkins/search.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Show a registration of the staff that the company sees, with its history; anybody else's looks like none."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    with transaction.atomic():
        row = find_seen(view, number)
        steps = steps_of(row)
        view.note(PresenceQuestion.ONE, [row.person_id], at=now, about=str(number), reason="one registration")
    state, colour = STATES[row.status]
    last_day = last_day_to_correct(row)
    last = date_format(last_day, "j F Y")
    is_own = row.employer == view.number
    is_open = is_own and is_event(row) and brussels_date(now) <= last_day
    place = next(iter(places_of([row.work_place])), None)
    day = date_format(row.registration_date, "j F Y")
    facts = [
        SummaryRow(_("Name"), person_names([row.person_id])[row.person_id]),
        *(numbers_of_worker(row) if is_own else ()),
        *facts_of(row, place, company_names({row.employer})),
    ]
    other = _("Ask for the missing check-out") if row.event_type == EventType.IN else _("Ask for the missing check-in")
    actions = [
        Action(_("Ask for a correction"), reverse("correction-new", args=[row.number])),
        Action(other, reverse("correction-missing-event", args=[row.number])),
    ]
    values = {
        "title": _("%(act)s on %(day)s") % {"act": act_word(row.kind, row.event_type, row.reason), "day": day},
        "state": state,
        "colour": colour,
        "facts": facts,
        "remarks": told_remarks(row.remarks),
        "steps": steps,
        "back": reverse("presences-search"),
        "back_title": _("Days and periods"),
        "actions": actions if is_open else [],
        "told": _("You can ask for a correction until %(day)s, with evidence.") % {"day": last} if is_open else "",
    }
    return render(request, "checkins/one.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_POST
def export(request: HttpRequest, stay: Session) -> HttpResponse:
    """Give what was found as a file, 500 lines at most, national numbers masked; that it left the counter is on record."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    wanted = Wanted.read(request.POST.get("criteria", ""))
    if wanted is None:
        raise Http404
    with transaction.atomic():
        _count, rows = _look_up(view, wanted, reason="download of staff", at=now).read(0, MOST_FOUND)
        append_event("checkin:exported", at=now, actor=actor_name(stay), company=view.number, rows=len(rows))
    titles, cells = _sheet(rows)
    name = f"check-ins-{wanted.first:%Y%m%d}-{wanted.last:%Y%m%d}"
    if request.POST.get("kind") == "csv":
        return _file(render_csv(titles, cells), CSV_TYPE, f"{name}.csv")
    return _file(render_xlsx(_("Check-ins"), titles, cells), XLSX_TYPE, f"{name}.xlsx")


def find_of_staff(view: CompanyView, number: int) -> Presence:
    """Return the newest version of a registration of the company's staff; Http404 for any other."""
    row = Presence.objects.filter(
        environment=Environment.PRODUCTION, number=number, employer=view.number, next_date__isnull=True
    ).first()
    if row is None:
        raise Http404
    return row


def find_seen(view: CompanyView, number: int) -> Presence:
    """Return the same of subcontractors' staff too, where the company sees it; Http404 for any other."""
    row = Presence.objects.filter(environment=Environment.PRODUCTION, number=number, next_date__isnull=True).first()
    if row is None:
        raise Http404
    if row.employer == view.number:
        return row
    below = subcontracted(view.asker("one registration"), environment=Environment.PRODUCTION)
    if Subcontracted(row.work_place, row.employer) not in below:
        raise Http404
    return row


def _look_up(view: CompanyView, wanted: Wanted, *, reason: str, at: datetime) -> PresenceLookUp:
    """Search among the company's own staff, or all whom it sees; the setting decides whether that is more."""
    return PresenceLookUp(wanted, view.number if wanted.is_of_own_staff else None, view.asker(reason), at)


def _with_worker(form: SearchForm) -> Wanted:
    """Return what is wanted, with the worker by his id; a number that finds nobody finds nothing."""
    number = form.cleaned_data["number"]
    if not number:
        return form.wanted
    return form.wanted.of_person(checkin_counter().persons.find([number]).get(number, 0))


def _sheet(rows: Sequence[PresenceRecord]) -> tuple[list[str], list[list[Cell]]]:
    numbers = checkin_counter().numbers_of({row.person_id for row in rows})
    titles = [
        _("Receipt number"), _("Day"), _("Registered"), _("Time"), _("Name"), _("National number"), _("Employer"), _("Capacity"),
        _("Number of the work place"), _("Work place"), _("State"), _("Remarks"), _("Reached us"), _("Channel"),
    ]  # fmt: skip
    cells: list[list[Cell]] = [
        [
            str(row.number),
            row.registration_date,
            each.word,
            row.event_at,
            each.name,
            masked(numbers.get(row.person_id)),
            row.employer,
            str(CAPACITIES[Capacity(row.capacity)]) if row.capacity else "",
            row.work_place,
            each.place,
            each.state,
            "; ".join(str(Remark[name]) for name in row.remarks),
            row.received_at,
            row.channel,
        ]
        for each in shown(rows)
        for row in (each.record,)
    ]
    return titles, cells


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
