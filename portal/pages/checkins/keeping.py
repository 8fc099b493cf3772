"""What the script of the worker's page asks: how things stand, what it kept, and a page for when there is no connection."""

import json
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from auth.models import Session
from auth.session_life import IDLE_LIFETIME
from domain.assurance import CHECKIN_LEVEL
from domain.checkins.codes import RefusalCode
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.acting import (
    ActRefusedError,
    KeptAct,
    Kind,
    MalformedActError,
    note_refused,
    read_act,
    register,
    registered_before,
)
from portal.pages.checkins.choices import ForWhom, Offered, PlaceChoice, offered_to, places_of
from portal.pages.checkins.completing import NotSaidError, completed
from portal.pages.checkins.forms import read_company
from portal.pages.checkins.ones_own import is_doubted
from portal.pages.checkins.words import NOT_KNOWN, NOT_ONES_OWN
from portal.pages.permissions import person_of
from portal.pages.routing import Counting, page, public_page
from portal.pages.sent_from import sent_from
from portal.pages.sent_json import json_bytes
from portal.pages.stays import login_of

_SCOPE = "/check-in"
_STANDS_THERE = timedelta(minutes=1)
_LACKING = {
    RefusalCode.WORK_PLACE_INVALID: "place",
    RefusalCode.KIND_NOT_OF_SECTOR: "place",
    RefusalCode.EMPLOYER_INVALID: "company",
    RefusalCode.EMPLOYER_UNKNOWN: "company",
    RefusalCode.NO_MANDATE: "company",
}
"""Refusals that another number can mend: what the phone asks for, so that the act is sent again with its instant."""
_WORKER = settings.STATIC_ROOT / "frontend" / "checkins-worker.js"


def what_the_script_needs(stay: Session | None, offered: Offered | None, *, at: datetime) -> dict[str, object]:
    """Return the values of templates/checkins/capture.html; nothing of a person for a page that is kept."""
    places = [
        {"number": each.number, "name": each.title, "employer": each.employer}
        for each in (_open_first(offered) if offered else ())
    ]
    return {
        "whose": _whose(stay) if stay else "",
        "now_seconds": int(at.timestamp()),
        "stay_seconds": int(IDLE_LIFETIME.total_seconds()),
        "places": json.dumps(places, ensure_ascii=False) if places else "",
        "offline_path": f"{reverse('check-in-offline')}?language={get_language() or 'en'}",
        "reload": reverse("check-in"),
    }


def _open_first(offered: Offered) -> list[PlaceChoice]:
    """Return the places with the one where the person is now first: from there the phone goes on without a connection.

    For a doubted own company it goes on without its number, which it would choose for the next check-in; `completed` knows it.
    """
    now = offered.now
    if now.since is None:
        return list(offered.places)
    here = PlaceChoice(now.place, now.place_name, "" if now.is_doubted else now.for_whom.key)
    return [here, *(each for each in offered.places if each.number != now.place)]


@page(level=CHECKIN_LEVEL, counting=Counting.NOT_AT_ALL)
@require_safe
def state(request: HttpRequest, stay: Session) -> HttpResponse:
    """Tell whose stay it is, by a word that says nothing else, and the time; and give a token to send with."""
    now = int(SystemClock().now().timestamp())
    return JsonResponse({"whose": _whose(stay), "token": get_token(request), "now": now})


@page(level=CHECKIN_LEVEL)
@sent_from("check-in")
def acts(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take one act that the phone kept: 200 with its receipt, 422 with a sentence when it is never taken as it is.

    Where it only `lacks` a number, the phone keeps it and asks for the number; 409 when who taps it can be asked at once.
    """
    now, person_id = SystemClock().now(), person_of(stay)
    try:
        kept = read_act(json_bytes(request))
    except MalformedActError:
        return _refused(_("The phone sent what we do not understand. Tell your employer."))
    try:
        limits = checkin_counter().limits.days
        offered = offered_to(person_id, at=now, limits=limits)
        number = registered_before(kept, person_id)  # after `offered` is read: what is taken in between is seen as well
        if number is None and (asked := _asked_again(kept, offered, person_id, at=now)) is not None:
            return asked
        number = number or register(completed(kept, offered, limits=limits), person_id, at=now).id
    except NotSaidError as missing:
        answer = _ask if _stands_there(kept, at=now) else _refused
        return answer(str(missing), lacks=missing.lacks)
    except ActRefusedError as refused:
        note_refused(refused, person_id, at=now)
        return _refused(str(refused), lacks=next((_LACKING[code] for code in refused.codes if code in _LACKING), ""))
    return JsonResponse({"receipt": reverse("check-in-receipt", args=[number])})


@public_page
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what a phone shows without a connection; the same for everybody."""
    return render(request, "checkins/offline.html", what_the_script_needs(None, None, at=SystemClock().now()))


@public_page
@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Give the script that stands between the page and the connection; it reaches the pages of check-ins alone."""
    answer = worker_script()
    answer.headers["Service-Worker-Allowed"] = _SCOPE
    return answer


def worker_script() -> HttpResponse:
    """Return the script that lets pages open without a connection; its address says which."""
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8", headers=headers)


def _asked_again(kept: KeptAct, offered: Offered, person_id: int, *, at: datetime) -> JsonResponse | None:
    """Return what somebody is asked who stands there and can look again; None where what was kept is taken as it is."""
    if kept.kind is not Kind.IN or not _stands_there(kept, at=at):
        return None
    if _is_of_unknown_place(kept, offered):
        return _ask(str(NOT_KNOWN), lacks="place")
    return _ask(str(NOT_ONES_OWN), lacks="capacity") if _is_doubted(kept, offered, person_id, at=at) else None


def _is_of_unknown_place(kept: KeptAct, offered: Offered) -> bool:
    if not kept.place or kept.sure == kept.place:
        return False
    return kept.place not in {each.number for each in offered.places} and not places_of([kept.place])


def _is_doubted(kept: KeptAct, offered: Offered, person_id: int, *, at: datetime) -> bool:
    """Whether he has not confirmed yet that the company is his own; a page of an older release is not asked, which cannot say so."""
    if kept.own is None or kept.own == kept.employer:
        return False
    said = ForWhom.read(kept.employer)
    try:
        whom = ForWhom(read_company(said.number), said.capacity)
    except ValidationError:
        return False  # what is no number is asked about for that
    return is_doubted(whom, person_id, place=kept.place, now=offered.now, at=at)


def _stands_there(kept: KeptAct, *, at: datetime) -> bool:
    return at - kept.at <= _STANDS_THERE


def _ask(message: str, *, lacks: str) -> JsonResponse:
    return JsonResponse({"ask": message, "lacks": lacks}, status=HTTPStatus.CONFLICT)


def _refused(message: str, *, lacks: str = "") -> JsonResponse:
    return JsonResponse({"message": message, "lacks": lacks}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _whose(stay: Session) -> str:
    return salted_hmac("portal.pages.checkins", str(login_of(stay))).hexdigest()[:16]
