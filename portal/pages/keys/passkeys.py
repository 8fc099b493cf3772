"""Set up a passkey, and sign in with one; the browser's part is in static/frontend/passkeys.js."""

from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.keys.passkeys import RelyingParty, ask_passkey, begin_passkey, confirm_passkey, prove_passkey
from auth.models import Login, Session
from auth.refusals import KeyRefusedError, SignInRefusedError, TooManyAttemptsError
from auth.signing_in import browser_of
from domain.assurance import AssuranceLevel, Means
from evidence.clock import SystemClock
from portal.key_desk import key_desk, source_of_request
from portal.pages.keys.rights import may_set_up
from portal.pages.paths import next_path
from portal.pages.refusals import TooManyAttempts
from portal.pages.routing import page, public_page
from portal.pages.sending_once import send_outside
from portal.pages.sign_in.arrival import arrive
from portal.pages.sign_in.attempts import purpose_of
from portal.pages.sign_in.told import refusal_told
from portal.pages.stays import login_of, store_of

_NAME = "Guichet"
_HANDLE = "passkey"


@cache
def relying_party() -> RelyingParty:
    """Return this portal as browsers see it."""
    address = urlsplit(settings.GUICHET.web.public_url)
    return RelyingParty(id=address.hostname or "", name=_NAME, origin=f"{address.scheme}://{address.netloc}")


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, stay: Session) -> HttpResponse:
    """Let the device make a passkey, and keep it."""
    right = may_set_up(request, stay, Means.PASSKEY)
    if isinstance(right, HttpResponse):
        return right
    browser, now = browser_of(store_of(request)), SystemClock().now()
    refused = ""
    if request.method == "POST":
        handle = request.session.pop(_HANDLE, "")

        def confirm() -> None:
            confirm_passkey(
                handle,
                request.POST.get("answer", ""),
                right,
                relying_party(),
                label=request.POST.get("label", "").strip(),
                browser=browser,
                desk=key_desk(),
                at=now,
            )

        try:
            answer = send_outside(request, confirm, then=reverse("keys"))
        except (KeyRefusedError, SignInRefusedError):
            refused = _("The passkey was not set up. Try again, with the screen lock of your device.")
        else:
            messages.success(request, _("Your passkey is set up."))
            return answer
    account = Login.objects.values_list("user_name", flat=True).get(pk=login_of(stay)) or _NAME
    try:
        begun = begin_passkey(right, relying_party(), account=account, browser=browser, desk=key_desk(), at=now)
    except KeyRefusedError:
        messages.error(request, _("You have as many passkeys as are kept. Take one away first."))
        return HttpResponseRedirect(reverse("keys"))
    request.session[_HANDLE] = begun.handle
    return render(request, "keys/passkey.html", {"options": begun.options, "refused": refused})


@public_page
@require_http_methods(["GET", "POST"])
def sign_in_with(request: HttpRequest) -> HttpResponse:
    """Ask the device for a passkey; whose it is, it tells."""
    then = next_path(request, otherwise="")
    now, purpose = SystemClock().now(), purpose_of(request)
    refused, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            proof = prove_passkey(
                request.session.pop(_HANDLE, ""),
                request.POST.get("answer", ""),
                relying_party(),
                purpose=purpose,
                browser=lambda: browser_of(store_of(request)),
                source=source_of_request(request),
                desk=key_desk(),
                at=now,
            )
            return arrive(request, [proof], then=then)
        except SignInRefusedError as problem:
            refused, status = str(refusal_told(problem.reason)), HTTPStatus.UNAUTHORIZED
        except TooManyAttemptsError as problem:
            raise TooManyAttempts(problem) from None
    try:
        begun = ask_passkey(
            relying_party(),
            purpose=purpose,
            browser=lambda: browser_of(store_of(request)),
            source=source_of_request(request),
            desk=key_desk(),
            at=now,
        )
    except TooManyAttemptsError as problem:
        raise TooManyAttempts(problem) from None
    request.session[_HANDLE] = begun.handle
    values = {"options": begun.options, "next": then, "refused": refused}
    return render(request, "keys/passkey_sign_in.html", values, status=status)
