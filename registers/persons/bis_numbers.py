"""Make bis numbers for people who have no number: the first that is free for their day of birth."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from domain.brussels import brussels_date
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.identifiers import Sex, bis_number, is_birth_date
from evidence.audit import append_event
from registers.persons.details import create_person
from registers.persons.models import Person
from registers.persons.numbers import PersonDirectory

_LAST_SERIAL = 998


def issue_bis_number(
    persons: PersonDirectory, *, born: date, sex: Sex, person_id: int | None = None, actor: str, at: datetime
) -> str:
    """Return a new number that from now on finds the person, or a new one where none is named; safe when two are made at once.

    Serials are taken from the top, far from those that others hand out. ConfigurationRefusedError when all of the day are
    taken, for a day of birth that is to come or more than 120 years ago, and for a person who has a number. Runs in the
    caller's transaction where a person is named.
    """
    if person_id is not None:
        require_numberless(person_id, persons=persons)
    if not is_birth_date(born, on=brussels_date(at)):
        raise ConfigurationRefusedError(
            "Nobody who lives was born on that day.", next_step="Compare the date of birth with the document."
        )
    known = persons.find([bis_number(born, sex, serial) for serial in _serials(sex)])
    for serial in _serials(sex):
        number = bis_number(born, sex, serial)
        if number in known:
            continue
        try:
            with transaction.atomic():
                owner = create_person(Environment.PRODUCTION, at=at) if person_id is None else person_id
                persons.add_number(number, person_id=owner, at=at)
                append_event("person:bis-number:made", at=at, actor=actor, person=owner)
        except IntegrityError:
            continue
        return number
    raise ConfigurationRefusedError(
        "Every number of that day of birth is taken.", next_step="Look again whether the person has a number."
    )


def require_numberless(person_id: int, *, persons: PersonDirectory) -> None:
    """Hold the person until the running transaction ends; ConfigurationRefusedError where he has a number."""
    Person.objects.select_for_update().get(pk=person_id)
    if persons.reveal_number(person_id) is not None:
        raise ConfigurationRefusedError(
            "This person has a number already.", next_step="Look again which one, and match with it."
        )


def _serials(sex: Sex) -> range:
    """Return the serials of a sex, odd for men and even for women; any for whom it is not known."""
    if sex is Sex.UNKNOWN:
        return range(_LAST_SERIAL, 0, -1)
    return range(_LAST_SERIAL - 1 if sex is Sex.MALE else _LAST_SERIAL, 0, -2)
