"""The page on which a worker checks in, goes on a break and checks out; it works without scripts and on a phone."""

import hashlib
from datetime import datetime
from http import HTTPStatus
from typing import cast

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.keys.email_codes import mask
from auth.models import Session
from domain.assurance import CHECKIN_LEVEL
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceQuestion
from domain.checkins.vocabulary import CaptureMethod
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.acting import Act, ActRefusedError, Kind, captured_at, note_refused, register
from portal.pages.checkins.choices import (
    ForWhom,
    Offered,
    OwnNow,
    company_names,
    named_for,
    offered_to,
    place_title,
    places_of,
    whom_of,
)
from portal.pages.checkins.forms import ActForm, read_work_place
from portal.pages.checkins.keeping import what_the_script_needs
from portal.pages.checkins.looks import look_at_oneself
from portal.pages.checkins.ones_own import is_doubted, may_be_a_slip, now_may_be_a_slip
from portal.pages.checkins.own_missing_outs import told_missing_outs
from portal.pages.checkins.own_presences import find_own, is_cancelled
from portal.pages.checkins.remarked import remarks_told
from portal.pages.checkins.words import NOT_KNOWN, NOT_ONES_OWN, OWN_REFUSALS, act_word, tell_refusals
from portal.pages.instants import told_instant
from portal.pages.permissions import person_of
from portal.pages.registration.asked_by_oneself import own_request
from portal.pages.routing import page
from portal.pages.sending_once import FIELD, make_once


@page(level=CHECKIN_LEVEL)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, stay: Session, number: str = "") -> HttpResponse:
    """Show how things stand and what can be done; `number` is the work place that a QR code names."""
    now = SystemClock().now()
    person_id, place = person_of(stay), _named(number)
    with look_at_oneself(stay, PresenceQuestion.OWN, at=now):
        offered = offered_to(person_id, at=now, place=place, limits=checkin_counter().limits.days)
    if not offered.is_numbered:
        return _without_number(request, person_id, at=now)
    usual = offered.for_whom_at(offered.places[0].number) if offered.places else None
    form = ActForm(request.POST or None, places=offered.places, employers=offered.employers, usual=usual)
    if request.method == "POST":
        act = _act(request, form, offered, person_id, scanned=place, at=now)
        if act is not None:
            try:
                return make_once(request, lambda: receipt_path(register(act, person_id, at=now).id))
            except ActRefusedError as refused:
                note_refused(refused, person_id, at=now)
                _tell(form, refused)
    is_elsewhere = "elsewhere" in request.GET or bool(place and place != offered.now.place)
    values = {
        "form": form,
        "now": offered.now,
        "now_may_be_a_slip": now_may_be_a_slip(offered),
        "days": offered.days,
        "is_elsewhere": is_elsewhere,
        "title": _title(offered, is_elsewhere=is_elsewhere),
        "looked_at": now,
        "missing_outs": [each for each in told_missing_outs(offered.not_ended, at=now) if each.is_his_turn],
        **what_the_script_needs(stay, offered, at=now),
    }
    return render(request, "checkins/own.html", values, status=form.http_status)


def _without_number(request: HttpRequest, person_id: int, *, at: datetime) -> HttpResponse:
    """Lead who cannot be registered yet to the request for a number, and say what became of it; nothing is registered."""
    found = own_request(person_id, at=at)
    values = {} if found is None else {"asked_on": brussels_date(found.asked_at), "mail": mask(found.mail)}
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return render(request, "checkins/no_number.html", values, status=status)


@page(level=CHECKIN_LEVEL)
@require_safe
def receipt(request: HttpRequest, stay: Session, number: int) -> HttpResponse:
    """Show what was registered, where, when and for whom, with its receipt number."""
    now = SystemClock().now()
    with look_at_oneself(stay, PresenceQuestion.ONE, at=now, about=str(number)):
        row = find_own(person_of(stay), number)
    place = next(iter(places_of([row.work_place])), None)
    values = {
        "row": row,
        "title": act_word(row.kind, row.event_type, row.reason),
        "place": place_title(place, row.work_place),
        "employer": named_for(whom_of(row), company_names({row.employer})) if row.employer else "",
        "time": "" if row.event_at is None else told_instant(row.event_at, "H:i"),
        "remarks": remarks_told(row),
        "is_cancelled": is_cancelled(row),
        "may_be_a_slip": may_be_a_slip(row),
    }
    return render(request, "checkins/receipt.html", values)


