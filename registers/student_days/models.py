"""Periods of student work, their history, and the append-only ledger of the yearly contingent."""

from django.db import models
from django.db.models import F, Q

from domain.environments import Environment
from domain.findings import QuotaUnit
from evidence.constraints import in_an_environment, one_of

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

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=5, choices=UNITS)
    limit = models.PositiveSmallIntegerField()
    granted = models.PositiveIntegerField(default=0)

    class Meta:
        """Never more is granted than the limit, whatever a program believes."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "person", "year"], name="quota_account_once"),
            in_an_environment("quota_account"),
            one_of("unit", QuotaUnit, name="quota_account_unit_known"),
            models.CheckConstraint(condition=Q(granted__lte=F("limit")), name="quota_never_exceeded"),
        ]


class Period(models.Model):
    """An employment of a student, in its newest state; amounts in the unit of its year.

    `planned` is what was declared, `granted` what of it lies inside the contingent.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    number = models.CharField(max_length=12)
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey("access.Entity", on_delete=models.PROTECT, related_name="+")
    joint_commission = models.CharField(max_length=3)
    worker_type = models.CharField(max_length=3)
    using_employer = models.CharField(max_length=96, blank=True)
    starting_date = models.DateField()
    ending_date = models.DateField()
    unit = models.CharField(max_length=5, choices=UNITS)
    planned = models.PositiveSmallIntegerField()
    granted = models.PositiveSmallIntegerField()
    actual = models.PositiveSmallIntegerField(null=True)
    is_late = models.BooleanField(default=False)
    locked_by_dmfa = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=PeriodState, default=PeriodState.ACTIVE)
    first_declared_at = models.DateTimeField()
    last_changed_at = models.DateTimeField()

    class Meta:
        """Living periods are looked up by person and by number."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "number"], name="period_number_once"),
            in_an_environment("period"),
            one_of("state", PeriodState.values, name="period_state_known"),
            one_of("unit", QuotaUnit, name="period_unit_known"),
            models.UniqueConstraint(
                fields=[
                    "environment",
                    "person",
                    "employer",
                    "joint_commission",
                    "worker_type",
                    "using_employer",
                    "starting_date",
                    "ending_date",
                ],
                name="period_not_twice",
                condition=~Q(state="CANCELLED"),
            ),
            models.CheckConstraint(condition=Q(ending_date__gte=F("starting_date")), name="period_not_backwards"),
            models.CheckConstraint(condition=Q(granted__lte=F("planned")), name="period_grant_within_plan"),
        ]
        indexes = [models.Index(fields=["person", "employer", "starting_date"], name="period_of_person")]


class PeriodVersion(models.Model):
    """What a period was from one declaration to the next; only ever added."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    starting_date = models.DateField()
    ending_date = models.DateField()
    planned = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=PeriodState)
    is_late = models.BooleanField()
    declaration = models.ForeignKey("student_days.Declaration", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Versions count from 1."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "period", "number"], name="period_version_once"),
            in_an_environment("period_version"),
        ]


class Declaration(models.Model):
    """One handled form and what became of it; its key makes a repeat find it done."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    submission = models.ForeignKey("evidence.Submission", on_delete=models.PROTECT, related_name="+")
    form_index = models.PositiveIntegerField()
    ticket = models.CharField(max_length=13, unique=True)
    action = models.CharField(max_length=32, blank=True)
    accepted = models.BooleanField()
    is_late = models.BooleanField(default=False)
    codes = models.JSONField(default=list)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, null=True, related_name="declarations")
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()

    class Meta:
        """A form of a submission is filed once."""

        constraints = [
            models.UniqueConstraint(
                fields=["environment", "submission", "form_index"],
                name="declaration_filed_once",
            ),
            in_an_environment("declaration"),
        ]


class QuotaReason(models.TextChoices):
    """Why the contingent moved."""

    GRANTED = "GRANTED"
    LATE = "LATE"
    CANCELLED = "CANCELLED"


class QuotaEntry(models.Model):
    """One movement of a contingent; `change` is what it added to what is granted. Only ever added."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    account = models.ForeignKey(QuotaAccount, on_delete=models.PROTECT, related_name="entries")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="quota_entries")
    declaration = models.OneToOneField(Declaration, on_delete=models.PROTECT, related_name="quota_entry")
    reason = models.CharField(max_length=9, choices=QuotaReason)
    planned = models.PositiveSmallIntegerField()
    granted = models.PositiveSmallIntegerField()
    change = models.SmallIntegerField()
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()
