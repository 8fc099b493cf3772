"""The days of a company's staff, a line for each worker, day and work place: first in, breaks, last out, and the time between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from auth.models import Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceQuestion
from domain.checkins.searches import MOST_DOWNLOADED
from domain.checkins.seeing import Sight
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.pages.checkins.choices import place_title, places_by_number
from portal.pages.checkins.company_view import CompanyView, require_sight
from portal.pages.checkins.names import Listed, staff_by_receipt
from portal.pages.checkins.sheets import Cell
from portal.pages.checkins.wanted import Wanted
from portal.pages.instants import time_told
from portal.pages.listings import Column, list_rows
from portal.pages.routing import Context, page
from registers.checkins.days_of_staff import spells_of_staff
from registers.checkins.models import Spell, SpellState

_PAGE_SIZE = 50
_AT_ONCE = 500
_COLUMNS = (
    Column("day", gettext_lazy("Day"), ("-work_date", "person_id", "started_at")),
    Column("name", gettext_lazy("Name")),
    Column("place", gettext_lazy("Work place"), ("work_place", "-work_date", "person_id", "started_at")),
    Column("in", gettext_lazy("First check-in")),
    Column("breaks", gettext_lazy("Breaks")),
    Column("out", gettext_lazy("Last check-out")),
    Column("time", gettext_lazy("Time without breaks")),
)


@dataclass(frozen=True, slots=True)
class WorkerDay:
    """A worker's day at a place with its words; `receipt` is the number of the first check-in, `time` hours and minutes.

    `ended_at` and `time` are empty as long as no check-out is known; `standing` says then what that means.
    """

    receipt: int
    day: date
    name: str
    work_place: str
    place: str
    started_at: datetime
    breaks: str
    ended_at: datetime | None
    time: str
    standing: str


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """List the days of the company's staff, by the days, work place, company and worker of a search."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    wanted = Wanted.read(request.GET.get("c", "")) or Wanted.on(brussels_date(now))
    with transaction.atomic(savepoint=False):
        spells = _spells(view, wanted)
        listed = list_rows(request, spells, columns=_COLUMNS, order="day", page_size=_PAGE_SIZE)
        people = [row.person_id for row in listed.rows]  # type: ignore[attr-defined]
        view.note(PresenceQuestion.SEARCH, people, at=now, about=wanted.place, reason="days of staff")
    days = _told(listed.rows, view)  # type: ignore[arg-type]
    for row, day in zip(listed.rows, days, strict=True):
        row.told = day  # type: ignore[attr-defined]
    return render(request, "checkins/worker_days.html", {"days": listed, "criteria": wanted.word})


def titles_of_days() -> list[str]:
    """Return the titles of the columns of a file."""
    return [
        _("Receipt number"), _("Day"), _("Name"), _("Number of the work place"), _("Work place"),
        _("First check-in"), _("Breaks"), _("Last check-out"), _("Time without breaks"), _("State"),
    ]  # fmt: skip


def lines_of_days(view: CompanyView, wanted: Wanted, *, seen: set[int], at: datetime) -> Iterator[Sequence[Cell]]:
    """Yield the lines of a file, 50,000 at most; the look at whoever is not among the `seen` is recorded, in one transaction."""
    spells = _spells(view, wanted).order_by("work_date", "person_id", "started_at")[:MOST_DOWNLOADED]
    rows: list[Spell] = []
    for row in spells.iterator(chunk_size=_AT_ONCE):
        rows.append(row)
        if len(rows) == _AT_ONCE:
            yield from _lines(rows, view, seen=seen, at=at)
            rows = []
    yield from _lines(rows, view, seen=seen, at=at)


def _lines(rows: Sequence[Spell], view: CompanyView, *, seen: set[int], at: datetime) -> Iterator[Sequence[Cell]]:
    if fresh := {row.person_id for row in rows} - seen:
        view.note(PresenceQuestion.SEARCH, sorted(fresh), at=at, reason="download of days of staff")
        seen |= fresh
    for one in _told(rows, view):
        yield [
            str(one.receipt),
            one.day,
            one.name,
            one.work_place,
            one.place,
            one.started_at,
            one.breaks,
            one.ended_at,
            one.time,
            one.standing,
        ]


def _spells(view: CompanyView, wanted: Wanted) -> QuerySet[Spell]:
    return spells_of_staff(
        view.number,
        wanted.periods,
        environment=Environment.PRODUCTION,
        employer=wanted.company,
        work_place=wanted.place,
        person_id=wanted.person_id,
    )


def _told(rows: Sequence[Spell], view: CompanyView) -> list[WorkerDay]:
    names = staff_by_receipt((Listed(row.first_in, row.person_id, view.number) for row in rows), own=view.number)
    places = places_by_number({row.work_place for row in rows})
    standings = {SpellState.OPEN: _("no check-out yet"), SpellState.MISSING_OUT: _("check-out missing")}
    return [
        WorkerDay(
            receipt=row.first_in,
            day=row.work_date,
            name=names[row.first_in],
            work_place=row.work_place,
            place=place_title(places.get(row.work_place), row.work_place),
            started_at=row.started_at,
            breaks=", ".join(_break_told(start, end, row.work_date) for start, end in _breaks(row)),
            ended_at=row.ended_at,
            time=_time_told(row),
            standing=standings.get(SpellState(row.state), ""),
        )
        for row in rows
    ]


def _breaks(row: Spell) -> list[tuple[datetime, datetime]]:
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in row.breaks]


def _break_told(start: datetime, end: datetime, on: date) -> str:
    return f"{time_told(start, on=on)}–{time_told(end, on=brussels_date(start))}"  # noqa: RUF001 - the dash of a range


def _time_told(row: Spell) -> str:
    if row.ended_at is None:
        return ""
    time = row.ended_at - row.started_at - sum((end - start for start, end in _breaks(row)), timedelta())
    hours, minutes = divmod(time // timedelta(minutes=1), 60)
    return f"{hours}:{minutes:02}"
