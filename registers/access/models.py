"""Entities, their qualities and the mandates between them; history is kept by closing rows. Others by name."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from domain.environments import Environment
from evidence.constraints import in_an_environment, one_of
from registers.access.account_tables import Appointment, EntityAccount, StandingChange, UserAccount
from registers.access.declaration_tables import DeclaredAccess, DeclaredForm
from registers.access.grant_tables import Grant

__all__ = [
    "Appointment",
    "DeclaredAccess",
    "DeclaredForm",
    "Entity",
    "EntityAccount",
    "EntityQuality",
    "EntityState",
    "Grant",
    "Mandate",
    "MandateParty",
    "MandateState",
    "RegistrationNumber",
    "StandingChange",
    "UserAccount",
]

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]


class EntityState(models.TextChoices):
    """Whether the entity may act."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"


def was_active(state: str, since: datetime | None, stopped_at: datetime | None, *, at: datetime) -> bool:
    """Whether an entity that is in `state` since that instant, and last stopped being active then, was active at `at`.

    One that never stopped always was. Only the last time that it was not active is known, which is enough for what is
    filed while it waits to be filed.
    """
    if state == EntityState.ACTIVE:
        return stopped_at is None or since is None or not stopped_at <= at < since
    stopped = stopped_at or since
    return stopped is not None and at < stopped


class MandateState(models.TextChoices):
    """Where a mandate stands."""

    DRAFT = "DRAFT"
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"


class MandateParty(models.TextChoices):
    """Which of the two proposed a mandate; the other validates it."""

    PRINCIPAL = "PRINCIPAL"
    MANDATARY = "MANDATARY"


class Entity(models.Model):
    """A company, authority or service provider; an employer is an entity.

    The database notes in `state_since` when its state changed, unless whoever changes it does, and in `stopped_at` since when it
    was not active the last time, which stays known once it is active again.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    company_number = models.CharField(max_length=10)
    nsso_number = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=EntityState, default=EntityState.ACTIVE)
    state_since = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=64)
    source = models.CharField(max_length=64)

    class Meta:
        """A number names one living entity in an environment."""

        constraints = [
            models.UniqueConstraint(
                fields=["environment", "company_number"],
                name="entity_company_number_once",
                condition=Q(valid_until__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["environment", "nsso_number"],
                name="entity_nsso_number_once",
                condition=Q(valid_until__isnull=True) & ~Q(nsso_number=""),
            ),
            one_of("state", EntityState.values, name="entity_state_known"),
            in_an_environment("entity"),
        ]

    @property
    def called(self) -> str:
        """Its name and its number, as letters tell them."""
        return f"{self.name} ({self.company_number})"

    def was_active(self, at: datetime) -> bool:
        """Whether it was active at `at`."""
        lived = self.valid_until is None or at < self.valid_until
        return lived and was_active(self.state, self.state_since, self.stopped_at, at=at)


class RegistrationNumber(models.Model):
    """A registration number that an entity has or had; a former one goes on to name it. The database notes them."""

    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="numbers")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    number = models.CharField(max_length=10)
    noted_at = models.DateTimeField()

    class Meta:
        """No two entities of an environment share a number, present or former."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "number"], name="registration_number_once"),
            in_an_environment("registration_number"),
        ]


class EntityQuality(models.Model):
    """A quality an entity acts in: employer, service provider, social secretariat."""

    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="qualities")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    quality = models.CharField(max_length=32)
    registration_number = models.CharField(max_length=16, blank=True)
    is_standard = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=64)
    source = models.CharField(max_length=64)

    class Meta:
        """An entity holds a quality once at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["entity", "environment", "quality"],
                name="quality_once",
                condition=Q(valid_until__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["entity"],
                name="one_standard_quality",
                condition=Q(is_standard=True, valid_until__isnull=True),
            ),
            in_an_environment("entity_quality"),
        ]


class Mandate(models.Model):
    """The right of one entity, the mandatary, to declare for another, the principal, from one quarter to another.

    It is in force from `in_force_from` until before `valid_until`; None for one that never was, as what is only proposed.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    principal = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="given_mandates")
    mandatary = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="held_mandates")
    service_group = models.CharField(max_length=32)
    from_quarter = models.CharField(max_length=5)
    to_quarter = models.CharField(max_length=5, blank=True)
    state = models.CharField(max_length=8, choices=MandateState, default=MandateState.DRAFT)
    proposed_by = models.CharField(max_length=9, choices=MandateParty, blank=True)
    valid_from = models.DateTimeField()
    in_force_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=64)
    source = models.CharField(max_length=64)

    class Meta:
        """One living mandate for the same matter."""

        constraints = [
            models.UniqueConstraint(
                fields=["environment", "principal", "mandatary", "service_group"],
                name="mandate_once",
                condition=Q(valid_until__isnull=True),
            ),
            models.CheckConstraint(condition=~Q(principal=models.F("mandatary")), name="mandate_between_two"),
            one_of("state", MandateState.values, name="mandate_state_known"),
            models.CheckConstraint(
                condition=~Q(state="ACTIVE") | Q(in_force_from__isnull=False), name="mandate_in_force_since"
            ),
            in_an_environment("mandate"),
        ]
