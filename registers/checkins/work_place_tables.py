"""The tables that operators and employers fill: work places, their parties, means of registration, rules of sectors."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from domain.checkins.day_spans import DaySpan
from domain.checkins.limits import MOST_DAYS_AHEAD
from domain.checkins.vocabulary import PresenceKind, Sector
from evidence.constraints import in_an_environment, one_of
from registers.checkins.presence_tables import ENVIRONMENTS, LONGEST_EMPLOYER


class PartyRole(models.TextChoices):
    """What a company has to do with a work place."""

    CLIENT = "CLIENT"
    DECLARANT = "DECLARANT"
    CONTRACTOR = "CONTRACTOR"
    SUBCONTRACTOR = "SUBCONTRACTOR"


class MeansKind(models.TextChoices):
    """How a subcontractor's or temporary worker's registration was settled."""

    GIVEN = "GIVEN"
    ALTERNATIVE_AGREED = "ALTERNATIVE_AGREED"
    USER_FIRM_MEANS = "USER_FIRM_MEANS"
    CONTRACT_CLAUSE = "CONTRACT_CLAUSE"


class Registrant(models.TextChoices):
    """Who may register a presence in a sector."""

    WORKER = "WORKER"
    EMPLOYER = "EMPLOYER"
    CONTRACTOR = "CONTRACTOR"


KEPT_YEARS = range(1, 101)
"""For how many years a sector may keep its registrations."""
DAYS_AHEAD = range(MOST_DAYS_AHEAD + 1)
"""How many days ahead a sector may let anybody register."""


class SectorRule(models.Model):
    """The rules of a sector from a day on, until its next row: data, because they change.

    `kinds` are the registrations that may be made, `registrants` who may make one that is not the worker's own act.
    `days_ahead` counts from today; `cancel_days` from the registration date, 0 for its end; `correction_days` the last day
    on which an employer may ask. `keep_years` and `keep_position_days` say for how long.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    sector = models.CharField(max_length=12, choices=[(str(e), e.name) for e in Sector])
    valid_from = models.DateField()
    kinds = ArrayField(models.CharField(max_length=5))
    registrants = ArrayField(models.CharField(max_length=10))
    days_ahead = models.PositiveSmallIntegerField(default=0)
    cancel_days = models.SmallIntegerField(default=0)
    correction_days = models.PositiveSmallIntegerField(default=30)
    keep_years = models.PositiveSmallIntegerField(default=7)
    keep_position_days = models.PositiveSmallIntegerField(default=90)

    class Meta:
        """One rule from a day on."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "sector", "valid_from"], name="sector_rule_once_a_day"),
            in_an_environment("sector_rule"),
            one_of("sector", Sector, name="sector_rule_sector_known"),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=[str(kind) for kind in PresenceKind]), name="sector_rule_kinds_known"
            ),
            models.CheckConstraint(
                condition=Q(registrants__contained_by=Registrant.values), name="sector_rule_registrants_known"
            ),
            models.CheckConstraint(
                condition=Q(keep_years__range=(KEPT_YEARS[0], KEPT_YEARS[-1])), name="sector_rule_keeps_for_years"
            ),
            models.CheckConstraint(
                condition=Q(days_ahead__range=(DAYS_AHEAD[0], DAYS_AHEAD[-1])), name="sector_rule_a_year_ahead"
            ),
        ]


class WorkPlace(models.Model):
    """A work place as its declaration of works names it; `number` has 13 characters.

    `responsible` is the company that answers for the live list, the declarant where it is empty. A place that is not
    subject needs no registration. Coordinates are in degrees.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    number = models.CharField(max_length=13)
    sector = models.CharField(max_length=12, choices=[(str(e), e.name) for e in Sector])
    name = models.CharField(max_length=200)
    declarant = models.CharField(max_length=LONGEST_EMPLOYER)
    responsible = models.CharField(max_length=LONGEST_EMPLOYER, blank=True)
    is_subject = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    street = models.CharField(max_length=200, blank=True)
    house_number = models.CharField(max_length=20, blank=True)
    post_code = models.CharField(max_length=10, blank=True)
    municipality = models.CharField(max_length=100, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=7, null=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True)
    changed_at = models.DateTimeField()

    class Meta:
        """A number names one place of an environment."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "number"], name="work_place_numbered_once"),
            in_an_environment("work_place"),
            one_of("sector", Sector, name="work_place_sector_known"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="work_place_not_backwards",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="work_place_point_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[A-HJ-NP-Z0-9]{13}$"), name="work_place_number_well_formed"
            ),
        ]
        indexes = [
            models.Index(fields=["environment", "declarant"], name="work_place_of_declarant"),
            models.Index(fields=["environment", "responsible"], name="work_place_of_responsible"),
        ]


class WorkPlaceParty(models.Model):
    """A company at a work place; `parent` is the party that subcontracted to it."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    work_place = models.ForeignKey(WorkPlace, on_delete=models.PROTECT, related_name="parties")
    enterprise = models.CharField(max_length=LONGEST_EMPLOYER)
    role = models.CharField(max_length=13, choices=PartyRole)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="subcontractors")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        """A company has a role once from a day on, under each that gave it work; a subcontractor was given it by somebody."""

        constraints = [
            models.UniqueConstraint(
                fields=["work_place", "enterprise", "role", "parent", "valid_from"],
                name="party_once_from_a_day",
                nulls_distinct=False,
            ),
            in_an_environment("work_place_party"),
            one_of("role", PartyRole.values, name="party_role_known"),
            models.CheckConstraint(
                condition=~Q(role="SUBCONTRACTOR") | Q(parent__isnull=False), name="subcontractor_has_parent"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")), name="party_not_backwards"
            ),
        ]
        indexes = [models.Index(fields=["environment", "enterprise"], name="party_by_enterprise")]


