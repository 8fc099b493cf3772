"""What a browser is shown when no page answered: in the layout of all pages, in the reader's language."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


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
    """Answer for a form without the proof that it came from a page of ours."""
    return render(request, "errors/403_csrf.html", status=HTTPStatus.FORBIDDEN)


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer when we failed: asks neither the database nor the stay, which may be what failed."""
    return HttpResponse(render_to_string("errors/500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)
