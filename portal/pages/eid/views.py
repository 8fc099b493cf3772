"""The pages of signing in by card: the two ways, the code for the agent, and the way on once a card has signed."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from auth.eid.refusals import EidRefusedError
from auth.refusals import SignInRefusedError, TooManyAttemptsError
from domain.refusals import OutageError
from evidence.clock import SystemClock
from portal.eid import begin_pairing_for, card_verifier, finish_for, note_outage, query_of_pairing, wish_of
from portal.pages.another_way import way_to_another_key
from portal.pages.paths import NEXT, is_own_path
from portal.pages.refusals import TooManyAttempts
from portal.pages.routing import public_page
from portal.pages.sent_from import sent_from
from portal.pages.stays import stay_of


@public_page
@require_safe
def ways(request: HttpRequest) -> HttpResponse:
    """Show how to sign in with a card: by the browser extension, or by the agent."""
    return render(request, "eid/ways.html", _wished(request, request.GET))


@public_page
@sent_from("sign-in-eid")
def with_agent(request: HttpRequest) -> HttpResponse:
    """Show a code, and the command that answers for this browser."""
    try:
        begun = begin_pairing_for(request, wish_of(request), at=SystemClock().now())
        values = {"code": begun.code, "expires_at": begun.expires_at, "origin": card_verifier().rules.origin}
    except TooManyAttemptsError as refusal:
        raise TooManyAttempts(refusal) from refusal
    except OutageError as outage:
        return _not_now(request, request.GET, outage)
    return render(request, "eid/code.html", {**values, **_wished(request, request.GET)})


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest) -> HttpResponse:
    """Ask whether to go on with the card's proof, and go on: only here, in the browser that asked for the code."""
    if request.method != "POST":
        return render(request, "eid/continue.html", {"ticket": request.GET.get("ticket", "")})
    asked = query_of_pairing(request)
    try:
        proof = finish_for(request, request.POST.get("ticket", ""), at=SystemClock().now())
    except (EidRefusedError, SignInRefusedError):
        return render(request, "eid/refused.html", _wished(request, asked), status=HTTPStatus.UNAUTHORIZED)
    except TooManyAttemptsError as refusal:
        raise TooManyAttempts(refusal) from refusal
    except OutageError as outage:
        return _not_now(request, asked, outage)
    return HttpResponseRedirect(proof.wish.return_to or reverse("home"))


def _wished(request: HttpRequest, asked: QueryDict) -> dict[str, str]:
    """Return the query that goes along from page to page, where to go on and the level to reach; and the way to other keys."""
    query = asked.copy()
    if not is_own_path(query.get(NEXT, "")):
        query.pop(NEXT, None)
    return {"query": query.urlencode(), "another_way": way_to_another_key(stay_of(request), query)}


def _not_now(request: HttpRequest, asked: QueryDict, outage: OutageError) -> HttpResponse:
    note_outage(outage)
    return render(request, "eid/not_now.html", _wished(request, asked), status=HTTPStatus.SERVICE_UNAVAILABLE)
