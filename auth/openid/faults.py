"""What can be wrong with an answer of an identity provider: a closed list of faults, and the two ways to end.

Exception
├── OpenIdRefused          the answer proves nobody; `fault` is for the log, the person is told that it failed
└── OutageError
    └── ProviderOutage     the provider or our registration with it does not work; `trouble` is for the operator
"""

from enum import StrEnum

from domain.refusals import OutageError


class OpenIdFault(StrEnum):
    """Why an answer proves nobody (access and login §11, `oidc:*`); a retired name stays reserved."""

    ANSWER_MALFORMED = "oidc:answer-malformed"
    STATE_UNKNOWN = "oidc:state-unknown"
    STATE_USED = "oidc:state-used"
    STATE_EXPIRED = "oidc:state-expired"
    STATE_OF_OTHER_BROWSER = "oidc:state-of-other-browser"
    STATE_OF_OTHER_PROVIDER = "oidc:state-of-other-provider"
    ISSUER_OF_ANSWER = "oidc:issuer-of-answer"
    PROVIDER_ERROR = "oidc:provider-error"
    CODE_REFUSED = "oidc:code-refused"
    TOKEN_MALFORMED = "oidc:token-malformed"  # noqa: S105 - a name
    TOKEN_NOT_ENCRYPTED = "oidc:token-not-encrypted"  # noqa: S105 - a name
    TOKEN_NOT_SIGNED = "oidc:token-not-signed"  # noqa: S105 - a name
    ENCRYPTION_REFUSED = "oidc:encryption-refused"
    DECRYPTION_FAILED = "oidc:decryption-failed"
    ALGORITHM_REFUSED = "oidc:algorithm-refused"
    KEY_UNKNOWN = "oidc:key-unknown"
    SIGNATURE_WRONG = "oidc:signature-wrong"
    ISSUER_WRONG = "oidc:issuer-wrong"
    AUDIENCE_WRONG = "oidc:audience-wrong"
    PARTY_WRONG = "oidc:authorised-party-wrong"
    EXPIRED = "oidc:expired"
    ISSUED_IN_FUTURE = "oidc:issued-in-future"
    ISSUED_LONG_AGO = "oidc:issued-long-ago"
    PROVEN_LONG_AGO = "oidc:proven-long-ago"
    PROOF_UNDATED = "oidc:proof-undated"
    NONCE_WRONG = "oidc:nonce-wrong"
    ACCESS_TOKEN_HASH_WRONG = "oidc:access-token-hash-wrong"  # noqa: S105 - a name
    LEVEL_UNKNOWN = "oidc:level-unknown"
    LEVEL_TOO_LOW = "oidc:level-too-low"
    SUBJECT_MISSING = "oidc:subject-missing"
    SUBJECT_OF_USER_INFO = "oidc:subject-of-user-info"
    NUMBER_WRONG = "oidc:number-wrong"
    IDENTIFIER_WRONG = "oidc:identifier-wrong"


class ProviderTrouble(StrEnum):
    """Why a provider cannot be used now; nobody is told that he did something wrong."""

    UNREACHABLE = "oidc:unreachable"
    TOO_SLOW = "oidc:too-slow"
    STATUS = "oidc:status"
    TOO_LARGE = "oidc:too-large"
    NOT_JSON = "oidc:not-json"
    DOCUMENT_WRONG = "oidc:document-wrong"
    UNAVAILABLE = "oidc:unavailable"
    CLIENT_REFUSED = "oidc:client-refused"
    REQUEST_REFUSED = "oidc:request-refused"


class OpenIdRefused(Exception):  # noqa: N818 - a refusal, as elsewhere
    """The answer of a provider proves nobody; `sentence` says got and expected, without any value of a person."""

    def __init__(self, fault: OpenIdFault, sentence: str) -> None:
        super().__init__(f"{fault}: {sentence}")
        self.fault = fault
        self.sentence = sentence


class ProviderOutage(OutageError):  # noqa: N818 - as its base says
    """A provider cannot be used now; signing in by another means still works."""

    def __init__(self, trouble: ProviderTrouble, sentence: str) -> None:
        super().__init__(f"{trouble}: {sentence}")
        self.trouble = trouble
        self.sentence = sentence
