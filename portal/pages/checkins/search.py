"""Search the registrations of a company's staff by the official criteria, and download what was found."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

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
from domain.checkins.searches import SortedBy
from domain.checkins.seeing import Sight
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.pages.checkins.cells import Cell
from portal.pages.checkins.company_view import CompanyView, actor_name, require_sight
from portal.pages.checkins.found_presences import PresenceLookUp, Shown, list_presences, whom
from portal.pages.checkins.names import told_number
from portal.pages.checkins.search_forms import ANOTHER_PERIOD, StaffSearchForm
from portal.pages.checkins.sheets import CSV_TYPE, render_csv
from portal.pages.checkins.wanted import Wanted
from portal.pages.checkins.words import CHANNELS, told_capacity
from portal.pages.checkins.workbooks import XLSX_TYPE, Sheet, render_xlsx
from portal.pages.checkins.worker_days import DaysInFile, first_of_more, titles_of_days
from portal.pages.routing import Context, page
from portal.pages.sent_from import sent_from
from portal.pages.streaming import stream_file
from registers.checkins.bringers import staffed_by


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
            word = form.wanted.of_person(whom(form.workers, otherwise=form.kept_worker)).word
            return HttpResponseRedirect(f"{reverse('presences-search')}?c={word}")
        return render(request, "checkins/search.html", {"form": form})
    wanted = Wanted.read(request.GET.get("c", "")) or Wanted.on(brussels_date(now), sort=SortedBy.INSTANT)
    found = list_presences(request, _look_up(view, wanted, reason="search of staff", at=now), word=wanted.word)
    values = {
        "form": StaffSearchForm(initial=wanted.as_initial()),
        "has_more": wanted.has_more,
        "is_of_one_worker": wanted.is_of_one_worker,
        "found": found,
        "criteria": wanted.word,
        "names_employers": any(row.record.employer != view.number for row in found.rows),
    }
    return render(request, "checkins/search.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@sent_from("presences-search")
def export(request: HttpRequest, stay: Session) -> HttpResponse:
    """Give all that was found as a file, national numbers masked but for two digits; that it left the counter is on record.

    A file of 50,000 registrations that does not hold all of them says so, in its name and in a last line. The second sheet of a
    workbook says above its lines which criteria of the search it follows, and where it ends.
    """
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    wanted = Wanted.read(request.POST.get("criteria", ""))
    if wanted is None:
        raise Http404
    is_csv = request.POST.get("kind") == "csv"
    with transaction.atomic():
        look = _look_up(view, wanted, reason="download of staff", at=now)
        found = _Found(look, own=view.number)
        days = None if is_csv else DaysInFile(view, wanted, look.staff, look.people, now)
        if days is None:
            file = render_csv(_titles(), found.lines())
        else:
            file = render_xlsx(
                Sheet(_("Check-ins"), _titles(), found.lines()),
                Sheet(_("By worker and day"), titles_of_days(), days, note=days.note),
            )
        lines = 0 if days is None else days.count
        append_event(
            "checkin:exported", at=now, actor=actor_name(stay), company=view.number, rows=found.count, days=lines
        )
    name = f"check-ins-{wanted.first:%Y%m%d}-{wanted.last:%Y%m%d}"
    if look.is_capped or (days is not None and days.is_cut):
        name += f"-first-{found.count if look.is_capped else lines}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{"csv" if is_csv else "xlsx"}"'}
    return stream_file(file, media_type=CSV_TYPE if is_csv else XLSX_TYPE, headers=headers)


def _look_up(view: CompanyView, wanted: Wanted, *, reason: str, at: datetime) -> PresenceLookUp:
    """Search among the company's own staff, or all whom it sees; the setting decides whether that is more.

    Its own are also those whom it registered by a Limosa number alone, for no employer.
    """
    asker = view.asker(reason)
    if wanted.is_of_own_staff:
        asker = replace(asker, sees_subcontractors=False)
    return PresenceLookUp(wanted, asker, at)


@dataclass(slots=True)
class _Found:
    """The lines of a file for the company `own`, read as they are written; `count` says afterwards how many there were."""

    look: PresenceLookUp
    own: str
    count: int = 0
    _capacity: Callable[[str, str], str] = field(default_factory=lambda: cache(told_capacity))
    _channel: Callable[[str], str] = field(default_factory=lambda: cache(_channel_told))
    _remarks: Callable[[tuple[str, ...]], str] = field(default_factory=lambda: cache(_remarks_told))

    def lines(self) -> Iterator[Sequence[Cell]]:
        """Yield the lines, and a last one where there is more."""
        for found in self.look.walk():
            self.count += len(found)
            workers = self.look.staff.workers_of({each.record.person_id for each in found})
            for each in found:
                is_own = staffed_by(each.record) == self.own
                yield self._line(each, number=told_number(workers.get(each.record.person_id), is_own=is_own))
        if self.look.is_capped:
            yield [first_of_more(self.count), *[""] * (len(_titles()) - 1)]

    def _line(self, each: Shown, *, number: str) -> Sequence[Cell]:
        row = each.record
        return [
            str(row.number),
            row.registration_date,
            each.word,
            row.event_at,
            each.name,
            number,
            row.employer,
            self._capacity(row.known_capacity, row.known_capacity_source),
            row.work_place,
            each.place,
            each.state,
            self._remarks(tuple(row.remarks)),
            row.received_at,
            self._channel(row.channel),
        ]


def _channel_told(channel: str) -> str:
    return str(CHANNELS[channel])


def _remarks_told(names: tuple[str, ...]) -> str:
    return "; ".join(str(Remark[name]) for name in names)


def _titles() -> list[str]:
    return [
        _("Receipt number"), _("Day"), _("What"), _("Time"), _("Name"), _("National number"), _("Employer"), _("Capacity"),
        _("Number of the work place"), _("Work place"), _("State"), _("Remarks"), _("Reached us"), _("Channel"),
    ]  # fmt: skip
