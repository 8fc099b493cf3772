"""Name this room's tables to Django."""

from django.apps import AppConfig


class Persons(AppConfig):
    """Persons and their identifiers."""

    name = "registers.persons"
    label = "persons"
