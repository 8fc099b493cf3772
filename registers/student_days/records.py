"""What the register holds of the people whom a set of forms touches, as plain values; knows no database."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from domain.findings import PeriodFacts, QuotaUnit
from domain.student_declarations import STUDENT, ControlCards, PlaceOfWork, SmallStatutes, UserFirm
from registers.student_days.daily_records import RegistrationBook
from registers.student_days.models import PeriodState
from registers.student_days.reach import NO_END

Instant: TypeAlias = tuple[date, str]
_FIRST_HOUR, _LAST_HOUR = "0000", "2400"


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """One state of a period; `number` is its twelve digits, and the other fields are those of the table."""

    number: int
    person_id: int
    employer_id: int
    joint_commission: str
    worker_type: str
    using_employer: str
    starting_date: date
    ending_date: date | None
    first_declared_at: datetime
    last_changed_at: datetime
    sub_entity: str = ""
    starting_hour: str = ""
    ending_hour: str = ""
    unit: QuotaUnit | None = None
    planned: int | None = None
    granted: int = 0
    neutralised: int = 0
    user_firm: UserFirm | None = None
    place_of_work: PlaceOfWork | None = None
    control_cards: ControlCards | None = None
    small_statutes: SmallStatutes | None = None
    is_late: bool = False
    locked_by_dmfa: bool = False
    state: PeriodState = PeriodState.ACTIVE
    version: int = 1

    @property
    def year(self) -> int:
        """The year whose contingent it uses: that of its first day, since a student's period lies in one quarter."""
        return self.starting_date.year

    @property
    def span(self) -> tuple[Instant, Instant]:
        """The first and last instant: whole days without hours of the day, and for ever without an end."""
        return (self.starting_date, self.starting_hour or _FIRST_HOUR), (
            self.ending_date or NO_END,
            self.ending_hour or _LAST_HOUR,
        )

    @property
    def place(self) -> tuple[object, ...]:
        """What no two living periods share, whatever their hours: the key `period_not_twice` of the table.

        Only two that a merge brought together may, as long as what they plan differs.
        """
        return (
            self.person_id,
            self.employer_id,
            self.starting_date,
            self.starting_hour,
            self.ending_date,
            self.joint_commission,
            self.worker_type,
            self.using_employer,
        )

    @property
    def lives(self) -> bool:
        """Whether it still counts."""
        return self.state is not PeriodState.CANCELLED

    @property
    def has_contingent(self) -> bool:
        """Whether what is planned counts in the worker's yearly contingent: that of students."""
        return self.worker_type == STUDENT

    @property
    def is_locked(self) -> bool:
        """Whether the employer can no longer change it: by an agent's hand, or since the quarterly declaration."""
        return self.locked_by_dmfa or self.state is PeriodState.LOCKED


@dataclass(slots=True)
class Account:
    """The contingent of a person and year: `granted` changes with each decision, `limit` does not."""

    unit: QuotaUnit
    limit: int
    granted: int


@dataclass(slots=True)
class Holdings:
    """Accounts by person and year, periods and daily registrations, locked by whoever read them; changed by each decision."""

    accounts: dict[tuple[int, int], Account] = field(default_factory=dict)
    periods: dict[int, PeriodRecord] = field(default_factory=dict)
    daily: RegistrationBook = field(default_factory=RegistrationBook)
    _of_couple: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    _of_person: dict[int, list[int]] = field(default_factory=dict)

    def put(self, record: PeriodRecord) -> None:
        """Hold the newest state of a period."""
        if record.number not in self.periods:
            self._of_couple.setdefault((record.person_id, record.employer_id), []).append(record.number)
            self._of_person.setdefault(record.person_id, []).append(record.number)
        self.periods[record.number] = record

    def exchange(self, before: PeriodRecord | None, after: PeriodRecord) -> None:
        """Hold the newest state of a period, and what it changes in the contingent."""
        self.put(after)
        if after.has_contingent:
            self.account_of(after).granted += after.granted - (0 if before is None else before.granted)

    def living_periods(self, person_id: int, employer_id: int) -> list[PeriodRecord]:
        """Return the periods of that person and employer that count, in the order in which they became known."""
        numbers = self._of_couple.get((person_id, employer_id), ())
        return [self.periods[number] for number in numbers if self.periods[number].lives]

    def students_periods(self, person_id: int) -> list[PeriodRecord]:
        """Return the periods of the student that count, at every employer, as far as they were read."""
        return [
            self.periods[number]
            for number in self._of_person.get(person_id, ())
            if self.periods[number].lives and self.periods[number].has_contingent
        ]

    def account_of(self, record: PeriodRecord) -> Account:
        """Return the account that the period uses; KeyError when nobody locked it."""
        return self.accounts[record.person_id, record.year]


def facts(record: PeriodRecord) -> PeriodFacts:
    """Return the period as an answer shows it."""
    return PeriodFacts(
        period_id=f"{record.number:012d}",
        starting_date=record.starting_date,
        ending_date=record.ending_date,
        planned_hours=record.planned if record.unit is QuotaUnit.HOURS else None,
        planned_days=record.planned if record.unit is QuotaUnit.DAYS else None,
        joint_commission=record.joint_commission,
        worker_type=record.worker_type,
        is_locked=record.is_locked,
        is_cancelled=record.state is PeriodState.CANCELLED,
        is_late=record.is_late,
        using_employer=record.using_employer,
        last_changed_at=record.last_changed_at,
        starting_hour=record.starting_hour,
        ending_hour=record.ending_hour,
        sub_entity=record.sub_entity,
    )
