"""Every anomaly of an access declaration, with its class and the sentence that explains it (access §8.3)."""

from enum import StrEnum
from typing import Self

from domain.findings import Finding, Location, Severity


class AccessAnomaly(StrEnum):
    """Code of an anomaly; `severity` is None for one that refuses the whole file, by an acknowledgement.

    Some are found by the file alone, the others by the register; a retired number stays reserved.
    """

    severity: Severity | None
    sentence: str

    def __new__(cls, code: str, severity: str, sentence: str) -> Self:
        """Make the member whose value is `code`; `severity` is F, B or W."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.severity = None if severity == "F" else Severity(severity)
        member.sentence = sentence
        return member

    SERVICE_NOT_ENABLED = "ACCS-001", "F", "The sender is active and has access declarations enabled there."
    NOT_ITS_ENTITY = "ACCS-002", "F", "A file is about the sender's own entity or one whose mandate it holds."
    REFERENCE_USED = "ACCS-003", "F", "A reference that was accepted stands for the same content for ever."
    TOO_MANY = "ACCS-004", "F", "A file holds at most 10,000 declarations."

    QUALITY_NOT_ACTIVE = "ACCS-010", "B", "The quality is an active one of the entity."
    NATIONAL_NUMBER_CHECK = "ACCS-011", "B", "The last two digits of a national number check the others."
    NAME_DIFFERS = "ACCS-012", "B", "The first three letters of the family name are those of the person known."
    NOT_LINKED = "ACCS-013", "B", "A person works for the entity, or a manager has declared that he does."

    CHIEF_BY_FILE = "ACCS-020", "B", "A chief or co-chief access manager is never named by a file."
    SECOND_MANAGER = "ACCS-021", "B", "A quality has one access manager."
    NO_MANAGER_TO_ASSIST = "ACCS-022", "B", "A co-manager assists an access manager that is there."
    SELF_PROMOTION = "ACCS-023", "B", "Nobody above the declaring side, and nobody of its own, is a subject of a file."
    LAST_MANAGER = "ACCS-024", "B", "A quality is never left without any manager."
    BEYOND_MANDATE = "ACCS-025", "B", "A mandatary declares the rights of users, and nothing else."
    SECOND_TECHNICAL_USER = "ACCS-026", "B", "A quality has one technical user."

    RIGHT_UNKNOWN = "ACCS-030", "B", "A service and a right are among those there are."
    SERVICE_NOT_OPEN = "ACCS-031", "B", "The service is open for this quality."
    RIGHT_TOO_HIGH = "ACCS-032", "B", "Nobody gives a right that he does not manage himself."
    NOT_BY_FILE = "ACCS-033", "B", "The rights of this service may be declared by a file."
    PERIOD_OUTSIDE = "ACCS-034", "B", "A right ends after it begins, and lies in the period of the account."
    PERIODS_OVERLAP = "ACCS-035", "B", "A user has one right for a service at a time."

    STATE_FORBIDS = "ACCS-040", "B", "The action fits the state that its subject is in."
    ACCOUNT_CLOSED = "ACCS-041", "B", "The account is not removed."
    ALREADY_BLOCKED = "ACCS-042", "W", "The user is blocked already; nothing changes."

    CONTACT_MISSING = "ACCS-050", "B", "Who is entered has an e-mail address and a telephone number."
    CONTACT_SHARED = "ACCS-051", "B", "An e-mail address or a telephone number belongs to three persons at most."
    CONTACT_KEPT = "ACCS-052", "W", "What a person proved, or other companies rely on, is not changed by a file."

    MASS_LOCKOUT = "ACCS-060", "W", "A file that shuts out more than a fifth of the active users waits for a manager."
    DATE_OUTSIDE = "ACCS-061", "B", "A declaration takes effect today or within 90 days."

    DECLINED = "ACCS-070", "B", "What had to be confirmed and accepted was confirmed and accepted."
    LAPSED = "ACCS-071", "B", "What had to be confirmed and accepted was so within 30 days."

    NO_LONGER_ENTITLED = "ACCS-072", "B", "Who declared something for later may still declare it when it is done."

    CONTENT_UNKNOWN = "ACCS-090", "B", "The content is what the structure and the action ask for."


def object_to(
    anomaly: AccessAnomaly, sentence: str, *, tag: str | None = None, location: Location | None = None
) -> Finding:
    """Return the finding of an anomaly about one declaration; ValueError for one that is about the whole file."""
    if anomaly.severity is None:
        message = f"{anomaly} refuses a file, it is no finding about a declaration"
        raise ValueError(message)
    return Finding(
        code=str(anomaly),
        severity=anomaly.severity,
        detail=f"{anomaly.sentence[:-1]}: {sentence}",
        tag=tag,
        location=location,
    )
