"""An employer whose provisional registration number became a final one: both name it, by themselves and in a set."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from domain.environments import Environment
from domain.student_declarations import EmployerId
from registers.access.employers import find_employers
from registers.access.models import Entity, RegistrationNumber
from registers.access.registration_numbers import give_number
from registers.student_days.models import Period
from registers.student_days.questions.searches import find_employer
from tests.registers.batch_filer import BatchFiler, SetFiler
from tests.registers.conftest import NOON, OTHER, OWN, Filer, a_cancellation, an_action, an_update, codes, period_of

PROVISIONAL, FINAL = EmployerId(provisional_nsso="5000000120"), EmployerId(nsso="100000112")
COMPANY = "0412345614"


def give(number: str | None, *, company: str = COMPANY) -> None:
    give_number(company, number or "", reason="letter of the office", actor="operator", at=NOON)


@pytest.fixture
def young(filer: Filer) -> Filer:
    """A filer whose own company has a provisional number alone."""
    RegistrationNumber.objects.filter(entity__company_number=COMPANY).delete()
    Entity.objects.filter(company_number=COMPANY).update(nsso_number=PROVISIONAL.provisional_nsso)
    return filer


@pytest.mark.parametrize(("before", "after"), [(PROVISIONAL, FINAL), (FINAL, PROVISIONAL)])
def test_an_update_names_the_employer_by_either_number(young: Filer, before: EmployerId, after: EmployerId):
    if before is FINAL:
        give(FINAL.nsso)
    (opened,) = young(an_action(employer=before))
    give(FINAL.nsso)
    (updated,) = young(an_update(period_of(opened), planned_hours=90, employer=after))

    assert (codes(opened), codes(updated)) == ([], [])
    assert Period.objects.get().planned == 90


@pytest.mark.parametrize(("before", "after"), [(PROVISIONAL, FINAL), (FINAL, PROVISIONAL)])
def test_a_set_names_the_employer_by_either_number(young: Filer, before: EmployerId, after: EmployerId):
    give(FINAL.nsso)
    file = SetFiler(BatchFiler(young.keys))
    file([an_action(employer=before)], [an_action(employer=after, insz="06020300277")])
    (again,) = file([an_action(employer=after)])
    number = f"{Period.objects.order_by('pk').first().pk:012d}"
    (updated,) = file([an_update(number, planned_hours=90, employer=after)])

    assert file.as_sets == 2
    assert codes(again) == ["90373-333"]
    assert codes(updated) == []
    assert set(Period.objects.values_list("employer__company_number", flat=True)) == {COMPANY}


def test_answers_name_the_employer_by_the_number_that_it_has_now(young: Filer):
    (opened,) = young(an_action(employer=PROVISIONAL))
    give(FINAL.nsso)
    (cancelled,) = young(a_cancellation(period_of(opened)))

    assert (cancelled.employer.nsso, cancelled.employer.provisional_nsso) == (FINAL.nsso, None)


def test_a_company_without_a_number_gets_its_first(filer: Filer):
    Entity.objects.filter(company_number=COMPANY).update(nsso_number="")
    RegistrationNumber.objects.filter(entity__company_number=COMPANY).delete()
    (unknown,) = filer(an_action())
    give(OWN.nsso)

    assert codes(unknown) == ["90256-151"]
    assert codes(*filer(an_action())) == []


def test_a_former_number_finds_the_employer_for_an_operator(young: Filer):
    give(FINAL.nsso)
    found = {
        find_employer(number, environment=Environment.PRODUCTION)
        for number in (PROVISIONAL.provisional_nsso, FINAL.nsso, COMPANY)
    }
    assert found == {Entity.objects.get(environment="R", company_number=COMPANY).pk}


def test_employers_are_named_with_one_query(young: Filer):
    give(FINAL.nsso)
    asked = {PROVISIONAL, FINAL, OTHER, replace(OTHER, nsso=None, company=COMPANY)}
    with CaptureQueriesContext(connection) as queries:
        named = find_employers(asked, environment=Environment.PRODUCTION, covered=(), at=NOON)

    assert len(queries) == 1
    assert len({standing.entity_id for standing in named.values()}) == 2


@pytest.mark.parametrize("number", [PROVISIONAL.provisional_nsso, FINAL.nsso], ids=["former", "present"])
def test_no_other_entity_of_the_environment_can_have_a_number_present_or_former(young: Filer, number: str):
    give(FINAL.nsso)
    other = Entity.objects.filter(environment="R", company_number="0400767772")
    with pytest.raises(IntegrityError), transaction.atomic():
        other.update(nsso_number=number)


def test_the_number_of_an_entity_that_ended_may_be_given_again(young: Filer):
    Entity.objects.filter(company_number=COMPANY).update(valid_until=NOON)
    give(PROVISIONAL.provisional_nsso, company="0400767772")

    assert set(RegistrationNumber.objects.filter(number="5000000120").values_list("entity__name", flat=True)) == {
        "Other"
    }
