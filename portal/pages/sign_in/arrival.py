"""Turn the proofs of a password and its codes into a stay, and lead on."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from auth.keys.password_switch import kept_allowed
from auth.proofs import Proof, Source
from auth.signing_in import means_of, sign_in, step_up
from domain.assurance import AssuranceLevel, Means
from evidence.clock import SystemClock
from portal.key_desk import key_desk, source_of_request
from portal.pages.paths import is_own_path
from portal.pages.sign_in.attempts import Attempt
from portal.pages.stays import stay_of, store_of


def arrive(request: HttpRequest, proofs: Sequence[Proof], *, then: str) -> HttpResponse:
    """Sign in, or strengthen the stay there is, and lead on; SignInRefusedError when the proofs do not allow it."""
    now, source, store = SystemClock().now(), source_of_request(request), store_of(request)
    if stay_of(request) is None:
        return arrive_anew(request, proofs, then=then)
    with _kept_allowed(proofs, source=source, at=now):
        persons = key_desk().persons
        step_up(store, proofs, required=AssuranceLevel.SELF_REGISTERED, source=source, persons=persons, at=now)
    return _lead_on(request, then)


def arrive_anew(request: HttpRequest, proofs: Sequence[Proof], *, then: str) -> HttpResponse:
    """Sign in and lead on; whoever was signed in in this browser, also the same person, is not any more."""
    now, source = SystemClock().now(), source_of_request(request)
    with _kept_allowed(proofs, source=source, at=now):
        sign_in(store_of(request), proofs, source=source, at=now)
    return _lead_on(request, then)


def _lead_on(request: HttpRequest, then: str) -> HttpResponse:
    Attempt.forget(request)
    return HttpResponseRedirect(then if is_own_path(then) else reverse("home"))


def _kept_allowed(proofs: Sequence[Proof], *, source: Source, at: datetime) -> AbstractContextManager[None]:
    """Hold the companies of who comes by password, which may switch that off at this instant."""
    by_password = next((proof for proof in proofs if proof.means is Means.PASSWORD), None)
    return (
        nullcontext()
        if by_password is None
        else kept_allowed(by_password.login_id, means=means_of(proofs), source=source, desk=key_desk(), at=at)
    )
