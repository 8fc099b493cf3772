"""The limits of the check-in register, by the settings of this process."""

from django.conf import settings

from domain.checkins.limits import CheckInLimits


def read_limits() -> CheckInLimits:
    """Return the limits; Django must be set up."""
    limits: CheckInLimits = settings.GUICHET.check_ins.limits
    return limits
