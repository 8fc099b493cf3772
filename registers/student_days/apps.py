"""Name this room's tables to Django."""

from django.apps import AppConfig


class StudentDays(AppConfig):
    """Periods and the yearly contingent."""

    name = "registers.student_days"
    label = "student_days"
