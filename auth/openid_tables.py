"""The table of people who proved themselves by itsme or eIDAS and are still to be matched with a number."""

from django.db import models
from django.db.models import Q

from domain.assurance import Means
from domain.languages import Language
from evidence.constraints import one_of


class MatchState(models.TextChoices):
    """Where the matching of an identity stands."""

    WAITING = "WAITING"
    MATCHED = "MATCHED"
    REFUSED = "REFUSED"


class PendingIdentity(models.Model):
    """Somebody whom a provider identified and who has no number here yet; all that tells who it is, is sealed.

    `identifier_hash` is the keyed SHA-256 of what the provider knows him by. What is sealed goes with the end of waiting.
    """

    means = models.CharField(max_length=16, choices=[(str(means), means.name) for means in Means])
    level = models.PositiveSmallIntegerField()
    identifier_hash = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=16)
    sealed = models.BinaryField(null=True)
    language = models.CharField(max_length=2, choices=[(str(each), each.name) for each in Language])
    state = models.CharField(max_length=7, choices=MatchState, default=MatchState.WAITING)
    asked_at = models.DateTimeField()
    number_asked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """An identity waits once; what is over holds nothing of a person."""

        constraints = [
            one_of("state", MatchState.values, name="pending_identity_state_known"),
            one_of("means", Means, name="pending_identity_means_known"),
            one_of("language", Language, name="pending_identity_language_known"),
            models.UniqueConstraint(
                fields=["identifier_hash"], name="identity_waits_once", condition=Q(state="WAITING")
            ),
            models.CheckConstraint(
                condition=Q(state="WAITING", sealed__isnull=False, closed_at__isnull=True)
                | (~Q(state="WAITING") & Q(sealed__isnull=True, closed_at__isnull=False)),
                name="matched_identity_is_forgotten",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="identities_waiting", condition=Q(state="WAITING"))]
