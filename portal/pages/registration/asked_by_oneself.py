"""Somebody signed in who has no Belgian number, and asks for one: it becomes his own, and he goes on with the keys he has."""

from datetime import date, datetime

from django.http import HttpRequest

from auth.models import Session
from auth.openid.matching import StandingRequest, find_request
from auth.openid.outcomes import IdentityPending
from domain.assurance import AssuranceLevel, Means
from portal.key_desk import key_desk
from portal.pages.stays import person_of, stay_of
from registers.persons.details import Details, read_details

ISSUER = "video-call"
"""What stands in place of a provider for somebody whom an officer sees in a call."""


def lacks_number(stay: Session) -> bool:
    """Whether a person is signed in for whom no check-in can be registered yet."""
    person_id = person_of(stay)
    return person_id is not None and not key_desk().persons.has_national_number(person_id)


def signed_in_without_number(request: HttpRequest) -> int | None:
    """Return the person who is signed in and has no number; None for anybody else, and for who proved no key of his own."""
    stay = stay_of(request)
    if stay is None or stay.level < AssuranceLevel.PASSWORD or not lacks_number(stay):
        return None
    return person_of(stay)


def called(person_id: int) -> Details | None:
    """Return the person as the register names and reaches him; None where it does not know him by name."""
    return read_details([person_id]).get(person_id)


def own_request(person_id: int, *, at: datetime) -> StandingRequest | None:
    """Return what the person asked for, if he waits."""
    return find_request(asked_by(person_id, at=at), locksmith=key_desk().locksmith)


def asked_by(
    person_id: int, *, at: datetime, family_name: str = "", given_names: str = "", birth_date: date | None = None
) -> IdentityPending:
    """Return the request of a person: he waits once, and the number that an officer makes or finds is his."""
    return IdentityPending(
        means=Means.EMAIL_CODE,
        level=AssuranceLevel.EMAIL_CODE,
        at=at,
        subject=(ISSUER, f"person {person_id}"),
        eidas_identifier=None,
        family_name=family_name,
        given_names=given_names,
        birth_date=birth_date,
        return_to="",
        person_id=person_id,
    )
