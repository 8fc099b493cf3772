"""Namesakes are found in any case, compared by birth date, and shown without a usable number."""

from datetime import date

import pytest

from domain.environments import Environment
from domain.identifiers import insz
from domain.languages import Language
from registers.persons.details import create_person, name_person
from registers.persons.models import Person
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.persons.searching import BirthDate, find_namesakes, is_named_otherwise
from tests.auth.builders import NOON

pytestmark = pytest.mark.django_db
BORN = date(2004, 5, 1)
HIS, ANOTHERS = insz(40_501_123, born_from_2000=True), insz(900_501_123, born_from_2000=False)


@pytest.fixture
def persons() -> PersonDirectory:
    return PersonDirectory(PersonKeys("k1", {"k1": b"k" * 32}, b"i" * 32), environment=Environment.PRODUCTION)


def named(family_name: str, first_name: str, *numbers: str, persons: PersonDirectory) -> int:
    person_id = create_person(Environment.PRODUCTION, at=NOON)
    name_person(person_id, family_name=family_name, first_name=first_name, language=Language.NL, actor="test", at=NOON)
    for number in numbers:
        persons.add_number(number, person_id=person_id, at=NOON)
    return person_id


def found(persons: PersonDirectory, name: str = "haddad", birth_date: date | None = BORN):
    return find_namesakes(name, birth_date=birth_date, persons=persons, environment=Environment.PRODUCTION)


def test_who_fits_the_birth_date_comes_first_and_nobody_is_named_by_number(persons):
    named("Haddad", "Bilal", ANOTHERS, persons=persons)
    named("Haddad", "Chadi", persons=persons)
    named("HADDAD", "Amina", "ES/BE/12345", HIS, persons=persons)
    named("Peeters", "Els", persons=persons)

    shown = found(persons)
    assert [(one.name, one.masked_number, one.birth) for one in shown] == [
        ("Amina HADDAD", "04.05.01-***.**", BirthDate.FITS),
        ("Chadi Haddad", "", BirthDate.UNKNOWN),
        ("Bilal Haddad", "90.05.01-***.**", BirthDate.DIFFERS),
    ]
    assert "Haddad" not in repr(shown)


def test_without_a_birth_date_nothing_is_known_of_it(persons):
    named("Haddad", "Amina", HIS, persons=persons)
    assert [one.birth for one in found(persons, birth_date=None)] == [BirthDate.UNKNOWN]


def test_who_became_another_person_is_nobodys_namesake(persons):
    absorbed, kept = named("Haddad", "Amina", persons=persons), named("Peeters", "Els", persons=persons)
    Person.objects.filter(pk=absorbed).update(merged_into_id=kept)
    assert found(persons) == []


def test_a_person_without_a_name_is_named_otherwise_by_nobody(persons):
    assert is_named_otherwise(named("Haddad", "Amina", persons=persons), "Peeters")
    assert not is_named_otherwise(create_person(Environment.PRODUCTION, at=NOON), "Peeters")
