"""The telephone number of the contact centre, as this installation set it: letters that ask to call say where."""

from django.conf import settings


def contact_phone() -> str:
    """Return the number as people read it."""
    return str(settings.GUICHET.contact_phone)
