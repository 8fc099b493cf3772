"""The choice of a way to sign in, stepping up, and signing out."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from auth import session_life
from auth.models import Session
from domain.assurance import AssuranceLevel, Means
from evidence.clock import SystemClock
from portal.pages.another_way import way_to_another_key
from portal.pages.failures import form_not_from_here
from portal.pages.origins import comes_from_here
from portal.pages.paths import CONFINED, is_unsent, next_path
from portal.pages.routing import page, public_page
from portal.pages.sent_from import sent_from
from portal.pages.sign_in.ways import CODES, FROM_OUTSIDE, PARTNER_KEYS, PASSWORD, WAYS, ways_to
from portal.pages.stays import is_recovered, stay_of, store_of


@public_page
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Show the ways of signing in."""
    then = next_path(request, otherwise="")
    values = {
        "partner_keys": PARTNER_KEYS,
        "codes": CODES,
        "password": PASSWORD,
        "next": then,
        "is_unsent": is_unsent(then),
    }
    return render(request, "sign_in/choose.html", values)


@page(level=AssuranceLevel.SELF_REGISTERED)
@require_safe
def step_up(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show the ways that are sure enough for the page that was wished."""
    wished = _level(request.GET.get("level", ""))
    needed = max(wished, AssuranceLevel(stay.reached_level))  # a stay is never made weaker
    is_confined = stay.confined_to_id is not None and CONFINED in request.GET
    ways = ways_to(needed, FROM_OUTSIDE if is_confined else WAYS)
    if stay.means == Means.PASSWORD and stay.level < wished:  # the same password would prove no more than it did
        ways = tuple(way for way in ways if way is not PASSWORD)
    then = next_path(request, otherwise=reverse("home"))
    values = {
        "ways": ways,
        "level": int(needed),
        "next": then,
        "is_unsent": is_unsent(then),
        "is_higher": is_confined or stay.level < wished,
        "confined_to": stay.confined_to if is_confined else None,
        "is_recovered": is_recovered(stay),
    }
    return render(request, "sign_in/step_up.html", values)


@csrf_exempt  # the tokens of a tab that is older than the stay are worth nothing, and who leaves there must be out all the same
@public_page
@sent_from("start")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the stay from whatever page of ours; who has none already is told the same."""
    if not comes_from_here(request):
        return form_not_from_here(request)
    session_life.sign_out(store_of(request), at=SystemClock().now())
    return HttpResponseRedirect(reverse("signed-out"))


@public_page
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that the stay ended, and what did not end with it."""
    return render(request, "sign_in/signed_out.html")


@public_page
@require_safe
def not_here(request: HttpRequest) -> HttpResponse:
    """Say that a way of signing in is not available at this counter now."""
    another_way = way_to_another_key(stay_of(request), request.GET)
    return render(request, "sign_in/not_here.html", {"another_way": another_way})


def _level(text: str) -> AssuranceLevel:
    try:
        return AssuranceLevel(int(text))
    except ValueError:
        return AssuranceLevel.APP_CODE
