"""Name this room's tables to Django."""

from django.apps import AppConfig


class Evidence(AppConfig):
    """Submissions, blobs, answers and audit events."""

    name = "evidence"
    label = "evidence"
