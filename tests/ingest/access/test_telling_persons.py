"""What telling persons of a file asks of the database: as much for many companies as for one, nothing where nobody is told."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from domain.access_declarations import (
    AccessDeclaration,
    Action,
    JudgedAccessForm,
    JudgedDeclaration,
    Reason,
    UserSubject,
)
from domain.access_states import DeclaredState
from domain.environments import Environment
from registers.access.declarations.records import FormRecord, Outcome
from registers.access.declarations.telling import tell_persons
from tests.access_files import ANN, BERT
from tests.counter_bench import NOON, make_entity
from tests.ingest.access.conftest import Firm

R = Environment.PRODUCTION
NOBODY = Q(pk__in=[])
INVITED = AccessDeclaration(1, Action.CREATE, NOON.date(), UserSubject(), (), next(iter(Reason)))


def a_record(index: int, entity_id: int, *person_ids: int) -> FormRecord:
    """A form by which those persons became users of the company."""
    outcomes = [
        Outcome(
            JudgedDeclaration(1, 1, INVITED, ()), f"ticket {index} {person}", DeclaredState.APPLIED, person_id=person
        )
        for person in person_ids
    ]
    return FormRecord(JudgedAccessForm(index, None, None, None, ()), b"", entity_id, outcomes)


def queries_of(records: Sequence[FormRecord]) -> int:
    with CaptureQueriesContext(connection) as queries:
        tell_persons(records, R, has_keys=NOBODY, at=NOON)
    return len(queries)


def test_two_companies_take_no_more_queries_than_one(firm: Firm):
    other = make_entity(company="0400767772", nsso="175110801", name="Florist", environments=(R,))
    people = [firm.person(number, name="Peeters", email="a@firm.example") for number in (ANN, BERT)]
    one = queries_of([a_record(1, firm.entity.pk, *people)])

    assert queries_of([a_record(2, firm.entity.pk, people[0]), a_record(3, other.pk, people[1])]) == one


def test_a_file_of_which_nobody_is_told_asks_nothing(firm: Firm):
    assert queries_of([a_record(1, firm.entity.pk)]) == 0
