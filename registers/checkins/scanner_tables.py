"""The table of the program that looks through evidence: whether it answers, and since when."""

from django.db import models
from django.db.models import Q


class EvidenceScanner(models.Model):
    """The only row: when the program was last tried by itself, since when it failed, and since when it answers again.

    `answers_since` is None while it fails, and both are None for one that never failed.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    looked_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    answers_since = models.DateTimeField(null=True)

    class Meta:
        """One counter has one."""

        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="evidence_scanner_is_one"),
            models.CheckConstraint(
                condition=Q(answers_since__isnull=True) | Q(failing_since__isnull=False),
                name="evidence_scanner_failed_before_it_answers_again",
            ),
        ]

    @property
    def is_failing(self) -> bool:
        """Whether it could not look when it was last asked."""
        return self.failing_since is not None and self.answers_since is None
