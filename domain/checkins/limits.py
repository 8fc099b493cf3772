"""How early and how late check-ins may come, and how far a day's spells may reach (check-in declarations §2.2, §2.5)."""

from dataclasses import dataclass
from datetime import timedelta

MOST_DAYS_AHEAD = 366
"""How far ahead the rule of a sector, or the setting, may let a day presence be registered: no planner reaches further."""

LONGEST_OPEN = timedelta(hours=16)
"""How long an OUT is waited for, unless the settings say otherwise."""


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """The limits that hold for every sector; settings may change them.

    `days_ahead` holds where no rule of a sector says otherwise; a rule may say up to `most_days_ahead`.
    """

    future_tolerance: timedelta = timedelta(seconds=120)
    silent_lateness: timedelta = timedelta(minutes=10)
    oldest_event: timedelta = timedelta(hours=24)
    days_ahead: int = 1
    most_days_ahead: int = 1


@dataclass(frozen=True, slots=True)
class DayLimits:
    """The limits of the fold of a worker's day: a longer gap is no break, a longer open spell misses its OUT."""

    longest_break: timedelta = timedelta(hours=4)
    longest_open: timedelta = LONGEST_OPEN
    long_spell: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class CheckInLimits:
    """All limits of the register: of time, of the fold, and how far from its work place an event may be, in metres.

    `evidence_within` is how long a request for a correction waits for its evidence.
    """

    times: TimeLimits = TimeLimits()
    days: DayLimits = DayLimits()
    far_metres: int = 500
    evidence_within: timedelta = timedelta(hours=24)
