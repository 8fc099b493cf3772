"""Take a person whom another application sends, let him sign in surely enough, and send him back with a code.

Browsers do not follow a form to another site (`form-action 'self'`): whoever has just signed in here is shown where he goes
on to, and led there at once; whoever was signed in already is sent back straight away.
"""

import secrets
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from auth.models import Login, Session
from auth.provider.codes import issue_code
from auth.provider.faults import OAuthError, RequestReturned, RequestShown
from auth.provider.requests import Authorization, Prompt, read_authorization
from auth.refusals import TooManyAttemptsError
from auth.throttles import Claim, reserve, source_of
from domain.sign_in_limits import Scope
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.key_desk import key_desk
from portal.pages.arrival import tell_of_device
from portal.pages.paths import LONGEST_PATH, way_to_step_up, with_next
from portal.pages.provider.arrivals import arrival_of, digest_of, forget_arrival, note_arrival
from portal.pages.refusals import TooManyAttempts
from portal.pages.routing import public_page
from portal.pages.stays import login_of, note_activity, stay_of, store_of
from portal.provider import issuer


@csrf_exempt
@public_page
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Send the person back with a code, or to signing in first; a mistake of the application is told there, or here."""
    if request.method == "POST":
        return HttpResponseRedirect(f"{request.path}?{request.POST.urlencode()}", status=HTTPStatus.SEE_OTHER)
    now = SystemClock().now()
    query = {name: [str(value) for value in values] for name, values in request.GET.lists()}
    query.pop("language", None)
    try:
        wanted = read_authorization(query)
        if len(request.get_full_path()) > LONGEST_PATH:
            raise wanted.refuse(OAuthError.INVALID_REQUEST, "the request is too long")
        return _answer(request, wanted, asked=digest_of(query), at=now)
    except RequestShown as refused:
        _count(request, at=now)
        append_event("application:refused", at=now, actor="nobody", reason=refused.reason)
        return render(request, "provider/refused.html", status=HTTPStatus.BAD_REQUEST)
    except RequestReturned as refused:
        _count(request, at=now)
        append_event("application:refused", at=now, actor="nobody", reason=refused.reason, error=str(refused.error))
        return _send_back(refused.redirect_uri, {"error": str(refused.error)}, state=refused.state)


def _answer(request: HttpRequest, wanted: Authorization, *, asked: str, at: datetime) -> HttpResponse:
    stay, arrived = stay_of(request), arrival_of(store_of(request), asked, at=at)
    if stay is None or not _is_fresh_enough(stay, wanted, arrived=arrived, at=at):
        if Prompt.NONE in wanted.prompts:
            raise wanted.refuse(OAuthError.LOGIN_REQUIRED, "nobody is signed in, or not lately enough")
        return _lead_to_proof(request, wanted, stay, asked=asked, arrived=arrived, at=at)
    if stay.level_for(None) < wanted.required:
        if Prompt.NONE in wanted.prompts:
            raise wanted.refuse(OAuthError.INTERACTION_REQUIRED, "not signed in surely enough")
        return _lead_to_proof(request, wanted, stay, asked=asked, arrived=arrived, at=at)
    if Login.objects.filter(pk=login_of(stay), person__isnull=True).exists():
        raise wanted.refuse(OAuthError.ACCESS_DENIED, "a login of no person")
    if _is_opened_by_person(request, wanted):
        note_activity(stay, at=at)
    tell_of_device(request, stay, at=at)
    code = issue_code(wanted, stay, randomness=secrets.token_bytes, at=at)
    if arrived is None:
        return _send_back(wanted.redirect_uri, {"code": code}, state=wanted.state)
    forget_arrival(store_of(request), asked)
    return _show_where(request, wanted, _address(wanted.redirect_uri, {"code": code}, state=wanted.state))


def _is_opened_by_person(request: HttpRequest, wanted: Authorization) -> bool:
    """Whether the person came here himself; an application that looks in the background keeps no stay alive (§6)."""
    return Prompt.NONE not in wanted.prompts and request.headers.get("Sec-Fetch-Dest", "document") == "document"


def _is_fresh_enough(stay: Session, wanted: Authorization, *, arrived: datetime | None, at: datetime) -> bool:
    """Whether the person proved himself lately enough; for `prompt=login`, since he was sent here in this browser."""
    proven = stay.authenticated_at
    if proven is None:
        return False
    since_sent = arrived is not None and proven >= arrived
    if wanted.prompts & {Prompt.LOGIN, Prompt.SELECT_ACCOUNT}:
        return since_sent
    return wanted.max_age is None or since_sent or at - proven <= wanted.max_age


def _lead_to_proof(
    request: HttpRequest,
    wanted: Authorization,
    stay: Session | None,
    *,
    asked: str,
    arrived: datetime | None,
    at: datetime,
) -> HttpResponse:
    """Lead to signing in, and from there back here; the browser's session keeps when the person was sent."""
    if stay is None:
        _count(request, at=at)
    if arrived is None:
        note_arrival(store_of(request), asked, at=at)
    here = request.get_full_path()
    if stay is None:
        return HttpResponseRedirect(with_next(reverse("sign-in"), here, level=str(int(wanted.required))))
    level, is_confined = max(int(wanted.required), stay.level_for(None)), stay.confined_to_id is not None
    return HttpResponseRedirect(way_to_step_up(here, level=level, is_confined=is_confined))


def _count(request: HttpRequest, *, at: datetime) -> None:
    """Count for the source of the request what leaves a row of nobody behind."""
    source = source_of(request.META.get("REMOTE_ADDR", ""))
    try:
        reserve([Claim(Scope.ARRIVAL_SOURCE, source)], locksmith=key_desk().locksmith, at=at)
    except TooManyAttemptsError as refused:
        raise TooManyAttempts(refused) from None


def _show_where(request: HttpRequest, wanted: Authorization, address: str) -> HttpResponse:
    values = {
        "application": wanted.application.name,
        "host": urlsplit(wanted.redirect_uri).netloc,
        "address": address,
        "is_told_names": "profile" in wanted.scopes,
    }
    answer = render(request, "provider/go_on.html", values)
    answer.headers["Refresh"] = f"0; url={address}"
    add_never_cache_headers(answer)
    return answer


def _send_back(redirect_uri: str, told: dict[str, str], *, state: str) -> HttpResponse:
    answer = HttpResponse(status=HTTPStatus.FOUND, headers={"Location": _address(redirect_uri, told, state=state)})
    add_never_cache_headers(answer)
    return answer


def _address(redirect_uri: str, told: dict[str, str], *, state: str) -> str:
    """Return the registered address with what is told, the state, and who tells it (RFC 9207)."""
    query = urlencode({**told, **({"state": state} if state else {}), "iss": issuer()})
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"
