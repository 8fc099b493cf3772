"""The days of a company's staff, a line for each worker, day and work place: first in, breaks, last out, and the time between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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
from portal.pages.checkins.cells import Cell
from portal.pages.checkins.choices import place_title, places_by_number
from portal.pages.checkins.company_view import CompanyView, require_sight
from portal.pages.checkins.names import KnownStaff, Listed
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
    days = _told(listed.rows, view, KnownStaff(view.number))  # type: ignore[arg-type]
    for row, day in zip(listed.rows, days, strict=True):
        row.told = day  # type: ignore[attr-defined]
    values = {"days": listed, "criteria": wanted.word, "is_of_one_worker": wanted.is_of_one_worker}
    return render(request, "checkins/worker_days.html", values)


def titles_of_days() -> list[str]:
    """Return the titles of the columns of a file."""
    return [
        _("Receipt number"), _("Day"), _("Name"), _("Number of the work place"), _("Work place"),
        _("First check-in"), _("Breaks"), _("Last check-out"), _("Time without breaks"), _("State"),
    ]  # fmt: skip


@dataclass(slots=True)
class DaysInFile:
    """The lines of a file, 50,000 at most, for who looks as the company of `view`; `count` says afterwards how many there were.

    In one transaction, in which the look at whoever is not among the `seen` is recorded.
    """

    view: CompanyView
    wanted: Wanted
    staff: KnownStaff
    seen: set[int]
    at: datetime
    spells: QuerySet[Spell] = field(init=False)
    is_cut: bool = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.spells = _spells(self.view, self.wanted).order_by("work_date", "person_id", "started_at")
        self.is_cut = self.spells[: MOST_DOWNLOADED + 1].count() > MOST_DOWNLOADED

    @property
    def note(self) -> str:
        """What is said above the lines: what they follow, and where they end."""
        told = _(
            "Days of your own staff by the days, work place, company and worker of the search; its other criteria are not followed."
        )
        return f"{told} {first_of_more(MOST_DOWNLOADED)}" if self.is_cut else told

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        """Yield the lines and count them."""
        rows: list[Spell] = []
        for row in self.spells[:MOST_DOWNLOADED].iterator(chunk_size=_AT_ONCE):
            rows.append(row)
            if len(rows) == _AT_ONCE:
                yield from self._lines(rows)
                rows = []
        yield from self._lines(rows)

    def _lines(self, rows: Sequence[Spell]) -> Iterator[Sequence[Cell]]:
        self.count += len(rows)
        if fresh := {row.person_id for row in rows} - self.seen:
            self.view.note(PresenceQuestion.SEARCH, sorted(fresh), at=self.at, reason="download of days of staff")
            self.seen |= fresh
        for one in _told(rows, self.view, self.staff):
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


def first_of_more(count: int) -> str:
    """Return what a file that does not hold all says of it."""
    return _("These are the first %(count)s of more: search for fewer days or with more criteria.") % {"count": count}


def _spells(view: CompanyView, wanted: Wanted) -> QuerySet[Spell]:
    return spells_of_staff(
        view.number,
        wanted.periods,
        environment=Environment.PRODUCTION,
        employer=wanted.company,
        work_place=wanted.place,
        person_id=wanted.person_id,
    )


def _told(rows: Sequence[Spell], view: CompanyView, staff: KnownStaff) -> list[WorkerDay]:
    names = staff.by_receipt(Listed(row.first_in, row.person_id, view.number) for row in rows)
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
