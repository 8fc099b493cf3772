"""The table of people who proved themselves by itsme or eIDAS and are still to be matched with a number."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from domain.assurance import Means
from domain.languages import Language
from evidence.constraints import one_of


class MatchState(models.TextChoices):
    """Where the matching of an identity stands."""

    WAITING = "WAITING"
    MATCHED = "MATCHED"
    REFUSED = "REFUSED"


def apart(number: str, *, name: str) -> ExclusionConstraint:
    """Keep calls of the same number in the column `number` from overlapping; a range of one stands for the number, as GiST knows it."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (Func(F(number), F(number), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
            (Func(F("call_at"), F("call_until"), function="tstzrange"), RangeOperators.OVERLAPS),
        ],
        condition=Q(call_at__isnull=False, **{f"{number}__isnull": False}),
    )


class PendingIdentity(models.Model):
    """Somebody whom a provider identified and who has no number here yet; all that tells who it is, is sealed.

    `identifier_hash` is the keyed SHA-256 of what the provider knows him by, or of what he told when he asked for a call. `call_at` is when an officer proposes a video
    call, `call_until` how long it takes him at most, and what is sealed beside it the link or number by which it is held;
    `call_link` is a keyed number of the link, none where it is held otherwise or was proposed before links were compared.
    `call_withdrawn_at` is when one was withdrawn last. What is sealed goes with the end of waiting.
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
    call_at = models.DateTimeField(null=True)
    call_until = models.DateTimeField(null=True)
    call_link = models.BigIntegerField(null=True)
    call_officer = models.ForeignKey("access_control.Login", on_delete=models.PROTECT, null=True, related_name="+")
    call_proposed_at = models.DateTimeField(null=True)
    call_withdrawn_at = models.DateTimeField(null=True)
    call_key_id = models.CharField(max_length=16, blank=True, default="", db_default="")
    call_sealed = models.BinaryField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """An identity waits once; what is over holds nothing of a person. Only who waits is proposed a call, which is to come.

        Calls of one officer do not overlap, nor do those behind one link.
        """

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
            models.CheckConstraint(
                condition=Q(
                    call_at__isnull=True,
                    call_until__isnull=True,
                    call_link__isnull=True,
                    call_officer__isnull=True,
                    call_proposed_at__isnull=True,
                    call_key_id="",
                    call_sealed__isnull=True,
                )
                | Q(
                    ~Q(call_key_id=""),
                    state="WAITING",
                    call_at__isnull=False,
                    call_until__isnull=False,
                    call_until__gt=F("call_at"),
                    call_officer__isnull=False,
                    call_proposed_at__isnull=False,
                    call_sealed__isnull=False,
                ),
                name="identity_call_is_whole_and_of_who_waits",
            ),
            models.CheckConstraint(
                condition=Q(call_at__isnull=True) | Q(call_at__gt=F("call_proposed_at")),
                name="identity_call_was_to_come",
            ),
            apart("call_officer", name="identity_calls_of_officer_apart"),
            apart("call_link", name="identity_calls_behind_link_apart"),
        ]
        indexes = [models.Index(fields=["asked_at"], name="identities_waiting", condition=Q(state="WAITING"))]
