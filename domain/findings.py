"""Findings: located problems of one declaration, as a notification reports them."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

INTERNAL_CODES = frozenset({"01135-420"})
"""Codes that are kept with a declaration and told to nobody outside: those of class W."""


class Severity(StrEnum):
    """Anomaly class of zone 00497; only a blocking one refuses the declaration."""

    BLOCKING = "B"
    NON_PERCENTAGE = "NP"
    WARNING = "W"


@dataclass(frozen=True, slots=True)
class Location:
    """Where in the payload: `line` and `column` from 1, `indexes` the path of child indexes such as "1,1,7,2"."""

    line: int | None = None
    column: int | None = None
    indexes: str | None = None


@dataclass(frozen=True, slots=True)
class Exceeding:
    """What a declaration plans above the yearly contingent, in hours (from 2017) or days (until 2016)."""

    amount: int
    unit: "QuotaUnit"


class QuotaUnit(StrEnum):
    """What a yearly contingent counts."""

    HOURS = "HOURS"
    DAYS = "DAYS"


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """A filed period as an answer shows it.

    `using_employer` is the company number, in ten digits, or the name of whom the student works for; empty for nobody
    but the employer. `last_changed_at` is aware. Hours of the day are HHMM, empty for none.
    """

    period_id: str
    starting_date: date
    ending_date: date | None
    planned_hours: int | None
    planned_days: int | None
    joint_commission: str
    worker_type: str
    is_locked: bool = False
    is_cancelled: bool = False
    is_late: bool = False
    using_employer: str = ""
    last_changed_at: datetime | None = None
    starting_hour: str = ""
    ending_hour: str = ""
    sub_entity: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """A daily registration as an answer shows it; hours of the day are HHMM, empty for none."""

    registration_id: str
    period_id: str
    starting_date: date
    starting_hour: str
    ending_date: date
    ending_hour: str
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One anomaly: `code` is "zzzzz-nnn", the zone or block and then the general number.

    `detail` is an English sentence with got and expected, for who reads the file itself; an answer carries the label
    of the code in its recipient's language instead. Neither holds a national number.
    """

    code: str
    severity: Severity
    detail: str
    tag: str | None = None
    value: str | None = None
    location: Location | None = None
    exceeding: Exceeding | None = None
    conflicting: tuple[PeriodFacts, ...] = field(default=())
    registration: RegistrationFacts | None = None

    @property
    def is_blocking(self) -> bool:
        """Whether the declaration is refused for this."""
        return self.severity is Severity.BLOCKING

    @property
    def is_internal(self) -> bool:
        """Whether no notification tells it: a Dimona answer knows the classes B and NP alone (student §3.1, §3.4)."""
        return self.severity is Severity.WARNING


def moved_down(finding: Finding, lines: int) -> Finding:
    """Return the finding with its line counted from so many lines further up."""
    place = finding.location
    if not lines or place is None or place.line is None:
        return finding
    return replace(finding, location=Location(place.line + lines, place.column, place.indexes))
