"""Speak the language of the reader: the one that a link asks for, else the one chosen before, else the browser's."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

View = Callable[[HttpRequest], HttpResponse]

ASKED = "language"
"""The word of the query that asks for a language, and keeps it."""

YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A link to the page that is shown, in another language."""

    code: str
    name: str
    short: str
    path: str
    is_current: bool


def with_language(view: View) -> View:
    """Give `view` with the language of the reader set while it runs, and told in the answer: a middleware."""

    def answer(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get(ASKED, "")
        code = asked if _is_ours(asked) else _kept_or_preferred(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = view(request)
        response.headers.setdefault("Content-Language", code)
        if code == asked and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != code:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, secure=True, httponly=True, samesite="Lax"
            )
        return response

    return answer


def language_links(request: HttpRequest, path: str) -> tuple[LanguageLink, ...]:
    """Return a link for each language to the same page, at `path`; a form that was sent is shown anew, empty."""
    links = []
    for code, name in settings.LANGUAGES:
        query = request.GET.copy()
        query[ASKED] = code
        is_current = code == translation.get_language()
        links.append(LanguageLink(code, name, code.upper(), f"{path}?{query.urlencode()}", is_current))
    return tuple(links)


def _is_ours(code: str) -> bool:
    return code in {known for known, _ in settings.LANGUAGES}


def _kept_or_preferred(request: HttpRequest) -> str:
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if _is_ours(kept):
        return kept
    for wished, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return get_supported_language_variant(wished)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
