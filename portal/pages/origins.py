"""Say of a request whether a page of this very origin made it, by what the browser sends along and no page can forge."""

from urllib.parse import SplitResult, urlsplit

from django.http import HttpRequest

from portal.pages.paths import is_own_path


def comes_from_here(request: HttpRequest) -> bool:
    """Whether the browser names this origin as that of the page which sent the form; False where it names none."""
    sent_by = _address(request, "Origin") or _address(request, "Referer")
    return sent_by is not None and (sent_by.scheme, sent_by.netloc) == (request.scheme, request.get_host())


def page_before(request: HttpRequest, *, otherwise: str) -> str:
    """Return the path of the page that sent the form, or `otherwise` where the browser does not tell it."""
    page = _address(request, "Referer")
    path = "" if page is None or not comes_from_here(request) else page._replace(scheme="", netloc="").geturl()
    return path if is_own_path(path) else otherwise


def _address(request: HttpRequest, header: str) -> SplitResult | None:
    try:
        return urlsplit(request.headers[header]) if request.headers.get(header) else None
    except ValueError:
        return SplitResult("", "", "", "", "")  # it names something, and not us
