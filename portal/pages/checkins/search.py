"""Search the registrations of a company's staff by the official criteria, look at one, and download what was found."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
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
from domain.checkins.searches import MOST_FOUND, Direction, SortedBy
from domain.checkins.seeing import Sight
from domain.checkins.vocabulary import EventType
from domain.environments import Environment
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import company_names, place_title, places_of
from portal.pages.checkins.company_view import CompanyView, actor_name, person_names, require_sight
from portal.pages.checkins.own_presences import is_event
from portal.pages.checkins.search_forms import SearchForm, Wanted
from portal.pages.checkins.sheets import CSV_TYPE, XLSX_TYPE, Cell, masked, render_csv, render_xlsx
from portal.pages.checkins.shown import facts_of, steps_of
from portal.pages.checkins.words import CAPACITIES, STATES, act_word, told_remarks
from portal.pages.listings import Column, list_rows
from portal.pages.parts import Action, SummaryRow
from portal.pages.routing import Context, page
from registers.checkins.models import Presence
from registers.checkins.sector_rules import last_day_to_correct

_FIELDS = {
    SortedBy.ID: ("number",),
    SortedBy.REGISTRATION_DATE: ("registration_date", "event_at", "number"),
    SortedBy.CREATION_DATE: ("created_at", "number"),
    SortedBy.STATUS: ("status", "registration_date", "number"),
    SortedBy.WORK_PLACE: ("work_place", "registration_date", "number"),
}
_PAGE_SIZE = 50


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take criteria, and show a page of what fits; an address carries them signed and without a national number."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            word = _with_worker(form).word
            return HttpResponseRedirect(f"{reverse('presences-search')}?c={word}")
        return render(request, "checkins/search.html", {"form": form})
    wanted = Wanted.read(request.GET.get("c", "")) or Wanted.on(brussels_date(now))
    with transaction.atomic():
        columns = (Column("found", "", _order(wanted)),)
        found = list_rows(request, presences_of(view, wanted), columns=columns, order="found", page_size=_PAGE_SIZE)
        people = [row.person_id for row in found.rows]  # type: ignore[attr-defined]
        view.note(PresenceQuestion.SEARCH, people, at=now, reason="search of staff")
    _tell(found.rows)  # type: ignore[arg-type]
    values = {
        "form": SearchForm(initial=wanted.as_initial()),
        "has_more": wanted.has_more,
        "found": found,
        "criteria": wanted.word,
        "is_too_long": found.total > MOST_FOUND,
        "most": MOST_FOUND,
    }
    return render(request, "checkins/search.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Show a registration of the company's own staff with its history; anybody else's looks like none."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    with transaction.atomic():
        row = find_of_staff(view, number)
        steps = steps_of(row)
        view.note(PresenceQuestion.ONE, [row.person_id], at=now, about=str(number), reason="one registration")
    state, colour = STATES[row.status]
    last_day = last_day_to_correct(row)
    last = date_format(last_day, "j F Y")
    is_open = is_event(row) and brussels_date(now) <= last_day
    place = next(iter(places_of([row.work_place])), None)
    day = date_format(row.registration_date, "j F Y")
    facts = [
        SummaryRow(_("Name"), person_names([row.person_id])[row.person_id]),
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
        rows = list(presences_of(view, wanted).order_by(*_order(wanted))[:MOST_FOUND])
        view.note(PresenceQuestion.SEARCH, [row.person_id for row in rows], at=now, reason="download of staff")
        append_event("checkin:exported", at=now, actor=actor_name(stay), company=view.number, rows=len(rows))
    titles, cells = _sheet(rows)
    name = f"check-ins-{wanted.first:%Y%m%d}-{wanted.last:%Y%m%d}"
    if request.POST.get("kind") == "csv":
        return _file(render_csv(titles, cells), CSV_TYPE, f"{name}.csv")
    return _file(render_xlsx(_("Check-ins"), titles, cells), XLSX_TYPE, f"{name}.xlsx")


def presences_of(view: CompanyView, wanted: Wanted) -> QuerySet[Presence]:
    """Return the newest versions of the registrations of the company's staff that the search wants."""
    rows = Presence.objects.filter(
        environment=Environment.PRODUCTION,
        employer=view.number,
        registration_date__range=(wanted.first, wanted.last),
        next_date__isnull=True,
    )
    first, until = wanted.created()
    criteria = {
        "work_place": wanted.place,
        "status": wanted.status,
        "sector": wanted.sector,
        "person_id": wanted.person_id,
        "created_at__gte": first,
        "created_at__lt": until,
        "remarks__contains": [wanted.remark] if wanted.remark else None,
    }
    return rows.filter(**{name: value for name, value in criteria.items() if value is not None and value != ""})


def find_of_staff(view: CompanyView, number: int) -> Presence:
    """Return the newest version of a registration of the company's staff; Http404 for any other."""
    row = Presence.objects.filter(
        environment=Environment.PRODUCTION, number=number, employer=view.number, next_date__isnull=True
    ).first()
    if row is None:
        raise Http404
    return row


def _with_worker(form: SearchForm) -> Wanted:
    """Return what is wanted, with the worker by his id; a number that finds nobody finds nothing."""
    number = form.cleaned_data["number"]
    if not number:
        return form.wanted
    return form.wanted.of_person(checkin_counter().persons.find([number]).get(number, 0))


def _order(wanted: Wanted) -> tuple[str, ...]:
    by, _bar, direction = wanted.sort.partition("|")
    fields = _FIELDS.get(SortedBy(by), _FIELDS[SortedBy.ID])
    return tuple(f"-{field}" for field in fields) if direction == Direction.DESCENDING else fields


def _tell(rows: Sequence[Presence]) -> None:
    """Write on the rows what the table shows of each."""
    names = person_names({row.person_id for row in rows})
    places = {place.number: place for place in places_of({row.work_place for row in rows})}
    for row in rows:
        row.name = names[row.person_id]  # type: ignore[attr-defined]
        row.word = act_word(row.kind, row.event_type, row.reason)  # type: ignore[attr-defined]
        row.place = place_title(places.get(row.work_place), row.work_place)  # type: ignore[attr-defined]
        row.state, row.colour = STATES[row.status]  # type: ignore[attr-defined]


def _sheet(rows: Sequence[Presence]) -> tuple[list[str], list[list[Cell]]]:
    _tell(rows)
    numbers = checkin_counter().numbers_of({row.person_id for row in rows})
    titles = [
        _("Receipt number"), _("Day"), _("Registered"), _("Time"), _("Name"), _("National number"), _("Capacity"),
        _("Number of the work place"), _("Work place"), _("State"), _("Remarks"), _("Reached us"), _("Channel"),
    ]  # fmt: skip
    cells: list[list[Cell]] = [
        [
            str(row.number),
            row.registration_date,
            str(row.word),  # type: ignore[attr-defined]
            row.event_at,
            str(row.name),  # type: ignore[attr-defined]
            masked(numbers.get(row.person_id)),
            str(CAPACITIES[row.capacity]) if row.capacity else "",
            row.work_place,
            str(row.place),  # type: ignore[attr-defined]
            str(row.state),  # type: ignore[attr-defined]
            "; ".join(str(Remark[name]) for name in row.remarks),
            row.received_at,
            row.channel,
        ]
        for row in rows
    ]
    return titles, cells


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
