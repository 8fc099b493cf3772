"""What an application is refused: on a page of ours, back at its own address, or at the token endpoint.

RequestShown    the application or its address is not known: nobody is sent anywhere
RequestReturned an error that goes back to the registered address (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6)
ExchangeRefused an error object of the token endpoint or of userinfo (RFC 6749 §5.2, RFC 6750 §3.1)
"""

from enum import StrEnum


class OAuthError(StrEnum):
    """Error codes of the protocol, as they are written."""

    INVALID_REQUEST = "invalid_request"
    INVALID_SCOPE = "invalid_scope"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    REQUEST_NOT_SUPPORTED = "request_not_supported"
    REQUEST_URI_NOT_SUPPORTED = "request_uri_not_supported"
    ACCESS_DENIED = "access_denied"
    LOGIN_REQUIRED = "login_required"
    INTERACTION_REQUIRED = "interaction_required"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    INVALID_TOKEN = "invalid_token"  # noqa: S105 - an error code


class RequestShown(Exception):  # noqa: N818 - the application's fault
    """Nothing may be sent back, since nobody vouches for the address; `reason` is for the record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RequestReturned(Exception):  # noqa: N818 - likewise
    """An error for the registered address `redirect_uri`, with the `state` that the application sent."""

    def __init__(self, error: OAuthError, reason: str, *, redirect_uri: str, state: str) -> None:
        super().__init__(reason)
        self.error = error
        self.reason = reason
        self.redirect_uri = redirect_uri
        self.state = state


class ExchangeRefused(Exception):  # noqa: N818 - likewise
    """An error object; `reason` is for the record, never for the application."""

    def __init__(self, error: OAuthError, reason: str) -> None:
        super().__init__(reason)
        self.error = error
        self.reason = reason
