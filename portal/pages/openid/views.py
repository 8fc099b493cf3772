"""Send the browser to a provider, take it back, and say kindly what came of it."""

from datetime import datetime
from http import HTTPStatus
from typing import assert_never

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from auth.keys.email_codes import mask
from auth.models import Purpose
from auth.openid.client import LevelNotOfferedError, OpenIdClient
from auth.openid.faults import OpenIdFault, OpenIdRefused
from auth.openid.outcomes import Cancelled, Identified, OpenIdOutcome
from auth.refusals import SignInRefusal, SignInRefusedError, TooManyAttemptsError
from domain.brussels import brussels_date
from domain.languages import Language
from domain.refusals import OutageError
from domain.written_dates import render_meeting
from evidence.clock import SystemClock
from portal.openid import (
    another_way,
    begin_login,
    complete,
    finish_login,
    is_pending,
    keep_for_matching,
    note_outage,
    providers,
    record_refusal,
    standing_request,
    tell_reach,
)
from portal.pages.another_way import way_to_another_key
from portal.pages.openid.forms import ReachForm
from portal.pages.refusals import TooManyAttempts
from portal.pages.routing import public_page
from portal.pages.sending_once import send_once
from portal.pages.sign_in.told import refusal_told
from portal.pages.stays import stay_of

_TITLES = {"itsme": "itsme", "eidas": "eIDAS"}
_KEYS_KEPT_SECONDS = 1800


@public_page
@require_GET
def begin(request: HttpRequest, provider: str) -> HttpResponse:
    """Send the browser to the provider."""
    try:
        client = providers().find(provider)
        if client is None:
            return render(request, "sign_in/not_here.html", {"another_way": _other_keys(request)})
        return HttpResponseRedirect(begin_login(request, client, at=SystemClock().now()))
    except TooManyAttemptsError as refusal:
        raise TooManyAttempts(refusal) from refusal
    except LevelNotOfferedError:
        messages.warning(request, _("%(way)s is not strong enough for this page. Choose another way.") % _way(provider))
    except OutageError as outage:
        _tell_outage(request, provider, outage)
    return HttpResponseRedirect(_other_keys(request))


@public_page
@require_GET
def come_back(request: HttpRequest, provider: str) -> HttpResponse:
    """Take the browser back, and go on where the person wanted to go."""
    try:
        client = providers().find(provider)
        if client is None:
            return render(request, "sign_in/not_here.html", {"another_way": another_way(request)})
        outcome = finish_login(request, client, _answer(request), at=SystemClock().now())
        return _go_on(request, client, outcome)
    except TooManyAttemptsError as refusal:
        raise TooManyAttempts(refusal) from refusal
    except OpenIdRefused as refusal:
        _tell_failure(request, provider, refusal.fault)
    except SignInRefusedError as refusal:
        if refusal.reason is SignInRefusal.OTHER_PERSON and stay_of(request) is not None:  # recorded where it arose
            messages.error(request, str(refusal_told(refusal.reason)))
        else:
            _tell_failure(request, provider, refusal.reason)
    except OutageError as outage:
        _tell_outage(request, provider, outage)
    return HttpResponseRedirect(another_way(request))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def not_known_yet(request: HttpRequest) -> HttpResponse:
    """Ask who proved himself, and is not known here yet, how he can be reached."""
    now = SystemClock().now()
    if request.method != "POST":
        form = ReachForm() if is_pending(request, at=now) else None
        return render(request, "openid/not_known_yet.html", {"form": form, **_standing(request, at=now)})
    form = ReachForm(request.POST)
    if not form.is_valid() or form.reach is None:
        return render(request, "openid/not_known_yet.html", {"form": form, **_standing(request, at=now)})
    reach = form.reach
    return send_once(request, lambda: tell_reach(request, reach, at=now), then=reverse("identity-told"))


def _standing(request: HttpRequest, *, at: datetime) -> dict[str, object]:
    """Return what the page tells of a request that the person made before, and of the video call that is proposed to him."""
    found = standing_request(request, at=at)
    if found is None:
        return {}
    told = {"asked_on": brussels_date(found.asked_at), "mail": mask(found.mail)}
    call = found.call
    if call is None:
        return told
    when = render_meeting(call.at, Language(get_language() or Language.EN))
    phone = settings.GUICHET.office.phone.replace(" ", "\N{NO-BREAK SPACE}")
    return told | {"call": call, "when": when, "phone": phone}


@public_page
@require_safe
def being_looked_up(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    return render(request, "openid/being_looked_up.html")


@public_page
@require_safe
def our_keys(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the same for everybody
    """Publish the key set of our client, for providers (RFC 7517)."""
    try:
        answer = JsonResponse(dict(providers().key_file.current().published()))
    except OutageError as outage:
        note_outage("ours", outage)
        return JsonResponse({}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Cache-Control"] = f"public, max-age={_KEYS_KEPT_SECONDS}"
    return answer


def _answer(request: HttpRequest) -> dict[str, str]:
    """Return the parameters of the redirect; OpenIdRefused when one comes twice."""
    lists = dict(request.GET.lists())
    if any(len(values) != 1 for values in lists.values()):
        raise OpenIdRefused(OpenIdFault.ANSWER_MALFORMED, "a parameter comes more than once")
    return {name: str(values[0]) for name, values in lists.items()}


def _go_on(request: HttpRequest, client: OpenIdClient, outcome: OpenIdOutcome) -> HttpResponse:
    now = SystemClock().now()
    match outcome:
        case Cancelled(attempt):
            messages.info(request, _("Signing in with %(way)s was cancelled.") % _way(client.profile.name))
            if attempt.purpose == Purpose.STEP_UP and attempt.return_to:
                return HttpResponseRedirect(attempt.return_to)
            return HttpResponseRedirect(another_way(request))
        case Identified(_, attempt):
            pending = complete(request, outcome, at=now)
            if pending is None:
                return HttpResponseRedirect(attempt.return_to or reverse("home"))
            keep_for_matching(request, pending, at=now)
            return HttpResponseRedirect(reverse("identity-pending"))
        case _:
            assert_never(outcome)


def _other_keys(request: HttpRequest) -> str:
    return way_to_another_key(stay_of(request), request.GET)


def _tell_failure(request: HttpRequest, provider: str, fault: str) -> None:
    reference = record_refusal(request, provider, str(fault), at=SystemClock().now())
    messages.error(
        request,
        _(
            "Signing in with %(way)s did not succeed. Try again or choose another way. If it goes on, tell us the code %(code)s."
        )
        % {**_way(provider), "code": reference},
    )


def _tell_outage(request: HttpRequest, provider: str, outage: OutageError) -> None:
    note_outage(provider, outage)
    messages.warning(
        request,
        _("%(way)s is not available now. You did nothing wrong: choose another way, or try again later.")
        % _way(provider),
    )


def _way(provider: str) -> dict[str, str]:
    return {"way": _TITLES[provider]}
