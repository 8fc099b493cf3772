"""Activate the e-Box with an e-mail address that a code confirms, change the address, or stop."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.address_proofs import ask_address, prove_address
from auth.models import Session
from auth.refusals import KeyRefusedError, SignInRefusedError, TooManyAttemptsError
from auth.signing_in import browser_of
from correspondence.ebox_alerts import activate, alert_of, deactivate
from domain.assurance import DETAILS_LEVEL
from domain.environments import Environment
from domain.languages import Language
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.key_desk import key_desk
from portal.pages.forms import ConfirmForm
from portal.pages.own_ebox.forms import AddressForm, CodeForm
from portal.pages.permissions import actor_of, person_of
from portal.pages.refusals import TooManyAttempts
from portal.pages.routing import page
from portal.pages.sending_once import send_once, send_outside
from portal.pages.stays import login_of, store_of

_ASKED = "ebox-address"


@page(level=DETAILS_LEVEL)
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for the address, and mail it a code."""
    alert = alert_of(person_of(stay))
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def mail_a_code() -> None:
            asked = ask_address(
                login_of(stay),
                form.cleaned_data["address"],
                browser=browser_of(store_of(request)),
                desk=key_desk(),
                at=SystemClock().now(),
            )
            request.session[_ASKED] = [asked.handle, asked.masked]

        try:
            return send_outside(request, mail_a_code, then=reverse("own-ebox-code"))
        except KeyRefusedError:
            form.add_error("address", _("This is not an e-mail address, like name@example.org."))
        except TooManyAttemptsError as refused:
            raise TooManyAttempts(refused.retry_after) from None
    return render(request, "own_ebox/address.html", {"form": form, "alert": alert})


@page(level=DETAILS_LEVEL)
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take the code that went to the address; the e-Box is then active."""
    asked = request.session.get(_ASKED)
    if asked is None:
        return HttpResponseRedirect(reverse("own-ebox-address"))
    handle, masked = asked
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["code"]
        try:
            answer = send_outside(request, lambda: _activate(request, stay, handle, given), then=reverse("own-ebox"))
        except KeyRefusedError:
            form.add_error("code", _("The code is not correct. Give the code of the newest e-mail."))
        except SignInRefusedError:
            del request.session[_ASKED]
            messages.error(request, _("This confirmation is over. Begin again."))
            return HttpResponseRedirect(reverse("own-ebox-address"))
        else:
            del request.session[_ASKED]
            messages.success(request, _("Your e-Box is active. A mail tells you when something is waiting in it."))
            return answer
    return render(request, "own_ebox/code.html", {"form": form, "masked": masked})


@page(level=DETAILS_LEVEL)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, stay: Session) -> HttpResponse:
    """Stop the e-Box, after asking; what is in it stays to be read."""
    if request.method == "POST":
        answer = send_once(request, lambda: _deactivate(stay, at=SystemClock().now()), then=reverse("own-ebox"))
        messages.success(request, _("Your e-Box is no longer active. Documents that are in it can still be read."))
        return answer
    values = {
        "form": ConfirmForm(),
        "title": _("Stop your e-Box?"),
        "told": [_("Nothing new comes into it, and no mail is sent. You can activate it again at any time.")],
        "button": _("Stop the e-Box"),
        "cancel_path": reverse("own-ebox"),
        "is_dangerous": True,
    }
    return render(request, "components/confirm_page.html", values)


def _activate(request: HttpRequest, stay: Session, handle: str, given: str) -> None:
    now = SystemClock().now()
    browser = browser_of(store_of(request))
    proven = prove_address(handle, given, login_id=login_of(stay), browser=browser, desk=key_desk(), at=now)
    person_id, language = person_of(stay), Language(get_language() or Language.EN)
    with transaction.atomic():
        is_new = activate(person_id, proven, language=language, environment=Environment.PRODUCTION, at=now)
        action = "ebox:activated" if is_new else "ebox:address:change"
        append_event(action, at=now, actor=actor_of(stay).name, person=person_id)


def _deactivate(stay: Session, *, at: datetime) -> None:
    person_id = person_of(stay)
    if deactivate(person_id):
        append_event("ebox:deactivated", at=at, actor=actor_of(stay).name, person=person_id)
