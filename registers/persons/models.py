"""Persons and the numbers that identify them, encrypted; every other table has `person_id` only."""

from django.db import models

from domain.environments import Environment
from evidence.constraints import in_an_environment

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]


class Person(models.Model):
    """A natural person as this counter knows one; created at the first sight of a valid number.

    Who turned out to be another person stays, with the id of that one; his numbers find the other.
    """

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="absorbed")


class PersonIdentifier(models.Model):
    """A number of a person: AES-256-GCM ciphertext to read it, a keyed index to find it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, related_name="identifiers")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    lookup = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=16)
    ciphertext = models.BinaryField(max_length=64)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        """A number names one person in an environment."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "lookup"], name="identifier_names_one_person"),
            in_an_environment("person_identifier"),
        ]
