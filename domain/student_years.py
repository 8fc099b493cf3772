"""What a student's periods make of a year: used and reserved, by quarter and employer, what to heed, what if. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.contingent import NeutralisedDays
from domain.quarters import Quarter
from domain.student_day_questions import Balance, Calendar, EmployerSeen, PeriodSeen

WARNED_AT = (90,)
"""Percentages of a contingent; who has more than one of them worked or reserved is warned."""

CANCELLED_TOLD = timedelta(days=30)
"""How long a student is told that a period was cancelled."""


@dataclass(frozen=True, slots=True)
class Share:
    """What lies inside the contingent: `used` in periods that are over, `reserved` in those that run or are to come."""

    used: int
    reserved: int

    @property
    def granted(self) -> int:
        """All of it."""
        return self.used + self.reserved


@dataclass(frozen=True, slots=True)
class QuarterShare:
    """What the periods of a quarter take of the contingent; `outside` is what they plan besides, but for what is neutralised."""

    quarter: Quarter
    share: Share
    outside: int


@dataclass(frozen=True, slots=True)
class EmployerYear:
    """What was agreed with an employer in a year, and what was worked of that which is known.

    What was agreed lies inside the contingent, outside, or is `neutralised`. `agreed_of_known` is what had been agreed for
    the periods whose worked hours are known.
    """

    employer: EmployerSeen
    share: Share
    outside: int
    neutralised: int
    agreed: int
    worked: int
    agreed_of_known: int
    periods: int
    known_periods: int

    @property
    def difference(self) -> int:
        """How much more was worked than agreed, where both are known; less when negative."""
        return self.worked - self.agreed_of_known

    @property
    def shortfall(self) -> int:
        """How much less was worked than agreed."""
        return -self.difference


@dataclass(frozen=True, slots=True)
class YearPicture:
    """A year of the contingent; quarters in their order, employers with the largest share first."""

    balance: Balance
    share: Share
    quarters: tuple[QuarterShare, ...]
    employers: tuple[EmployerYear, ...]

    @property
    def neutralised(self) -> int:
        """What of all agreements counts in no contingent."""
        return sum(each.neutralised for each in self.employers)


class Heed(StrEnum):
    """What a student is warned of, the weightiest first."""

    USED_UP = "USED_UP"
    NEARLY_USED_UP = "NEARLY_USED_UP"
    OUTSIDE = "OUTSIDE"
    LATE = "LATE"
    CANCELLED = "CANCELLED"
    MORE_WORKED = "MORE_WORKED"
    LESS_WORKED = "LESS_WORKED"


_WEIGHTS = tuple(Heed)


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning; `amount` is in the unit of the year, `period` None where it is about the whole year.

    `percent` is the share of the contingent that was passed, where that is what is warned of.
    """

    heed: Heed
    amount: int
    period: PeriodSeen | None = None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would become of so many more hours in a month: `inside` the contingent, and what is left afterwards.

    What is `neutralised` counts in no contingent, and leaves it as it is.
    """

    wished: int
    inside: int
    left: int
    neutralised: int = 0

    @property
    def outside(self) -> int:
        """What would be taxed with the ordinary contributions."""
        return self.wished - self.inside - self.neutralised


def picture_of(balance: Balance, calendar: Calendar, *, today: date) -> YearPicture:
    """Return the year as it stands on a day (in Brussels); cancelled periods have no share."""
    living = [period for period in calendar.periods if not period.is_cancelled]
    quarters = tuple(
        QuarterShare(quarter, _share(own, today=today), sum(period.exceeding for period in own))
        for quarter in (Quarter(calendar.year, number) for number in range(1, 5))
        for own in ([period for period in living if Quarter.of(period.starting_date) == quarter],)
    )
    employers: dict[EmployerSeen, list[PeriodSeen]] = {}
    for period in living:
        employers.setdefault(period.employer, []).append(period)
    years = [_employer_year(employer, own, today=today) for employer, own in employers.items()]
    return YearPicture(
        balance=balance,
        share=_share(living, today=today),
        quarters=quarters,
        employers=tuple(sorted(years, key=lambda year: (-year.share.granted, -year.agreed, year.employer.name))),
    )


def passed(granted: int, limit: int, *, warned_at: Iterable[int] = WARNED_AT) -> int | None:
    """Return the highest of these percentages of the limit that is passed; None for none, and without a contingent."""
    return max((percent for percent in warned_at if granted * 100 > limit * percent and limit), default=None)


def warnings_of_balance(balance: Balance, *, warned_at: Iterable[int] = WARNED_AT) -> tuple[Warned, ...]:
    """Return what the remaining hours alone warn of."""
    if balance.remaining == 0 and balance.limit:
        return (Warned(Heed.USED_UP, 0),)
    percent = passed(balance.granted, balance.limit, warned_at=warned_at)
    return () if percent is None else (Warned(Heed.NEARLY_USED_UP, balance.remaining, percent=percent),)


def warnings_of_periods(
    periods: Sequence[PeriodSeen], *, at: datetime, cancelled_for: timedelta = CANCELLED_TOLD
) -> tuple[Warned, ...]:
    """Return what single periods warn of at an instant, the weightiest first, otherwise in their order.

    A cancellation that gave something back is told for so long.
    """
    found = [warned for period in periods for warned in _warnings(period, cancelled_since=at - cancelled_for)]
    return tuple(sorted(found, key=lambda warned: _WEIGHTS.index(warned.heed)))


def months_to_come(today: date) -> list[date]:
    """Return the first days of this month and the eleven after it: those for which hours can still be declared in time.

    A declaration that comes after its first day reserves nothing (student declarations §3.4).
    """
    months = range(today.month - 1, today.month + 11)
    return [date(today.year + month // 12, month % 12 + 1, 1) for month in months]


def what_if(balance: Balance, wished: int, *, neutralised: int = 0) -> WhatIf:
    """Return what would become of `wished` more hours in a month to come of the balance's year, some of them `neutralised`."""
    inside = min(wished - neutralised, balance.remaining)
    return WhatIf(wished, inside, balance.remaining - inside, neutralised)


