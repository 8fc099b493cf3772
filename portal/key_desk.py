"""Compose what signing in needs of persons and companies, from their registers."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from auth.desk import KeyDesk, KeyOptions
from auth.leaked_passwords import LeakedPasswords, nothing_leaked
from auth.locksmith import Locksmith
from auth.proofs import Source
from domain.environments import Environment
from evidence.clock import SystemClock
from registers.access.company_rules import CompanyDecisions
from registers.persons.book import NumberedPersons
from registers.persons.numbers import PersonKeys


@cache
def key_desk() -> KeyDesk:
    """Return the desk of this process; OutageError when the keys of the installation cannot be read."""
    leaked = settings.GUICHET.keys.leaked_passwords
    return KeyDesk(
        locksmith=Locksmith.read(settings.KEYS / "signing_in.json"),
        persons=NumberedPersons(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION),
        companies=CompanyDecisions(SystemClock()),
        options=KeyOptions(
            token_cards=settings.GUICHET.keys.token_card_enabled,
            totp_window=settings.GUICHET.keys.totp_window,
            activation_url=f"{settings.GUICHET.web.public_url.rstrip('/')}/activate",
            contact_phone=settings.GUICHET.contact_phone,
            is_leaked=LeakedPasswords(Path(leaked).resolve()).holds if leaked else nothing_leaked,
        ),
    )


def source_of_request(request: HttpRequest) -> Source:
    """Return where a request comes from."""
    return Source(address=request.META.get("REMOTE_ADDR", ""), agent=request.headers.get("User-Agent", ""))
