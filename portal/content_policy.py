"""Tell browsers what a page of ours may load (our own files, nothing that runs inside the page), and to keep nothing of it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

View = Callable[[HttpRequest], HttpResponse]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def with_content_policy(view: View) -> View:
    """Give `view` with the headers on each of its answers: a middleware, so that no answer goes without.

    Nothing is kept by a browser or a proxy, error pages neither, unless an answer says that it may, as those of our files do.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return answer
