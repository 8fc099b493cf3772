"""Open the link, choose user name and password, and register an app where one is wanted."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.keys.enrolments import (
    complete_enrolment,
    open_enrolment,
    right_to_first_password,
    right_to_further_keys,
)
from auth.keys.rights import SetUpRight
from auth.keys.totp import begin_app, confirm_app
from auth.models import Login
from auth.password_policy import PasswordRefusedError
from auth.refusals import KeyRefusedError, SignInRefusal, SignInRefusedError, TooManyAttemptsError
from auth.signing_in import browser_of
from evidence.clock import SystemClock
from portal.key_desk import key_desk, source_of_request
from portal.pages.first_keys.forms import PaperCodeForm
from portal.pages.keys.forms import AppForm, OwnPasswordForm
from portal.pages.keys.setting_up import draw_qr, spaced
from portal.pages.refusals import TooManyAttempts
from portal.pages.routing import public_page
from portal.pages.sending_once import make_to_show, refuse_second_look, send_outside
from portal.pages.sent_from import sent_from
from portal.pages.sign_in.told import FAULTS
from portal.pages.stays import store_of
from portal.proven_addresses import note_link_used

_HANDLE = "first-keys"
_ISSUER = "Guichet"


@public_page
@require_http_methods(["GET", "POST"])
def open_link(request: HttpRequest, link: str) -> HttpResponse:
    """Ask for the code on paper; a GET uses nothing up, since programs open links of letters too."""
    form = PaperCodeForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "first_keys/open.html", {"form": form})
    try:
        begun = open_enrolment(
            link,
            form.cleaned_data["code"],
            browser=lambda: browser_of(store_of(request)),
            source=source_of_request(request),
            desk=key_desk(),
            at=SystemClock().now(),
        )
    except SignInRefusedError as refused:
        is_code = refused.reason is SignInRefusal.WRONG_CODE
        form.add_error("code" if is_code else None, _wrong_code() if is_code else _over())
        return render(request, "first_keys/open.html", {"form": form}, status=HTTPStatus.UNAUTHORIZED)
    except TooManyAttemptsError as refused:
        raise TooManyAttempts(refused) from None
    request.session[_HANDLE] = begun.handle
    return HttpResponseRedirect(reverse("first-keys"))


@public_page
@require_http_methods(["GET", "POST"])
def name_and_password(request: HttpRequest) -> HttpResponse:
    """Choose user name and password; that activates the login and uses the link up."""
    right = _right(request, right_to_first_password)
    if right is None:
        return _where_it_stands(request)
    known = Login.objects.values_list("user_name", flat=True).get(pk=right.login_id)
    form = OwnPasswordForm(request.POST or None, initial={"user_name": known or ""})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def complete() -> None:
            complete_enrolment(
                request.session[_HANDLE],
                user_name=said["user_name"],
                password=said["password"],
                repeated=said["repeated"],
                browser=browser_of(store_of(request)),
                source=source_of_request(request),
                desk=key_desk(),
                at=SystemClock().now(),
            )
            note_link_used(right.login_id, at=SystemClock().now())

        try:
            return send_outside(request, complete, then=reverse("first-keys-app"))
        except PasswordRefusedError as refused:
            for fault in refused.faults:
                form.add_error("password", str(FAULTS[fault]))
        except KeyRefusedError:
            form.add_error("user_name", _("This user name is taken or has another form. Choose another one."))
        except SignInRefusedError:
            return _begin_again(request)
    return render(request, "first_keys/password.html", {"form": form})


@public_page
@require_http_methods(["GET", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """Offer to register an app; on the wish to begin, show the QR code."""
    right = _right(request, right_to_further_keys)
    if right is None:
        return _where_it_stands(request)
    if request.method == "GET":
        return render(request, "first_keys/app.html")
    account = Login.objects.values_list("user_name", flat=True).get(pk=right.login_id) or _ISSUER
    begun = begin_app(right, account=account, issuer=_ISSUER, desk=key_desk(), at=SystemClock().now())
    values = {
        "form": AppForm(initial={"key": begun.key_id}),
        "secret": spaced(begun.secret),
        "qr": draw_qr(begun.address),
    }
    return render(request, "first_keys/app_code.html", values)


@public_page
@sent_from("first-keys-app")
def app_confirm(request: HttpRequest) -> HttpResponse:
    """Take the first code of the app and show the recovery codes, this once; the way to sign in is then open."""
    gone = _("The app is registered, and its recovery codes were shown already. Sign in: you can make others then.")
    refuse_second_look(request, gone, back=reverse("sign-in"))
    right = _right(request, right_to_further_keys)
    if right is None:
        return _where_it_stands(request)
    form = AppForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            codes = make_to_show(
                request,
                lambda: confirm_app(
                    said["key"], said["code"], right, label=said["label"], desk=key_desk(), at=SystemClock().now()
                ),
                gone=gone,
                back=reverse("sign-in"),
            )
        except KeyRefusedError:
            form.add_error("code", _("The code is not correct. Give the code that the app shows now, or begin again."))
        else:
            del request.session[_HANDLE]
            return render(request, "first_keys/codes.html", {"codes": codes})
    return render(request, "first_keys/app_code.html", {"form": form})


def _right(request: HttpRequest, right_to: Callable[..., SetUpRight]) -> SetUpRight | None:
    """Return the right that the opened link gives in this browser, or None when it gives none, or no more."""
    handle = request.session.get(_HANDLE)
    if not isinstance(handle, str):
        return None
    try:
        return right_to(
            handle,
            browser=browser_of(store_of(request)),
            source=source_of_request(request),
            desk=key_desk(),
            at=SystemClock().now(),
        )
    except SignInRefusedError:
        return None


def _where_it_stands(request: HttpRequest) -> HttpResponse:
    """Lead to name and password, or to the app, whichever is to be chosen now; or say that the link is over."""
    for right_to, page in ((right_to_first_password, "first-keys"), (right_to_further_keys, "first-keys-app")):
        if _right(request, right_to) is not None:
            return HttpResponseRedirect(reverse(page))
    return _begin_again(request)


def _begin_again(request: HttpRequest) -> HttpResponse:
    request.session.pop(_HANDLE, None)
    messages.error(request, _over())
    return HttpResponseRedirect(reverse("sign-in"))


def _over() -> str:
    return _("This link is not valid any more. Ask whoever gave it to you for a new one.")


def _wrong_code() -> str:
    return _("The code is not correct. Look at the paper of the registration office.")
