"""Read an authorization request (RFC 6749 §4.1.1, RFC 7636, OpenID Connect Core §3.1.2.1): whose it is, what it asks for.

Until application and address are known, nothing is sent anywhere; from then on, every mistake goes back there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from auth.models import Application
from auth.provider.applications import find_application
from auth.provider.faults import OAuthError, RequestReturned, RequestShown
from auth.provider.levels import least_of
from domain.assurance import AssuranceLevel

OPENID, PROFILE = "openid", "profile"
_LONGEST = {"state": 512, "nonce": 255}
_CHALLENGE = re.compile(r"\A[A-Za-z0-9_-]{43}\Z")
_SECONDS = re.compile(r"\A[0-9]{1,9}\Z")

Query = Mapping[str, Sequence[str]]


class Prompt(StrEnum):
    """What the application wants to happen to the person."""

    NONE = "none"
    LOGIN = "login"
    CONSENT = "consent"
    SELECT_ACCOUNT = "select_account"


@dataclass(frozen=True, slots=True)
class Authorization:
    """What a registered application asks for; `max_age` is how long ago the person may have proven himself at most."""

    application: Application
    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    scopes: tuple[str, ...]
    required: AssuranceLevel
    prompts: frozenset[Prompt]
    max_age: timedelta | None

    def refuse(self, error: OAuthError, reason: str) -> RequestReturned:
        """Return an error that goes back to the application."""
        return RequestReturned(error, reason, redirect_uri=self.redirect_uri, state=self.state)


def read_authorization(query: Query) -> Authorization:
    """Return what is asked for; RequestShown or RequestReturned for the first thing that is wrong."""
    application, redirect_uri = _who(query)
    state = _one(query, "state") or ""
    fault = _fault_in(query)
    if fault is not None:
        raise RequestReturned(*fault, redirect_uri=redirect_uri, state=state[: _LONGEST["state"]])
    asked, max_age = _words(query, "scope"), _one(query, "max_age")
    return Authorization(
        application=application,
        redirect_uri=redirect_uri,
        state=state,
        nonce=_one(query, "nonce") or "",
        challenge=_one(query, "code_challenge") or "",
        scopes=(OPENID, PROFILE) if PROFILE in asked and application.is_told_names else (OPENID,),
        required=least_of(_words(query, "acr_values"), least=AssuranceLevel(application.least_level)),
        prompts=frozenset(map(Prompt, _words(query, "prompt"))),
        max_age=None if max_age is None else timedelta(seconds=int(max_age)),
    )


def _fault_in(query: Query) -> tuple[OAuthError, str] | None:
    """Return the first thing that is wrong with a request of a known application."""
    prompts = _words(query, "prompt")
    is_alone = Prompt.NONE not in prompts or len(prompts) == 1
    is_challenged = _one(query, "code_challenge_method") == "S256" and _CHALLENGE.match(
        _one(query, "code_challenge") or ""
    )
    wrong = (
        (any(len(values) > 1 for values in query.values()), OAuthError.INVALID_REQUEST, "a parameter comes twice"),
        (_is_too_long(query), OAuthError.INVALID_REQUEST, "state or nonce is too long"),
        ("request" in query, OAuthError.REQUEST_NOT_SUPPORTED, "a request object"),
        ("request_uri" in query, OAuthError.REQUEST_URI_NOT_SUPPORTED, "a request object elsewhere"),
        (_one(query, "response_type") != "code", OAuthError.UNSUPPORTED_RESPONSE_TYPE, "another response type"),
        (_one(query, "response_mode") not in {None, "query"}, OAuthError.INVALID_REQUEST, "another response mode"),
        (OPENID not in _words(query, "scope"), OAuthError.INVALID_SCOPE, "scope without openid"),
        (not is_challenged, OAuthError.INVALID_REQUEST, "no code challenge by S256"),
        (not set(prompts) <= set(Prompt) or not is_alone, OAuthError.INVALID_REQUEST, "another prompt"),
        (not _SECONDS.match(_one(query, "max_age") or "0"), OAuthError.INVALID_REQUEST, "max_age is no number"),
    )
    return next(((error, reason) for is_wrong, error, reason in wrong if is_wrong), None)


def _is_too_long(query: Query) -> bool:
    return any(len(_one(query, name) or "") > longest for name, longest in _LONGEST.items())


def _words(query: Query, name: str) -> list[str]:
    return (_one(query, name) or "").split()


def _who(query: Query) -> tuple[Application, str]:
    client_id, redirect_uri = _one(query, "client_id"), _one(query, "redirect_uri")
    if client_id is None or redirect_uri is None:
        raise RequestShown("without an application or its address")
    application = find_application(client_id)
    if application is None:
        raise RequestShown("no such application")
    if redirect_uri not in application.redirect_uris:
        raise RequestShown("an address that is not registered")
    return application, redirect_uri


def _one(query: Query, name: str) -> str | None:
    """Return the only value of a parameter; None where it is missing or comes more than once."""
    values = query.get(name, ())
    return values[0] if len(values) == 1 and values[0] else None
