"""Name the portal to Django."""

from django.apps import AppConfig


class Portal(AppConfig):
    """The pages, and the forms that were sent from them."""

    name = "portal"
