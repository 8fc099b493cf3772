"""Change a code for tokens: we sign who we are (RFC 7523, private_key_jwt) and prove that the code is ours (PKCE)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from joserfc import jwt

from auth.openid.attempts import Randomness, random_text
from auth.openid.client_keys import DatedKey
from auth.openid.faults import OpenIdFault, OpenIdRefused, ProviderOutage, ProviderTrouble
from auth.openid.transport import Answer, Transport

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFETIME = timedelta(seconds=60)
LONGEST_TOKEN = 65_536
_OUR_FAULTS = {"invalid_client", "unauthorized_client", "invalid_request", "invalid_scope", "unsupported_grant_type"}


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a code was changed for; nothing of it is kept."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A code of an answer, with what belongs to it."""

    code: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str
    client_id: str


def render_assertion(client_id: str, key: DatedKey, *, audience: str, randomness: Randomness, at: datetime) -> str:
    """Return our signed assertion for the token endpoint `audience`: RS256, good for a minute, with a number of its own."""
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "jti": random_text(randomness),
        "iat": int(at.timestamp()),
        "exp": int((at + ASSERTION_LIFETIME).timestamp()),
    }
    return jwt.encode({"alg": "RS256", "kid": key.name, "typ": "JWT"}, claims, key.key, algorithms=["RS256"])


def exchange(transport: Transport, endpoint: str, request: TokenRequest, *, assertion: str) -> Tokens:
    """Return the tokens for a code.

    Raises OpenIdRefused when the provider does not take the code (used, too old, not ours), and ProviderOutage when it
    does not take us or answers unlike a provider.
    """
    answer = transport.post(
        endpoint,
        {
            "grant_type": "authorization_code",
            "code": request.code,
            "redirect_uri": request.redirect_uri,
            "client_id": request.client_id,
            "code_verifier": request.verifier,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        },
    )
    if answer.status != HTTPStatus.OK:
        raise _not_given(answer)
    id_token, access_token = answer.content.get("id_token"), answer.content.get("access_token")
    if not _is_token(id_token) or not _is_token(access_token):
        raise OpenIdRefused(OpenIdFault.TOKEN_MALFORMED, "the answer lacks a token of a sensible length")
    return Tokens(str(id_token), str(access_token))


def _not_given(answer: Answer) -> Exception:
    error = answer.content.get("error")
    if error == "invalid_grant":
        return OpenIdRefused(OpenIdFault.CODE_REFUSED, "the provider does not take the code")
    if error in _OUR_FAULTS:
        return ProviderOutage(ProviderTrouble.CLIENT_REFUSED, f"the token endpoint says {error}")
    return ProviderOutage(ProviderTrouble.STATUS, f"the token endpoint answers {answer.status}")


def _is_token(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TOKEN and value.isascii()
