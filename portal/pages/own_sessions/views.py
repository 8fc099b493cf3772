"""The end of a stay told in time, going on, and the list of own stays."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from auth.models import Session
from auth.session_life import end_other_sessions, end_own_session, own_sessions, status_of, touch, warned_before
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.paths import NEXT, is_unsent, next_path
from portal.pages.problems import wants_data
from portal.pages.routing import Counting, page, public_page
from portal.pages.sending_once import send_once
from portal.pages.sent_from import sent_from
from portal.pages.stays import can_go_on, login_of, stay_of


@public_page
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Tell how long the stay lasts, as JSON; asking does not make it longer. 401 without a stay."""
    stay = stay_of(request)
    if stay is None:
        return JsonResponse({"status": "ended"}, status=HTTPStatus.UNAUTHORIZED)
    return _told(request, stay)


@public_page
@sent_from("home")
def extend(request: HttpRequest) -> HttpResponse:
    """Let the stay go on: with scripts as JSON, without by leading back to the page."""
    stay = stay_of(request)
    if stay is None and wants_data(request):
        return JsonResponse({"status": "ended"}, status=HTTPStatus.UNAUTHORIZED)
    if stay is None:
        return HttpResponseRedirect(reverse("session-ended"))
    touch(stay, at=SystemClock().now())
    return (
        _told(request, stay)
        if wants_data(request)
        else HttpResponseRedirect(next_path(request, otherwise=reverse("home")))
    )


@page(level=AssuranceLevel.SELF_REGISTERED, counting=Counting.NOT_AT_ALL)
@require_safe
def warning(request: HttpRequest, stay: Session) -> HttpResponse:
    """Say that the stay is about to end, with a button to go on; opening it does not make the stay longer."""
    values = {"next": next_path(request, otherwise=reverse("home")), "can_go_on": can_go_on(stay)}
    answer = render(request, "own_sessions/warning.html", values)
    left = status_of(stay, at=SystemClock().now()).seconds_left
    answer.headers["Refresh"] = f"{left + 1}; url={reverse('session-ended')}"
    return answer


@public_page
@require_safe
def ended(request: HttpRequest) -> HttpResponse:
    """Say that the stay ended, with a link to sign in again."""
    then = next_path(request, otherwise="")
    return render(request, "own_sessions/ended.html", {NEXT: then, "is_unsent": is_unsent(then)})


@page(level=AssuranceLevel.PASSWORD)
@require_safe
def own(request: HttpRequest, stay: Session) -> HttpResponse:
    """List where the person is signed in."""
    stays = own_sessions(login_of(stay), at=SystemClock().now())
    return render(request, "own_sessions/own.html", {"stays": stays, "stay": stay})


@page(level=AssuranceLevel.PASSWORD)
@sent_from("sessions")
def end_one(request: HttpRequest, stay: Session, stay_id: int) -> HttpResponse:
    """End one of the person's own stays; one that is over, or another's, is passed over alike."""
    login_id, now = login_of(stay), SystemClock().now()
    answer = send_once(request, lambda: end_own_session(stay_id, login_id=login_id, at=now), then=reverse("sessions"))
    messages.success(request, _("The session was ended."))
    return answer


@page(level=AssuranceLevel.PASSWORD)
@sent_from("sessions")
def end_others(request: HttpRequest, stay: Session) -> HttpResponse:
    """End every other stay of the person."""
    now = SystemClock().now()
    answer = send_once(request, lambda: end_other_sessions(stay, at=now), then=reverse("sessions"))
    messages.success(request, _("You are signed out everywhere else."))
    return answer


def _told(request: HttpRequest, stay: Session) -> JsonResponse:
    """Return how long the stay lasts, and a token: the tab that asks may be older than the stay, which it goes on with."""
    left = status_of(stay, at=SystemClock().now()).seconds_left
    return JsonResponse(
        {
            "status": "living",
            "seconds_left": left,
            "seconds_to_warning": max(0, left - int(warned_before().total_seconds())),
            "token": get_token(request),
        }
    )
