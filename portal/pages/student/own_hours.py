"""Who asks about the own hours, and with what keys attestations are made and their codes found."""

import secrets
from datetime import datetime
from functools import cache

from django.conf import settings

from auth.models import Session
from domain.brussels import brussels_date
from domain.environments import Environment
from domain.student_day_questions import Asker, AskerKind, Balance, Calendar
from portal.pages.permissions import person_of
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.questions.access_codes import CodeKey
from registers.student_days.questions.attestations import AttestationDesk
from registers.student_days.questions.balances import read_balance
from registers.student_days.questions.calendars import read_calendar, read_year

ENVIRONMENT = Environment.PRODUCTION
"""Citizens' pages read production only."""

_FIRST_YEAR = 2003


def own_asker(stay: Session) -> Asker:
    """Return the student as who asks."""
    return Asker(AskerKind.STUDENT, f"login:{stay.login_id}", "own page")


def own_balance(stay: Session, year: int, *, at: datetime) -> Balance:
    """Return what remains for the person of the stay."""
    return read_balance(person_of(stay), year, environment=ENVIRONMENT, asker=own_asker(stay), at=at)


def own_year(stay: Session, year: int, *, at: datetime) -> tuple[Balance, Calendar]:
    """Return what remains, with the periods."""
    return read_year(person_of(stay), year, environment=ENVIRONMENT, asker=own_asker(stay), at=at)


def own_calendar(stay: Session, year: int, *, at: datetime) -> Calendar:
    """Return the periods alone."""
    return read_calendar(person_of(stay), year, environment=ENVIRONMENT, asker=own_asker(stay), at=at)


def year_asked(text: str, *, at: datetime) -> int:
    """Return the year that a query asks for; the present one where it asks for none that there may be."""
    present = brussels_date(at).year
    is_year = text.isascii() and text.isdigit() and _FIRST_YEAR <= int(text[:4]) <= present + 9
    return int(text) if is_year and len(text) == len(str(present)) else present


@cache
def person_keys() -> PersonKeys:
    """Return the keys of the register; read when first needed, so that a portal without them answers everything else."""
    return PersonKeys.read(settings.KEYS / "persons.json")


def directory() -> PersonDirectory:
    """Return the persons of production."""
    return PersonDirectory(person_keys(), environment=ENVIRONMENT)


def attestation_desk() -> AttestationDesk:
    """Return what it takes to issue an attestation; employers ask at the page of codes."""
    address = f"{settings.GUICHET.web.public_url.rstrip('/')}/code"
    return AttestationDesk(CodeKey.derive(person_keys()), secrets.token_bytes, address)