def receipt_path(number: int) -> str:
    """Return where a registration of one's own is shown as a receipt."""
    return reverse("check-in-receipt", args=[number])


def _named(number: str) -> str:
    """Return the work place that an address names; Http404 for what is no number of one."""
    try:
        return read_work_place(number) if number else ""
    except ValidationError:
        raise Http404 from None


def _act(
    request: HttpRequest, form: ActForm, offered: Offered, person_id: int, *, scanned: str, at: datetime
) -> Act | None:
    """Return what the form says, or None with its errors told; what is going on already needs no choice.

    It is captured by QR code where it is of the work place whose code was scanned, empty for none. A page that was shown before
    the worker came elsewhere, or for another company, is asked about: it says what it is of.
    """
    try:
        kind = Kind(request.POST.get("act", ""))
    except ValueError:
        raise Http404 from None
    reference = hashlib.sha256(request.POST.get(FIELD, "").encode()).hexdigest()[:22]
    if kind is not Kind.IN and offered.now.since is not None:
        if _is_of_another(request.POST, offered.now):
            form.errors.clear()  # what it lacks for a check-in is of no interest
            form.tell_conflict(
                _(
                    "Meanwhile you are checked in elsewhere, or for another company. Look at what is shown now, and tap again."
                )
            )
            return None
        place, for_whom = offered.now.place, offered.now.for_whom
        return Act(kind, place, for_whom, captured_at(at), reference, _captured_by(place, scanned))
    if not form.is_valid():
        return None
    place, for_whom = form.cleaned_data["place_number"], form.cleaned_data["for_whom"]
    is_own_doubted = form.cleaned_data["own"] != for_whom.key and is_doubted(
        for_whom, person_id, place=place, now=offered.now, at=at
    )
    if not _is_sure(form, place, for_whom, is_own_doubted=is_own_doubted):
        return None
    return Act(kind, place, for_whom, captured_at(at), reference, _captured_by(place, scanned))


def _captured_by(place: str, scanned: str) -> CaptureMethod:
    return CaptureMethod.QR if place == scanned else CaptureMethod.APP


def _is_of_another(said: QueryDict, now: OwnNow) -> bool:
    """Whether the page named a work place or a company, and not those of what is going on."""
    return said.get("place", "") not in {"", now.place} or said.get("employer", "") not in {"", now.for_whom.key}


def _tell(form: ActForm, refused: ActRefusedError) -> None:
    """Say why the register does not take it: at the choices where they were made."""
    if refused.codes:
        fields = form.refused_at if form.data.get("act") == Kind.IN else {}
        tell_refusals(form, refused.codes, fields=fields, words=OWN_REFUSALS)
    else:
        form.tell_refusal(str(refused))


def _is_sure(form: ActForm, place: str, for_whom: ForWhom, *, is_own_doubted: bool) -> bool:
    """Whether the work place is known and the company his own, or the worker says again what is asked about; once for both."""
    asked: dict[str, str] = {}
    if form.cleaned_data["sure"] != place and not places_of([place]):
        asked["sure"] = place
        form.add_error("number", str(NOT_KNOWN))
    if is_own_doubted:
        asked["own"] = for_whom.key
        form.add_error("self_employed" if form.cleaned_data["self_employed"] else "employer", str(NOT_ONES_OWN))
    if asked:
        said = dict(cast("QueryDict", form.data).lists())
        form.data = MultiValueDict({**said, **{name: [answer] for name, answer in asked.items()}})
    return not asked


def _title(offered: Offered, *, is_elsewhere: bool) -> str:
    if offered.now.since is None or is_elsewhere:
        return _("Check in")
    return _("You are on a break") if offered.now.is_on_break else _("You are at work")
