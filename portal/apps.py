"""Name the portal to Django."""

from django.apps import AppConfig


class Portal(AppConfig):
    """The pages; no tables of its own."""

    name = "portal"
