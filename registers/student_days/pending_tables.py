"""Forms that wait until somebody says who their worker is, as a table."""

from django.db import models

from domain.environments import Environment
from evidence.constraints import in_an_environment
from registers.student_days.references import large_reference

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]


class PendingForm(models.Model):
    """A start of employment whose worker has no number yet; names and all else of the form are encrypted.

    `ciphertext` is empty once it is `settled_at`: the declaration tells the rest. The ticket is that of both answers.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    submission = large_reference("evidence.Submission", related_name="+")
    form_index = models.PositiveIntegerField()
    ticket = models.CharField(max_length=13)
    key_id = models.CharField(max_length=16)
    ciphertext = models.BinaryField()
    received_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """A form of a submission waits once; those that wait are found by their age."""

        constraints = [
            models.UniqueConstraint(fields=["submission", "form_index", "environment"], name="form_waits_once"),
            models.UniqueConstraint(fields=["environment", "ticket"], name="pending_ticket_once"),
            in_an_environment("pending_form"),
        ]
        indexes = [
            models.Index(
                fields=["received_at"], name="pending_form_waiting", condition=models.Q(settled_at__isnull=True)
            ),
        ]
