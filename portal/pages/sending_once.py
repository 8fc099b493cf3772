"""Do once what a form asks, however often it is sent.

A template writes `{% form_token %}` inside each form that changes something; its view ends with

    return send_once(request, lambda: block(account, ...), then=reverse("people"))

The effect and the note that the form was sent are one transaction. The same form again does nothing and is DoneAlready,
which leads to the same page; a form of another stay, of yesterday or without its token is a StaleForm (both 409).
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


def make_to_show(request: HttpRequest, make: Callable[[], Made], *, gone: str) -> Made:
    """Run `make` once for this form and return what it made, which is shown this once; `gone` is said to who asks again."""
    with transaction.atomic():
        _note_sent(request, gone)
        return make()


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


def _note_sent(request: HttpRequest, sentence: str = "") -> SentForm:
    """Return the note that the form is sent; DoneAlready, with the sentence, when there is one."""
    digest = hashlib.sha256(require_token(request).encode()).digest()
    sent, is_first = SentForm.objects.get_or_create(
        token_hash=digest, defaults={"path": request.path, "sent_at": SystemClock().now()}
    )
    if not is_first:
        raise DoneAlready(sent.path, sentence)
    return sent


def _whose(request: HttpRequest) -> int:
    stay = stay_of(request)
    return stay.login_id or 0 if stay is not None else 0
