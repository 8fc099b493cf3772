"""The table of looks: who looked at whose presences, when and why."""

from django.db import models
from django.db.models import Q

from domain.checkins.asking import PresenceAskerKind, PresenceQuestion
from evidence.constraints import in_an_environment, one_of
from registers.checkins.presence_tables import ENVIRONMENTS


class PresenceLook(models.Model):
    """One look at one person's presences; only ever added, and deleted after its years. `about` is a place or a number."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    asked_at = models.DateTimeField()
    asker_kind = models.CharField(max_length=10, choices=[(str(e), e.name) for e in PresenceAskerKind])
    asker = models.CharField(max_length=64)
    question = models.CharField(max_length=12, choices=[(str(e), e.name) for e in PresenceQuestion])
    about = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=200)
    person = models.ForeignKey(
        "persons.Person", null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        """Nobody looks without a reason."""

        constraints = [
            in_an_environment("presence_look"),
            one_of("asker_kind", PresenceAskerKind, name="presence_look_asker_known"),
            one_of("question", PresenceQuestion, name="presence_look_question_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="presence_look_has_reason"),
        ]
        indexes = [
            models.Index(fields=["person", "asked_at"], name="presence_look_of_person"),
            models.Index(fields=["asked_at"], name="presence_look_by_age"),
        ]
