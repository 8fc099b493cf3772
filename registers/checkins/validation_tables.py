"""The table of registrations that could not be judged."""

from django.db import models

from evidence.constraints import in_an_environment
from registers.checkins.presence_tables import ENVIRONMENTS


class UnjudgedPresence(models.Model):
    """A registration at which its validation failed, since when, and when it is tried again."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    number = models.BigIntegerField()
    registration_date = models.DateField()
    since = models.DateTimeField()
    retry_at = models.DateTimeField()

    class Meta:
        """A registration is set aside once."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "number"], name="unjudged_presence_once"),
            in_an_environment("unjudged_presence"),
        ]
