"""What is asked about student days and what is answered: the values that registers, the web service and pages share.

Amounts are hours from 2017 on and days before (`unit`); instants are aware, in UTC. No value holds a national number.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.findings import QuotaUnit
from domain.kept_reasons import kept_reason
from domain.namesakes import numbered


class AskerKind(StrEnum):
    """In which role somebody looks at personal data."""

    STUDENT = "STUDENT"
    EMPLOYER = "EMPLOYER"
    SENDER = "SENDER"
    OPERATOR = "OPERATOR"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and why: `name` is a login, a company or sender number, never a person's name or national number.

    `user` is the login of whoever asks for a company.
    """

    kind: AskerKind
    name: str
    reason: str
    user: str = ""

    @property
    def kept_reason(self) -> str:
        """The reason as it is kept; a national number that somebody typed into it is not."""
        return kept_reason(self.reason)


@dataclass(frozen=True, slots=True)
class EmployerSeen:
    """An employer as answers name it.

    `company_number` is the one by which anybody finds it; `number` is the one of its declarations: the registration number,
    or the company's where there is none. `has_namesake` is whether another employer of the same calendar has the same name.
    """

    name: str
    number: str
    company_number: str
    has_namesake: bool = False

    @property
    def title(self) -> str:
        """What it is called beside the others."""
        return self.numbered if self.has_namesake else self.name

    @property
    def numbered(self) -> str:
        """Its name, with the number of the company behind it."""
        return numbered(self.name, self.company_number)


@dataclass(frozen=True, slots=True)
class Balance:
    """The contingent of a person and year (student declarations §4.1).

    `exceeding` is what employers planned above it, `late` what was declared too late; both lie outside `granted`.
    """

    year: int
    unit: QuotaUnit
    limit: int
    granted: int
    exceeding: int
    late: int
    at: datetime

    @property
    def remaining(self) -> int:
        """What is left: the limit without what is granted."""
        return self.limit - self.granted


@dataclass(frozen=True, slots=True)
class PeriodSeen:
    """A period with a contingent as its student sees it; `actual` is what was worked, None until that is known.

    What is planned is granted, exceeding or neutralised: of the last, no contingent knows (student declarations §3.3).
    `freed` is what its cancellation gave back of what was granted; 0 while it counts.
    """

    number: str
    employer: EmployerSeen
    using_employer: str
    starting_date: date
    ending_date: date | None
    unit: QuotaUnit
    planned: int
    granted: int
    exceeding: int
    actual: int | None
    is_late: bool
    state: str
    version: int
    last_changed_at: datetime
    neutralised: int = 0
    freed: int = 0

    @property
    def is_cancelled(self) -> bool:
        """Whether it no longer counts."""
        return self.state == "CANCELLED"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The periods of a year in the order of their days; `years` are all that have an account, newest first."""

    year: int
    periods: tuple[PeriodSeen, ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RemainingAmount:
    """All that an access code discloses: what remains at the instant `at`, of which limit (§4.1).

    `attestation` and `issued_at` are those of the paper that the code stands on, so that whoever holds it can compare.
    """

    remaining: int
    unit: QuotaUnit
    limit: int
    year: int
    at: datetime
    attestation: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """What a period was from one declaration to the next."""

    number: int
    reason: str
    starting_date: date
    ending_date: date | None
    planned: int | None
    exceeding: int
    is_late: bool
    state: str
    received_at: datetime
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class PeriodHistory:
    """A period and its versions, oldest first, as a declarant of its employer sees it."""

    number: str
    environment: str
    employer: EmployerSeen
    worker_type: str
    unit: QuotaUnit | None
    is_locked_by_dmfa: bool
    versions: tuple[VersionSeen, ...]


@dataclass(frozen=True, slots=True)
class DeclarationSeen:
    """One declaration: its codes, in the order of its anomalies, and the period that it made or changed.

    While its worker is still to be identified `is_accepted` and `filed_at` are None.
    """

    ticket: str
    submission: str
    action: str
    is_accepted: bool | None
    codes: tuple[str, ...]
    period: str | None
    received_at: datetime
    filed_at: datetime | None

    @property
    def result(self) -> "DeclarationResult":
        """The letter that says what became of it; what is accepted with anomalies carries a warning."""
        if self.is_accepted is None:
            return DeclarationResult.WAITING
        if not self.is_accepted:
            return DeclarationResult.REFUSED
        return DeclarationResult.ACCEPTED_WITH_WARNING if self.codes else DeclarationResult.ACCEPTED


class DeclarationResult(StrEnum):
    """What became of a declaration, as the web service says it (student declarations §1.7).

    WAITING is for a worker who is still to be identified.
    """

    ACCEPTED = "A"
    ACCEPTED_WITH_WARNING = "W"
    REFUSED = "B"
    WAITING = "S"


@dataclass(frozen=True, slots=True)
class AnomalyTold:
    """An anomaly of a declaration; `label` is in the language of its sender, None where the code has none."""

    code: str
    label: str | None


@dataclass(frozen=True, slots=True)
class DeclarationStatus:
    """One handled declaration and its anomalies, as its sender is told."""

    declaration: DeclarationSeen
    anomalies: tuple[AnomalyTold, ...]


class TooManyLookUpsError(Exception):
    """Somebody tried more access codes than the settings allow; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many access codes were tried; again in {retry_after} seconds")
        self.retry_after = retry_after
