"""Signing in by user name and password, alone or with a code, and the first sign-in with a temporary password."""

from http import HTTPStatus

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.keys.password_sign_in import prove_password
from auth.keys.second_factors import begin_second_factor, password_proof_of, prove_second_factor
from auth.keys.temporary_sign_in import ActivationBegun, CodesOverError, complete_activation
from auth.password_policy import PasswordRefusedError
from auth.proofs import Proof
from auth.refusals import SignInRefusal, SignInRefusedError, TooManyAttemptsError
from auth.signing_in import browser_of
from domain.assurance import Means
from evidence.clock import SystemClock
from portal.key_desk import key_desk, source_of_request
from portal.pages.paths import next_path, with_next
from portal.pages.refusals import TooManyAttempts
from portal.pages.routing import public_page
from portal.pages.sign_in.arrival import arrive, arrive_anew
from portal.pages.sign_in.attempts import Attempt, purpose_of
from portal.pages.sign_in.first_app_views import offer_app
from portal.pages.sign_in.forms import ActivationForm, CodeForm, NewPasswordForm, PasswordForm
from portal.pages.sign_in.told import FAULTS, refusal_told, told_of
from portal.pages.sign_in.ways import BY_MEANS
from portal.pages.stays import stay_of, store_of
from portal.proven_addresses import note_codes_used


@public_page
@require_http_methods(["GET", "POST"])
def with_password(request: HttpRequest, means: Means) -> HttpResponse:
    """Ask for user name and password; `means` is the code that follows, PASSWORD for none."""
    then = next_path(request, otherwise="")
    known = _known_password(request, means)
    form = PasswordForm(request.POST if request.method == "POST" and known is None else None)
    values = {"form": form, "way": BY_MEANS[means], "next": then, "is_known": known is not None}
    values["is_recovery"] = means is Means.RECOVERY_CODE
    if request.method == "GET" or (known is None and not form.is_valid()):
        return render(request, "sign_in/with_password.html", values)
    try:
        return _go_on(request, form, known, means, then=then)
    except SignInRefusedError as refused:
        values["refused"] = told_of(refused)
    except TooManyAttemptsError as refused:
        raise TooManyAttempts(refused) from None
    return render(request, "sign_in/with_password.html", values, status=HTTPStatus.UNAUTHORIZED)


def _known_password(request: HttpRequest, means: Means) -> Proof | None:
    """Return the password's proof where it opened the stay and a code alone makes it stronger."""
    stay = stay_of(request)
    if stay is None or means is Means.PASSWORD or stay.reached_level >= BY_MEANS[means].level:
        return None
    return password_proof_of(stay)


def _go_on(request: HttpRequest, form: BaseForm, known: Proof | None, means: Means, *, then: str) -> HttpResponse:
    now, desk, source = SystemClock().now(), key_desk(), source_of_request(request)
    if known is None:
        outcome = prove_password(
            form.cleaned_data["user_name"],
            form.cleaned_data["password"],
            browser=lambda: browser_of(store_of(request)),
            source=source,
            desk=desk,
            at=now,
        )
        if isinstance(outcome, ActivationBegun):
            Attempt(outcome.handle, Means.PASSWORD, asks_number=outcome.asks_number, then=then).keep(request)
            return HttpResponseRedirect(reverse("new-password"))
        known = outcome.proof
    if means is Means.PASSWORD:
        return arrive(request, [known], then=then)
    challenge = begin_second_factor(
        known,
        means,
        purpose=purpose_of(request),
        browser=browser_of(store_of(request)),
        source=source,
        desk=desk,
        at=now,
    )
    Attempt(challenge.handle, means, place=challenge.place, sent_to=challenge.sent_to, then=then).keep(request)
    return HttpResponseRedirect(reverse("sign-in-code"))


