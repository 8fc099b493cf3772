"""The two pages that prove an e-mail address: it is asked for, and then the code that went there; whose it is, its caller says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from auth.address_proofs import AddressAsked, ask_address, prove_address
from auth.models import Session
from auth.refusals import KeyRefusedError, SignInRefusedError, TooManyAttemptsError
from auth.signing_in import browser_of
from domain.languages import Language
from evidence.clock import SystemClock
from portal.key_desk import key_desk
from portal.pages.forms import CounterForm
from portal.pages.refusals import TooManyAttempts
from portal.pages.sending_once import send_outside
from portal.pages.stays import login_of, store_of


@dataclass(frozen=True, slots=True)
class AddressPages:
    """Where an address is proven: under which word the browser remembers it, and the names of its pages.

    It is asked for by the `template` of its page; the way ends at the page `after`, whose title is `after_title`.
    """

    remembered: str
    address: str
    code: str
    template: str
    after: str
    after_title: Promise


class AddressForm(CounterForm):
    """The address to which mails go."""

    address = forms.CharField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        error_messages={"required": gettext_lazy("Enter your e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class CodeForm(CounterForm):
    """The code that went to the address."""

    code = forms.CharField(
        label=gettext_lazy("Code from the e-mail"),
        max_length=10,
        error_messages={"required": gettext_lazy("Enter the code.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


def language_of_page() -> Language:
    """Return the language of the page, in which a mail that it speaks of is written."""
    return Language(get_language() or Language.EN)


def ask_for_address(
    request: HttpRequest,
    pages: AddressPages,
    mail: Callable[[str], AddressAsked],
    *,
    is_kept: Callable[[str], bool] = lambda _address: False,
    **shown: object,
) -> HttpResponse:
    """Ask for the address, and let `mail` send it a code, unless it `is_kept`: then a code would change nothing.

    `shown` is what the template says besides. `mail` raises KeyRefusedError for what is no address, and TooManyAttemptsError at a limit.
    """
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and is_kept(form.cleaned_data["address"]):
        messages.success(request, _("Mails go to this address already."))
        return HttpResponseRedirect(reverse(pages.after), status=HTTPStatus.SEE_OTHER)
    if request.method == "POST" and form.is_valid():

        def mail_a_code() -> None:
            asked = mail(form.cleaned_data["address"])
            request.session[pages.remembered] = [asked.handle, asked.masked]

        try:
            return send_outside(request, mail_a_code, then=reverse(pages.code))
        except KeyRefusedError:
            form.add_error("address", _("This is not an e-mail address, like name@example.org."))
        except TooManyAttemptsError as refused:
            raise TooManyAttempts(refused) from None
    return render(request, pages.template, {"form": form, **shown})


def take_code(
    request: HttpRequest, pages: AddressPages, confirm: Callable[[str, str], object], *, told: str
) -> HttpResponse:
    """Take the code that went to the address, and let `confirm` use the handle and that code; `told` is said afterwards.

    `confirm` raises KeyRefusedError for a wrong code, and SignInRefusedError when its time is over.
    """
    asked = request.session.get(pages.remembered)
    if asked is None:
        return HttpResponseRedirect(reverse(pages.address))
    handle, masked = asked
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["code"]
        try:
            answer = send_outside(request, lambda: confirm(handle, given), then=reverse(pages.after))
        except KeyRefusedError:
            form.add_error("code", _("The code is not correct. Give the code of the newest e-mail."))
        except SignInRefusedError:
            del request.session[pages.remembered]
            messages.error(request, _("This confirmation is over. Begin again."))
            return HttpResponseRedirect(reverse(pages.address))
        else:
            del request.session[pages.remembered]
            messages.success(request, told)
            return answer
    values: Mapping[str, object] = {
        "form": form,
        "masked": masked,
        "again": reverse(pages.address),
        "back": reverse(pages.after),
        "back_title": pages.after_title,
    }
    return render(request, "components/address_code.html", values)


def mail_code_to(request: HttpRequest, stay: Session, address: str) -> AddressAsked:
    """Mail a code to an address that is no key; raises what `ask_address` does."""
    browser, now = browser_of(store_of(request)), SystemClock().now()
    return ask_address(login_of(stay), address, browser=browser, language=language_of_page(), desk=key_desk(), at=now)


def proven_address(request: HttpRequest, stay: Session, handle: str, code: str) -> str:
    """Return the address that the code proves; raises what `prove_address` does."""
    browser, now = browser_of(store_of(request)), SystemClock().now()
    return prove_address(handle, code, login_id=login_of(stay), browser=browser, desk=key_desk(), at=now)
