"""Activate the e-Box with an e-mail address that a code confirms, change the address, or stop."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from auth.models import Session
from correspondence.ebox_alerts import activate, alert_of, deactivate, is_told_at
from domain.assurance import DETAILS_LEVEL
from domain.environments import Environment
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.pages.forms import ConfirmForm
from portal.pages.permissions import actor_of, person_of
from portal.pages.proving_addresses import (
    AddressPages,
    ask_for_address,
    language_of_page,
    mail_code_to,
    proven_address,
    take_code,
)
from portal.pages.refusals import DoneAlready
from portal.pages.routing import page
from portal.pages.sending_once import send_once
from registers.persons.details import verify_email

_PAGES = AddressPages(
    remembered="ebox-address",
    address="own-ebox-address",
    code="own-ebox-code",
    template="own_ebox/address.html",
    after="own-ebox",
    after_title=gettext_lazy("My e-Box"),
)


@page(level=DETAILS_LEVEL)
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for the address, and mail it a code."""
    alert = alert_of(person_of(stay))
    return ask_for_address(
        request,
        _PAGES,
        lambda wanted: mail_code_to(request, stay, wanted),
        is_kept=lambda wanted: is_told_at(alert, wanted, language_of_page()),
        alert=alert,
    )


@page(level=DETAILS_LEVEL)
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take the code that went to the address; the e-Box is then active."""
    return take_code(
        request,
        _PAGES,
        lambda handle, given: _activate(stay, proven_address(request, stay, handle, given)),
        told=_("Your e-Box is active. A mail tells you when something is waiting in it."),
    )


@page(level=DETAILS_LEVEL)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, stay: Session) -> HttpResponse:
    """Stop the e-Box, after asking; what is in it stays to be read."""
    if alert_of(person_of(stay)) is None:
        raise DoneAlready(reverse("own-ebox"), _("Your e-Box is not active."))
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


def _activate(stay: Session, proven: str) -> None:
    now = SystemClock().now()
    person_id, language = person_of(stay), language_of_page()
    with transaction.atomic():
        is_new = activate(person_id, proven, language=language, environment=Environment.PRODUCTION, at=now)
        action = "ebox:activated" if is_new else "ebox:address:change"
        append_event(action, at=now, actor=actor_of(stay).name, person=person_id)
        verify_email(person_id, proven, actor=actor_of(stay).name, at=now)


def _deactivate(stay: Session, *, at: datetime) -> None:
    person_id = person_of(stay)
    if deactivate(person_id, at=at):
        append_event("ebox:deactivated", at=at, actor=actor_of(stay).name, person=person_id)
