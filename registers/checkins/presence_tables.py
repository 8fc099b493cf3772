"""The tables that grow with every check-in: presences by month, what became of them, and what is derived from them.

Presences, their steps and spells are partitioned by month (decision 0034): a whole month is dropped once it was kept
long enough. What a presence says never changes; only where it stands does.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from domain.checkins.vocabulary import (
    ClockingChannel,
    PresenceKind,
    PresenceOrigin,
    PresenceStatus,
)
from domain.environments import Environment
from evidence.constraints import in_an_environment, one_of

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]
LONGEST_EMPLOYER = 15
"""A company number has 10 digits, a foreign VAT number at most 15 characters."""
OF_NO_COMPANY = ~Q(employer__regex="^[0-9]")
"""Of staff of a firm abroad, by its VAT number, or of whom a Limosa number alone names: nobody mandates for these."""
STAFFED_BY = "coalesce(brought_for, brought_by)"
"""Of those, whose staff they are, as SQL: of the company for which they were brought, or of the one that brought them for
itself (decision 0074). It is written as the index has it."""
BROUGHT_FOR = Coalesce("brought_for", "brought_by")
"""The same for queries of rows."""
BREAK = Q(event_type="OUT", reason="BREAK")
"""A check-out that says it is for a break: who went so is on site for a while, with that word."""
SOUND = (
    *("environment", "number", "kind", "event_at", "event_type", "status", "channel", "origin", "sector", "reason"),
    *("capacity", "capture", "capacity_source", "derived_capacity", "derived_from"),
)
"""What `checkins_presence_is_sound` looks at, in its order."""
OVER_MIDNIGHT = Q(state="OPEN") | Q(
    GreaterThanOrEqual(
        Coalesce("ended_at", "last_in_at"),
        models.Func(
            "work_date",
            template="((%(expressions)s + 1)::timestamp AT TIME ZONE 'Europe/Brussels')",
            output_field=models.DateTimeField(),
        ),
    )
)
"""A spell that goes on, or ended on a later day in Brussels than it began: of months of them a few, as SQL in `work_dates`."""
STATUSES = [status.name for status in PresenceStatus]


def _reference(to: str, *, null: bool = False) -> "models.ForeignKey[models.Model, models.Model]":
    """Return a reference that a trigger checks once for each statement (decision 0022)."""
    return models.ForeignKey(
        to, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+", null=null
    )


def _is_sound() -> models.Func:
    """Return what every presence is held to, as one function of the database, which knows every closed list.

    PostgreSQL reads the text of a constraint anew at each statement: the lists in eleven constraints took two thirds of
    what a new row costs. A list that grows gets a migration with the function anew.
    """
    return models.Func(
        *(models.F(name) for name in SOUND),
        function="checkins_presence_is_sound",
        output_field=models.BooleanField(),
    )


class Presence(models.Model):
    """One version of a registration; the newest is the one without `next_date`.

    `number` is the receipt number: 15 digits, the first four of which tell the month of the first version. `employer` is a
    company number or a foreign VAT number, empty for a Limosa number that stands alone. `event_at` is None for a day
    presence; `utc_offset` is in minutes, as captured. `distance` from the work place is in metres. `identifier` is the
    number under which the person was registered. `slot` is 0 as long as nothing else may be registered in the same place,
    and otherwise a number of its own. `next_date` is the registration date of the version that superseded this one.
    `capacity` is what was declared, and a fact; `derived_capacity` is what the sources make of one that was not, each time
    it is validated. `brought_by` is the company that sent it, empty for the person himself; `brought_for` the one in whose
    place it did so for somebody whom no company here employs, None where that is its own or not known (decision 0074).
    """

    pk = models.CompositePrimaryKey("number", "version", "registration_date")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    number = models.BigIntegerField()
    version = models.PositiveIntegerField(default=1)
    registration_date = models.DateField()
    kind = models.CharField(max_length=5, choices=[(str(e), e.name) for e in PresenceKind])
    sector = models.CharField(max_length=12, blank=True)
    person = _reference("persons.Person")
    identifier = _reference("persons.PersonIdentifier")
    employer = models.CharField(max_length=LONGEST_EMPLOYER, blank=True)
    work_place = models.CharField(max_length=13)
    event_at = models.DateTimeField(null=True)
    utc_offset = models.SmallIntegerField(null=True)
    event_type = models.CharField(max_length=3, blank=True)
    reason = models.CharField(max_length=5, blank=True)
    capacity = models.CharField(max_length=13, blank=True)
    capacity_source = models.CharField(max_length=8, blank=True)
    address = models.JSONField(null=True)
    distance = models.PositiveIntegerField(null=True)
    capture = models.CharField(max_length=10, blank=True)
    device = models.CharField(max_length=100, blank=True)
    reference = models.CharField(max_length=24, blank=True)
    channel = models.CharField(max_length=6, choices=[(str(e), e.name) for e in ClockingChannel])
    sender = models.CharField(max_length=6, blank=True)
    brought_by = models.CharField(max_length=10, blank=True)
    brought_by_person = models.BigIntegerField(null=True)
    submission = _reference("evidence.Submission", null=True)
    seq = models.PositiveIntegerField(null=True)
    received_at = models.DateTimeField()
    created_at = models.DateTimeField()
    status = models.CharField(max_length=10, default=PresenceStatus.REGISTERED.name)
    remarks = ArrayField(models.CharField(max_length=32), default=list)
    validated_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=10, default=PresenceOrigin.SENT.value)
    correction_id = models.BigIntegerField(null=True)
    next_date = models.DateField(null=True)
    slot = models.BigIntegerField(default=0)
    derived_capacity = models.CharField(max_length=13, blank=True, default="", db_default="")
    derived_from = models.CharField(max_length=8, blank=True, default="", db_default="")
    remarked_at = models.DateTimeField(null=True)
    brought_for = models.CharField(max_length=10, null=True)  # noqa: DJ001 - none, not an empty one: what it is coalesced with

    class Meta:
        """One index for each question of the specification's §5.2."""

        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("person", "registration_date", "event_at", "event_type"),
                    *("employer", "work_place", "slot"),
                ],
                name="presence_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=_is_sound(), name="presence_is_sound"),
        ]
        indexes = [
            models.Index(fields=["employer", "registration_date", "number"], name="presence_of_employer"),
            models.Index(fields=["work_place", "registration_date", "number"], name="presence_of_work_place"),
            models.Index(fields=["registration_date", "number"], name="presence_by_day"),
            models.Index(
                fields=["status", "registration_date", "number"],
                name="presence_by_status",
                condition=~Q(status=PresenceStatus.VALIDATED.name),
            ),
            models.Index(fields=["sender", "created_at"], name="presence_of_sender", condition=~Q(sender="")),
            GinIndex(fields=["remarks"], name="presence_by_remark", condition=~Q(remarks=[])),
            BrinIndex(fields=["created_at"], name="presence_by_creation"),
            models.Index(fields=["person", "employer"], name="presence_by_oneself", condition=Q(brought_by="")),
            models.Index(BROUGHT_FOR, "registration_date", name="presence_brought_for", condition=OF_NO_COMPANY),
            models.Index(fields=["work_place", "registration_date"], name="day_of_work_place", condition=Q(kind="DAY")),
            models.Index(fields=["employer", "registration_date"], name="day_of_employer", condition=Q(kind="DAY")),
            models.Index(fields=["work_place", "event_at"], name="break_of_work_place", condition=BREAK),
            models.Index(fields=["employer", "event_at"], name="break_of_employer", condition=BREAK),
            models.Index(
                fields=["work_place", "registration_date", "number"],
                name="failed_of_work_place",
                condition=Q(status="FAILED"),
            ),
            models.Index(
                fields=["employer", "registration_date", "number"],
                name="failed_of_employer",
                condition=Q(status="FAILED"),
            ),
            models.Index(fields=["person"], name="failed_of_person", condition=Q(status="FAILED")),
        ]

    @property
    def known_capacity(self) -> str:
        """In which capacity the person is present: as declared, or else as derived; empty where nobody knows."""
        return self.capacity or self.derived_capacity

    @property
    def known_capacity_source(self) -> str:
        """What told that capacity; empty where nobody knows it."""
        return self.capacity_source if self.capacity else self.derived_from


