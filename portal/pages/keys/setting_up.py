"""Set up a key: password, app with its QR code, card to print, address for codes, recovery codes.

What is shown once (a secret, the codes of a card) stands in the answer to the form itself, and nowhere else.
"""

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.address_proofs import AddressAsked
from auth.keys.email_codes import begin_address, confirm_address, mask
from auth.keys.life import find_active
from auth.keys.password_setting import set_password
from auth.keys.recovery_codes import make_recovery_codes
from auth.keys.token_card_paper import CardPaper, render_card
from auth.keys.token_cards import NewCard, order_card
from auth.keys.totp import begin_app, confirm_app
from auth.models import Login, Session
from auth.password_policy import PasswordRefusedError
from auth.refusals import KeyRefusedError
from auth.signing_in import browser_of
from domain.assurance import AssuranceLevel, Means
from domain.languages import Language
from evidence.clock import SystemClock
from portal.key_desk import key_desk
from portal.pages.keys.forms import AppForm, OwnPasswordForm
from portal.pages.keys.rights import may_set_up
from portal.pages.proving_addresses import AddressPages, ask_for_address, language_of_page, take_code
from portal.pages.routing import page
from portal.pages.sending_once import make_to_show, require_token, send_once
from portal.pages.sent_from import sent_from
from portal.pages.sign_in.told import FAULTS
from portal.pages.stays import login_of, store_of
from registers.persons.details import verify_email

_ISSUER = "Guichet"
_ADDRESS = AddressPages(
    remembered="key-address",
    address="key-email",
    code="key-email-code",
    template="keys/email.html",
    after="keys",
    after_title=gettext_lazy("My digital keys"),
)


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, stay: Session) -> HttpResponse:
    """Choose a user name and a password, or renew them."""
    login = Login.objects.get(pk=login_of(stay))
    right = may_set_up(request, stay, Means.PASSWORD, has_one=find_active(login.pk, Means.PASSWORD) is not None)
    if isinstance(right, HttpResponse):
        return right
    form = OwnPasswordForm(request.POST or None, initial={"user_name": login.user_name or ""})
    if request.method == "POST" and form.is_valid():
        try:
            answer = send_once(
                request,
                lambda: set_password(
                    right,
                    user_name=form.cleaned_data["user_name"],
                    password=form.cleaned_data["password"],
                    repeated=form.cleaned_data["repeated"],
                    desk=key_desk(),
                    at=SystemClock().now(),
                ),
                then=reverse("keys"),
            )
        except PasswordRefusedError as refused:
            for fault in refused.faults:
                form.add_error("password", str(FAULTS[fault]))
        except KeyRefusedError:
            form.add_error("user_name", _("This user name is taken or has another form. Choose another one."))
        else:
            messages.success(request, _("Your user name and password are set."))
            return answer
    return render(request, "keys/password.html", {"form": form})


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def app(request: HttpRequest, stay: Session) -> HttpResponse:
    """Explain the app; on the wish to begin, show the QR code."""
    right = may_set_up(request, stay, Means.TOTP)
    if isinstance(right, HttpResponse):
        return right
    has_password = find_active(right.login_id, Means.PASSWORD) is not None
    if request.method == "GET" or not has_password:
        return render(request, "keys/app.html", {"has_password": has_password})
    require_token(request)
    account = Login.objects.values_list("user_name", flat=True).get(pk=right.login_id) or _ISSUER
    begun = begin_app(right, account=account, issuer=_ISSUER, desk=key_desk(), at=SystemClock().now())
    values = {
        "form": AppForm(initial={"key": begun.key_id}),
        "secret": spaced(begun.secret),
        "qr": draw_qr(begun.address),
    }
    return render(request, "keys/app_code.html", values)


