"""Attestations that students hand to employers, and the log of every look at personal data."""

from django.db import models
from django.db.models import Q

from domain.environments import Environment
from domain.findings import QuotaUnit
from domain.student_day_questions import AskerKind
from evidence.constraints import in_an_environment, one_of

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]


class Question(models.TextChoices):
    """What was looked at."""

    BALANCE = "BALANCE"
    CALENDAR = "CALENDAR"
    ATTESTATION = "ATTESTATION"
    REMAINING = "REMAINING"
    PERIOD = "PERIOD"
    HISTORY = "HISTORY"
    SEARCH = "SEARCH"
    DECLARATION = "DECLARATION"


class Attestation(models.Model):
    """A paper with what remained of a contingent, and an access code that is kept as its keyed hash only.

    `sha256` is that of the paper's bytes, `uses` how often the code answered; a withdrawn one answers no more.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    number = models.CharField(max_length=14)
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=5, choices=[(str(unit), unit.name) for unit in QuotaUnit])
    limit = models.PositiveSmallIntegerField()
    remaining = models.PositiveSmallIntegerField()
    code_hash = models.BinaryField(max_length=32)
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    uses = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """A code opens one attestation; papers are found again by their number or their bytes."""

        constraints = [
            in_an_environment("attestation"),
            one_of("unit", QuotaUnit, name="attestation_unit_known"),
            models.UniqueConstraint(fields=["environment", "number"], name="attestation_number_once"),
            models.UniqueConstraint(fields=["environment", "code_hash"], name="attestation_code_once"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("issued_at")), name="attestation_valid_a_while"),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="attestation_by_bytes"),
            models.Index(fields=["expires_at"], name="attestation_by_end"),
        ]


class ConsultationLog(models.Model):
    """Who looked at what of whom, when and why; only ever added, until the years of the setting are over.

    `person` is None where nobody was found: an unknown number, a wrong code. `about` is the number of a period, the
    ticket of a declaration, the number of an attestation or a year. `asker_user` is the login of whoever asked for a company.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    asked_at = models.DateTimeField()
    asker_kind = models.CharField(max_length=8, choices=[(str(kind), kind.name) for kind in AskerKind])
    asker = models.CharField(max_length=64)
    asker_user = models.CharField(max_length=64, blank=True, default="", db_default="")
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    question = models.CharField(max_length=11, choices=Question)
    about = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        """Asked for by person, by asker, and by age."""

        constraints = [
            in_an_environment("consultation"),
            one_of("asker_kind", AskerKind, name="consultation_asker_known"),
            one_of("question", Question.values, name="consultation_question_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="consultation_has_reason"),
        ]
        indexes = [
            models.Index(fields=["person", "asked_at"], name="consultation_of_person"),
            models.Index(fields=["asker_kind", "asker", "question", "asked_at"], name="consultation_of_asker"),
            models.Index(fields=["asked_at"], name="consultation_by_age"),
            models.Index(
                fields=["about"],
                condition=Q(person__isnull=True, question=Question.DECLARATION),
                name="consultation_of_the_waiting",
            ),
        ]
