"""Keep the daily registrations of a period within its days (student declarations §1.2, 90480-260)."""

from dataclasses import replace
from datetime import datetime

from registers.student_days.daily_records import RegistrationBook, RegistrationRecord
from registers.student_days.models import PeriodState
from registers.student_days.reach import NO_END
from registers.student_days.records import PeriodRecord


def is_within(registration: RegistrationRecord, period: PeriodRecord) -> bool:
    """Whether the days of the registration are days of the period; a cancelled one has none."""
    return (
        period.state is not PeriodState.CANCELLED
        and period.starting_date <= registration.starting_date
        and registration.ending_date <= (period.ending_date or NO_END)
    )


def withdraw_those_outside(
    period: PeriodRecord, book: RegistrationBook, *, received_at: datetime
) -> tuple[RegistrationRecord, ...]:
    """Withdraw what lies outside the period as it is now, and return the newest states.

    No form could do so later where the period ended or was cancelled, since any action on it is refused (00913-355).
    """
    withdrawn = tuple(
        replace(one, is_withdrawn=True, version=one.version + 1, last_changed_at=received_at)
        for one in book.of_period(period.number)
        if not is_within(one, period)
    )
    for registration in withdrawn:
        book.put(registration)
    return withdrawn