class PresenceStep(models.Model):
    """What happened to a registration at an instant: each validation run, and its cancellation; only ever added."""

    pk = models.CompositePrimaryKey("number", "registration_date", "at")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    number = models.BigIntegerField()
    registration_date = models.DateField()
    at = models.DateTimeField()
    status = models.CharField(max_length=10)
    remarks = ArrayField(models.CharField(max_length=32), default=list)
    reason = models.CharField(max_length=8, blank=True)
    sender = models.CharField(max_length=6, blank=True)
    brought_by = models.CharField(max_length=10, blank=True)

    class Meta:
        """It stands beside its presence, in the same month."""

        constraints = [
            in_an_environment("presence_step"),
            one_of("status", STATUSES, name="presence_step_status_known"),
        ]


class SpellState(models.TextChoices):
    """Where somebody's work at one place stands; what misses its OUT stays open until a correction."""

    OPEN = "OPEN"
    ENDED = "ENDED"
    MISSING_OUT = "MISSING_OUT"


class Spell(models.Model):
    """Work of a person for one employer at one place, breaks inside; derived from the events, never the truth.

    `work_date` is the day in Brussels of the first IN. `breaks` are pairs of instants, `last_in_at` is the newest IN that
    no OUT closed, or closed the spell. `ended_at` is None unless the spell is ENDED. `told_at` is when the missing OUT was
    told of. `again` is the IN that begins the next spell once no OUT is waited for.
    """

    pk = models.CompositePrimaryKey("person", "work_date", "first_in")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    person = _reference("persons.Person")
    work_date = models.DateField()
    employer = models.CharField(max_length=LONGEST_EMPLOYER, blank=True)
    work_place = models.CharField(max_length=13)
    started_at = models.DateTimeField()
    last_in_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=11, choices=SpellState)
    breaks = models.JSONField(default=list)
    first_in = models.BigIntegerField()
    last_in = models.BigIntegerField()
    told_at = models.DateTimeField(null=True)
    again = models.BigIntegerField(null=True)

    class Meta:
        """Who is on site now is a look into a small index."""

        constraints = [
            in_an_environment("spell"),
            one_of("state", SpellState.values, name="spell_state_known"),
            models.CheckConstraint(
                condition=Q(state="ENDED", ended_at__isnull=False) | Q(ended_at__isnull=True) & ~Q(state="ENDED"),
                name="spell_ends_when_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["work_place", "employer"], name="open_spell_of_work_place", condition=Q(state="OPEN")),
            models.Index(fields=["employer"], name="open_spell_of_employer", condition=Q(state="OPEN")),
            models.Index(fields=["last_in_at"], name="open_spell_by_age", condition=Q(state="OPEN")),
            models.Index(
                fields=["employer", "work_date"], name="missing_out_of_employer", condition=Q(state="MISSING_OUT")
            ),
            models.Index(
                fields=["work_place", "work_date"], name="missing_out_of_work_place", condition=Q(state="MISSING_OUT")
            ),
            models.Index(
                fields=["work_date"],
                name="missing_out_not_told",
                condition=Q(state="MISSING_OUT", told_at__isnull=True),
            ),
            models.Index(fields=["employer", "work_date"], name="spell_of_employer"),
            models.Index(
                fields=["last_in_at"],
                name="come_again_by_age",
                condition=Q(state="MISSING_OUT", again__isnull=False),
            ),
            models.Index(fields=["person", "work_date"], name="night_spell_of_person", condition=OVER_MIDNIGHT),
        ]


class Position(models.Model):
    """Where exactly an event was captured; forgotten after some months, when only the distance stays."""

    pk = models.CompositePrimaryKey("number", "version")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    number = models.BigIntegerField()
    version = models.PositiveIntegerField()
    registration_date = models.DateField()
    latitude = models.DecimalField(max_digits=9, decimal_places=7)
    longitude = models.DecimalField(max_digits=10, decimal_places=7)

    class Meta:
        """Found by its registration, deleted by its day."""

        constraints = [in_an_environment("position")]
        indexes = [models.Index(fields=["registration_date"], name="position_by_day")]


class BringerReference(models.Model):
    """A key that a sender or person gave a registration; with other content it is refused (P206).

    `bringer` is a sender number, a company number or a person's id behind `person:`. `digest` is the SHA-256 of what it
    was first used for.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    bringer = models.CharField(max_length=28)
    reference = models.CharField(max_length=24)
    digest = models.BinaryField(max_length=32)
    number = models.BigIntegerField()
    registration_date = models.DateField()

    class Meta:
        """A reference names one registration of its bringer."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "bringer", "reference"], name="reference_used_once"),
            in_an_environment("bringer_reference"),
        ]
        indexes = [BrinIndex(fields=["registration_date"], name="reference_by_day")]


