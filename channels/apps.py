"""Name this room's tables to Django."""

from django.apps import AppConfig


class Channels(AppConfig):
    """Senders, technical users, deliveries."""

    name = "channels"
    label = "channels"
