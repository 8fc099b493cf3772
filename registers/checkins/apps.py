"""Name the tables of the check-in register to Django."""

from django.apps import AppConfig


class CheckIns(AppConfig):
    """Presences, events, worker's days, work places and corrections."""

    name = "registers.checkins"
    label = "checkins"
