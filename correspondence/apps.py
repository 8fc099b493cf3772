"""Name this room's tables to Django."""

from django.apps import AppConfig


class Correspondence(AppConfig):
    """The outbox."""

    name = "correspondence"
    label = "correspondence"
