"""Corrections that a company asks for its own staff, and self-employed people for themselves, with evidence."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from correspondence.ebox_alerts import alert_of
from domain.assurance import CHECKIN_LEVEL, AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceQuestion
from domain.checkins.items import Worker
from domain.checkins.seeing import Sight
from domain.checkins.vocabulary import Capacity, CorrectionState, EventType
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.asked_about import look_at_request
from portal.pages.checkins.asking import (
    CorrectionRefusedError,
    Missing,
    ask_for_correction,
    take_files,
    worker_declared,
    worker_of,
)
from portal.pages.checkins.choices import ForWhom, company_names
from portal.pages.checkins.company_view import CompanyView, require_declaring, require_sight
from portal.pages.checkins.correction_facts import told_decision
from portal.pages.checkins.correction_forms import (
    CorrectionForm,
    MissingEventForm,
    OwnUnknownEventForm,
    StaffUnknownEventForm,
)
from portal.pages.checkins.misfits import told_misfit
from portal.pages.checkins.names import staff_names
from portal.pages.checkins.own_presences import find_own, is_event, own_companies
from portal.pages.checkins.refused_requests import note_refused
from portal.pages.checkins.shown import sentence_of
from portal.pages.checkins.staff import find_of_staff
from portal.pages.checkins.words import CORRECTION_STATES, tell_refusals, told_days
from portal.pages.labelled import labelled
from portal.pages.listings import Column, list_rows
from portal.pages.parts import Action
from portal.pages.permissions import person_of
from portal.pages.routing import Context, page
from portal.pages.sending_once import make_once
from registers.checkins.correction_lists import correction_of_company, corrections_of_company
from registers.checkins.missing_in_windows import lacks_its_check_in, read_in_window
from registers.checkins.missing_out_windows import read_out_window
from registers.checkins.models import Correction, Presence
from registers.checkins.sector_rules import last_day_to_correct, read_rules

_COLUMNS = (
    Column("asked", gettext_lazy("Asked for"), ("-asked_at",)),
    Column("number", gettext_lazy("Number")),
    Column("name", gettext_lazy("Name")),
    Column("day", gettext_lazy("Registration date"), ("-registration_date",)),
    Column("state", gettext_lazy("State"), ("state", "-asked_at")),
)

_LONGEST_NUMBER = 15
"""A receipt number has so many digits at most."""


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """List what the company asked for, the newest first."""
    now = SystemClock().now()
    view = require_sight(stay, Sight.OWN_STAFF, at=now)
    with transaction.atomic():
        listed = list_rows(request, corrections_of(view, at=now), columns=_COLUMNS, order="asked")
        people = [row.person_id for row in listed.rows]  # type: ignore[attr-defined]
        view.note(PresenceQuestion.CORRECTION, people, at=now, reason="corrections of staff")
    names = staff_names(people, employers={row.person_id: row.employer for row in listed.rows})  # type: ignore[attr-defined]
    for row in listed.rows:
        row.name = names[row.person_id]  # type: ignore[attr-defined]
        row.word, row.colour = CORRECTION_STATES[row.state]  # type: ignore[attr-defined]
        row.told = told_decision(row)  # type: ignore[attr-defined, arg-type]
    days = told_days(Environment.PRODUCTION, on=brussels_date(now))
    return render(request, "checkins/corrections.html", {"corrections": listed, "days": days})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Ask for the correction of an event of the company's own staff."""
    now = SystemClock().now()
    view = require_declaring(stay, at=now)
    with transaction.atomic():
        row = find_of_staff(view, number)
        view.note(
            PresenceQuestion.CORRECTION, [row.person_id], at=now, about=str(number), reason="asks for a correction"
        )
    _require_open(row, on=brussels_date(now))
    form = CorrectionForm(request.POST or None, request.FILES or None, registered_at=row.event_at)
    back = reverse("presence", args=[number])
    asked = _Asked(
        stay, _("Ask for a correction"), company=view.number, back=back, told=(_staff_told(row), _what_to_give())
    )
    return _ask(request, form, lambda: row.number, asked, then=reverse("corrections"))


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_missing(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Ask for the check-out that is missing after a check-in, or for the check-in before a check-out."""
    now = SystemClock().now()
    view = require_declaring(stay, at=now)
    with transaction.atomic():
        row = find_of_staff(view, number)
        view.note(
            PresenceQuestion.CORRECTION, [row.person_id], at=now, about=str(number), reason="asks for a missing event"
        )
    worker = worker_declared(row)
    if worker is None:
        raise Http404
    _require_open_beside(row, at=now)
    form = MissingEventForm(
        request.POST or None,
        request.FILES or None,
        initial={"day": row.registration_date},
        misfit=lambda named: told_misfit(row, named, at=now),
    )
    kind = EventType.OUT if row.event_type == EventType.IN else EventType.IN
    missing = Missing(kind, worker, ForWhom(row.employer).employer, row.work_place)
    title = _("Ask for the missing check-out") if kind is EventType.OUT else _("Ask for the missing check-in")
    back = reverse("presence", args=[number])
    asked = _Asked(stay, title, company=view.number, back=back, told=(_staff_told(row),))
    return _ask(request, form, lambda: missing, asked, then=reverse("corrections"))


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_unknown(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for an event of the company's own staff of whose day nothing is registered."""
    view = require_declaring(stay, at=SystemClock().now())
    form = StaffUnknownEventForm(request.POST or None, request.FILES or None)
    asked = _Asked(stay, _("Ask for a missing event"), company=view.number, back=reverse("corrections"))

    def about() -> Missing:
        worker = Worker(inss=form.cleaned_data["number"])
        return Missing(form.event_type, worker, ForWhom(view.number).employer, form.work_place)

    return _ask(request, form, about, asked, then=asked.back)


@page(level=CHECKIN_LEVEL)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_own(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Let a self-employed person ask for the correction of an own event; a late request is taken, and marked as late."""
    row = find_own(person_of(stay), number)
    if row.known_capacity != Capacity.SELF_EMPLOYED or not is_event(row):
        raise Http404
    form = CorrectionForm(request.POST or None, request.FILES or None, registered_at=row.event_at)
    back, told = reverse("own-checkin", args=[number]), (sentence_of(row), _what_to_give())
    asked = _Asked(stay, _("Ask for a correction"), company=None, back=back, told=told)
    return _ask(request, form, lambda: row.number, asked, then=asked.back)


@page(level=CHECKIN_LEVEL)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_own_unknown(request: HttpRequest, stay: Session) -> HttpResponse:
    """Let a self-employed person ask for an own event that is missing, also for a company that is not known as his.

    404 for who has no number by which anything could be registered.
    """
    person_id = person_of(stay)
    companies = own_companies(person_id, on=brussels_date(SystemClock().now()))
    worker = worker_of(person_id)
    if worker is None:
        raise Http404
    names = company_names(companies)
    offered = [(each, names.get(each, each)) for each in companies]
    known = _known_of_missing(request.GET.get("after", ""), person_id, companies=companies)
    form = OwnUnknownEventForm(request.POST or None, request.FILES or None, companies=offered, initial=known)
    told = _("This is for self-employed people. Who works for somebody else tells that employer.")
    back = reverse("own-corrections")
    asked = _Asked(stay, _("Ask for a missing event"), company=None, back=back, told=(told,))

    def about() -> Missing:
        return Missing(form.event_type, worker, ForWhom(form.employer).employer, form.work_place)

    return _ask(request, form, about, asked, then=asked.back)


def _known_of_missing(after: str, person_id: int, *, companies: Collection[str]) -> dict[str, object]:
    """Return what is known of the check-out that is missing after one's own check-in of that number; nothing for no number.

    Http404 for one that is not his.
    """
    if not (after.isascii() and after.isdecimal() and len(after) <= _LONGEST_NUMBER):
        return {}
    row = find_own(person_id, int(after))
    known = {"type": str(EventType.OUT), "day": row.registration_date, "place": row.work_place}
    return {**known, "company" if row.employer in companies else "other_company": row.employer}


def corrections_of(view: CompanyView, *, at: datetime) -> QuerySet[Correction]:
    """Return what the company asked for, also for who mandates it, and what was asked for its staff by whom it mandated."""
    return corrections_of_company(view.number, environment=Environment.PRODUCTION, at=at)


def _require_open(row: Presence, *, on: date) -> None:
    if not is_event(row) or on > last_day_to_correct(row):
        raise Http404


def _require_open_beside(row: Presence, *, at: datetime) -> None:
    """Require that what is missing beside it may be asked for yet: on either side of midnight, in the sector by which it is judged."""
    rules, limits = read_rules(Environment.PRODUCTION), checkin_counter().limits.days
    if row.event_type == EventType.IN and row.event_at is not None:
        last = read_out_window(row, rules=rules, limits=limits).last
    else:
        window = read_in_window(row, rules=rules, limits=limits, at=at) if lacks_its_check_in(row) else None
        if window is None:
            return _require_open(row, on=brussels_date(at))
        last = window.last
    if brussels_date(at) > last:
        raise Http404
    return None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page that asks: whose stay, its title, in the name of which company (None: one's own), and where it came from.

    `told` are sentences about what is to be corrected.
    """

    stay: Session
    title: str
    company: str | None
    back: str
    told: tuple[str, ...] = ()


def _staff_told(row: Presence) -> str:
    return sentence_of(row, name=staff_names([row.person_id], employers={row.person_id: row.employer})[row.person_id])


def _told_of_request(person_id: int, company: str | None) -> str:
    """Return where who asked learns what is decided: a company is written to always, a person whose e-Box is active."""
    if company is not None:
        return _("The correction is asked for. We write to you when it is decided.")
    if alert_of(person_id) is None:
        return _(
            "The correction is asked for. You read the decision under Corrections of My registrations. No letter comes: your e-Box is not active."
        )
    return _(
        "The correction is asked for. You read the decision under Corrections of My registrations. A letter in your e-Box tells you of it."
    )


def _told_of_draft() -> str:
    return _(
        "The correction is asked for. By a fault of ours documents cannot be looked through now: hand yours in here once they can be."
    )


def _what_to_give() -> str:
    return _("Say what is to be corrected: the time, the work place or both.")


def _ask(
    request: HttpRequest, form: CorrectionForm, about: Callable[[], int | Missing], asked: _Asked, *, then: str
) -> HttpResponse:
    """Show the form, or bring the request once and lead to `then`."""
    now, look = SystemClock().now(), None
    if request.method == "POST" and form.is_valid() and (documents := take_files(form)) is not None:

        def bring() -> str:
            person_id, company = person_of(asked.stay), asked.company
            made = ask_for_correction(form, documents, about=about(), person_id=person_id, company=company, at=now)
            if made.state != CorrectionState.DRAFT:
                messages.success(request, _told_of_request(person_id, company))
                return then
            messages.warning(request, _told_of_draft())
            return reverse("own-correction-one" if company is None else "correction-one", args=[made.correction_id])

        try:
            answer = make_once(request, bring)
        except CorrectionRefusedError as refused:
            note_refused("correction:refused", refused.codes, by=refused.by, number=refused.number, at=now)
            tell_refusals(form, refused.codes, fields=form.refused_at, words=form.refusals)
            look = _to_look_at(refused.waiting, company=asked.company, at=now)
        else:
            messages.success(request, labelled(_("Evidence"), documents.names))
            return answer
    values = {
        "title": asked.title,
        "told": [*asked.told, _("Somebody else than you decides. What was registered first stays visible.")],
        "form": form,
        "look": look,
        "button": _("Ask for it"),
        "back": asked.back,
        "has_files": True,
    }
    return render(request, "checkins/form_page.html", values, status=form.http_status)


def _to_look_at(number: str, *, company: str | None, at: datetime) -> Action | None:
    """Return what leads to the request that waits already; None for none, or for one that the company does not see."""
    if not number:
        return None
    if company is None:
        return look_at_request(number, "own-correction-one")
    seen = correction_of_company(number, company=company, environment=Environment.PRODUCTION, at=at)
    return None if seen is None else look_at_request(number, "correction-one")
