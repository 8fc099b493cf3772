"""What an operator may set of Dimona declarations and student days, read from environment variables."""

from dataclasses import dataclass
from typing import Self

from domain.student_years import CANCELLED_TOLD, WARNED_AT
from portal.environment_variables import read_kept_days, read_kept_years, read_percentages, read_switch


@dataclass(frozen=True, slots=True)
class DimonaConfiguration:
    """Which unpublished check digits count, what of a late declaration is told or taken, and who may work for two users.

    A student is warned above each of the percentages of the contingent, and told of a cancelled period for so many days.
    What was declared is kept for so many years.
    """

    check_nsso_digits: bool
    late_also_369: bool
    student_users_apart: bool
    late_tolerated: bool
    late_cancels: bool
    student_warned_at: tuple[int, ...]
    student_cancelled_told_days: int
    keep_student_days_years: int

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            check_nsso_digits=read_switch("GUICHET_CHECK_NSSO_DIGITS", default=True),
            late_also_369=read_switch("GUICHET_LATE_ALSO_369", default=False),
            student_users_apart=read_switch("GUICHET_STUDENT_USERS_APART", default=True),
            late_tolerated=read_switch("GUICHET_LATE_TOLERATED", default=False),
            late_cancels=read_switch("GUICHET_LATE_CANCELS", default=True),
            student_warned_at=read_percentages("GUICHET_STUDENT_WARNED_AT", WARNED_AT),
            student_cancelled_told_days=read_kept_days("GUICHET_STUDENT_CANCELLED_TOLD_DAYS", CANCELLED_TOLD.days),
            keep_student_days_years=read_kept_years("GUICHET_KEEP_STUDENT_DAYS_YEARS", 7, least=3),
        )
