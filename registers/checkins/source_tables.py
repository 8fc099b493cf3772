"""The tables of sources outside this counter that an operator feeds: which are open, and the companies of one of them."""

from django.db import models
from django.db.models import F, Q

from evidence.constraints import in_an_environment, one_of
from registers.checkins.presence_tables import ENVIRONMENTS


class SourceName(models.TextChoices):
    """The sources that may be fed, as an operator names them; a source that is not open says nothing."""

    LIMOSA = "limosa"
    COMPANIES = "companies"
    FOUNDERS = "founders"
    NATIONAL_REGISTER = "national-register"


class ReferenceSource(models.Model):
    """A source that is open: when its file was read, how many lines it had, and which file that was."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    name = models.CharField(max_length=20, choices=SourceName)
    read_at = models.DateTimeField()
    lines = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        """A source is open once."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "name"], name="reference_source_open_once"),
            in_an_environment("reference_source"),
            one_of("name", SourceName.values, name="reference_source_known"),
        ]


class RegisteredCompany(models.Model):
    """A company that the register of companies knows, active on these days in Brussels, both included."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    number = models.CharField(max_length=10)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        """A company is active once from a day on."""

        constraints = [
            models.UniqueConstraint(
                fields=["environment", "number", "valid_from"], name="registered_company_told_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="registered_company_not_backwards",
            ),
            in_an_environment("registered_company"),
        ]
