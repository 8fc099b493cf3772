"""The address at which a company is told that something waits in its e-Box: confirmed by a code, changed, or stopped."""

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
from correspondence.ebox_alerts import is_told_at
from correspondence.ebox_company_alerts import alert_of_company, begin_company_alerts, stop_company_alerts
from domain.access.roles import ROLES_OF_ENTITY
from domain.assurance import AssuranceLevel
from domain.environments import Environment
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.pages.forms import ConfirmForm
from portal.pages.people.own_people import require_managing
from portal.pages.permissions import actor_of, entity_of
from portal.pages.proving_addresses import (
    AddressPages,
    ask_for_address,
    language_of_page,
    mail_code_to,
    proven_address,
    take_code,
)
from portal.pages.refusals import Denied, DoneAlready
from portal.pages.routing import Context, Freshness, page
from portal.pages.sending_once import send_once

_PAGES = AddressPages(
    remembered="company-ebox-address",
    address="ebox-alert",
    code="ebox-alert-code",
    template="ebox/alert.html",
    after="ebox-parameters",
    after_title=gettext_lazy("Parameters"),
)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for the address, and mail it a code."""
    _require_whole_company(stay)
    present = alert_of_company(entity_of(stay).pk)
    return ask_for_address(
        request,
        _PAGES,
        lambda wanted: mail_code_to(request, stay, wanted),
        is_kept=lambda wanted: is_told_at(present, wanted, language_of_page()),
        alert=present,
    )


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take the code that went to the address; mails go there from then on."""
    _require_whole_company(stay)
    return take_code(
        request,
        _PAGES,
        lambda handle, given: _begin(stay, proven_address(request, stay, handle, given)),
        told=_("A mail tells this address when something is waiting in the e-Box of the company."),
    )


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, stay: Session) -> HttpResponse:
    """Send no mails any more, after asking; documents and tasks come as before."""
    _require_whole_company(stay)
    if alert_of_company(entity_of(stay).pk) is None:
        raise DoneAlready(reverse("ebox-parameters"), _("No mails are sent about the e-Box of the company."))
    if request.method == "POST":
        answer = send_once(request, lambda: _stop(stay, at=SystemClock().now()), then=reverse("ebox-parameters"))
        messages.success(request, _("No mails are sent any more. The e-Box of the company goes on."))
        return answer
    values = {
        "form": ConfirmForm(),
        "title": _("Send no mails any more?"),
        "told": [_("Documents and tasks come into the e-Box as before; nobody is told by mail.")],
        "button": _("Stop the mails"),
        "cancel_path": reverse("ebox-parameters"),
        "is_dangerous": True,
    }
    return render(request, "components/confirm_page.html", values)


def _require_whole_company(stay: Session) -> None:
    """Deny who manages one quality alone, since the mails speak of everything."""
    if not require_managing(stay, at=SystemClock().now()).roles & ROLES_OF_ENTITY:
        raise Denied(_("The main access manager and his co-manager say where mails go."))


def _begin(stay: Session, proven: str) -> None:
    now, entity = SystemClock().now(), entity_of(stay)
    language, environment = language_of_page(), Environment(entity.environment)
    with transaction.atomic():
        is_new = begin_company_alerts(entity.pk, proven, language=language, environment=environment, at=now)
        action = "ebox:alerts:begun" if is_new else "ebox:alerts:address-change"
        append_event(action, at=now, actor=actor_of(stay).name, entity=entity.pk)


def _stop(stay: Session, *, at: datetime) -> None:
    entity_id = entity_of(stay).pk
    if stop_company_alerts(entity_id, at=at):
        append_event("ebox:alerts:stopped", at=at, actor=actor_of(stay).name, entity=entity_id)
