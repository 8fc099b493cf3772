"""What the browser extension and the agent ask the portal, as JSON (access and login §5.3).

Every refusal is told in the same words; which one it was stands in the audit trail.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from auth.eid.challenges import begin_challenge, redeem_challenge
from auth.eid.pairings import nonce_for_agent, redeem_for_agent
from auth.eid.refusals import EidCode, EidRefusedError
from auth.eid.tokens import MAX_TOKEN_BYTES, read_token
from auth.refusals import SignInRefusedError, TooManyAttemptsError
from auth.signing_in import browser_of
from domain.refusals import OutageError
from evidence.clock import SystemClock
from portal.eid import (
    begin_pairing_for,
    card_verifier,
    complete,
    count_beginning,
    counted_try,
    note_outage,
    record_refusal,
    source_of,
    wish_of,
)
from portal.pages.routing import public_page
from portal.pages.sent_json import json_bytes
from portal.pages.stays import store_of

_NONCE = "eid_nonce"
"""Where the browser's session keeps the nonce that its token has to be over."""

JsonView = Callable[[HttpRequest], JsonResponse]


def as_json(view: JsonView) -> JsonView:
    """Tell every refusal in one sentence and every outage in another, and record the refusal."""

    @wraps(view)
    def answer(request: HttpRequest) -> JsonResponse:
        try:
            return view(request)
        except EidRefusedError as refusal:
            record_refusal(refusal, source=source_of(request), at=SystemClock().now())
            return _refused()
        except SignInRefusedError:  # recorded where it arose
            return _refused()
        except TooManyAttemptsError as refusal:
            message = _("Too many attempts. Wait a while, then try again.")
            headers = {"Retry-After": str(refusal.retry_after)}
            return JsonResponse({"message": message}, status=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)
        except OutageError as outage:
            note_outage(outage)
            message = _("Signing in with a card is not possible now.")
            return JsonResponse({"message": message}, status=HTTPStatus.SERVICE_UNAVAILABLE)

    return require_POST(answer)


@public_page
@as_json
def challenge(request: HttpRequest) -> JsonResponse:
    """`POST /login/eid/challenge`: a nonce for the browser extension."""
    now = SystemClock().now()
    store = store_of(request)
    count_beginning(request, at=now)
    begun = begin_challenge(wish_of(request), browser=browser_of(store), locksmith=card_verifier().locksmith, at=now)
    store[_NONCE] = begun.nonce
    return JsonResponse({"nonce": begun.nonce, "expiresIn": _seconds(begun.expires_at, now)})


@public_page
@as_json
def login(request: HttpRequest) -> JsonResponse:
    """`POST /login/eid`: the extension's token; signed in, the page goes on at `continue`."""
    now = SystemClock().now()
    store = store_of(request)
    nonce = store.pop(_NONCE, "")
    with counted_try(request, at=now):
        token = read_token(json_bytes(request))
        proof = redeem_challenge(token, nonce=nonce, browser=browser_of(store), verifier=card_verifier(), at=now)
    complete(request, proof, at=now)
    return JsonResponse({"continue": proof.wish.return_to or reverse("home")})


@public_page
@as_json
def pairing(request: HttpRequest) -> JsonResponse:
    """`POST /login/eid/pairing`: a code to show, for the agent."""
    now = SystemClock().now()
    begun = begin_pairing_for(request, wish_of(request), at=now)
    return JsonResponse({"code": begun.code, "expiresIn": _seconds(begun.expires_at, now)})


@csrf_exempt
@public_page
@as_json
def agent_challenge(request: HttpRequest) -> JsonResponse:
    """`POST /login/eid/agent/challenge`: the nonce that goes with a code."""
    now = SystemClock().now()
    with counted_try(request, at=now):
        code = str(_object(request).get("code"))
        nonce = nonce_for_agent(code, locksmith=card_verifier().locksmith, at=now)
    return JsonResponse({"nonce": nonce})


@csrf_exempt
@public_page
@as_json
def agent_login(request: HttpRequest) -> JsonResponse:
    """`POST /login/eid/agent`: the agent's token; the browser that shows the code goes on at `continue`."""
    now = SystemClock().now()
    with counted_try(request, at=now):
        content = _object(request)
        token = read_token(json.dumps(content.get("token")).encode())
        code = str(content.get("code"))
        ticket = redeem_for_agent(token, code=code, verifier=card_verifier(), at=now)
    return JsonResponse({"continue": f"{reverse('sign-in-eid-continue')}?ticket={ticket}"})


def _object(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent; EidRefusedError TOKEN_MALFORMED for anything else."""
    raw = json_bytes(request)
    try:
        parsed = json.loads(raw) if len(raw) <= 2 * MAX_TOKEN_BYTES else None
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise EidRefusedError(EidCode.TOKEN_MALFORMED, "what was sent is no JSON object of a bearable size")
    return parsed


def _refused() -> JsonResponse:
    message = _("Signing in with this card did not succeed.")
    return JsonResponse({"message": message}, status=HTTPStatus.UNAUTHORIZED)


def _seconds(end: datetime, now: datetime) -> int:
    return int((end - now).total_seconds())
