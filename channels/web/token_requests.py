"""The token endpoint's form and answers, as RFC 6749 and RFC 7523 write them."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from django.http import HttpResponse, JsonResponse

from channels.web.tokens import GivenToken

LONGEST_FORM = 16 * 1024
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANT_TYPE = "client_credentials"
FORM_TYPE = "application/x-www-form-urlencoded"
_FIELDS = frozenset({"grant_type", "client_assertion_type", "client_assertion", "scope", "client_id"})


class TokenRefused(Exception):  # noqa: N818 - the client's fault
    """An error of RFC 6749 §5.2 by its code; `reason` is for the operator's log, `description` for a proven client."""

    def __init__(self, error: str, reason: str, *, description: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.reason = reason
        self.description = description


def parse_form(raw: bytes) -> Mapping[str, str]:
    """Return the fields of a token request, each sent once; raises TokenRefused."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=20)
    except ValueError as error:
        raise TokenRefused("invalid_request", "the form cannot be read") from error
    fields = {name: value for name, value in pairs if name in _FIELDS}
    if len(fields) != sum(name in _FIELDS for name, _ in pairs):
        raise TokenRefused("invalid_request", "a field was sent twice")
    if fields.get("grant_type", GRANT_TYPE) != GRANT_TYPE:
        raise TokenRefused("unsupported_grant_type", "another grant type")
    missing = {"grant_type", "client_assertion_type", "client_assertion"} - set(fields)
    if missing:
        raise TokenRefused("invalid_request", f"without {min(missing)}")
    if fields["client_assertion_type"] != ASSERTION_TYPE:
        raise TokenRefused("invalid_request", "another assertion type")
    return fields


def render_token(given: GivenToken) -> HttpResponse:
    """Return the answer that carries a token."""
    return JsonResponse(
        {
            "access_token": given.value,
            "token_type": "Bearer",
            "expires_in": given.seconds,
            "scope": given.scopes,
        },
    )


def render_refusal(refusal: TokenRefused) -> HttpResponse:
    """Return the error object, without a word that would help whoever is trying keys."""
    status = HTTPStatus.UNAUTHORIZED if refusal.error == "invalid_client" else HTTPStatus.BAD_REQUEST
    told = {"error": refusal.error}
    if refusal.description is not None:
        told["error_description"] = refusal.description
    return JsonResponse(told, status=status)
