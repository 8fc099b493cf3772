"""Lead to a surer or newer sign-in where a key needs one; otherwise give the right to set it up."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from auth.keys.rights import SetUpRight, right_to_change, right_to_set_up
from auth.models import Session
from auth.refusals import KeyRefusedError
from domain.assurance import KEY_LEVEL, AssuranceLevel, Means
from evidence.clock import SystemClock
from portal.key_desk import source_of_request
from portal.pages.paths import path_to_try_again, with_next

_OTHER_LEVELS = {Means.PASSKEY: AssuranceLevel.ITSME, Means.EMAIL_CODE: AssuranceLevel.APP_CODE}


def may_set_up(
    request: HttpRequest, stay: Session, means: Means, *, has_one: bool = False
) -> SetUpRight | HttpResponse:
    """Return the right to set up a key of that kind in this stay, or where to prove oneself first."""
    needed = _OTHER_LEVELS.get(means, KEY_LEVEL)
    if means is Means.PASSWORD and has_one:
        needed = AssuranceLevel.APP_CODE
    try:
        return right_to_set_up(stay, means, source=source_of_request(request), at=SystemClock().now())
    except KeyRefusedError:
        return _prove_first(request, needed)


def may_change(request: HttpRequest, stay: Session) -> SetUpRight | HttpResponse:
    """Return the right to suspend, resume and take away own keys, or where to prove oneself first."""
    try:
        return right_to_change(stay, source=source_of_request(request), at=SystemClock().now())
    except KeyRefusedError:
        return _prove_first(request, AssuranceLevel.APP_CODE)


def _prove_first(request: HttpRequest, level: AssuranceLevel) -> HttpResponse:
    here = path_to_try_again(request)
    return HttpResponseRedirect(with_next(reverse("step-up"), here, level=str(int(level))))
