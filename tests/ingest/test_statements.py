"""However many small submissions wait, a round of work asks the database as often as for two."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.identifiers import insz
from evidence.models import Answer
from tests.counter_bench import DAY, CounterBench
from tests.dimona_files import a_payload, an_in

FEW = 2
MANY = 12


def statements_of_a_round(bench: CounterBench, *, first: int, submissions: int) -> int:
    """Deliver so many submissions of one form and return how many statements working them off took."""
    for number in range(first, first + submissions):
        student = insz(50714_000 + number, born_from_2000=True)
        bench.deliver(a_payload(an_in(insz=student)), key=f"DIMN.123456.{DAY}.{number:05d}.R")
        bench.clock.advance(timedelta(microseconds=1))
    with CaptureQueriesContext(connection) as queries:
        bench.work()
    return len(queries)


def test_many_submissions_take_as_many_statements_as_few(bench: CounterBench):
    statements_of_a_round(bench, first=1, submissions=1)
    few = statements_of_a_round(bench, first=11, submissions=FEW)
    many = statements_of_a_round(bench, first=21, submissions=MANY)

    assert Answer.objects.count() == 2 * (1 + FEW + MANY)
    assert many == few
