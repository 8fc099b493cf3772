"""Submissions whose students are still to be told in their e-Boxes what was declared of them."""

from django.db import models

from domain.environments import Environment
from evidence.constraints import in_an_environment

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]


class UntoldSubmission(models.Model):
    """A filed submission whose forms from `next_form` on are still to be told; the row goes when all are."""

    submission = models.OneToOneField(
        "evidence.Submission", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    next_form = models.PositiveIntegerField(default=0)

    class Meta:
        """What waits is little at any time."""

        constraints = [in_an_environment("untold_submission")]
