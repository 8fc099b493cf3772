"""Periods of work, their history with the ledger of the yearly contingent, and the declarations that made them.

References between the large tables are checked by triggers, once for each statement instead of once for each row
(decision 0022): `large_reference` declares one.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from domain.contingent import FIRST_YEAR_OF_HOURS
from domain.environments import Environment
from domain.findings import QuotaUnit
from evidence.constraints import in_an_environment, one_of
from registers.student_days.daily_tables import DailyRegistration, DailyRegistrationVersion
from registers.student_days.pending_tables import PendingForm
from registers.student_days.question_tables import Attestation, ConsultationLog
from registers.student_days.references import large_reference
from registers.student_days.telling_tables import UntoldSubmission

__all__ = [
    "Attestation",
    "ConsultationLog",
    "DailyRegistration",
    "DailyRegistrationVersion",
    "Declaration",
    "Neutralisation",
    "PendingForm",
    "Period",
    "PeriodState",
    "PeriodVersion",
    "QuotaAccount",
    "QuotaEntry",
    "QuotaLimit",
    "UntoldSubmission",
    "VersionReason",
    "large_reference",
]

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]
UNITS = [(str(unit), unit.name) for unit in QuotaUnit]


class PeriodState(models.TextChoices):
    """Where a period stands; only a cancelled one no longer counts."""

    ACTIVE = "ACTIVE"
    CLOSED = "CLOSED"
    LOCKED = "LOCKED"
    BLOCKED = "BLOCKED"
    CANCELLED = "CANCELLED"


class QuotaAccount(models.Model):
    """The contingent of one person and year; its row is the lock under which grants are given."""

    pk = models.CompositePrimaryKey("person", "year")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    person = large_reference("persons.Person", related_name="+")
    year = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=5, choices=UNITS)
    limit = models.PositiveSmallIntegerField()
    granted = models.PositiveIntegerField(default=0)

    class Meta:
        """Never more is granted than the limit, whatever a program believes."""

        constraints = [
            in_an_environment("quota_account"),
            one_of("unit", QuotaUnit, name="quota_account_unit_known"),
            models.CheckConstraint(condition=Q(granted__lte=F("limit")), name="quota_never_exceeded"),
        ]


class QuotaLimit(models.Model):
    """How much a student may work at the reduced contribution, from a year on until the next limit (§3.3)."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    first_year = models.PositiveSmallIntegerField()
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=5, choices=UNITS)

    class Meta:
        """One limit a year."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "first_year"], name="quota_limit_once_a_year"),
            in_an_environment("quota_limit"),
            one_of("unit", QuotaUnit, name="quota_limit_unit_known"),
            models.CheckConstraint(
                name="quota_limit_in_the_unit_declared",
                condition=Q(first_year__lt=FIRST_YEAR_OF_HOURS, unit=QuotaUnit.DAYS)
                | Q(first_year__gte=FIRST_YEAR_OF_HOURS, unit=QuotaUnit.HOURS),
            ),
        ]


class Neutralisation(models.Model):
    """Days whose hours count in no contingent: of everyone, of a joint commission or of an employer (§3.3).

    `most_hours` is how many hours of a student these are, None for all.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    first_day = models.DateField()
    last_day = models.DateField()
    joint_commission = models.CharField(max_length=3, blank=True)
    employer = models.ForeignKey("access.Entity", null=True, on_delete=models.PROTECT, related_name="+")
    most_hours = models.PositiveSmallIntegerField(null=True)

    class Meta:
        """The first day comes first."""

        constraints = [
            in_an_environment("neutralisation"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="neutralisation_not_backwards"),
        ]


class Period(models.Model):
    """An employment in its newest state; amounts in the unit of its year.

    `id` is the twelve digits of its number. `planned` is what was declared, `granted` what of it lies inside the
    contingent, `neutralised` what of it counts nowhere; all three are None or 0 for workers without a contingent.
    Hours of the day are HHMM. `doublet` is 0, but for one that stands in the place of another of the same person since two
    numbers turned out to be of one, and plans another amount. `using_employer` is the number or else
    the name in `user_firm`, None for one declared before that was kept; this, `place_of_work`, `control_cards` and
    `small_statutes` are as declared.
    """

    id = models.BigIntegerField(primary_key=True)
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    person = large_reference("persons.Person", related_name="+")
    employer = large_reference("access.Entity", related_name="+")
    joint_commission = models.CharField(max_length=3)
    worker_type = models.CharField(max_length=3)
    using_employer = models.CharField(max_length=96, blank=True)
    sub_entity = models.CharField(max_length=10, blank=True)
    starting_date = models.DateField()
    starting_hour = models.CharField(max_length=4, blank=True)
    ending_date = models.DateField(null=True)
    ending_hour = models.CharField(max_length=4, blank=True)
    unit = models.CharField(max_length=5, choices=UNITS, null=True)  # noqa: DJ001 - no plan has no unit
    planned = models.PositiveSmallIntegerField(null=True)
    granted = models.PositiveSmallIntegerField(default=0)
    neutralised = models.PositiveSmallIntegerField(default=0)
    actual = models.PositiveSmallIntegerField(null=True)
    user_firm = models.JSONField(null=True)
    place_of_work = models.JSONField(null=True)
    control_cards = models.JSONField(null=True)
    small_statutes = models.JSONField(null=True)
    is_late = models.BooleanField(default=False)
    locked_by_dmfa = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=PeriodState, default=PeriodState.ACTIVE)
    version = models.PositiveIntegerField(default=1)
    doublet = models.PositiveSmallIntegerField(default=0, db_default=0)
    first_declared_at = models.DateTimeField()
    last_changed_at = models.DateTimeField()

    class Meta:
        """Periods are looked up by number, by person, and by employer and reception."""

        constraints = [
            in_an_environment("period"),
            one_of("state", PeriodState.values, name="period_state_known"),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(unit__in=[str(unit) for unit in QuotaUnit]), name="period_unit_known"
            ),
            models.UniqueConstraint(
                fields=[
                    "person",
                    "employer",
                    "starting_date",
                    "ending_date",
                    "joint_commission",
                    "worker_type",
                    "using_employer",
                    "starting_hour",
                    "environment",
                    "doublet",
                ],
                name="period_not_twice",
                condition=~Q(state="CANCELLED"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(ending_date__isnull=True) | Q(ending_date__gte=F("starting_date")),
                name="period_not_backwards",
            ),
            models.CheckConstraint(
                condition=Q(planned__isnull=True, granted=0, neutralised=0)
                | Q(planned__gte=F("granted") + F("neutralised")),
                name="period_grant_within_plan",
            ),
        ]
        indexes = [
            models.Index(fields=["employer", "first_declared_at"], name="period_of_employer"),
            models.Index(fields=["person"], condition=Q(state="CANCELLED"), name="cancelled_period_of_person"),
        ]

    @property
    def number(self) -> str:
        """The number of the period as messages write it."""
        return f"{self.pk:012d}"


