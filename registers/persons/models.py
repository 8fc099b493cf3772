"""Persons and the numbers that identify them, encrypted; every other table has `person_id` only."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper

from domain.environments import Environment
from domain.languages import Language
from evidence.constraints import in_an_environment, one_of

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]


class Person(models.Model):
    """A natural person as this counter knows one; created at the first sight of a valid number.

    Who turned out to be another person stays, with the id of that one; his numbers find the other.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="absorbed", db_index=False
    )

    class Meta:
        """Hardly anybody turns out to be somebody else: the index holds those alone."""

        indexes = [
            models.Index(fields=["merged_into"], name="person_merged", condition=Q(merged_into__isnull=False)),
        ]


class IdentifierKind(models.TextChoices):
    """What a number is: a national or bis number, one under which a posted worker was announced, or who another country says one is.

    EIDAS is an identifier under eIDAS, or what itsme calls the account of somebody without a Belgian number.
    """

    INSZ = "INSZ"
    LIMOSA = "LIMOSA"
    EIDAS = "EIDAS"


class PersonIdentifier(models.Model):
    """A number of a person: AES-256-GCM ciphertext to read it, a keyed index to find it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, related_name="identifiers")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    kind = models.CharField(max_length=6, choices=IdentifierKind, default=IdentifierKind.INSZ, db_default="INSZ")
    lookup = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=16)
    ciphertext = models.BinaryField(max_length=64)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        """A number names one person in an environment."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "lookup"], name="identifier_names_one_person"),
            one_of("kind", IdentifierKind.values, name="person_identifier_kind_known"),
            in_an_environment("person_identifier"),
        ]


class SourcedNumber(models.Model):
    """A number that a source outside this counter knows, by its keyed index alone, and from which day until which.

    `about` is the company number that the source tells it with, empty where it tells nothing of companies. Days are in
    Brussels, both included.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    source = models.CharField(max_length=20)
    lookup = models.BinaryField(max_length=32)
    about = models.CharField(max_length=10, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        """A source tells a thing once from a day on."""

        constraints = [
            models.UniqueConstraint(
                fields=["environment", "lookup", "source", "about", "valid_from"], name="sourced_number_told_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="sourced_number_not_backwards",
            ),
            in_an_environment("sourced_number"),
        ]
        indexes = [models.Index(fields=["environment", "source", "about"], name="sourced_number_about")]


class PersonDetails(models.Model):
    """How a person is named and reached; never a number. An address counts once the person proved to read there.

    A name that a card, a provider or an office proved replaces one that somebody said.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="details")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    family_name = models.CharField(max_length=100)
    first_name = models.CharField(max_length=100, blank=True)
    name_proved_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=2, choices=[(str(e), e.name) for e in Language], default=Language.EN.value)
    email = models.EmailField(blank=True)
    email_verified_at = models.DateTimeField(null=True)
    mobile = models.CharField(max_length=16, blank=True)
    mobile_verified_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        """Nobody verified an address that is not there."""

        constraints = [
            models.CheckConstraint(condition=~Q(family_name=""), name="person_is_named"),
            models.CheckConstraint(
                condition=Q(email_verified_at__isnull=True) | ~Q(email=""), name="verified_email_is_there"
            ),
            models.CheckConstraint(
                condition=Q(mobile_verified_at__isnull=True) | ~Q(mobile=""), name="verified_mobile_is_there"
            ),
            models.CheckConstraint(
                condition=Q(mobile="") | Q(mobile__regex=r"^\+[1-9][0-9]{6,14}$"), name="mobile_is_international"
            ),
            one_of("language", Language, name="person_language_known"),
            in_an_environment("person_details"),
        ]
        indexes = [
            models.Index("environment", Lower("email"), name="persons_by_any_email", condition=~Q(email="")),
            models.Index(fields=["environment", "mobile"], name="persons_by_mobile", condition=~Q(mobile="")),
            models.Index(fields=["environment", "family_name", "first_name"], name="persons_by_name"),
            models.Index(Upper("family_name"), name="persons_by_any_case"),
        ]


class ToldName(models.Model):
    """A name by which a company declared a person, with the instant at which it did so last; no more than its word.

    `company` is its number.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    company = models.CharField(max_length=10)
    family_name = models.CharField(max_length=100)
    first_name = models.CharField(max_length=100, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        """A company has one word for a person."""

        constraints = [
            models.UniqueConstraint(fields=["person", "company"], name="told_name_of_company"),
            models.CheckConstraint(condition=~Q(family_name="") & ~Q(company=""), name="told_name_is_there"),
            in_an_environment("told_name"),
        ]
        indexes = [models.Index(fields=["told_at"], name="told_names_by_age")]
