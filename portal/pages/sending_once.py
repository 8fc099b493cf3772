"""Do once what a form asks, however often it is sent.

A template writes `{% form_token %}` inside each form that changes something; its view ends with

    return send_once(request, lambda: block(account, ...), then=reverse("people"))

The effect and the note that the form was sent are one transaction. The same form again does nothing and is DoneAlready,
which leads to the same page; a form of another stay, of yesterday or without its token is a StaleForm (both 409).
`routing` refuses a form that acted before its page looks at it: the page may not know any more what it was about.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import TypeVar

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from evidence.clock import SystemClock
from portal.models import SentForm
from portal.pages.refusals import DoneAlready, StaleForm
from portal.pages.stays import stay_of

FIELD = "form-token"
LIFETIME = timedelta(hours=8)
_SALT = "portal.sending_once"
_SHOWN_ONCE = ""
"""The path of a form that led nowhere: what it made stood in the answer."""
Made = TypeVar("Made")


def new_form_token(request: HttpRequest) -> str:
    """Return a token for one form shown to the one who is signed in, or to nobody in particular."""
    return signing.dumps([secrets.token_urlsafe(16), _whose(request)], salt=_SALT)


def send_once(request: HttpRequest, effect: Callable[[], object], *, then: str) -> HttpResponse:
    """Run `effect` once for this form and lead to `then`, a path.

    DoneAlready when the form was sent before, StaleForm when its token does not count. What `effect` raises undoes all
    of it, and the form may be sent again.
    """

    def lead_on() -> str:
        effect()
        return then

    return make_once(request, lead_on)


def make_once(request: HttpRequest, make: Callable[[], str]) -> HttpResponse:
    """Run `make` once for this form and lead to the path that it returns; otherwise as `send_once`."""
    with transaction.atomic():
        sent = _note_sent(request)
        sent.path = make()
        sent.save(update_fields=["path"])
    return HttpResponseRedirect(sent.path, status=HTTPStatus.SEE_OTHER)


def send_outside(request: HttpRequest, effect: Callable[[], object], *, then: str) -> HttpResponse:
    """Run once an `effect` that has transactions of its own, as one that counts attempts; otherwise as `send_once`.

    The form is noted before, and the note is taken back when the effect fails.
    """
    sent = _note_sent(request)
    SentForm.objects.filter(pk=sent.pk).update(path=then)
    try:
        effect()
    except Exception:
        sent.delete()
        raise
    return HttpResponseRedirect(then, status=HTTPStatus.SEE_OTHER)


def make_to_show(request: HttpRequest, make: Callable[[], Made], *, gone: str, back: str = "") -> Made:
    """Run `make` once for this form and return what it made, which is shown this once.

    `gone` is said to who asks again, and leads to `back`, the page itself unless another is named.
    """
    refuse_second_look(request, gone, back=back)
    with transaction.atomic():
        _sent, is_first = _find_or_note(request, path=_SHOWN_ONCE)
        if not is_first:
            raise DoneAlready(back or request.path, gone)
        return make()


def refuse_repeated(request: HttpRequest) -> None:
    """DoneAlready for a form that acted before, unless what it made was shown: its page has words for that."""
    sent = _find_sent(request)
    if sent is not None and sent.path != _SHOWN_ONCE:
        raise DoneAlready(sent.path)


def refuse_second_look(request: HttpRequest, gone: str, *, back: str) -> None:
    """DoneAlready, with `gone` and the way `back`, for a form that made what was shown once."""
    if _find_sent(request) is not None:
        raise DoneAlready(back or request.path, gone)


def require_token(request: HttpRequest) -> str:
    """Return the form's token when it is ours, of this person and young enough; otherwise StaleForm."""
    token = request.POST.get(FIELD, "")
    try:
        _, whose = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        raise StaleForm from None
    if whose != _whose(request):
        raise StaleForm
    return token


def _note_sent(request: HttpRequest) -> SentForm:
    """Return the note that the form is sent; DoneAlready when there is one."""
    sent, is_first = _find_or_note(request, path=request.path)
    if not is_first:
        raise DoneAlready(sent.path or request.path)
    return sent


def _find_or_note(request: HttpRequest, *, path: str) -> tuple[SentForm, bool]:
    """Return the note of the form, and whether it is new; StaleForm when its token does not count."""
    noted = {"path": path, "sent_at": SystemClock().now()}
    return SentForm.objects.get_or_create(token_hash=_digest(require_token(request)), defaults=noted)


def _find_sent(request: HttpRequest) -> SentForm | None:
    """Return the note of a form of this person that acted before, or None; what else is wrong with it is its page's to say."""
    if request.method != "POST" or FIELD not in request.POST:
        return None
    try:
        token = require_token(request)
    except StaleForm:
        return None
    return SentForm.objects.filter(token_hash=_digest(token)).first()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _whose(request: HttpRequest) -> int:
    stay = stay_of(request)
    return stay.login_id or 0 if stay is not None else 0
