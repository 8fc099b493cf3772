"""The address at which a company is told that something waits in its e-Box: confirmed by a code, changed, or stopped."""

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
from correspondence.ebox_company_alerts import alert_of_company, begin_company_alerts, stop_company_alerts
from domain.access.roles import ROLES_OF_ENTITY
from domain.assurance import AssuranceLevel
from domain.environments import Environment
from domain.languages import Language
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.key_desk import key_desk
from portal.pages.forms import ConfirmForm
from portal.pages.own_ebox.forms import AddressForm, CodeForm
from portal.pages.people.own_people import require_managing
from portal.pages.permissions import actor_of, entity_of
from portal.pages.refusals import Denied, TooManyAttempts
from portal.pages.routing import Context, page
from portal.pages.sending_once import send_once, send_outside
from portal.pages.stays import login_of, store_of

_ASKED = "company-ebox-address"


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for the address, and mail it a code."""
    _require_whole_company(stay)
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
            return send_outside(request, mail_a_code, then=reverse("ebox-alert-code"))
        except KeyRefusedError:
            form.add_error("address", _("This is not an e-mail address, like name@example.org."))
        except TooManyAttemptsError as refused:
            raise TooManyAttempts(refused.retry_after) from None
    return render(request, "ebox/alert.html", {"form": form, "alert": alert_of_company(entity_of(stay).pk)})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take the code that went to the address; mails go there from then on."""
    _require_whole_company(stay)
    asked = request.session.get(_ASKED)
    if asked is None:
        return HttpResponseRedirect(reverse("ebox-alert"))
    handle, masked = asked
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["code"]
        try:
            answer = send_outside(
                request, lambda: _begin(request, stay, handle, given), then=reverse("ebox-parameters")
            )
        except KeyRefusedError:
            form.add_error("code", _("The code is not correct. Give the code of the newest e-mail."))
        except SignInRefusedError:
            del request.session[_ASKED]
            messages.error(request, _("This confirmation is over. Begin again."))
            return HttpResponseRedirect(reverse("ebox-alert"))
        else:
            del request.session[_ASKED]
            messages.success(
                request, _("A mail tells this address when something is waiting in the e-Box of the company.")
            )
            return answer
    return render(request, "ebox/alert_code.html", {"form": form, "masked": masked})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, stay: Session) -> HttpResponse:
    """Send no mails any more, after asking; documents and tasks come as before."""
    _require_whole_company(stay)
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


def _begin(request: HttpRequest, stay: Session, handle: str, given: str) -> None:
    now, entity = SystemClock().now(), entity_of(stay)
    browser = browser_of(store_of(request))
    proven = prove_address(handle, given, login_id=login_of(stay), browser=browser, desk=key_desk(), at=now)
    language, environment = Language(get_language() or Language.EN), Environment(entity.environment)
    with transaction.atomic():
        is_new = begin_company_alerts(entity.pk, proven, language=language, environment=environment, at=now)
        action = "ebox:alerts:begun" if is_new else "ebox:alerts:address-change"
        append_event(action, at=now, actor=actor_of(stay).name, entity=entity.pk)


def _stop(stay: Session, *, at: datetime) -> None:
    entity_id = entity_of(stay).pk
    if stop_company_alerts(entity_id):
        append_event("ebox:alerts:stopped", at=at, actor=actor_of(stay).name, entity=entity_id)
