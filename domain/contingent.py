"""The yearly contingent of students: limits, lateness and what is granted (student declarations §3.3, §3.4).

Pure arithmetic; the ledger that remembers the grants is `registers.student_days`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from domain.brussels import brussels_date
from domain.findings import QuotaUnit


@dataclass(frozen=True, slots=True)
class YearlyLimit:
    """How much a student may work at the reduced contribution from `first_year` on, until the next limit starts."""

    first_year: int
    amount: int
    unit: QuotaUnit


LIMITS = (
    YearlyLimit(1900, 0, QuotaUnit.DAYS),
    YearlyLimit(2012, 50, QuotaUnit.DAYS),
    YearlyLimit(2017, 475, QuotaUnit.HOURS),
    YearlyLimit(2023, 600, QuotaUnit.HOURS),
    YearlyLimit(2025, 650, QuotaUnit.HOURS),
)
"""§3.3; before 2012 there was no contingent, which is a limit of nothing."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What of a planned amount lies inside the contingent and what exceeds it."""

    planned: int
    granted: int
    neutralised: int = 0

    @property
    def exceeding(self) -> int:
        """The planned amount that lies outside the contingent and is not neutralised."""
        return self.planned - self.granted - self.neutralised


@lru_cache(maxsize=1024)
def limit_of(year: int, *, limits: tuple[YearlyLimit, ...] = LIMITS) -> YearlyLimit:
    """Return the limit in force in `year`; ValueError before the first."""
    in_force = [limit for limit in limits if limit.first_year <= year]
    if not in_force:
        message = f"no contingent existed in {year}"
        raise ValueError(message)
    return max(in_force, key=lambda limit: limit.first_year)


FIRST_YEAR_OF_HOURS = 2017


def unit_declared_in(year: int) -> QuotaUnit:
    """Return what declarations of students plan for that year: days until 2016, hours since (§3.3)."""
    return QuotaUnit.HOURS if year >= FIRST_YEAR_OF_HOURS else QuotaUnit.DAYS


def is_late(received_at: datetime, starting_date: date) -> bool:
    """Whether a declaration received at that instant came after the Brussels end of its first day (§3.4)."""
    return brussels_date(received_at) > starting_date


def grant_on_time(planned: int, *, limit: int, others: int, neutralised: int = 0) -> Grant:
    """Reserve what still fits beside `others`, the sum granted to the person's other periods of the year.

    The `neutralised` part of what is planned needs no place.
    """
    return Grant(planned, min(planned - neutralised, max(0, limit - others)), neutralised)


def grant_again(planned: int, *, limit: int, others: int, granted: int, neutralised: int = 0) -> Grant:
    """Reserve for another planned amount; what was `granted` before stays, whatever others were granted since."""
    return Grant(planned, min(planned - neutralised, max(granted, limit - others)), neutralised)


def grant_late(planned: int) -> Grant:
    """Reserve nothing: a late declaration lies outside the contingent for ever."""
    return Grant(planned, 0)


@dataclass(frozen=True, slots=True)
class NeutralisedDays:
    """Days whose hours count in no contingent (§3.3): of everyone, of a joint commission or of an employer.

    `most` is how many hours of a student these are, None for all.
    """

    first_day: date
    last_day: date
    joint_commission: str = ""
    employer_id: int | None = None
    most: int | None = None

    @property
    def is_for_all_hours(self) -> bool:
        """Whether no hour of these days counts, whoever declares it."""
        return not self.joint_commission and self.employer_id is None and self.most is None

    def holds(self, day: date) -> bool:
        """Whether a period that starts on `day` may be concerned."""
        return self.first_day <= day <= self.last_day

    def concerns(self, day: date, *, joint_commission: str, employer_id: int) -> bool:
        """Whether hours of a period of that employer and commission, starting on `day`, count nowhere."""
        return (
            self.holds(day)
            and self.joint_commission in {"", joint_commission}
            and self.employer_id in {None, employer_id}
        )


@dataclass(frozen=True, slots=True)
class ContingentRules:
    """The limits and the neutralised days in force in one environment."""

    limits: tuple[YearlyLimit, ...] = LIMITS
    neutralised: tuple[NeutralisedDays, ...] = ()

    def limit_of(self, year: int) -> YearlyLimit:
        """Return the limit in force in `year`; ValueError before the first."""
        return limit_of(year, limits=self.limits)
