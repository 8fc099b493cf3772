"""Who works for whom, as the periods of work tell it."""

from datetime import UTC, date, datetime

import pytest

from domain.environments import Environment
from registers.access.models import Entity
from registers.persons.models import Person
from registers.student_days.employments import DeclaredEmployments
from tests.registers.conftest import OTHER, Filer, a_cancellation, an_action, period_of


def employed(company: str, day: date, *, environment: Environment = Environment.PRODUCTION) -> bool:
    entity = Entity.objects.get(company_number=company, environment=Environment.PRODUCTION)
    noon = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    return DeclaredEmployments(environment).is_employed(Person.objects.get().pk, entity.pk, noon)


@pytest.mark.parametrize(
    ("day", "is_employed"),
    [
        (date(2026, 7, 1), False),
        (date(2026, 7, 2), True),
        (date(2026, 7, 31), True),
        (date(2026, 8, 1), False),
    ],
)
def test_person_is_employed_from_the_first_day_to_the_last(filer: Filer, day: date, is_employed: bool):
    filer(an_action())
    assert employed("0412345614", day) is is_employed


def test_person_is_employed_by_his_employer_alone(filer: Filer):
    filer(an_action(employer=OTHER))
    assert not employed("0412345614", date(2026, 7, 2))
    assert employed("0400767772", date(2026, 7, 2))


def test_period_without_an_end_goes_on(filer: Filer):
    filer(an_action(worker_type="OTH", ending_date=None, planned_hours=None))
    assert employed("0412345614", date(2027, 1, 1))


def test_cancelled_period_is_no_employment(filer: Filer):
    (result,) = filer(an_action())
    filer(a_cancellation(period_of(result)))
    assert not employed("0412345614", date(2026, 7, 2))


def test_each_environment_stands_alone(filer: Filer):
    filer(an_action())
    assert not employed("0412345614", date(2026, 7, 2), environment=Environment.TEST)
