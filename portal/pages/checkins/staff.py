"""One registration of a company's staff: its history, what can be done about it, and withdrawing a day (§2.1, §3)."""

from collections.abc import Iterable
from datetime import date, datetime
from http import HTTPStatus

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceQuestion
from domain.checkins.codes import RefusalCode
from domain.checkins.outcomes import Declarant
from domain.checkins.seeing import Sight
from domain.checkins.vocabulary import ClockingChannel, EventType
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.asked_about import AskedAbout, look_at_request
from portal.pages.checkins.brought import Reader
from portal.pages.checkins.choices import bare_names, places_by_number
from portal.pages.checkins.company_view import CompanyView, require_declaring, require_sight
from portal.pages.checkins.day_cancelling import DayToCancel, ask_and_cancel
from portal.pages.checkins.misfits import beside
from portal.pages.checkins.names import name_of_staff, staff_names
from portal.pages.checkins.own_presences import is_cancelled, is_event
from portal.pages.checkins.remarked import remarks_told
from portal.pages.checkins.reported import reported_in
from portal.pages.checkins.shown import (
    WorkerNumbers,
    companies_in,
    facts_of,
    sentence_of,
    steps_of,
    title_of,
    versions_of,
)
from portal.pages.checkins.words import STATES, told_refusals
from portal.pages.parts import Action, SummaryRow
from portal.pages.permissions import person_of
from portal.pages.routing import Context, page
from registers.checkins.bringers import is_bringers, is_of_staff, may_withdraw, withdrawn_by
from registers.checkins.correction_lists import corrections_asked_for, corrections_of_companies
from registers.checkins.missing_in_windows import InWindow, lacks_its_check_in, read_in_window
from registers.checkins.missing_out_windows import OutWindow, lacks_its_check_out, out_window, read_out_window
from registers.checkins.models import Correction, Presence
from registers.checkins.sector_rules import SectorRules, last_day_to_cancel, read_rules
from registers.checkins.sight import is_subcontracted
from registers.checkins.standing import companies_of
from registers.checkins.versions import newest_of, read_newest_version


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Show a registration of the staff that the company sees, with its history; anybody else's looks like none."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    with transaction.atomic(savepoint=False):
        versions = versions_of(number)
        newest = newest_of(versions)
        companies = _companies(view, newest, at=now)
        row = _seen(view, newest, companies)
        if row is not None:
            view.note(PresenceQuestion.ONE, [row.person_id], at=now, about=str(number), reason="one registration")
    if row is None:
        raise Http404
    state, colour = STATES[row.status]
    places = places_by_number({each.work_place for each in versions})
    names = bare_names(companies_in(versions), known=view.names)
    numbers = WorkerNumbers.of(row) if is_of_staff(row, view.number) else None
    facts = [
        SummaryRow(_("Name"), name_of_staff(row, numbers)),
        *(numbers.told() if numbers else ()),
        *facts_of(row, places.get(row.work_place), names, reader=Reader.ANOTHER),
    ]
    asked = AskedAbout.read(row, among=_requests_seen(view, row, companies))
    values = {
        "title": title_of(row),
        "state": state,
        "colour": colour,
        "facts": facts,
        "remarks": remarks_told(row),
        "steps": steps_of(versions, places, names, reader=Reader.ANOTHER),
        "reported": reported_in(row) if is_of_staff(row, view.number) else [],
        "may_close": view.may_declare,
        "back": reverse("presences-search"),
        "back_title": _("Days and periods"),
        "corrections": asked.lines("correction-one"),
        **_what_to_do(view, row, companies, asked, at=now),
    }
    return render(request, "checkins/one.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Ask why, and withdraw a day that the company or its worker registered; what stands against it is told instead of the question."""
    now = SystemClock().now()
    view = require_declaring(stay, at=now)
    with transaction.atomic():
        row = find_seen(view, number, at=now)
        view.note(PresenceQuestion.ONE, [row.person_id], at=now, about=str(number), reason="cancels a day")
    if is_event(row):
        raise Http404
    by = Declarant(
        Environment.PRODUCTION, ClockingChannel.PORTAL, person_id=person_of(stay), enterprise_number=view.number
    )
    name = staff_names([row.person_id], employers={row.person_id: row.employer})[row.person_id]
    day = DayToCancel(row, by, then=reverse("presence", args=[number]), name=name)
    last = last_day_to_cancel(row)
    against = _code_against(view, row, _companies(view, row, at=now), last=last, at=now)
    if request.method == "POST" or against is None:
        return ask_and_cancel(request, day, at=now)
    values = {
        "title": _("Cancel this day"),
        "told": sentence_of(row, name=name),
        "refusal": told_refusals([against]),
        "until": _was_possible(last) if against is RefusalCode.TOO_LATE_TO_CANCEL else "",
        "back": day.then,
    }
    return render(request, "checkins/not_cancelled.html", values, status=HTTPStatus.CONFLICT)


def find_of_staff(view: CompanyView, number: int) -> Presence:
    """Return the newest version of a registration of the company's staff; Http404 for any other."""
    row = read_newest_version(number, environment=Environment.PRODUCTION)
    if row is None or not is_of_staff(row, view.number):
        raise Http404
    return row


def find_seen(view: CompanyView, number: int, *, at: datetime) -> Presence:
    """Return the same also of what the company registered for others, and of subcontractors' staff where it sees it."""
    found = read_newest_version(number, environment=Environment.PRODUCTION)
    row = _seen(view, found, _companies(view, found, at=at))
    if row is None:
        raise Http404
    return row


def _seen(view: CompanyView, row: Presence | None, companies: frozenset[str]) -> Presence | None:
    """Return the row where the company sees it, else None."""
    if row is None or is_of_staff(row, view.number):
        return row
    if row.brought_by == view.number and is_bringers(row, companies, environment=Environment.PRODUCTION):
        return row
    is_below = is_subcontracted(row, view.asker("one registration"), environment=Environment.PRODUCTION)
    return row if is_below else None


def _requests_seen(view: CompanyView, row: Presence, companies: frozenset[str]) -> QuerySet[Correction]:
    """Return out of which requests the company sees those about the row: of others' staff what it asked for itself."""
    if is_of_staff(row, view.number):
        return corrections_of_companies({view.number}, environment=Environment.PRODUCTION)
    return corrections_asked_for(view.number, mandated=companies, environment=Environment.PRODUCTION)


def _what_to_do(
    view: CompanyView, row: Presence, companies: frozenset[str], asked: AskedAbout, *, at: datetime
) -> dict[str, object]:
    """Return what can be done about it when it is wrong, and until when: events are corrected, days cancelled."""
    if not view.may_declare or is_cancelled(row):
        return {"actions": [], "told": ""}
    return _with_event(view, row, asked, at=at) if is_event(row) else _with_day(view, row, companies, at=at)


def _with_event(view: CompanyView, row: Presence, asked: AskedAbout, *, at: datetime) -> dict[str, object]:
    """Offer what is not asked for yet; what waits is to be looked at in its place."""
    nothing: dict[str, object] = {"actions": [], "told": ""}
    if not is_of_staff(row, view.number):
        return nothing
    rules, today = read_rules(Environment.PRODUCTION), brussels_date(at)
    last, window = rules.last_day_to_correct(row), _window_beside(row, rules=rules, at=at)
    last_beside = last if window is None else window.last
    if today > max(last, last_beside):
        return nothing
    actions, is_open = list[Action](), False
    if today <= last:
        correcting = Action(_("Ask for a correction"), reverse("correction-new", args=[row.number]))
        actions.append(correcting if asked.waiting is None else _to_look_at(asked.waiting))
        is_open = asked.waiting is None
    there = beside(row, at=at) if today <= last_beside else None
    if there is not None and there.is_alone:
        waiting = asked.waiting_beside(there)
        actions += _for_missing(row, asked.waiting_farther(there)) if waiting is None else [_to_look_at(waiting)]
        is_open = is_open or waiting is None
    if not actions:
        return nothing
    if not is_open:
        return {"actions": actions, "told": told_refusals([RefusalCode.CORRECTION_PENDING])}
    is_missing = there is not None and there.is_alone
    other = _of_what_is_missing(window, last) if is_missing else ""
    return {"actions": actions, "told": _until_when(last, other, on=today)}


def _window_after(row: Presence, *, rules: SectorRules) -> OutWindow:
    """Return until when the check-out after a check-in is asked for; one query where it is known to be missing, or none."""
    limits = checkin_counter().limits.days
    if lacks_its_check_out(row):
        return read_out_window(row, rules=rules, limits=limits)
    return out_window(row, sector=row.sector, rules=rules, limits=limits)


def _until_when(last: date, other: str, *, on: date) -> str:
    """Return until when what can be asked for is; `other` tells it of what is missing beside it, empty for nothing else."""
    asked = _("You can ask for a correction until %(day)s, with evidence.") % {"day": date_format(last, _("j F Y"))}
    return " ".join(told for told in (asked if on <= last else "", other) if told)


def _window_beside(row: Presence, *, rules: SectorRules, at: datetime) -> OutWindow | InWindow | None:
    """Return until when what may be missing beside an event is asked for; None beside a check-out that lacks nothing."""
    if row.event_type == EventType.IN:
        return _window_after(row, rules=rules)
    limits = checkin_counter().limits.days
    return read_in_window(row, rules=rules, limits=limits, at=at) if lacks_its_check_in(row) else None


def _of_what_is_missing(window: OutWindow | InWindow | None, last: date) -> str:
    """Return until when that is asked for where it is another day than `last`, on either side of midnight; empty where it is none."""
    told = list[str]()
    if isinstance(window, OutWindow) and window.last > last:
        told.append(_("For a check-out after midnight: until %(day)s.") % {"day": date_format(window.last, _("j F Y"))})
    if isinstance(window, InWindow):
        if window.until not in {last, None}:
            same = _("For a check-in of the same day: until %(day)s.")
            told.append(same % {"day": date_format(window.until, _("j F Y"))})
        if window.before is not None and not window.is_of(last):
            before = _("For a check-in of the day before: until %(day)s.")
            told.append(before % {"day": date_format(window.before, _("j F Y"))})
    return " ".join(told)


def _for_missing(row: Presence, farther: Iterable[Correction]) -> list[Action]:
    """Offer to ask for the event that is missing beside it, after what waits farther off, which may be the same one."""
    is_in = row.event_type == EventType.IN
    text = _("Ask for the missing check-out") if is_in else _("Ask for the missing check-in")
    return [*map(_to_look_at, farther), Action(text, reverse("correction-missing-event", args=[row.number]))]


def _to_look_at(waiting: Correction) -> Action:
    return look_at_request(waiting.number, "correction-one")


def _with_day(view: CompanyView, row: Presence, companies: frozenset[str], *, at: datetime) -> dict[str, object]:
    last = last_day_to_cancel(row)
    match _code_against(view, row, companies, last=last, at=at):
        case None:
            told = _(
                "You can cancel it until %(day)s. If the day or the place is wrong, cancel it: your program, or the worker himself, registers the right one."
            )
            cancelling = Action(_("Cancel this day"), reverse("presence-cancellation", args=[row.number]))
            return {"actions": [cancelling], "told": told % {"day": date_format(last, _("j F Y"))}}
        case RefusalCode.TOO_LATE_TO_CANCEL:
            return {"actions": [], "told": _was_possible(last)}
        case code:
            return {"actions": [], "told": told_refusals([code])}


def _is_of_own(view: CompanyView, row: Presence) -> bool:
    """Whether the company itself, or its worker, registered its own staff: then nobody's mandate matters."""
    return row.employer == view.number and row.brought_by in {"", view.number}


def _companies(view: CompanyView, row: Presence | None, *, at: datetime) -> frozenset[str]:
    """Return for whom the company stands where that matters, which is for others' staff; one query, none for its own."""
    if row is None or is_of_staff(row, view.number):
        return frozenset({view.number})
    return companies_of(view.number, environment=Environment.PRODUCTION, at=at)


def _was_possible(last: date) -> str:
    return _("It could be cancelled until %(day)s.") % {"day": date_format(last, _("j F Y"))}


def _code_against(
    view: CompanyView, row: Presence, companies: frozenset[str], *, last: date, at: datetime
) -> RefusalCode | None:
    """Return what the register would say against withdrawing the day, in its order; None for nothing."""
    if not _is_of_own(view, row) and not _may_withdraw(view, row, companies, at=at):
        return RefusalCode.NOT_YOURS_TO_CANCEL
    if is_cancelled(row):
        return RefusalCode.ALREADY_CANCELLED
    return RefusalCode.TOO_LATE_TO_CANCEL if brussels_date(at) > last else None


def _may_withdraw(view: CompanyView, row: Presence, companies: frozenset[str], *, at: datetime) -> bool:
    if is_of_staff(row, view.number):
        return may_withdraw(row, view.number, environment=Environment.PRODUCTION, at=at)
    return bool(withdrawn_by([row], companies, environment=Environment.PRODUCTION, at=at))