def is_neutralised(month: date, rules: Iterable[NeutralisedDays]) -> bool:
    """Whether no hour counts of a period that starts in the month of that first day, whoever declares it."""
    return any(days.is_for_all_hours and days.holds(month) and days.holds(_last_day(month)) for days in rules)


def may_be_neutralised(month: date, rules: Iterable[NeutralisedDays]) -> bool:
    """Whether hours of some employers, days or students of that month do not count."""
    return any(days.first_day <= _last_day(month) and month <= days.last_day for days in rules)


def _last_day(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def is_over(period: PeriodSeen, *, today: date) -> bool:
    """Whether the last day of a period has passed."""
    return period.ending_date is not None and period.ending_date < today


def _share(periods: Iterable[PeriodSeen], *, today: date) -> Share:
    used = reserved = 0
    for period in periods:
        if is_over(period, today=today):
            used += period.granted
        else:
            reserved += period.granted
    return Share(used, reserved)


def _employer_year(employer: EmployerSeen, periods: Sequence[PeriodSeen], *, today: date) -> EmployerYear:
    known = [period for period in periods if period.actual is not None]
    return EmployerYear(
        employer=employer,
        share=_share(periods, today=today),
        outside=sum(period.exceeding for period in periods),
        neutralised=sum(period.neutralised for period in periods),
        agreed=sum(period.planned for period in periods),
        worked=sum(period.actual or 0 for period in known),
        agreed_of_known=sum(period.planned for period in known),
        periods=len(periods),
        known_periods=len(known),
    )


def _warnings(period: PeriodSeen, *, cancelled_since: datetime) -> tuple[Warned, ...]:
    if period.is_cancelled:
        is_told = period.freed and period.last_changed_at > cancelled_since
        return (Warned(Heed.CANCELLED, period.freed, period),) if is_told else ()
    found = []
    if period.is_late:
        found.append(Warned(Heed.LATE, period.exceeding, period))
    elif period.exceeding:
        found.append(Warned(Heed.OUTSIDE, period.exceeding, period))
    difference = 0 if period.actual is None else period.actual - period.planned
    if difference > 0:
        found.append(Warned(Heed.MORE_WORKED, difference, period))
    elif difference < 0:
        found.append(Warned(Heed.LESS_WORKED, -difference, period))
    return tuple(found)