class MeansRecord(models.Model):
    """By what means a subcontractor's staff or a temporary worker registers, as the employer or user firm records it.

    `employer` records it, of `subcontractor` or of `person`; of all its work places where `work_place` is None. `note` is
    what was agreed: the device, the alternative or the clause.

    A row never changes but to be replaced, and goes on its last day or the day of that, years later. `written_at` is when the
    row was: what is left of one that gave way on some of its days is written anew, and keeps who recorded it when. Of rows
    that are not replaced the database lets no two of one company, place and subcontractor or person hold on one day.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    employer = models.CharField(max_length=LONGEST_EMPLOYER)
    work_place = models.ForeignKey(WorkPlace, null=True, on_delete=models.PROTECT, related_name="+")
    subcontractor = models.CharField(max_length=LONGEST_EMPLOYER, blank=True)
    person = models.ForeignKey("persons.Person", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=18, choices=MeansKind)
    note = models.CharField(max_length=500, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        """A record is of a subcontractor or of a temporary worker, with the kinds of that."""

        constraints = [
            in_an_environment("means_record"),
            models.CheckConstraint(
                condition=Q(person__isnull=True, kind__in=["GIVEN", "ALTERNATIVE_AGREED"]) & ~Q(subcontractor="")
                | Q(person__isnull=False, subcontractor="", kind__in=["USER_FIRM_MEANS", "CONTRACT_CLAUSE"]),
                name="means_of_a_subcontractor_or_a_temporary_worker",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="means_end_after_they_begin",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["GIVEN", "USER_FIRM_MEANS"]) | ~Q(note=""), name="means_agreed_are_told"
            ),
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True, replaced_by="")
                | Q(replaced_at__isnull=False) & ~Q(replaced_by=""),
                name="means_replaced_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["environment", "employer", "subcontractor"], name="means_of_employer"),
            models.Index(fields=["person"], name="means_of_person", condition=Q(person__isnull=False)),
            models.Index(
                fields=["environment", "subcontractor"], name="means_of_subcontractor", condition=~Q(subcontractor="")
            ),
        ]

    @property
    def days(self) -> DaySpan:
        """The days on which it holds, unless it is replaced."""
        return DaySpan(self.valid_from, self.valid_until)
