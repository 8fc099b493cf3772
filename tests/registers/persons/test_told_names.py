"""How employers call their staff: the newest word of each, moved with its person, forgotten when nobody says it any more."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.environments import Environment
from registers.persons.models import Person, ToldName
from registers.persons.told_names import (
    NameTold,
    forget_told_names,
    give_told_names,
    note_told_names,
    read_names,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
COMPANY, OTHER = "0877665502", "0412345614"


@pytest.fixture
def ann() -> int:
    return Person.objects.create(environment="R", created_at=NOON).pk


@pytest.fixture
def ben() -> int:
    return Person.objects.create(environment="R", created_at=NOON).pk


def tell(*told: NameTold, at: datetime = NOON) -> None:
    note_told_names(told, environment=Environment.PRODUCTION, at=at)


def test_each_employer_has_its_own_word(ann: int):
    tell(NameTold(ann, COMPANY, "Diaz", "Ana"), NameTold(ann, OTHER, "Diaz Lopez", ""))
    assert read_names([(ann, COMPANY), (ann, OTHER)]) == {(ann, COMPANY): "Ana Diaz", (ann, OTHER): "Diaz Lopez"}


def test_what_was_asked_of_another_employer_is_not_told(ann: int):
    tell(NameTold(ann, COMPANY, "Diaz", "Ana"))
    assert read_names([(ann, OTHER)]) == {}


def test_the_newest_word_stands_whatever_comes_in_after_it(ann: int):
    tell(NameTold(ann, COMPANY, "Diaz", "Ana"), at=NOON)
    tell(NameTold(ann, COMPANY, "Dias", "Anna"), at=NOON - DAY)
    assert read_names([(ann, COMPANY)]) == {(ann, COMPANY): "Ana Diaz"}
    tell(NameTold(ann, COMPANY, "Dias", "Anna"), NameTold(ann, COMPANY, "Maes", "Anna"), at=NOON + DAY)
    assert read_names([(ann, COMPANY)]) == {(ann, COMPANY): "Anna Maes"}


@pytest.mark.parametrize("lacking", [{"company": ""}, {"family_name": "  "}])
def test_a_word_without_employer_or_name_is_none(ann: int, lacking):
    tell(NameTold(**{"person_id": ann, "company": COMPANY, "family_name": "Diaz", "first_name": "Ana"} | lacking))
    assert not ToldName.objects.exists()


def test_who_turns_out_to_be_another_person_brings_what_nobody_told_of_that_one(ann: int, ben: int):
    tell(NameTold(ann, COMPANY, "Diaz", "Ana"), NameTold(ben, COMPANY, "Diaz", "A."), NameTold(ben, OTHER, "Lopez", ""))
    give_told_names(of=ben, to=ann)
    assert read_names([(ann, COMPANY), (ann, OTHER)]) == {(ann, COMPANY): "Ana Diaz", (ann, OTHER): "Lopez"}
    assert not ToldName.objects.filter(person_id=ben).exists()


def test_a_word_that_nobody_says_any_more_is_forgotten(ann: int, ben: int):
    tell(NameTold(ann, COMPANY, "Diaz", "Ana"), at=NOON - DAY)
    tell(NameTold(ben, COMPANY, "Maes", "Ben"))
    assert forget_told_names(before=NOON) == 1
    assert [row.person_id for row in ToldName.objects.all()] == [ben]
