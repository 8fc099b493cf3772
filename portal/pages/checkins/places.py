"""Work places of a company: its parties and how many are there, the QR code for the door, the list for an evacuation."""

from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial

import segno
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from auth.models import Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceAskerKind, SiteNumbers
from domain.checkins.seeing import SEEN, Sight, Viewer, sights_of
from domain.checkins.vocabulary import PresenceKind, Sector
from domain.environments import Environment
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import place_title
from portal.pages.checkins.company_view import CompanyView, actor_name, view_of
from portal.pages.checkins.here import listed_here
from portal.pages.checkins.lists_kept import offline_path
from portal.pages.checkins.looks import asker_of
from portal.pages.checkins.names import staff_by_receipt
from portal.pages.checkins.parties import parties_of
from portal.pages.checkins.words import SECTORS
from portal.pages.listings import Column, Rows, list_rows
from portal.pages.routing import Context, page
from registers.checkins.means_reading import without_means
from registers.checkins.models import PartyRole, WorkPlace, WorkPlaceParty
from registers.checkins.on_site import count_on_site, list_on_site
from registers.checkins.sector_rules import read_rules

_COLUMNS = (
    Column("name", gettext_lazy("Work place"), ("name", "number")),
    Column("number", gettext_lazy("Number")),
    Column("sector", gettext_lazy("Sector"), ("sector", "name")),
    Column("until", gettext_lazy("Until"), ("valid_until", "name")),
)
_VIEWERS = {
    PartyRole.CLIENT: Viewer.CLIENT,
    PartyRole.DECLARANT: Viewer.CONTRACTOR,
    PartyRole.CONTRACTOR: Viewer.CONTRACTOR,
    PartyRole.SUBCONTRACTOR: Viewer.CONTRACTOR,
}


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """List the work places that the company declared, ordered or works at."""
    now = SystemClock().now()
    view = view_of(stay, at=now)
    listed = list_rows(request, _places_of(view, on=brussels_date(now)), columns=_COLUMNS, order="name", search=_search)
    for row in listed.rows:
        row.sector_word = SECTORS[row.sector]  # type: ignore[attr-defined]
    return render(request, "checkins/work_places.html", {"places": listed})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show a work place: its parties, and how many of each are there now; no name of a person."""
    now = SystemClock().now()
    view = view_of(stay, at=now)
    place, sights = _find(view, number, on=brussels_date(now))
    numbers = _numbers(place, at=now) if Sight.NUMBERS_PRESENT in sights else SiteNumbers(0, 0, ())
    counts = Counter({one.company: one.present for one in numbers.by_company})
    values = {
        "place": place,
        "sector": SECTORS[place.sector],
        "parties": parties_of(place, counts, on=brussels_date(now)) if Sight.PARTIES in sights else None,
        "present": numbers.present,
        "on_break": numbers.on_break,
        "begins": None if Sight.PARTIES in sights else _begins(view, place, on=brussels_date(now)),
        "sees_numbers": Sight.NUMBERS_PRESENT in sights,
        "sees_names": Sight.LIVE_LIST in sights,
        "sees_presences": view.sees(Sight.OWN_STAFF),
        "without_means": _without_means(view, place, on=brussels_date(now)) if Sight.PARTIES in sights else frozenset(),
        "may_set_up": view.may_set_up,
        "looked_at": now,
    }
    return render(request, "checkins/work_place.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def qr_code(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show the sheet for the door: whoever scans it checks in here; it tells staff how one registers in the sector."""
    now = SystemClock().now()
    place, _sights = _find(view_of(stay, at=now), number, on=brussels_date(now))
    link = f"{settings.GUICHET.web.public_url}{reverse('check-in-at', args=[place.number])}"
    sector, rules = Sector(place.sector), read_rules(Environment.PRODUCTION)
    rule = rules.on(sector, brussels_date(now))
    values = {
        "place": place,
        "title": place_title(place, place.number),
        "code": _drawn(link),
        "link": link,
        "is_by_day": rule is not None and PresenceKind.EVENT not in rule.kinds,
        "days": rules.correction_days(sector, brussels_date(now)),
    }
    return render(request, "checkins/qr_code.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def live_list(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """List by name who is at a work place now, for whoever answers for it; each opening is written down."""
    now = SystemClock().now()
    view = view_of(stay, at=now)
    place, sights = _find(view, number, on=brussels_date(now))
    if Sight.LIVE_LIST not in sights:
        raise Http404
    with transaction.atomic():
        asker = asker_of(stay, PresenceAskerKind.CONTRACTOR, reason=f"live list ({view.number})")
        found = list_on_site(
            place.number,
            environment=Environment.PRODUCTION,
            asker=asker,
            at=now,
            limits=checkin_counter().limits.days,
        )
        append_event(
            "checkin:live_list:opened", at=now, actor=actor_name(stay), work_place=place.number, people=len(found)
        )
    values = {
        "title": place_title(place, place.number),
        "looked_at": now,
        "back": reverse("work-place", args=[place.number]),
        "back_title": place.name,
        "offline_path": offline_path(),
        **listed_here(found, names_of=partial(staff_by_receipt, own=view.number), known=view.names),
    }
    return render(request, "checkins/live_list.html", values)


def _places_of(view: CompanyView, *, on: date) -> QuerySet[WorkPlace]:
    own = Q(declarant=view.number) | Q(responsible=view.number)
    party = WorkPlaceParty.objects.filter(environment=Environment.PRODUCTION, enterprise=view.number).exclude(
        valid_until__lt=on
    )
    places = WorkPlace.objects.filter(environment=Environment.PRODUCTION)
    return places.filter(own | Q(pk__in=party.values("work_place_id"))).exclude(valid_until__lt=on - timedelta(days=31))


def _find(view: CompanyView, number: str, *, on: date) -> tuple[WorkPlace, frozenset[Sight]]:
    """Return a work place of the company with what it sees there; Http404 for others', which look like none.

    A company that is to become a party finds the place and its sheet for the door, and sees nothing there before its first day.
    """
    place = _places_of(view, on=on).filter(number=number).first()
    if place is None:
        raise Http404
    parts = place.parties.filter(enterprise=view.number, valid_from__lte=on).exclude(valid_until__lt=on)
    roles = parts.values_list("role", flat=True)
    viewers = {_VIEWERS[PartyRole(role)] for role in roles}
    if view.number == (place.responsible or place.declarant):
        viewers.add(Viewer.RESPONSIBLE)
    elif place.declarant == view.number:
        viewers.add(Viewer.CONTRACTOR)
    of_place = sights_of(viewers)
    if not view.sees(Sight.OWN_STAFF):  # an access manager sets things up, and sees no presence, nor how many there are
        of_place &= SEEN[Viewer.ACCESS_MANAGER]
    return place, of_place


def _begins(view: CompanyView, place: WorkPlace, *, on: date) -> date | None:
    """Return from which day on the company is a party, which it is not yet."""
    coming = place.parties.filter(enterprise=view.number, valid_from__gt=on)
    return coming.order_by("valid_from").values_list("valid_from", flat=True).first()


def _numbers(place: WorkPlace, *, at: datetime) -> SiteNumbers:
    limits = checkin_counter().limits.days
    return count_on_site(place.number, environment=Environment.PRODUCTION, at=at, limits=limits)


def _without_means(view: CompanyView, place: WorkPlace, *, on: date) -> frozenset[str]:
    """Return the subcontractors of the company there of whom it recorded no means, to who sees what is recorded."""
    if not view.sees(Sight.MEANS):
        return frozenset()
    lacking = without_means(view.number, on=on).filter(work_place=place)
    return frozenset(lacking.values_list("enterprise", flat=True))


def _drawn(link: str) -> SafeString:
    """Return the code as SVG without a size, so that paper and screen choose theirs."""
    return mark_safe(segno.make(link, error="q").svg_inline(omitsize=True, border=2))  # noqa: S308 - drawn by us


def _search(rows: Rows, words: str) -> Rows:
    return rows.filter(Q(name__icontains=words) | Q(number=words.upper()) | Q(municipality__icontains=words))