@page(level=AssuranceLevel.PASSWORD)
@sent_from("key-app")
def app_confirm(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take the first code of the app and show the recovery codes, this once."""
    right = may_set_up(request, stay, Means.TOTP)
    if isinstance(right, HttpResponse):
        return right
    require_token(request)
    form = AppForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            codes = make_to_show(
                request,
                lambda: confirm_app(
                    said["key"], said["code"], right, label=said["label"], desk=key_desk(), at=SystemClock().now()
                ),
                gone=told_app_is_set_up(),
                back=reverse("keys"),
            )
            return render(request, "keys/recovery_codes.html", {"codes": codes, "is_app": True})
        except KeyRefusedError:
            form.add_error("code", _("The code is not correct. Give the code that the app shows now, or begin again."))
    return render(request, "keys/app_code.html", {"form": form})


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, stay: Session) -> HttpResponse:
    """Order a card of 24 codes; it is shown to be printed, this once."""
    right = may_set_up(request, stay, Means.TOKEN_CARD)
    if isinstance(right, HttpResponse):
        return right
    has_one = find_active(right.login_id, Means.TOKEN_CARD) is not None
    is_offered = key_desk().options.token_cards
    if request.method == "GET" or not is_offered:
        return render(request, "keys/card.html", {"has_one": has_one, "is_offered": is_offered})
    made = make_to_show(
        request,
        lambda: order_card(right, desk=key_desk(), at=SystemClock().now()),
        gone=_(
            "The codes were shown already, when this form was first sent. Order another card if you do not have them."
        ),
    )
    if "as_pdf" in request.POST:
        return _card_file(made, right.login_id)
    return render(request, "keys/card_codes.html", {"card": made})


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def recovery(request: HttpRequest, stay: Session) -> HttpResponse:
    """Make ten recovery codes in the place of those before; they are shown this once."""
    right = may_set_up(request, stay, Means.RECOVERY_CODE)
    if isinstance(right, HttpResponse):
        return right
    if request.method == "GET":
        has_some = find_active(right.login_id, Means.RECOVERY_CODE) is not None
        return render(request, "keys/recovery.html", {"has_some": has_some})
    codes = make_to_show(
        request,
        lambda: make_recovery_codes(right, desk=key_desk(), at=SystemClock().now()),
        gone=_("The codes were shown already, when this form was first sent. Make others if you do not have them."),
    )
    return render(request, "keys/recovery_codes.html", {"codes": codes})


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def email(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for the address to which codes go, and mail it one."""
    right = may_set_up(request, stay, Means.EMAIL_CODE)
    if isinstance(right, HttpResponse):
        return right

    def mail(wanted: str) -> AddressAsked:
        browser, now = browser_of(store_of(request)), SystemClock().now()
        return AddressAsked(
            begin_address(right, wanted, browser=browser, desk=key_desk(), at=now, language=language_of_page()).handle,
            mask(wanted.strip()),
        )

    return ask_for_address(request, _ADDRESS, mail)


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def email_code(request: HttpRequest, stay: Session) -> HttpResponse:
    """Take the code that went to the address; the address is then a key."""
    right = may_set_up(request, stay, Means.EMAIL_CODE)
    if isinstance(right, HttpResponse):
        return right

    def confirm(handle: str, given: str) -> None:
        browser, now = browser_of(store_of(request)), SystemClock().now()
        proven = confirm_address(handle, given, right, browser=browser, desk=key_desk(), at=now)
        if stay.login is not None and stay.login.person_id is not None:
            verify_email(stay.login.person_id, proven, actor=right.actor, at=now)

    return take_code(request, _ADDRESS, confirm, told=_("Codes go to this address from now on."))


def _card_file(made: NewCard, login_id: int) -> HttpResponse:
    """Answer with the card to print and cut out; like its page, it is made this once."""
    name = Login.objects.values_list("user_name", flat=True).get(pk=login_id) or ""
    printed = render_card(CardPaper(name, made.made_at, made.codes), Language(get_language() or Language.EN))
    headers = {"Content-Disposition": 'attachment; filename="token.pdf"'}
    return HttpResponse(printed, content_type="application/pdf", headers=headers)


def told_app_is_set_up() -> str:
    """Return what is said to who sends the first code of an app again."""
    return _(
        "The app is set up. The recovery codes were shown already, when this form was first sent. Make others if you do not have them."
    )


def draw_qr(address: str) -> SafeString:
    """Return the picture that an app scans, as SVG."""
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn here, from squares alone


def spaced(secret: str) -> str:
    """Return a secret as it is typed, in groups of four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
