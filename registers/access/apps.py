"""Name this room's tables to Django."""

from django.apps import AppConfig


class Access(AppConfig):
    """Entities, qualities and mandates."""

    name = "registers.access"
    label = "access"
