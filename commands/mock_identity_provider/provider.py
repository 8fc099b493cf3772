"""One imitated provider: requests under way, codes and access tokens, and what each endpoint answers."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlencode

from commands.mock_identity_provider.client_checks import ClientChecks, ClientRefused, is_verifier_of
from commands.mock_identity_provider.faults import REDIRECT_ERRORS, Fault
from commands.mock_identity_provider.flavours import Flavour
from commands.mock_identity_provider.people import Person
from commands.mock_identity_provider.requests import AuthorizationRequest, Registration, RequestRefused
from commands.mock_identity_provider.tokens import About, SigningKeys, make_claims, sign, wrap

CODE_LIFETIME = timedelta(minutes=3)
MOST_KEPT = 1000
"""Requests, codes and access tokens that are remembered; the oldest go first."""

Reply = tuple[int, dict[str, object]]
"""A status and a JSON object."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the tester chose to happen: `acr` is what the provider asserts."""

    person: Person
    acr: str
    fault: Fault | None = None


@dataclass(slots=True)
class Grant:
    """A code that was given out, or the access token that it was changed for."""

    request: AuthorizationRequest
    decision: Decision
    subject: str
    until: datetime
    is_used: bool = False
    access_token: str = field(default="", repr=False)


class ImitatedProvider:
    """itsme or FAS, as far as a client can tell; `url` is where the mock listens."""

    def __init__(
        self,
        flavour: Flavour,
        *,
        url: str,
        registration: Registration,
        checks: ClientChecks,
        clock: Callable[[], datetime],
    ) -> None:
        self.flavour = flavour
        self.issuer = f"{url}{flavour.path}"
        self.registration = registration
        self.keys = SigningKeys()
        self._checks = checks
        self._clock = clock
        self._requests: dict[str, AuthorizationRequest] = {}
        self._grants: dict[str, Grant] = {}
        self._lock = Lock()

    def discovery(self) -> dict[str, object]:
        """Return the discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorization",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "acr_values_supported": list(self.flavour.levels),
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def remember(self, request: AuthorizationRequest) -> str:
        """Keep a request while the tester decides, and return how his form names it."""
        name = secrets.token_urlsafe(16)
        with self._lock:
            _forget_oldest(self._requests)
            self._requests[name] = request
        return name

    def find_request(self, name: str) -> AuthorizationRequest | None:
        """Return the request of that name, once."""
        with self._lock:
            return self._requests.pop(name, None)

    def confirm(self, request: AuthorizationRequest, decision: Decision) -> str:
        """Return where the browser goes after the person confirmed."""
        fault = decision.fault
        if fault in REDIRECT_ERRORS:
            return self.end(request, REDIRECT_ERRORS[fault], "as the tester chose")
        code = secrets.token_urlsafe(24)
        subject = (
            f"{decision.person.subject}-{secrets.token_hex(4)}"
            if fault is Fault.NEW_SUBJECT
            else decision.person.subject
        )
        grant = Grant(request, decision, subject, self._clock() + CODE_LIFETIME, is_used=fault is Fault.CODE_USED)
        with self._lock:
            _forget_oldest(self._grants)
            self._grants[code] = grant
        parameters: dict[str, str | None] = {"code": code, "state": request.state, "iss": self.issuer}
        match fault:
            case Fault.OTHER_STATE:
                parameters["state"] = secrets.token_urlsafe(32)
            case Fault.NO_STATE:
                parameters["state"] = None
            case Fault.OTHER_ISSUER:
                parameters["iss"] = "https://somewhere-else.example"
            case Fault.NO_ISSUER:
                parameters["iss"] = None
            case Fault.NO_CODE:
                parameters["code"] = None
            case _:
                pass
        return _back(request, parameters)

    def end(self, request: AuthorizationRequest, error: str, description: str) -> str:
        """Return where the browser goes with an error."""
        return _back(
            request,
            {"error": error, "error_description": description, "state": request.state, "iss": self.issuer},
        )

    def fault_of(self, code: str) -> Fault | None:
        """Return what the tester chose to go wrong with that code."""
        grant = self._grants.get(code)
        return None if grant is None else grant.decision.fault

    def change_code(self, form: Mapping[str, str]) -> Reply:
        """Return what the token endpoint answers."""
        now = self._clock()
        grant = self._grants.get(form.get("code", ""))
        fault = None if grant is None else grant.decision.fault
        try:
            self._checks.require_client(form, audience=f"{self.issuer}/token", at=now)
        except ClientRefused as refusal:
            return 400, {"error": "invalid_client", "error_description": str(refusal)}
        if fault is Fault.CLIENT_REFUSED:
            return 400, {"error": "invalid_client", "error_description": "as the tester chose"}
        if form.get("grant_type") != "authorization_code":
            return 400, {"error": "unsupported_grant_type"}
        if grant is None or not self._take(grant, form, at=now):
            return 400, {"error": "invalid_grant"}
        tokens: dict[str, object] = {"access_token": grant.access_token, "token_type": "Bearer", "expires_in": 300}
        if fault is not Fault.UNIDENTIFIED:
            tokens["id_token"] = self._id_token(grant, fault, at=now)
        return 200, tokens

    def user_info(self, authorization: str) -> Reply:
        """Return what the userinfo endpoint answers to a bearer of that header."""
        token = authorization.removeprefix("Bearer ")
        with self._lock:
            grant = next((one for one in self._grants.values() if one.access_token == token != ""), None)
        if grant is None:
            return 401, {"error": "invalid_token"}
        if grant.decision.fault is Fault.USER_INFO_500:
            return 500, {}
        subject = "mock-somebody-else" if grant.decision.fault is Fault.USER_INFO_OTHER else grant.subject
        return 200, {"sub": subject, **self._person_claims(grant)}

    def _take(self, grant: Grant, form: Mapping[str, str], *, at: datetime) -> bool:
        with self._lock:
            if grant.is_used or grant.until <= at or form.get("redirect_uri") != grant.request.redirect_uri:
                return False
            if not is_verifier_of(form.get("code_verifier", ""), grant.request.challenge):
                return False
            grant.is_used = True
            grant.access_token = secrets.token_urlsafe(24)
            return True

    def _id_token(self, grant: Grant, fault: Fault | None, *, at: datetime) -> str:
        about = About(
            issuer=self.issuer,
            client_id=self.registration.client_id,
            subject=grant.subject,
            nonce=grant.request.nonce,
            acr=self._level(grant, fault),
            person=self._person_claims(grant) if self.flavour.is_nested else {},
            access_token=grant.access_token,
        )
        claims = make_claims(about, fault, at=at)
        signed = sign(claims, self.keys, fault)
        return wrap(signed, claims, fault, recipient=self._checks.encryption_key) if self.flavour.is_nested else signed

    def _level(self, grant: Grant, fault: Fault | None) -> str:
        if fault is not Fault.LEVEL_LOW:
            return grant.decision.acr
        return self.flavour.levels[max(self.flavour.levels.index(grant.request.acr) - 1, 0)]

    def _person_claims(self, grant: Grant) -> Mapping[str, object]:
        person = grant.decision.person
        match grant.decision.fault:
            case Fault.NUMBER_WRONG:
                person = replace(person, national_number="85073003300")
            case Fault.IDENTIFIER_WRONG:
                person = replace(person, national_number=None, person_identifier="no identifier")
            case _:
                pass
        return self.flavour.describe(person)


def require_request(request: AuthorizationRequest | None) -> AuthorizationRequest:
    """Return the request; RequestRefused when there is none any more."""
    if request is None:
        raise RequestRefused("invalid_request", "this login is over; begin again at the site", may_return=False)
    return request


def _back(request: AuthorizationRequest, parameters: Mapping[str, str | None]) -> str:
    told = {name: value for name, value in parameters.items() if value is not None}
    return f"{request.redirect_uri}?{urlencode(told)}"


def _forget_oldest(kept: dict[str, AuthorizationRequest] | dict[str, Grant]) -> None:
    while len(kept) >= MOST_KEPT:
        kept.pop(next(iter(kept)))
