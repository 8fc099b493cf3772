"""Name this room's tables to Django."""

from django.apps import AppConfig


class AccessControl(AppConfig):
    """Logins and sessions, labelled access_control because Django keeps the label auth."""

    name = "auth"
    label = "access_control"
