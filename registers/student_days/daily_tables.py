"""Daily registrations of workers and their history, as tables."""

from django.db import models
from django.db.models import F, Q

from domain.environments import Environment
from evidence.constraints import in_an_environment
from registers.student_days.references import large_reference

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]


class DailyRegistration(models.Model):
    """The presence of a worker on a day of a period, in its newest state; `id` is the twelve digits of its number.

    Hours of the day are HHMM; a withdrawn registration no longer counts.
    """

    id = models.BigIntegerField(primary_key=True)
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    period = large_reference("student_days.Period", related_name="+")
    starting_date = models.DateField()
    starting_hour = models.CharField(max_length=4, blank=True)
    ending_date = models.DateField()
    ending_hour = models.CharField(max_length=4, blank=True)
    is_withdrawn = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    first_declared_at = models.DateTimeField()
    last_changed_at = models.DateTimeField()

    class Meta:
        """Registrations are looked up by number and by period."""

        constraints = [
            in_an_environment("daily_registration"),
            models.CheckConstraint(
                condition=Q(ending_date__gte=F("starting_date")), name="daily_registration_not_backwards"
            ),
        ]
        indexes = [models.Index(fields=["period"], name="daily_registration_of_period")]


class DailyRegistrationVersion(models.Model):
    """What a daily registration was from one declaration to the next; only ever added."""

    pk = models.CompositePrimaryKey("registration", "number")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    registration = large_reference("student_days.DailyRegistration", related_name="versions")
    number = models.PositiveIntegerField()
    declaration = large_reference("student_days.Declaration", related_name="+")
    starting_date = models.DateField()
    starting_hour = models.CharField(max_length=4, blank=True)
    ending_date = models.DateField()
    ending_hour = models.CharField(max_length=4, blank=True)
    is_withdrawn = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()

    class Meta:
        """Versions count from 1."""

        constraints = [in_an_environment("daily_registration_version")]
