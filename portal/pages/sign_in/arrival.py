"""Turn the proofs of a password and its codes into a stay, and lead on."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from auth.proofs import Proof
from auth.signing_in import sign_in, step_up
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.key_desk import source_of_request
from portal.pages.paths import is_own_path
from portal.pages.sign_in.attempts import Attempt
from portal.pages.stays import stay_of, store_of


def arrive(request: HttpRequest, proofs: Sequence[Proof], *, then: str) -> HttpResponse:
    """Sign in, or strengthen the stay there is, and lead on; SignInRefusedError when the proofs do not allow it."""
    now, source, store = SystemClock().now(), source_of_request(request), store_of(request)
    if stay_of(request) is None:
        sign_in(store, proofs, source=source, at=now)
    else:
        step_up(store, proofs, required=AssuranceLevel.SELF_REGISTERED, source=source, at=now)
    Attempt.forget(request)
    return HttpResponseRedirect(then if is_own_path(then) else reverse("home"))
