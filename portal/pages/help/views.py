"""Help pages, which anybody reads, and the form that asks whether one is registered."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from auth.openid.countries import active_countries
from auth.refusals import TooManyAttemptsError
from auth.registration_questions import Question, ask_whether_registered, count_question
from domain.brussels import brussels_date
from domain.languages import Language
from evidence.clock import SystemClock
from portal.key_desk import key_desk, source_of_request
from portal.pages.countries import country_names
from portal.pages.help.forms import RegisteredForm
from portal.pages.limited_forms import show_limited
from portal.pages.routing import public_page
from portal.pages.sending_once import require_token, send_once


@public_page
@require_safe
def shown(request: HttpRequest, template: str) -> HttpResponse:
    """Show a page of help."""
    office, language = settings.GUICHET.office, Language(get_language() or Language.EN)
    values = {
        "office_phone": office.phone,
        "office_address": office.addresses[language],
        "card_software": settings.GUICHET.eid.software_page_in(language),
    }
    return render(request, f"help/{template}.html", values)


@public_page
@require_safe
def other_countries(request: HttpRequest) -> HttpResponse:
    """Say how people from other countries sign in, and of which countries a key is active today."""
    codes = active_countries(on=brussels_date(SystemClock().now()))
    return render(request, "help/other_countries.html", {"countries": country_names(codes)})


@public_page
@require_http_methods(["GET", "POST"])
def am_i_registered(request: HttpRequest) -> HttpResponse:
    """Take a question for the registration officers; the answer goes by mail, and the page says neither yes nor no."""
    form = RegisteredForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        require_token(request)
        try:
            count_question(source_of_request(request).address, desk=key_desk(), at=SystemClock().now())
        except TooManyAttemptsError as refused:
            return show_limited(request, "help/am_i_registered.html", form, refused)
        return send_once(request, lambda: _ask_officers(form), then=reverse("asked"))
    return render(request, "help/am_i_registered.html", {"form": form})


def _ask_officers(form: RegisteredForm) -> None:
    asked = form.cleaned_data
    ask_whether_registered(
        Question(asked["family_name"], asked["first_name"], asked["birth_date"], asked["email"]),
        language=Language(get_language() or Language.EN),
        desk=key_desk(),
        at=SystemClock().now(),
    )
