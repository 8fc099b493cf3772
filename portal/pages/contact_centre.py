"""The telephone number of the contact centre, for sentences that are written before anybody reads them."""

from django.conf import settings
from django.utils.functional import lazy


def _phone() -> str:
    return str(settings.GUICHET.contact_phone)


CONTACT_PHONE = lazy(_phone, str)()
