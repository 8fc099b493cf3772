"""What a file of access declarations says, once its structure is known to be sound (access §8.2)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Self, TypeAlias

from domain.findings import Finding, Location, moved_down
from domain.student_declarations import FormHeader, Reference

ACCESS_MESSAGE = "ACCS"
MOST_DECLARATIONS = 10_000
FURTHEST_DAYS = 90
"""Days from the reception on until which a declaration may take effect."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How many declarations a file may hold, and how many days ahead one may take effect."""

    declarations: int = MOST_DECLARATIONS
    ahead_days: int = FURTHEST_DAYS


STANDARD_FILE_LIMITS = FileLimits()


@dataclass(frozen=True, slots=True)
class EffectDays:
    """The first and the last day on which a declaration may take effect: that of its reception, and so many days later."""

    first: date
    last: date

    @classmethod
    def from_reception(cls, day: date, *, ahead_days: int = FURTHEST_DAYS) -> Self:
        """Return them for what was received on that Brussels day."""
        return cls(day, day + timedelta(days=ahead_days))


class Action(StrEnum):
    """What is to be done with the subject of a declaration."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    BLOCK = "BLOCK"
    UNBLOCK = "UNBLOCK"
    REMOVE = "REMOVE"
    GRANT = "GRANT"
    REVOKE = "REVOKE"
    REPLACE = "REPLACE"


class Reason(StrEnum):
    """Why it is done, as declared."""

    LEAVER = "LEAVER"
    ROLE_CHANGE = "ROLE_CHANGE"
    SECURITY = "SECURITY"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class DeclaredPerson:
    """A person as declared: the national number in eleven digits, and the names as written."""

    insz: str
    family_name: str
    first_name: str


@dataclass(frozen=True, slots=True)
class ManagerSubject:
    """Who manages, or is to manage, the access of the quality; `role` as written."""

    role: str
    person: DeclaredPerson


@dataclass(frozen=True, slots=True)
class UserSubject:
    """A user, by his person or by his user name, and how to reach him where that is declared."""

    person: DeclaredPerson | None = None
    user_name: str | None = None
    email: str | None = None
    mobile: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class TechnicalUserSubject:
    """The contact person of a channel, by the name of the account or as somebody new."""

    account: str | None = None
    family_name: str | None = None
    first_name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SenderSubject:
    """A sender of the entity."""

    number: str


Subject: TypeAlias = ManagerSubject | UserSubject | TechnicalUserSubject | SenderSubject


@dataclass(frozen=True, slots=True)
class DeclaredRight:
    """One right, as written; without dates it begins when the declaration takes effect and has no end."""

    service: str
    right: str
    start_date: date | None = None
    end_date: date | None = None
    sub_division: str | None = None


@dataclass(frozen=True, slots=True)
class AccessDeclaration:
    """One declaration of a form; it takes effect on a Brussels date."""

    seq: int
    action: Action
    effective_date: date
    subject: Subject
    rights: tuple[DeclaredRight, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class DeclaringEntity:
    """For whom a form declares: the company number in ten digits and the quality."""

    company: str
    quality: str
    mandate: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedDeclaration:
    """One declaration after the rules that need no register; `declared` is None where its structure is unsound.

    `number` counts the declarations of the form from 1, `seq` is that of the declaration where it has a readable one.
    """

    number: int
    seq: int | None
    declared: AccessDeclaration | None
    findings: tuple[Finding, ...]
    location: Location | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether a finding refuses it already."""
        return any(finding.is_blocking for finding in self.findings)


@dataclass(frozen=True, slots=True)
class JudgedAccessForm:
    """One form with its declarations, in the order in which they are done.

    `index` counts the forms from 1 through all payloads of a set, `position` within the payload. What is wrong around the
    declarations stands among the findings of each. `reference` and `entity` are None where they cannot be read.
    """

    index: int
    header: FormHeader | None
    reference: Reference | None
    entity: DeclaringEntity | None
    declarations: tuple[JudgedDeclaration, ...]
    position: int = 0
    line: int | None = None

    @property
    def is_sound(self) -> bool:
        """Whether the form says for whom it declares, and under which reference."""
        return self.reference is not None and self.entity is not None

    def moved(self, *, forms: int, lines: int) -> "JudgedAccessForm":
        """Return the form as it is numbered after so many forms of its set, and so many lines of its payload."""
        declarations = tuple(
            replace(
                one,
                findings=tuple(moved_down(finding, lines) for finding in one.findings),
                location=None
                if one.location is None or one.location.line is None
                else replace(one.location, line=one.location.line + lines),
            )
            for one in self.declarations
        )
        return replace(
            self,
            index=self.index + forms,
            declarations=declarations,
            line=None if self.line is None else self.line + lines,
        )


@dataclass(frozen=True, slots=True)
class FiledDeclaration:
    """What became of one declaration, as an answer tells it.

    `result` is 1 (accepted), 2 (waits for somebody) or 0 (refused), `state` a value of `domain.access_states`. The names
    are those by which the platform knows a user or a technical user; there is never a code or a link.
    """

    seq: int | None
    ticket: str
    result: int
    state: str
    effective_date: date | None
    findings: tuple[Finding, ...]
    user_name: str = ""
    technical_user: str = ""


@dataclass(frozen=True, slots=True)
class FiledForm:
    """A form as an answer tells of it: what it said of itself, and what became of each declaration, in their order."""

    index: int
    header: FormHeader | None
    reference: str
    company: str
    declarations: tuple[FiledDeclaration, ...]
