"""How people reach this installation, as it is set: the telephone number of the contact centre and the counter's own address."""

from django.conf import settings


def contact_phone() -> str:
    """Return the number as people read it."""
    return str(settings.GUICHET.contact_phone)


def counter_address() -> str:
    """Return where the counter is found, without a path: a letter leads nobody past the first page."""
    return str(settings.GUICHET.web.public_url).rstrip("/")
