"""Take a person whom another application sends, let him sign in surely enough, and send him back with a code.

Browsers do not follow a form to another site (`form-action 'self'`): whoever has just signed in here is shown where he goes
on to, and led there at once; whoever was signed in already is sent back straight away.
"""

import secrets
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from django.core import signing
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
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.pages.arrival import tell_of_device
from portal.pages.paths import LONGEST_PATH, way_to_step_up, with_next
from portal.pages.routing import public_page
from portal.pages.stays import login_of, note_activity, stay_of
from portal.provider import issuer

_ARRIVED = "arrived"
_SALT = "portal.pages.provider"
_SIGNED_IN_WITHIN = timedelta(hours=1)
_ROOM = 200
"""What the instant of arrival adds to an address that people come back to."""


@csrf_exempt
@public_page
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Send the person back with a code, or to signing in first; a mistake of the application is told there, or here."""
    if request.method == "POST":
        return HttpResponseRedirect(f"{request.path}?{request.POST.urlencode()}", status=HTTPStatus.SEE_OTHER)
    now = SystemClock().now()
    query = {name: [str(value) for value in values] for name, values in request.GET.lists()}
    arrived = _arrival(query.pop(_ARRIVED, []), at=now)
    query.pop("language", None)
    try:
        wanted = read_authorization(query)
        if len(request.get_full_path()) > LONGEST_PATH - _ROOM:
            raise wanted.refuse(OAuthError.INVALID_REQUEST, "the request is too long")
        return _answer(request, wanted, arrived=arrived, at=now)
    except RequestShown as refused:
        append_event("application:refused", at=now, actor="nobody", reason=refused.reason)
        return render(request, "provider/refused.html", status=HTTPStatus.BAD_REQUEST)
    except RequestReturned as refused:
        append_event("application:refused", at=now, actor="nobody", reason=refused.reason, error=str(refused.error))
        return _send_back(refused.redirect_uri, {"error": str(refused.error)}, state=refused.state)


def _answer(request: HttpRequest, wanted: Authorization, *, arrived: datetime | None, at: datetime) -> HttpResponse:
    stay = stay_of(request)
    if stay is None or not _is_fresh_enough(stay, wanted, arrived=arrived, at=at):
        if Prompt.NONE in wanted.prompts:
            raise wanted.refuse(OAuthError.LOGIN_REQUIRED, "nobody is signed in, or not lately enough")
        return _lead_to_proof(request, wanted, stay, arrived or at)
    if stay.level_for(None) < wanted.required:
        if Prompt.NONE in wanted.prompts:
            raise wanted.refuse(OAuthError.INTERACTION_REQUIRED, "not signed in surely enough")
        return _lead_to_proof(request, wanted, stay, arrived or at)
    if Login.objects.filter(pk=login_of(stay), person__isnull=True).exists():
        raise wanted.refuse(OAuthError.ACCESS_DENIED, "a login of no person")
    note_activity(stay, at=at)
    tell_of_device(request, stay, at=at)
    code = issue_code(wanted, stay, randomness=secrets.token_bytes, at=at)
    if arrived is None:
        return _send_back(wanted.redirect_uri, {"code": code}, state=wanted.state)
    return _show_where(request, wanted, _address(wanted.redirect_uri, {"code": code}, state=wanted.state))


def _is_fresh_enough(stay: Session, wanted: Authorization, *, arrived: datetime | None, at: datetime) -> bool:
    """Whether the person proved himself lately enough; for `prompt=login`, since he was sent here."""
    proven = stay.authenticated_at
    if proven is None:
        return False
    since_sent = arrived is not None and proven >= arrived
    if wanted.prompts & {Prompt.LOGIN, Prompt.SELECT_ACCOUNT}:
        return since_sent
    return wanted.max_age is None or since_sent or at - proven <= wanted.max_age


def _lead_to_proof(
    request: HttpRequest, wanted: Authorization, stay: Session | None, arrived: datetime
) -> HttpResponse:
    """Lead to signing in, and from there back here, with the instant at which the person was sent."""
    query = request.GET.copy()
    query[_ARRIVED] = signing.dumps(arrived.timestamp(), salt=_SALT)
    here = f"{request.path}?{query.urlencode()}"
    if stay is None:
        return HttpResponseRedirect(with_next(reverse("sign-in"), here, level=str(int(wanted.required))))
    level, is_confined = max(int(wanted.required), stay.level_for(None)), stay.confined_to_id is not None
    return HttpResponseRedirect(way_to_step_up(here, level=level, is_confined=is_confined))


def _arrival(said: list[str], *, at: datetime) -> datetime | None:
    """Return when the person was sent here first, as we wrote it; None on the first sight."""
    try:
        (text,) = said
        instant = datetime.fromtimestamp(signing.loads(text, salt=_SALT, max_age=_SIGNED_IN_WITHIN), at.tzinfo)
    except (ValueError, TypeError, signing.BadSignature):
        return None
    return instant


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