class ValidityNotice(models.Model):
    """A changed validity of which a sender of files is to be told, until an answer carried it (FO.CIAV)."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    sender = models.CharField(max_length=6)
    number = models.BigIntegerField()
    registration_date = models.DateField()
    status = models.CharField(max_length=10)
    remarks = ArrayField(models.CharField(max_length=32), default=list)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        """What is not told yet is found by its sender."""

        constraints = [
            in_an_environment("validity_notice"),
            one_of("status", STATUSES, name="validity_notice_status_known"),
        ]
        indexes = [
            models.Index(
                fields=["environment", "sender", "id"],
                name="validity_notice_waiting",
                condition=Q(told_at__isnull=True),
            ),
        ]


class RevalidationRequest(models.Model):
    """What changed in a source, so that registrations are validated anew: of a work place, a company or a person.

    Those of an upgrade are done after all others.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    work_place = models.CharField(max_length=13, blank=True)
    employer = models.CharField(max_length=LONGEST_EMPLOYER, blank=True)
    person = _reference("persons.Person", null=True)
    is_of_upgrade = models.BooleanField(default=False, db_default=False)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        """One thing at a time, and what waits is found at once."""

        constraints = [
            in_an_environment("revalidation_request"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(work_place="") | ~Q(employer=""),
                name="revalidation_is_of_something",
            ),
        ]
        indexes = [
            models.Index(
                fields=["is_of_upgrade", "id"], name="revalidation_waiting_in_turn", condition=Q(done_at__isnull=True)
            )
        ]


class SourceMark(models.Model):
    """Up to which instant the changes of a source were looked through, and below which transaction all were settled then.

    Of work on what stood before an upgrade, the day (`capacities`) or the person's id (`folds`) that it came to.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    source = models.CharField(max_length=32)
    seen_until = models.DateTimeField()
    settled_below = models.BigIntegerField(default=0)

    class Meta:
        """One mark of each source."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "source"], name="source_marked_once"),
            in_an_environment("source_mark"),
        ]
