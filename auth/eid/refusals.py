"""Why a card did not sign anybody in; the person is told one sentence for all, the log is told which (§5.3)."""

from enum import StrEnum


class EidCode(StrEnum):
    """What the log says; docs/reference/eid-codes.md explains each."""

    TOKEN_MALFORMED = "eid_token_malformed"  # noqa: S105 - a code of a refusal, like the next ones
    NONCE_EXPIRED = "eid_nonce_expired"
    CERTIFICATE_WRONG = "eid_wrong_certificate"
    CERTIFICATE_EXPIRED = "eid_expired"
    CERTIFICATE_UNTRUSTED = "eid_untrusted"
    CERTIFICATE_REVOKED = "eid_revoked"
    REVOCATION_UNAVAILABLE = "eid_revocation_unavailable"
    SIGNATURE_INVALID = "eid_signature_invalid"
    PERSON_UNKNOWN = "eid_unknown_person"
    PAIRING_UNKNOWN = "eid_pairing_unknown"


class EidRefusedError(Exception):
    """A sign-in by card is refused; `sentence` says got and expected for the log, without name or number.

    `certificate` is the SHA-256 (hexadecimal) of the card's certificate where one was read.
    """

    def __init__(self, code: EidCode, sentence: str, *, certificate: str = "") -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.certificate = certificate
