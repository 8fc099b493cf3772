"""An employer's first page of check-ins: who is on site now, whose check-out is missing, what workers reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, DateField, QuerySet, Value
from django.db.models.functions import Cast
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
from domain.checkins.asking import PresenceQuestion
from domain.checkins.seeing import Sight
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import place_of_each, place_read, place_title, places_by_number
from portal.pages.checkins.company_view import (
    CompanyView,
    require_sight,
    view_of,
)
from portal.pages.checkins.here import Since
from portal.pages.checkins.names import Listed, staff_by_receipt
from portal.pages.checkins.words import told_days_by
from portal.pages.listings import Column, list_found, list_rows
from portal.pages.parts import Section
from portal.pages.routing import Context, page
from registers.checkins.correction_lists import missing_asked_for, requests_read
from registers.checkins.correction_windows import last_day_of_out, last_days_of_missing_out
from registers.checkins.error_reports import open_reports
from registers.checkins.missing_out_windows import read_rules_and_sectors
from registers.checkins.missing_outs import missing_outs_by_day, missing_outs_of
from registers.checkins.models import Spell
from registers.checkins.on_site import list_staff_on_site
from registers.checkins.pending_corrections import Unended, outs_asked_for
from registers.checkins.sector_rules import SectorRules, read_rules

_SHOWN = 50
_LONGEST_PLACE = 20
_MISSING = (
    Column("day", gettext_lazy("Day"), ("-work_date", "-started_at")),
    Column("name", gettext_lazy("Name")),
    Column("place", gettext_lazy("Work place")),
    Column("since", gettext_lazy("Checked in at")),
    Column("what", gettext_lazy("What you can do")),
)


@dataclass(frozen=True, slots=True)
class OnSite:
    """Somebody who is at a work place now, or at several, where he is registered for the day."""

    receipt: int
    name: str
    places: Sequence[str]
    since: Since


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show who of the company's staff is on site now, with what waits; to an access manager, where things are set up."""
    now = SystemClock().now()
    view = view_of(stay, at=now)
    today, rules = brussels_date(now), read_rules(Environment.PRODUCTION)
    ways = _ways(view, days=told_days_by(rules, on=today))
    values: dict[str, object] = {"sees_staff": view.sees(Sight.OWN_STAFF), "ways": ways}
    if view.sees(Sight.OWN_STAFF):
        asked = _StaffNow(view, request.GET.get("place", ""), now)
        on_site = list_found(request, asked.read, page_size=_SHOWN)
        values |= {
            "on_site": on_site,
            "in_doubt": any(each.since.is_in_doubt for each in on_site.rows),  # type: ignore[attr-defined]
            "looked_at": now,
            "present": asked.everywhere,
            "place": asked.place,
            **_count_what_waits(view, rules, on=today),
        }
    return render(request, "checkins/company.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def missing(request: HttpRequest, stay: Session) -> HttpResponse:
    """List whose check-out is missing."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    with transaction.atomic(savepoint=False):
        spells = missing_outs(view).annotate(asked=missing_asked_for(), told_place=place_of_each())
        listed = list_rows(request, spells, columns=_MISSING, order="day")
        rows: Sequence[Spell] = listed.rows  # type: ignore[assignment]
        view.note(PresenceQuestion.MISSING_OUT, [row.person_id for row in rows], at=now, reason="missing check-outs")
    names = staff_by_receipt((Listed(row.last_in, row.person_id, view.number) for row in rows), own=view.number)
    asked, limits = _asked_for(rows), checkin_counter().limits.days
    rules, sectors = read_rules_and_sectors(rows, environment=Environment.PRODUCTION)
    for row in rows:
        place = place_read(row.told_place)  # type: ignore[attr-defined]
        came, left = brussels_date(row.last_in_at), last_day_of_out(row.last_in_at, limits=limits)
        until, last = last_days_of_missing_out(came, left, sector=sectors[row.first_in], rules=rules)
        row.name = names[row.last_in]  # type: ignore[attr-defined]
        row.place_name = place_title(place, row.work_place)  # type: ignore[attr-defined]
        row.is_asked_for = row.last_in in asked  # type: ignore[attr-defined]
        row.until = date_format(until, _("j F Y"))  # type: ignore[attr-defined]
        row.last_day = date_format(last, _("j F Y"))  # type: ignore[attr-defined]
        row.may_be_later = last > until  # type: ignore[attr-defined]
        row.is_too_late = brussels_date(now) > last  # type: ignore[attr-defined]
        row.may_ask = view.may_declare  # type: ignore[attr-defined]
    values = {"spells": listed, "days": told_days_by(rules, on=brussels_date(now))}
    return render(request, "checkins/missing.html", values)


def _asked_for(rows: Sequence[Spell]) -> frozenset[int]:
    """Return after which check-ins the check-out is asked for already, by receipt number."""
    unended = [Unended(row.last_in, row.person_id, row.employer, row.work_place, row.last_in_at) for row in rows]
    among = [request for row in rows for request in requests_read(row.asked)]  # type: ignore[attr-defined]
    return outs_asked_for(unended, among, environment=Environment.PRODUCTION, limits=checkin_counter().limits.days)


def missing_outs(view: CompanyView) -> QuerySet[Spell]:
    """Return the spells of the company's staff whose check-out is missing."""
    return missing_outs_of(view.number, environment=Environment.PRODUCTION)


def _count_what_waits(view: CompanyView, rules: SectorRules, *, on: date) -> dict[str, int]:
    """Return how many missing check-outs can still be asked for, and how many reports are open; one query beside that of `missing_outs`."""
    since = rules.first_day_to_correct(on)
    limits = checkin_counter().limits.days
    environment = Environment.PRODUCTION
    missing = missing_outs_by_day(view.number, environment=environment, since=since, on=on, limits=limits)
    reported = (
        open_reports(view.number)
        .values(day=Cast(Value(None), DateField()), left=Cast(Value(None), DateField()), sector=Value(""))
        .annotate(count=Count("*"))
    )
    waits = {"missing": 0, "reported": 0}
    for day, left, sector, count in missing.union(reported.values_list("day", "left", "sector", "count"), all=True):
        if day is None:
            waits["reported"] += count
            continue
        _until, last = last_days_of_missing_out(day, left, sector=sector, rules=rules)
        waits["missing"] += count if on <= last else 0
    return waits


@dataclass(slots=True)
class _StaffNow:
    """The company's staff on site, at any work place or at the one that was typed; `everywhere` is afterwards how many there are."""

    view: CompanyView
    typed: str
    at: datetime
    everywhere: int = 0

    @property
    def place(self) -> str:
        """The number of the work place as it is looked for; empty for any, also where what was typed cannot be one."""
        number = "".join(self.typed.split()).upper()
        return number[:_LONGEST_PLACE] if number.isalnum() else ""

    def read(self, first_row: int, size: int) -> tuple[int, Sequence[OnSite]]:
        """Return how many people are there, and a part of them; the look at these is on record."""
        now = list_staff_on_site(
            self.view.number,
            environment=Environment.PRODUCTION,
            asker=self.view.asker("staff on site now"),
            at=self.at,
            most=size,
            first_row=first_row,
            work_place=self.place,
            limits=checkin_counter().limits.days,
        )
        self.everywhere = now.everywhere
        own = self.view.number
        names = staff_by_receipt((Listed(one.registration_id, one.person_id, own) for one in now.people), own=own)
        places = places_by_number({number for one in now.people for number in one.work_place_ids})
        return now.present, [
            OnSite(
                one.registration_id,
                names[one.registration_id],
                sorted(place_title(places.get(number), number) for number in one.work_place_ids),
                Since(one.since, one.standing),
            )
            for one in now.people
        ]


def _ways(view: CompanyView, *, days: str) -> list[Section]:
    ways = []
    if view.sees(Sight.OWN_STAFF):
        ways += [
            Section(
                _("Days and periods"), reverse("presences-search"), told=_("Search registrations, and download them")
            ),
            Section(_("Missing check-outs"), reverse("presences-missing"), told=_("Who checked in and never out")),
            Section(
                _("Complete and on time"),
                reverse("presences-completeness"),
                told=_("The last 31 days, or a month, in numbers"),
            ),
            Section(_("Reported errors"), reverse("presences-reports"), told=_("What workers say is wrong")),
            Section(
                _("Corrections"),
                reverse("corrections"),
                told=_("Asked for within %(days)s days, with evidence") % {"days": days},
            ),
        ]
    told = _("Parties, numbers present, QR codes") if view.sees(Sight.OWN_STAFF) else _("Parties, QR codes")
    ways.append(Section(_("Work places"), reverse("work-places"), told=told))
    if view.sees(Sight.MEANS):
        ways.append(
            Section(_("Means of registration"), reverse("means"), told=_("Of subcontractors and temporary workers"))
        )
    return ways
