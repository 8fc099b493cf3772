"""A finding of the register tells what the form has in the zone that it is about."""

from datetime import date

import pytest

from domain.languages import Language
from domain.student_declarations import EmployerId, PersonDetails
from registers.persons.details import name_person
from registers.persons.models import Person, ToldName
from registers.student_days.models import Period, PeriodState
from tests.registers.conftest import (
    NOON,
    Filer,
    a_cancellation,
    a_registration,
    an_action,
    an_end,
    an_update,
    period_of,
)

UNKNOWN = "610000000192"


@pytest.fixture
def number(filer: Filer) -> str:
    (result,) = filer(an_action())
    return period_of(result)


def values(filer: Filer, action: object) -> list[tuple[str, str | None, str | None]]:
    (result,) = filer(action)
    return [(str(finding.code), finding.tag, finding.value) for finding in result.findings]


def test_a_period_that_is_not_to_be_touched_is_told_by_its_number(filer: Filer, number: str):
    assert values(filer, a_cancellation(UNKNOWN)) == [("00913-354", "DimonaPeriodId", UNKNOWN)]
    Period.objects.update(state=PeriodState.LOCKED)
    assert values(filer, an_end(number)) == [("00913-362", "DimonaPeriodId", number)]


def test_what_does_not_fit_the_period_is_told_as_declared(filer: Filer, number: str):
    other_worker = an_end(number, insz="06020300277")
    other_employer = an_end(number, employer=EmployerId(company="0400767772"))
    too_early = an_end(number, ending_date=date(2026, 7, 1))

    assert values(filer, other_worker) == [("00024-347", "INSS", "06020300277")]
    assert values(filer, other_employer) == [("00014-347", "CompanyID", "0400767772")]
    assert values(filer, too_early) == [("00911-014", "EndingDate", "2026-07-01")]


def test_what_is_absent_has_no_value(filer: Filer, number: str):
    assert ("01135-001", "PlannedHoursNbr", None) in values(filer, an_update(number, ending_date=date(2026, 7, 30)))


def test_a_remark_tells_the_value_that_differs(filer: Filer):
    odd = an_action(person=PersonDetails(birth_date="2005-07-15", sex="2"))
    assert values(filer, odd) == [("00028-348", "WorkerBirthdate", "2005-07-15"), ("00029-348", "WorkerSex", "2")]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (PersonDetails(name="JANSSENS", first_name="Noor"), [("00025-348", "WorkerName", "JANSSENS")]),
        (PersonDetails(name="Peéters", first_name="Anna"), [("00026-348", "WorkerFirstName", "Anna")]),
        (PersonDetails(name="Peeters-Maes", first_name="Noor Anna"), []),
        (PersonDetails(sex="1"), []),
    ],
)
def test_names_are_compared_with_those_that_are_known(filer: Filer, told: PersonDetails, expected: list[tuple]):
    filer(an_action())
    person = Person.objects.get().pk
    name_person(person, family_name="Peeters", first_name="Noor", language=Language.NL, actor="test", at=NOON)

    again = {"starting_date": date(2026, 8, 3), "ending_date": date(2026, 8, 7)}
    assert values(filer, an_action(person=told, **again)) == expected


def test_a_name_that_an_employer_declares_is_kept_as_its_word(filer: Filer):
    named = PersonDetails(name="Peeters", first_name="Noor")
    refused = an_action(person=PersonDetails(name="Maes"))  # the days of the first one
    filer(an_action(person=named), refused)
    (told,) = ToldName.objects.all()
    assert (told.family_name, told.first_name, told.told_at) == ("Peeters", "Noor", NOON)
    assert told.company == Period.objects.get().employer.company_number


def test_without_a_name_nothing_is_kept(filer: Filer):
    filer(an_action(), an_action(insz="04512300764", person=PersonDetails(birth_date="1999-01-01")))
    assert not ToldName.objects.exists()


def test_a_block_has_no_value_but_the_period_in_its_way(filer: Filer, number: str):
    (again,) = filer(an_action())
    assert [(str(one.code), one.value, one.conflicting[0].period_id) for one in again.findings] == [
        ("90373-333", None, number)
    ]


def test_a_registration_that_nobody_knows_is_told_by_its_number(filer: Filer, number: str):
    known = a_registration(status="3", registration_id=UNKNOWN)
    assert values(filer, known) == [("90480-003", "DailyRegistrationId", UNKNOWN)]
