"""What signing in by card needs of other rooms: the roots, the keys of what is under way, the register of persons."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, QueryDict

from auth.eid.challenges import CardProof, Verifier, Wish
from auth.eid.pairings import Pairing, begin_pairing, finish_pairing
from auth.eid.refusals import EidRefusedError
from auth.eid.verification import EidRules
from auth.locksmith import Locksmith
from auth.models import Purpose, Session
from auth.proofs import Source
from auth.signing_in import browser_of
from auth.throttles import Claim, Reservation, give_back, reserve
from auth.throttles import source_of as counted_as
from domain.assurance import AssuranceLevel
from domain.refusals import OutageError
from domain.sign_in_limits import Scope
from evidence.audit import append_event
from ingest.http_fetch import HttpFetch
from portal.eid_trust import CardTrust
from portal.pages.paths import next_path
from portal.pages.stays import stay_of, store_of
from portal.proven_persons import ProvenPersons, enter

log = structlog.get_logger()

_HTTPS_PORT = 443
_ASKED = "eid_asked"
_FETCH_SECONDS = 8.0
"""How long a sign-in waits for an authority's word on a card."""


def origin_of(address: str) -> str:
    """Return the origin of an https address as browsers write it: in lower case, without a path, 443 left out."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port in {None, _HTTPS_PORT} else f":{parts.port}"
    return f"{parts.scheme}://{shown}{port}"


@lru_cache(maxsize=1)
def card_verifier() -> Verifier:
    """Return what cards are judged by in this process."""
    configuration = settings.GUICHET
    max_age = timedelta(hours=configuration.revocation_max_age_hours)
    fetch = HttpFetch(seconds=_FETCH_SECONDS) if configuration.trust_fetch else None
    rules = EidRules(
        origin=origin_of(configuration.web.public_url),
        policies=configuration.eid.policies,
        without_revocation=configuration.eid.without_revocation,
    )
    authorities = CardTrust(configuration.eid, max_age=max_age, fetch=fetch)
    return Verifier(rules, authorities, Locksmith.read(configuration.home / "keys" / "signing_in.json"))


@lru_cache(maxsize=1)
def proven_persons() -> ProvenPersons:
    """Return the persons of this installation."""
    return ProvenPersons(settings.GUICHET.home / "keys" / "persons.json")


def wish_of(request: HttpRequest) -> Wish:
    """Return what the card is shown for: `level` in the query strengthens the stay there is, `next` says where to go on."""
    return_to = next_path(request, otherwise="")
    stay, level = stay_of(request), request.GET.get("level", "")
    if stay is None or level not in {str(int(known)) for known in AssuranceLevel}:
        return Wish(return_to=return_to)
    return Wish(Purpose.STEP_UP, stay.login_id, AssuranceLevel(int(level)), return_to)


def count_beginning(request: HttpRequest, *, at: datetime) -> None:
    """Count a challenge or code that is asked for; TooManyAttemptsError when its source asked for too many."""
    _reserve(request, Scope.CARD_SOURCE, at=at)


@contextmanager
def counted_try(request: HttpRequest, *, at: datetime) -> Iterator[None]:
    """Count what is tried inside, a code or a token, unless it succeeds; TooManyAttemptsError when there were too many.

    It is counted apart from passwords: wrong ones, of whomever, leave cards and passkeys open (access and login §11).
    """
    reservation = _reserve(request, Scope.KEY_SOURCE, at=at)
    yield
    give_back(reservation)


def _reserve(request: HttpRequest, scope: Scope, *, at: datetime) -> Reservation:
    source = counted_as(request.META.get("REMOTE_ADDR", ""))
    return reserve([Claim(scope, source)], locksmith=card_verifier().locksmith, at=at)


def begin_pairing_for(request: HttpRequest, wish: Wish, *, at: datetime) -> Pairing:
    """Return a code by which an agent may answer for the browser of this request; TooManyAttemptsError."""
    count_beginning(request, at=at)
    store = store_of(request)
    browser = browser_of(store)
    store[_ASKED] = request.GET.urlencode()
    return begin_pairing(wish, browser=browser, locksmith=card_verifier().locksmith, at=at)


def query_of_pairing(request: HttpRequest) -> QueryDict:
    """Return the query with which this browser last asked for a code: the agent brings it back without."""
    return QueryDict(str(store_of(request).get(_ASKED, "")))


def finish_for(request: HttpRequest, ticket: str, *, at: datetime) -> CardProof:
    """Sign the browser of this request in by an agent's ticket; EidRefusedError when the ticket is not for it.

    SignInRefusedError when the login is blocked, TooManyAttemptsError. The first two are recorded here or where they arise.
    """
    try:
        with counted_try(request, at=at):
            browser = browser_of(store_of(request))
            proof = finish_pairing(ticket, browser=browser, locksmith=card_verifier().locksmith, at=at)
    except EidRefusedError as refusal:
        record_refusal(refusal, source=source_of(request), at=at)
        raise
    complete(request, proof, at=at)
    return proof


def complete(request: HttpRequest, proof: CardProof, *, at: datetime) -> Session:
    """Begin or strengthen the stay of whom a card proved."""
    wish = proof.wish
    return enter(
        store_of(request),
        proof.identity,
        persons=proven_persons(),
        purpose=wish.purpose,
        required=wish.required,
        source=source_of(request),
        at=at,
    )


def note_outage(outage: OutageError) -> None:
    """Tell the operator's log that nobody can sign in by card now, and why."""
    log.error("signing in by card is not possible", trouble=str(outage))


def record_refusal(refusal: EidRefusedError, *, source: Source, at: datetime) -> None:
    """Append that a card signed nobody in, and why; the certificate by its digest alone."""
    append_event(
        "account:login:failure",
        at=at,
        actor="nobody",
        reason=str(refusal.code),
        means="EID",
        certificate=refusal.certificate or None,
        source=source.address,
    )


def source_of(request: HttpRequest) -> Source:
    """Return where a request comes from."""
    return Source(address=request.META.get("REMOTE_ADDR", ""), agent=request.META.get("HTTP_USER_AGENT", ""))