class Declaration(models.Model):
    """One handled form and what became of it; its key makes a repeat find it done.

    `period` is the one that it made or changed. A refused form has the one that it names and `employer`, each where its
    sender may see it; whose an accepted one is, its period says.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    submission = large_reference("evidence.Submission", related_name="+")
    form_index = models.PositiveIntegerField()
    ticket = models.CharField(max_length=13)
    action = models.CharField(max_length=32, blank=True)
    accepted = models.BooleanField()
    is_late = models.BooleanField(default=False)
    codes = models.JSONField(default=list)
    period = large_reference("student_days.Period", null=True, related_name="+")
    employer = large_reference("access.Entity", null=True, related_name="+")
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()

    class Meta:
        """A form of a submission is filed once."""

        constraints = [
            models.UniqueConstraint(fields=["submission", "form_index", "environment"], name="declaration_filed_once"),
            models.UniqueConstraint(fields=["ticket"], name="declaration_ticket_once"),
            in_an_environment("declaration"),
        ]
        indexes = [
            BrinIndex(fields=["received_at"], name="declaration_by_reception", autosummarize=True),
            BrinIndex(fields=["filed_at"], name="declaration_by_filing", autosummarize=True),
            models.Index(fields=["period"], condition=Q(accepted=False), name="refused_of_period"),
            models.Index(fields=["employer", "received_at"], condition=Q(accepted=False), name="refused_of_employer"),
        ]


class VersionReason(models.TextChoices):
    """Why a period became what a version says."""

    GRANTED = "GRANTED"
    LATE = "LATE"
    FILED = "FILED"
    UPDATED = "UPDATED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"
    MERGED = "MERGED"
    DMFA = "DMFA"
    OFFICIAL = "OFFICIAL"


class PeriodVersion(models.Model):
    """What a period was from one declaration to the next, and what that moved in the contingent; only ever added.

    `change` is what the version added to what is granted of the year. A version has no declaration when the counter made
    it itself, as it does when two persons turn out to be one.
    """

    pk = models.CompositePrimaryKey("period", "number")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    period = large_reference("student_days.Period", related_name="versions")
    number = models.PositiveIntegerField()
    declaration = large_reference("student_days.Declaration", null=True, related_name="+")
    reason = models.CharField(max_length=9, choices=VersionReason)
    starting_date = models.DateField()
    starting_hour = models.CharField(max_length=4, blank=True)
    ending_date = models.DateField(null=True)
    ending_hour = models.CharField(max_length=4, blank=True)
    planned = models.PositiveSmallIntegerField(null=True)
    granted = models.PositiveSmallIntegerField(default=0)
    neutralised = models.PositiveSmallIntegerField(default=0)
    change = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=PeriodState)
    is_late = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()

    class Meta:
        """Versions count from 1."""

        constraints = [
            in_an_environment("period_version"),
            one_of("reason", VersionReason.values, name="period_version_reason_known"),
            one_of("state", PeriodState.values, name="period_version_state_known"),
        ]


class QuotaEntry(models.Model):
    """One movement of a contingent: a view of the versions of periods that have one (student declarations §4.3)."""

    pk = models.CompositePrimaryKey("period", "version")
    environment = models.CharField(max_length=1)
    person = models.ForeignKey("persons.Person", on_delete=models.DO_NOTHING, related_name="+")
    year = models.PositiveSmallIntegerField()
    period = models.ForeignKey(Period, on_delete=models.DO_NOTHING, related_name="+")
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=9, choices=VersionReason)
    planned = models.PositiveSmallIntegerField()
    granted = models.PositiveSmallIntegerField()
    exceeding = models.PositiveSmallIntegerField()
    change = models.SmallIntegerField()
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()

    class Meta:
        """Read only."""

        managed = False
        db_table = "student_days_quotaentry"
