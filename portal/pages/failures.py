"""What a browser is shown when no page answered: in the layout of all pages, in the reader's language."""

import sys
from datetime import timedelta
from http import HTTPStatus

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from evidence.outages import is_outage
from portal.pages.origins import comes_from_here, page_before
from portal.pages.problems import Problem, ProblemCode, wants_data
from portal.pages.refusals import StaleForm
from portal.pages.routing import tell_refusal
from portal.request_lines import name_of
from portal.spool import NotKeptError

log = structlog.get_logger()

PAUSE = timedelta(minutes=2)
"""After how long to try again what met our own trouble."""


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer for what does not exist, and for what is somebody else's."""
    return render(request, "errors/404.html", status=HTTPStatus.NOT_FOUND)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer for what Django itself denies."""
    return render(request, "errors/403.html", status=HTTPStatus.FORBIDDEN)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer for a request that is none."""
    return render(request, "errors/400.html", status=HTTPStatus.BAD_REQUEST)


def form_not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer for a form without the proof that it came from a page of ours; 409 where it did, from an older one (§11)."""
    if not _is_of_an_older_page(request):
        if wants_data(request):
            return Problem(ProblemCode.NOT_FROM_HERE).answer()
        return render(request, "errors/403_csrf.html", status=HTTPStatus.FORBIDDEN)
    sentence = _("You have signed in or out, or chosen another company, since its page was shown. Nothing was changed.")
    return tell_refusal(request, StaleForm(sentence, path=page_before(request, otherwise=reverse("start"))))


def _is_of_an_older_page(request: HttpRequest) -> bool:
    """Whether the form brings a token, to a browser that keeps cookies, from a page of ours: then the token is too old."""
    is_brought = "csrfmiddlewaretoken" in request.POST or settings.CSRF_HEADER_NAME in request.META
    return is_brought and settings.CSRF_COOKIE_NAME in request.COOKIES and comes_from_here(request)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when we failed: asks neither the database nor the stay, which may be what failed.

    Trouble that passes, whatever met it, is told as such, and when to come again.
    """
    trouble = sys.exc_info()[1]
    with translation.override(getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)):
        if trouble is not None and is_outage(trouble):
            return _tell_outage(request, trouble)
        return HttpResponse(render_to_string("errors/500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _tell_outage(request: HttpRequest, trouble: BaseException) -> HttpResponse:
    """Answer that the trouble is ours, and note it; the log names the page alone, whose address may open something."""
    log.error("page failed by our own trouble", page=name_of(request), method=request.method, exc_info=trouble)
    if wants_data(request):
        answer = Problem(ProblemCode.OUTAGE).answer()
    else:
        values = {
            "minutes": PAUSE // timedelta(minutes=1),
            "is_sent": request.method not in {"GET", "HEAD"},
            "is_unkept": isinstance(trouble, NotKeptError),
        }
        answer = HttpResponse(render_to_string("errors/503.html", values), status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(int(PAUSE.total_seconds()))
    answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own mark: it would log the address
    return answer
