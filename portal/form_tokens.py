"""Give each stay form tokens of its own: when the id of a session changes, the old tokens are worth nothing (§6)."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from portal.pages.stays import stay_of

View = Callable[[HttpRequest], HttpResponse]


def with_tokens_of_the_stay(view: View) -> View:
    """Renew the secret behind form tokens with the id of the session: at the sign-in, a step-up, another context, the end.

    A middleware inside Django's own for form tokens, which writes the cookie. A page that was just rendered keeps the
    tokens that stand in it; whatever leads on renews them, and so does data that signed somebody in. Data that nobody
    is signed in by was asked for by a page that goes on with its tokens, as the challenge for a card is.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        before = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        response = view(request)
        if request.session.session_key != before and (_leads_on(response) or _signs_in_by_data(request, response)):
            rotate_token(request)
        return response

    return answer


def _leads_on(response: HttpResponse) -> bool:
    return HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST


def _signs_in_by_data(request: HttpRequest, response: HttpResponse) -> bool:
    if response.headers.get("Content-Type", "").startswith("text/html"):
        return False
    return stay_of(request) is not None
