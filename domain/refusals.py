"""The two kinds of trouble: a refusal (the sender's, has an official code) and an outage (ours, retried).

Exception
├── Refusal       the sender's fault; answered with its code, never retried
└── OutageError   our own or a third party's fault; retried and told to the operator, never answered
    └── OthersFirstError   nobody's fault: done later, and told to nobody
"""

from enum import StrEnum


class RefusalCode(StrEnum):
    """Reception codes of an ACRF (batch protocol §5, annex 30); a retired code stays reserved."""

    ROOT_UNKNOWN = "ACRF-089"
    NOT_WELL_FORMED = "ACRF-102"
    SENDER_NOT_AUTHORISED = "ACRF-103"
    GO_NAME_STRUCTURE = "ACRF-107"
    SENDER_NOT_OWNER = "ACRF-108"
    DATE_LENGTH = "ACRF-109"
    DATE_INVALID = "ACRF-110"
    DATE_IN_FUTURE = "ACRF-111"
    SEQUENCE_LENGTH = "ACRF-112"
    PARTS_LENGTH = "ACRF-114"
    PARTS_NOT_NUMERIC = "ACRF-115"
    PARTS_ZERO = "ACRF-116"
    ENVIRONMENT_UNKNOWN = "ACRF-117"
    PRODUCTION_ELSEWHERE = "ACRF-118"
    TEST_ELSEWHERE = "ACRF-119"
    PAYLOAD_COUNT = "ACRF-120"
    SIGNATURE_FORBIDDEN = "ACRF-121"
    SIGNATURE_COUNT = "ACRF-122"
    PAYLOAD_NUMBERING = "ACRF-123"
    SIGNATURE_NUMBERING = "ACRF-124"
    SIGNATURE_INVALID = "ACRF-125"
    DATE_TOO_OLD = "ACRF-126"
    SEQUENCE_ZERO = "ACRF-127"
    PARTS_ABOVE_MAXIMUM = "ACRF-128"
    PREFIX_UNKNOWN = "ACRF-129"
    GO_MISSING = "ACRF-130"
    PAYLOAD_NAME_STRUCTURE = "ACRF-131"
    SIGNATURE_NAME_STRUCTURE = "ACRF-132"
    NAME_ALREADY_RECEIVED = "ACRF-133"
    PAYLOAD_EMPTY = "ACRF-134"
    FORM_NOT_OF_SCHEMA = "ACRF-135"
    SCHEMA_NOT_NAMED = "ACRF-136"
    SCHEMA_UNSUPPORTED = "ACRF-137"
    ENCODING_UNSUPPORTED = "ACRF-138"
    NAMESPACE_WRONG = "ACRF-139"
    PART_WITHOUT_DECLARATION = "ACRF-142"
    ENVIRONMENT_UNDETECTABLE = "ACRF-144"
    CERTIFICATE_NOT_OF_SENDER = "ACRF-153"
    SERVICE_NOT_CONFIGURED = "ACRF-154"
    MANDATE_MISSING = "ACRF-155"
    NO_DECLARATION = "ACRF-157"
    CONTENT_NOT_AS_NAMED = "ACRF-158"
    TICKET_UNKNOWN = "ACRF-166"
    ANSWER_ALREADY_ACKNOWLEDGED = "ACRF-167"
    TOO_MANY_FORMS_FOR_SIZE = "ACRF-172"
    PAYLOAD_TOO_LARGE = "ACRF-184"
    BLOCK_UNEXPECTED = "ACRF-205"
    ARCHIVE_ALGORITHM = "ACRF-229"
    ONE_FORM_EXPECTED = "ACRF-246"
    CHANNEL_NOT_CONFIGURED = "ACRF-249"
    COUNT_DIFFERS = "ACRF-255"
    SIMULATION_ELSEWHERE = "ACRF-257"
    ATTRIBUTE_NOT_ALLOWED = "ACRF-274"
    TOO_MANY_FORMS = "ACRF-275"
    ARCHIVE_INVALID = "ACRF-280"
    ARCHIVE_ENTRIES = "ACRF-281"
    FRAME_INVALID = "ACRF-312"
    SEQUENCE_CHARACTERS = "ACRF-367"
    SET_TOO_LARGE_COMPRESSED = "ACRF-509"


class Refusal(Exception):  # noqa: N818 - a refusal is the field's own word, not an error of ours
    """One blocking reason that is the sender's fault, with its code and a sentence saying got and expected."""

    def __init__(self, code: RefusalCode, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class OutageError(Exception):
    """Trouble of our own or of a third party: what was being done is retried, nobody is refused for it."""


class OthersFirstError(OutageError):
    """Somebody else does now what one does at a time: it is done later, and nobody has to see to it."""
