"""Daily registrations that the register holds, as plain values; knows no database."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from domain.findings import RegistrationFacts

Instant: TypeAlias = tuple[date, str]
_FIRST_HOUR, _LAST_HOUR = "0000", "2400"


@dataclass(frozen=True, slots=True)
class RegistrationRecord:
    """One state of a daily registration; `number` is its twelve digits, and the other fields are those of the table."""

    number: int
    period_id: int
    starting_date: date
    starting_hour: str
    ending_date: date
    ending_hour: str
    first_declared_at: datetime
    last_changed_at: datetime
    is_withdrawn: bool = False
    version: int = 1

    @property
    def span(self) -> tuple[Instant, Instant]:
        """The first and last instant; without hours whole days."""
        return (self.starting_date, self.starting_hour or _FIRST_HOUR), (
            self.ending_date,
            self.ending_hour or _LAST_HOUR,
        )

    def overlaps(self, other: "RegistrationRecord") -> bool:
        """Whether an hour belongs to both."""
        (first, last), (other_first, other_last) = self.span, other.span
        return first < other_last and other_first < last


@dataclass(slots=True)
class RegistrationBook:
    """The registrations that a set of forms may concern, by number and by period; changed by each decision."""

    registrations: dict[int, RegistrationRecord] = field(default_factory=dict)
    _of_period: dict[int, list[int]] = field(default_factory=dict)

    def put(self, record: RegistrationRecord) -> None:
        """Hold the newest state of a registration."""
        if record.number not in self.registrations:
            self._of_period.setdefault(record.period_id, []).append(record.number)
        self.registrations[record.number] = record

    def of_period(self, period_id: int) -> list[RegistrationRecord]:
        """Return the registrations of the period that count."""
        held = (self.registrations[number] for number in self._of_period.get(period_id, ()))
        return [record for record in held if not record.is_withdrawn]


def registration_facts(record: RegistrationRecord) -> RegistrationFacts:
    """Return the registration as an answer shows it."""
    return RegistrationFacts(
        registration_id=f"{record.number:012d}",
        period_id=f"{record.period_id:012d}",
        starting_date=record.starting_date,
        starting_hour=record.starting_hour,
        ending_date=record.ending_date,
        ending_hour=record.ending_hour,
        is_withdrawn=record.is_withdrawn,
    )
