"""Judge what a client asks of the mock provider, as strictly as the real ones do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from commands.mock_identity_provider.flavours import Flavour

LANGUAGES = ("nl", "fr", "de", "en")
_SHORTEST_SECRET = 22
_CHALLENGE_LENGTH = 43


class RequestRefused(Exception):  # noqa: N818 - the client's fault
    """The request is not answered; where `may_return`, the client is told by a redirect with this OAuth error."""

    def __init__(self, error: str, sentence: str, *, may_return: bool) -> None:
        super().__init__(f"{error}: {sentence}")
        self.error = error
        self.sentence = sentence
        self.may_return = may_return


@dataclass(frozen=True, slots=True)
class Registration:
    """What the mock knows of its one client; the redirect addresses are those of `client_url`."""

    client_id: str
    client_url: str

    def redirect_uri(self, flavour: Flavour) -> str:
        """Return the one address that answers of this provider go to."""
        return f"{self.client_url}/login/{flavour.name}/callback"


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that is answered; `acr` is the strictest level that it names."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    acr: str
    language: str


def parse_authorization(query: Mapping[str, str], flavour: Flavour, registration: Registration) -> AuthorizationRequest:
    """Return the request; RequestRefused with the first thing that a real provider would not take."""
    if query.get("client_id") != registration.client_id:
        raise RequestRefused("unauthorized_client", "client_id is unknown", may_return=False)
    if query.get("redirect_uri") != registration.redirect_uri(flavour):
        raise RequestRefused("invalid_request", "redirect_uri is not the registered one", may_return=False)
    _require(query.get("response_type") == "code", "unsupported_response_type", "response_type must be code")
    _require(query.get("code_challenge_method") == "S256", "invalid_request", "code_challenge_method must be S256")
    _require(
        len(query.get("code_challenge", "")) == _CHALLENGE_LENGTH, "invalid_request", "code_challenge has no 256 bits"
    )
    for name in ("state", "nonce"):
        _require(len(query.get(name, "")) >= _SHORTEST_SECRET, "invalid_request", f"{name} is missing or too short")
    _require_scopes(query.get("scope", "").split(), flavour)
    _require_claims(query.get("claims", "{}"))
    _require(query.get("max_age", "0").isdigit(), "invalid_request", "max_age is no number of seconds")
    levels = [name for name in query.get("acr_values", "").split() if name in flavour.levels]
    _require(bool(levels), "invalid_request", "acr_values names no level that is known")
    language = next((one for one in query.get("ui_locales", "").split() if one in LANGUAGES), "en")
    acr = max(levels, key=flavour.levels.index)
    return AuthorizationRequest(
        query["redirect_uri"], query["state"], query["nonce"], query["code_challenge"], acr, language
    )


def _require_scopes(scopes: list[str], flavour: Flavour) -> None:
    _require("openid" in scopes, "invalid_scope", "scope lacks openid")
    services = [scope for scope in scopes if scope.startswith("service:")]
    expected = [] if flavour.service is None else [f"service:{flavour.service}"]
    _require(services == expected, "invalid_scope", "scope names no service of this client, or more than one")
    unknown = set(scopes) - set(services) - flavour.scopes
    _require(not unknown, "invalid_scope", f"scope has unknown words: {' '.join(sorted(unknown))}")


def _require_claims(text: str) -> None:
    try:
        asked = json.loads(text)
    except ValueError:
        asked = None
    _require(
        isinstance(asked, dict) and set(asked) <= {"id_token", "userinfo"}, "invalid_request", "claims is no object"
    )


def _require(holds: bool, error: str, sentence: str) -> None:  # noqa: FBT001 - a condition is what it takes
    if not holds:
        raise RequestRefused(error, sentence, may_return=True)