@public_page
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that follows a right password."""
    attempt = Attempt.of(request)
    if attempt is None or attempt.means is Means.PASSWORD:
        return HttpResponseRedirect(reverse("sign-in"))
    label, hint = _asked(attempt)
    form = CodeForm(request.POST or None, label=label, hint=hint, means=attempt.means)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            proofs = prove_second_factor(
                attempt.handle,
                form.cleaned_data["code"],
                purpose=purpose_of(request),
                browser=browser_of(store_of(request)),
                source=source_of_request(request),
                desk=key_desk(),
                at=SystemClock().now(),
            )
            answer = arrive(request, proofs, then=attempt.then)
            return _lead_to_new_keys(answer) if attempt.means is Means.RECOVERY_CODE else answer
        except SignInRefusedError as refused:
            form.add_error("code", str(refusal_told(refused.reason)))
            status = HTTPStatus.UNAUTHORIZED
        except TooManyAttemptsError as refused:
            raise TooManyAttempts(refused) from None
    way = BY_MEANS[attempt.means]
    again = with_next(reverse(way.page), attempt.then) if attempt.then else reverse(way.page)
    values = {"form": form, "way": way, "again": again, "is_app": attempt.means is Means.TOTP, "next": attempt.then}
    return render(request, "sign_in/code.html", values, status=status)


def _asked(attempt: Attempt) -> tuple[str, str]:
    match attempt.means:
        case Means.EMAIL_CODE:
            return _("Code from the e-mail"), _("We sent six digits to %(address)s.") % {"address": attempt.sent_to}
        case Means.TOTP:
            return _("Code of the app"), _("The six digits that your app shows now.")
        case Means.TOKEN_CARD:
            return _("Code number %(place)s of your card") % {"place": attempt.place}, _("Six letters and digits.")
        case _:
            hint = _("One of the codes that you kept when you registered the app. With it the app is suspended.")
            return _("Recovery code"), hint


def _lead_to_new_keys(answer: HttpResponse) -> HttpResponse:
    return HttpResponseRedirect(with_next(reverse("keys-anew"), answer.headers["Location"]))


@public_page
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Ask for the user name that came by e-mail and the temporary password that came by SMS."""
    form = PasswordForm(request.POST or None)
    form.fields["password"].label = _("Temporary password")
    values = {"form": form, "next": next_path(request, otherwise="")}
    if request.method == "GET" or not form.is_valid():
        return render(request, "sign_in/activate.html", values)
    try:
        return _go_on(request, form, None, Means.PASSWORD, then=str(values["next"]))
    except SignInRefusedError as refused:
        form.add_error(None, str(told_of(refused)))
        values["over"] = refused if isinstance(refused, CodesOverError) else None
    except TooManyAttemptsError as refused:
        raise TooManyAttempts(refused) from None
    return render(request, "sign_in/activate.html", values, status=HTTPStatus.UNAUTHORIZED)


@public_page
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Ask for a new password, twice, and the national number: the end of a first sign-in, which begins a stay of its own."""
    attempt = Attempt.of(request)
    if attempt is None or attempt.means is not Means.PASSWORD:
        is_done = request.method == "POST" and stay_of(request) is not None  # sent twice, and signed in by the first
        return HttpResponseRedirect(reverse("home" if is_done else "activate"))
    kind = ActivationForm if attempt.asks_number else NewPasswordForm
    form = kind(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            proof = complete_activation(
                attempt.handle,
                password=form.cleaned_data["password"],
                repeated=form.cleaned_data["repeated"],
                national_number=form.cleaned_data.get("national_number", ""),
                browser=browser_of(store_of(request)),
                source=source_of_request(request),
                desk=key_desk(),
                at=SystemClock().now(),
            )
            note_codes_used(proof, at=SystemClock().now())
            answer = arrive_anew(request, [proof], then=attempt.then)
            return offer_app(request, then=answer.headers["Location"]) or answer
        except PasswordRefusedError as refused:
            for fault in refused.faults:
                form.add_error("password", str(FAULTS[fault]))
        except SignInRefusedError as refused:
            is_number = refused.reason is SignInRefusal.WRONG_NUMBER and attempt.asks_number
            form.add_error("national_number" if is_number else None, str(refusal_told(refused.reason)))
            status = HTTPStatus.UNAUTHORIZED
    return render(request, "sign_in/new_password.html", {"form": form}, status=status)
