"""Take a path to go on to from a request, only when it leads to a page of ours."""

from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from portal.pages.sent_from import path_of_page

NEXT = "next"
CONFINED = "confined"
"""Says that the keys of a stay do not count on the page that was wished."""
UNSENT = "unsent"
"""Says that a form was sent to the page when something had to be proven first, so that nothing of it was taken."""
LONGEST_PATH = 2000


def is_own_path(path: str) -> bool:
    """Whether `path` is a path of this origin: it names no scheme and no host, in no way that a browser knows."""
    return (
        len(path) <= LONGEST_PATH
        and path.startswith("/")
        and path.isprintable()
        and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    )


def next_path(request: HttpRequest, *, otherwise: str) -> str:
    """Return the path that the form or the query asks to go on to, or `otherwise` when it asks for none of ours."""
    wished = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    return wished if is_own_path(wished) else otherwise


def with_next(path: str, then: str, **query: str) -> str:
    """Return `path` with the path to go on to afterwards; `query` holds further values."""
    return f"{path}?{urlencode({**query, NEXT: then})}" if is_own_path(then) else path


def way_to_step_up(then: str, *, level: int, is_confined: bool) -> str:
    """Return where somebody proves himself for `then`; whose keys do not count there does it by other ones (decision 0050)."""
    confined = {CONFINED: "yes"} if is_confined else {}
    return with_next(reverse("step-up"), then, level=str(level), **confined)


def path_to_come_back_to(request: HttpRequest) -> str:
    """Return where to go on once somebody has signed in: the page, with its query unless something was sent to it."""
    page = path_of_page(request)
    is_looked_at = request.method in {"GET", "HEAD"} and page == request.path
    return request.get_full_path() if is_looked_at else page


def path_to_try_again(request: HttpRequest) -> str:
    """Return where to go on once somebody has proven himself; where a form came to nothing by that, its page says so."""
    here = path_to_come_back_to(request)
    return here if request.method in {"GET", "HEAD"} else f"{here}?{urlencode({UNSENT: 'yes'})}"


def is_unsent(path: str) -> bool:
    """Whether a form that was sent to that path came to nothing."""
    return UNSENT in parse_qs(urlsplit(path).query)
