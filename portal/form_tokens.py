"""Give each stay form tokens of its own: when the id of a session changes, the old tokens are worth nothing (§6)."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

View = Callable[[HttpRequest], HttpResponse]


def with_tokens_of_the_stay(view: View) -> View:
    """Renew the secret behind form tokens with the id of the session: at the sign-in, a step-up, another context, the end.

    A middleware inside Django's own for form tokens, which writes the cookie. A page that was just rendered keeps the
    tokens that stand in it; whatever leads on, as every sign-in does, renews them.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        before = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        response = view(request)
        if request.session.session_key != before and not _is_page(response):
            rotate_token(request)
        return response

    return answer


def _is_page(response: HttpResponse) -> bool:
    """Whether forms may stand in it: neither what leads on nor data."""
    leads_on = HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST
    return not leads_on and response.headers.get("Content-Type", "").startswith("text/html")
