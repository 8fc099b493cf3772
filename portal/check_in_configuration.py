"""The limits of the check-in register, read from environment variables."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from domain.checkins.limits import MOST_DAYS_AHEAD, CheckInLimits, DayLimits, TimeLimits
from portal.environment_variables import read_number, read_switch


@dataclass(frozen=True, slots=True)
class CheckInConfiguration:
    """How early, how late and how far away a check-in may be, the same at every door; what contractors see, and what is late."""

    future_seconds: int
    silent_minutes: int
    oldest_hours: int
    days_ahead: int
    break_hours: int
    open_hours: int
    long_hours: int
    far_metres: int
    evidence_hours: int
    validated_within_minutes: int
    missing_out_within_minutes: int
    subcontractor_staff_visible: bool

    @property
    def validated_within(self) -> timedelta:
        """How long a registration may wait for its validation before somebody should look."""
        return timedelta(minutes=self.validated_within_minutes)

    @property
    def missing_out_within(self) -> timedelta:
        """How long a check-out may miss without being flagged before somebody should look."""
        return timedelta(minutes=self.missing_out_within_minutes)

    @property
    def limits(self) -> CheckInLimits:
        """The limits as the rules and the register know them."""
        times = TimeLimits(
            future_tolerance=timedelta(seconds=self.future_seconds),
            silent_lateness=timedelta(minutes=self.silent_minutes),
            oldest_event=timedelta(hours=self.oldest_hours),
            days_ahead=self.days_ahead,
            most_days_ahead=MOST_DAYS_AHEAD,
        )
        days = DayLimits(
            longest_break=timedelta(hours=self.break_hours),
            longest_open=timedelta(hours=self.open_hours),
            long_spell=timedelta(hours=self.long_hours),
        )
        return CheckInLimits(times, days, self.far_metres, timedelta(hours=self.evidence_hours))

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            future_seconds=read_number("GUICHET_CHECKIN_FUTURE_SECONDS", 120),
            silent_minutes=read_number("GUICHET_CHECKIN_SILENT_MINUTES", 10),
            oldest_hours=read_number("GUICHET_CHECKIN_OLDEST_HOURS", 24),
            days_ahead=read_number("GUICHET_CHECKIN_DAYS_AHEAD", 1, most=MOST_DAYS_AHEAD),
            break_hours=read_number("GUICHET_CHECKIN_BREAK_HOURS", 4),
            open_hours=read_number("GUICHET_CHECKIN_OPEN_HOURS", 16),
            long_hours=read_number("GUICHET_CHECKIN_LONG_HOURS", 12),
            far_metres=read_number("GUICHET_CHECKIN_FAR_METRES", 500),
            evidence_hours=read_number("GUICHET_CHECKIN_EVIDENCE_HOURS", 24),
            validated_within_minutes=read_number("GUICHET_CHECKIN_VALIDATED_WITHIN_MINUTES", 15),
            missing_out_within_minutes=read_number("GUICHET_CHECKIN_MISSING_OUT_WITHIN_MINUTES", 60),
            subcontractor_staff_visible=read_switch("GUICHET_CHECKIN_SUBCONTRACTOR_STAFF_VISIBLE", default=False),
        )
