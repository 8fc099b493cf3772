"""What a file declares of a student is read in the student's e-Box after the next sweep."""

from datetime import date

from correspondence.ebox_alerts import activate
from correspondence.models import EboxDocument
from domain.environments import Environment, Tray
from domain.languages import Language
from registers.persons.models import Person
from registers.student_days.telling_tables import UntoldSubmission
from tests.counter_bench import CounterBench
from tests.dimona_files import a_payload, an_in


def test_a_filed_overrun_is_published_by_the_sweep(bench: CounterBench):
    bench.deliver(a_payload(an_in(hours=600)))
    bench.work()
    person = Person.objects.get()
    activate(
        person.pk, "noor@example.be", language=Language.NL, environment=Environment.PRODUCTION, at=bench.clock.now()
    )
    bench.deliver(a_payload(an_in(hours=80, start=date(2026, 8, 1), end=date(2026, 8, 31))))
    bench.work()
    assert UntoldSubmission.objects.count() == 2
    assert not EboxDocument.objects.exists()

    assert bench.counter.sweep().published == 2
    assert set(EboxDocument.objects.values_list("kind", flat=True)) == {"STUDENT_EMPLOYER", "STUDENT_OVER_LIMIT"}
    assert bench.counter.sweep().published == 0


def test_a_file_of_a_test_leaves_nothing_to_tell(bench: CounterBench):
    bench.deliver(a_payload(an_in()), key=bench.next_key(environment="T"), tray=Tray.IN_TEST)
    bench.work()
    assert not UntoldSubmission.objects.exists()
