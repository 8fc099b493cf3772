"""What a tester may let the mock provider do wrong, one thing each."""

from enum import Enum


class Fault(Enum):
    """One deviation; the value is what the tester's page says."""

    OTHER_STATE = "redirect: another state"
    NO_STATE = "redirect: no state"
    OTHER_ISSUER = "redirect: names another issuer (mix-up)"
    NO_ISSUER = "redirect: names no issuer"
    NO_CODE = "redirect: no code"
    LOGIN_REQUIRED = "redirect: error login_required"
    INTERACTION_REQUIRED = "redirect: error interaction_required"
    INVALID_REQUEST = "redirect: error invalid_request"
    INVALID_SCOPE = "redirect: error invalid_scope"
    TEMPORARILY_UNAVAILABLE = "redirect: error temporarily_unavailable"
    SERVER_ERROR = "redirect: error server_error"
    UNHEARD_OF = "redirect: an error nobody has heard of"

    CODE_USED = "token endpoint: the code was used before"
    CLIENT_REFUSED = "token endpoint: error invalid_client"
    EXCHANGE_500 = "token endpoint: status 500"
    EXCHANGE_SLOW = "token endpoint: answers drop by drop"
    EXCHANGE_SILENT = "token endpoint: does not answer"
    EXCHANGE_HUGE = "token endpoint: an answer of many megabytes"
    EXCHANGE_NOT_JSON = "token endpoint: a page instead of JSON"
    EXCHANGE_ELSEWHERE = "token endpoint: redirects elsewhere"
    UNIDENTIFIED = "token endpoint: no id token"

    ISSUER = "id token: another issuer"
    AUDIENCE = "id token: for another client"
    MORE_AUDIENCES = "id token: for another client, too"
    PARTY = "id token: azp is another client"
    EXPIRED = "id token: expired"
    FUTURE = "id token: issued in the future"
    OLD = "id token: issued an hour ago"
    PROVEN_LONG_AGO = "id token: auth_time an hour before it"
    PROVEN_BEFORE = "id token: auth_time four minutes before it (should work)"
    PROVEN_LATER = "id token: auth_time an hour after it"
    PROOF_UNDATED = "id token: no auth_time"
    NO_EXPIRY = "id token: no exp"
    NONCE = "id token: another nonce"
    NO_NONCE = "id token: no nonce"
    LEVEL_LOW = "id token: a lower acr than asked for"
    LEVEL_UNKNOWN = "id token: an acr nobody knows"
    NO_LEVEL = "id token: no acr"
    NO_SUBJECT = "id token: no sub"
    ACCESS_HASH = "id token: at_hash of another access token"
    ALG_NONE = "signature: alg none"
    ALG_HS256 = "signature: HS256 under the public key"
    ALG_RS512 = "signature: RS512"
    KEY_UNKNOWN = "signature: a key that is never published"
    KEY_NEW = "signature: a key published this moment (should work)"
    KEY_ELSEWHERE = "signature: by a key that the header points to"
    NO_KEY_NAME = "signature: names no key"
    SIGNATURE = "signature: not over these claims"
    NOT_ENCRYPTED = "encryption: none"
    INNER_UNSIGNED = "encryption: the claims inside are not signed"
    OTHER_RECIPIENT = "encryption: for another key"
    WEAK_ENCRYPTION = "encryption: RSA-OAEP (SHA-1)"
    COMPRESSED = "encryption: compressed"
    NEW_SUBJECT = "identity: another sub for the same number (should work)"
    NUMBER_WRONG = "identity: a national number with wrong check digits"
    IDENTIFIER_WRONG = "identity: a malformed eIDAS identifier"
    USER_INFO_OTHER = "userinfo: about somebody else"
    USER_INFO_500 = "userinfo: status 500"


REDIRECT_ERRORS = {
    Fault.LOGIN_REQUIRED: "login_required",
    Fault.INTERACTION_REQUIRED: "interaction_required",
    Fault.INVALID_REQUEST: "invalid_request",
    Fault.INVALID_SCOPE: "invalid_scope",
    Fault.TEMPORARILY_UNAVAILABLE: "temporarily_unavailable",
    Fault.SERVER_ERROR: "server_error",
    Fault.UNHEARD_OF: "space_weather",
}
"""The faults that come back as an error of the redirect."""
