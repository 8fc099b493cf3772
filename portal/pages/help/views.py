"""Help pages, which anybody reads, and the form that asks whether one is registered."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from auth.refusals import TooManyAttemptsError
from auth.throttles import Claim, Scope, reserve, source_of
from correspondence.models import Carrier
from correspondence.outbox import post
from evidence.clock import SystemClock
from portal.key_desk import key_desk, source_of_request
from portal.pages.help.forms import RegisteredForm
from portal.pages.refusals import TooManyAttempts
from portal.pages.routing import public_page
from portal.pages.sending_once import require_token, send_once


@public_page
@require_safe
def shown(request: HttpRequest, template: str) -> HttpResponse:
    """Show a page of help."""
    values = {"office_phone": settings.GUICHET.office.phone, "office_address": settings.GUICHET.office.address}
    return render(request, f"help/{template}.html", values)


@public_page
@require_http_methods(["GET", "POST"])
def am_i_registered(request: HttpRequest) -> HttpResponse:
    """Take a question for the registration officers; the answer goes by mail, and the page says neither yes nor no."""
    form = RegisteredForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = require_token(request)
        try:
            source = source_of(source_of_request(request).address)
            reserve([Claim(Scope.QUESTION_SOURCE, source)], locksmith=key_desk().locksmith, at=SystemClock().now())
        except TooManyAttemptsError as refused:
            raise TooManyAttempts(refused.retry_after) from None
        return send_once(request, lambda: _ask_officers(form, token), then=reverse("asked"))
    return render(request, "help/am_i_registered.html", {"form": form})


def _ask_officers(form: RegisteredForm, token: str) -> None:
    """Write to the officers; in English, with what they look up and where to answer."""
    asked = form.cleaned_data
    post(
        carrier=Carrier.MAIL,
        recipient=settings.GUICHET.operator_address,
        subject="Am I registered?",
        body=(
            f"Family name: {asked['family_name']}\nFirst name: {asked['first_name']}\n"
            f"Date of birth: {asked['birth_date']:%d/%m/%Y}\nAnswer to: {asked['email']}\n"
        ),
        occasion=f"am-i-registered:{hashlib.sha256(token.encode()).hexdigest()[:40]}",
        at=SystemClock().now(),
    )
