"""Search the registrations of a company's staff by the official criteria, and download what was found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.codes import Remark
from domain.checkins.searches import MOST_FOUND, SortedBy
from domain.checkins.seeing import Sight
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.company_view import CompanyView, actor_name, require_sight
from portal.pages.checkins.found_presences import PresenceLookUp, Shown, whom
from portal.pages.checkins.search_forms import ANOTHER_PERIOD, StaffSearchForm
from portal.pages.checkins.sheets import CSV_TYPE, XLSX_TYPE, Cell, masked, render_csv, render_xlsx
from portal.pages.checkins.wanted import Wanted
from portal.pages.checkins.words import CHANNELS, told_capacity
from portal.pages.listings import list_found
from portal.pages.routing import Context, page
from portal.pages.sent_from import sent_from

_PAGE_SIZE = 50


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take criteria, and show a page of what fits; an address carries them signed and without a national number."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    if ANOTHER_PERIOD in request.POST:
        return render(request, "checkins/search.html", {"form": StaffSearchForm.with_room(request.POST)})
    if request.method == "POST":
        form = StaffSearchForm(request.POST)
        if form.is_valid():
            word = form.wanted.of_person(whom(form.workers)).word
            return HttpResponseRedirect(f"{reverse('presences-search')}?c={word}")
        return render(request, "checkins/search.html", {"form": form})
    wanted = Wanted.read(request.GET.get("c", "")) or Wanted.on(brussels_date(now), sort=SortedBy.INSTANT)
    look = _look_up(view, wanted, reason="search of staff", at=now)
    found = list_found(request, look.show, page_size=_PAGE_SIZE)
    values = {
        "form": StaffSearchForm(initial=wanted.as_initial()),
        "has_more": wanted.has_more,
        "found": found,
        "criteria": wanted.word,
        "is_too_long": look.is_capped,
        "names_employers": any(row.record.employer != view.number for row in found.rows),  # type: ignore[attr-defined]
        "most": MOST_FOUND,
    }
    return render(request, "checkins/search.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@sent_from("presences-search")
def export(request: HttpRequest, stay: Session) -> HttpResponse:
    """Give what was found as a file, 500 lines at most, national numbers masked; that it left the counter is on record.

    A file that does not hold all of it says so, in its name and in a last line.
    """
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    wanted = Wanted.read(request.POST.get("criteria", ""))
    if wanted is None:
        raise Http404
    with transaction.atomic():
        look = _look_up(view, wanted, reason="download of staff", at=now)
        _count, rows = look.read(0, MOST_FOUND)
        append_event("checkin:exported", at=now, actor=actor_name(stay), company=view.number, rows=len(rows))
    titles, cells = _sheet(look.words_of(rows))
    name = f"check-ins-{wanted.first:%Y%m%d}-{wanted.last:%Y%m%d}"
    if look.is_capped:
        name += f"-first-{len(rows)}"
        told = _("These are the first %(count)s of more: search for fewer days or with more criteria.")
        cells.append([told % {"count": len(rows)}, *[""] * (len(titles) - 1)])
    if request.POST.get("kind") == "csv":
        return _file(render_csv(titles, cells), CSV_TYPE, f"{name}.csv")
    return _file(render_xlsx(_("Check-ins"), titles, cells), XLSX_TYPE, f"{name}.xlsx")


def _look_up(view: CompanyView, wanted: Wanted, *, reason: str, at: datetime) -> PresenceLookUp:
    """Search among the company's own staff, or all whom it sees; the setting decides whether that is more.

    Its own are also those whom it registered by a Limosa number alone, for no employer.
    """
    asker = view.asker(reason)
    if wanted.is_of_own_staff:
        asker = replace(asker, sees_subcontractors=False)
    return PresenceLookUp(wanted, asker, at)


def _sheet(found: Sequence[Shown]) -> tuple[list[str], list[list[Cell]]]:
    numbers = checkin_counter().numbers_of({each.record.person_id for each in found})
    titles = [
        _("Receipt number"), _("Day"), _("What"), _("Time"), _("Name"), _("National number"), _("Employer"), _("Capacity"),
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
            told_capacity(row.known_capacity, row.known_capacity_source),
            row.work_place,
            each.place,
            each.state,
            "; ".join(str(Remark[name]) for name in row.remarks),
            row.received_at,
            str(CHANNELS[row.channel]),
        ]
        for each in found
        for row in (each.record,)
    ]
    return titles, cells


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
