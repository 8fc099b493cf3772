"""Register an app right after a first sign-in by codes, in the browser where it happened; it opens the company's pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.keys.first_app import confirm_first_app, right_after_codes
from auth.keys.life import find_active
from auth.keys.password_switch import kept_allowed
from auth.keys.rights import SetUpRight
from auth.keys.totp import begin_app
from auth.limits import limits
from auth.models import Login, Session
from auth.refusals import KeyRefusedError, SignInRefusedError
from auth.signing_in import step_up
from domain.assurance import AssuranceLevel, Means
from evidence.clock import SystemClock
from portal.key_desk import key_desk, source_of_request
from portal.pages.keys.forms import AppForm
from portal.pages.keys.setting_up import draw_qr, spaced, told_app_is_set_up
from portal.pages.lasting import minutes_of
from portal.pages.paths import next_path, with_next
from portal.pages.routing import Context, page
from portal.pages.sending_once import make_to_show, refuse_second_look, require_token
from portal.pages.sent_from import sent_from
from portal.pages.sign_in.told import refusal_told
from portal.pages.stays import stay_of, store_of

_OFFERED = "first-app"
_ISSUER = "Guichet"


def offer_app(request: HttpRequest, *, then: str) -> HttpResponse | None:
    """Lead to the app when the stay that was just begun gives the right to it; None leads on as always."""
    stay = stay_of(request)
    if stay is None or _right_after_codes(request, stay) is None:
        return None
    request.session[_OFFERED] = True
    return HttpResponseRedirect(with_next(reverse("first-app"), then))


@page(level=AssuranceLevel.PASSWORD, context=Context.STILL_OPEN)
@require_http_methods(["GET", "POST"])
def app(request: HttpRequest, stay: Session) -> HttpResponse:
    """Offer to register an app; on the wish to begin, show the QR code."""
    right, then = _right(request, stay), next_path(request, otherwise=reverse("home"))
    if right is None:
        return _too_late(request, then)
    if request.method == "GET":
        return render(request, "sign_in/first_app.html", {"next": then, "mail": _mailed_to(right)})
    require_token(request)
    account = Login.objects.values_list("user_name", flat=True).get(pk=right.login_id) or _ISSUER
    begun = begin_app(right, account=account, issuer=_ISSUER, desk=key_desk(), at=SystemClock().now())
    values = {
        "form": AppForm(initial={"key": begun.key_id}),
        "secret": spaced(begun.secret),
        "qr": draw_qr(begun.address),
        "next": then,
    }
    return render(request, "sign_in/first_app_code.html", values)


@page(level=AssuranceLevel.PASSWORD, context=Context.STILL_OPEN)
@sent_from("first-app")
def confirm(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take the first code of the app, which makes the stay stronger, and show the recovery codes, this once."""
    then = next_path(request, otherwise=reverse("home"))
    refuse_second_look(request, told_app_is_set_up(), back=then)
    right = _right(request, stay)
    if right is None:
        return _too_late(request, then)
    require_token(request)
    now, source, form = SystemClock().now(), source_of_request(request), AppForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            means = f"{Means.PASSWORD}+{Means.TOTP}"
            with kept_allowed(right.login_id, means=means, source=source, desk=key_desk(), at=now):
                made = make_to_show(
                    request,
                    lambda: confirm_first_app(
                        stay, right, said["key"], said["code"], label=said["label"], desk=key_desk(), at=now
                    ),
                    gone=told_app_is_set_up(),
                    back=then,
                )
                del request.session[_OFFERED]
                step_up(
                    store_of(request),
                    made.proofs,
                    required=AssuranceLevel.APP_CODE,
                    source=source,
                    persons=key_desk().persons,
                    at=now,
                )
        except SignInRefusedError as refused:
            messages.error(request, str(refusal_told(refused.reason)))
            return HttpResponseRedirect(reverse("sign-in"))
        except KeyRefusedError:
            form.add_error("code", _("The code is not correct. Give the code that the app shows now, or begin again."))
        else:
            shown = {"codes": made.recovery_codes, "next": then, "mail": _mailed_to(right)}
            return render(request, "sign_in/first_app_codes.html", shown)
    return render(request, "sign_in/first_app_code.html", {"form": form, "next": then})


def _mailed_to(right: SetUpRight) -> str:
    """Return the address, masked, to which codes are mailed; empty for who signs in otherwise, as for a company."""
    key = find_active(right.login_id, Means.EMAIL_CODE)
    return "" if key is None else key.label


def _right(request: HttpRequest, stay: Session) -> SetUpRight | None:
    if not request.session.get(_OFFERED):
        return None
    return _right_after_codes(request, stay)


def _right_after_codes(request: HttpRequest, stay: Session) -> SetUpRight | None:
    return right_after_codes(stay, source=source_of_request(request), desk=key_desk(), at=SystemClock().now())


def _too_late(request: HttpRequest, then: str) -> HttpResponse:
    messages.warning(
        request,
        _(
            "An app is registered within %(minutes)s minutes of choosing your password. Sign in with eID to register one, or "
            "ask for new codes."
        )
        % {"minutes": minutes_of(limits().keys.first_password)},
    )
    return HttpResponseRedirect(then)
