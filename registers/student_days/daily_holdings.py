"""Read the daily registrations that a set of forms may concern, under the locks of their periods."""

from dataclasses import replace

from domain.environments import Environment
from registers.student_days.daily_records import RegistrationBook, RegistrationRecord
from registers.student_days.daily_tables import DailyRegistration
from registers.student_days.reach import Reach


def with_periods_of_registrations(reach: Reach, environment: Environment) -> Reach:
    """Return the reach with the periods of the registrations that it names; no query when it names none."""
    if not reach.registrations:
        return reach
    periods = DailyRegistration.objects.filter(environment=environment, pk__in=reach.registrations)
    named = dict.fromkeys(periods.values_list("period_id", flat=True), ())
    return replace(reach, numbers=named | dict(reach.numbers))


def read_registrations(reach: Reach, environment: Environment) -> RegistrationBook:
    """Return the registrations named, and those of the periods in which others are made; no query for none."""
    book = RegistrationBook()
    if not reach.concerns_registrations:
        return book
    found = DailyRegistration.objects.filter(environment=environment, period_id__in=list(reach.numbers))
    for one in found.order_by("pk"):
        book.put(
            RegistrationRecord(
                number=one.pk,
                period_id=one.period_id,
                starting_date=one.starting_date,
                starting_hour=one.starting_hour,
                ending_date=one.ending_date,
                ending_hour=one.ending_hour,
                first_declared_at=one.first_declared_at,
                last_changed_at=one.last_changed_at,
                is_withdrawn=one.is_withdrawn,
                version=one.version,
            )
        )
    return book
