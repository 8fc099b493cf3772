"""Two deliveries at once: the same key is registered once, and a person's day is what all events make of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier
from threading import Event as ThreadEvent

import pytest
from django.db import connection, transaction

from domain.checkins.items import Evidence, Worker
from domain.checkins.outcomes import CorrectionTaken, Refused, Registered
from domain.environments import Environment
from registers.checkins.models import Presence, RevalidationRequest, Spell
from registers.checkins.sources import sources_of
from registers.checkins.validating import ask_again
from tests.checkin_items import ANN, CLEANING_SITE, RECEIVED, a_cancellation, a_correction, an_event
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.test_corrections import a_taken_correction, ask, decide, hand_in
from tests.registers.checkins.test_months import make_months
from tests.registers.checkins.validations import validate_again, validate_waiting
from tests.waiting import wait_for

R = Environment.PRODUCTION
ROUNDS = 8
HOUR = timedelta(hours=1)


@pytest.fixture
def racing(transactional_db: None, keys) -> Counter:
    a_work_place(number=CLEANING_SITE, sector="CLEANING", name="Offices")
    return Counter(keys)


def race(counter: Counter, *calls) -> list:
    together = Barrier(len(calls))

    def bring(items):
        together.wait()
        try:
            return counter(*items)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(bring, calls))


def test_two_deliveries_of_the_same_event_make_one_registration(racing: Counter):
    for round_ in range(ROUNDS):
        event = an_event(at=RECEIVED - round_ * timedelta(minutes=1))
        (one,), (other,) = race(racing, [event], [event])
        assert one.registration.id == other.registration.id
    assert Presence.objects.count() == ROUNDS


def test_two_deliveries_of_the_same_reference_take_one_content(racing: Counter):
    for round_ in range(ROUNDS):
        at = RECEIVED - round_ * timedelta(minutes=1)
        came, went = an_event(at=at, reference=f"E-{round_}"), an_event(at=at, type="OUT", reference=f"E-{round_}")
        outcomes = [outcome for (outcome,) in race(racing, [came], [went])]
        assert sum(isinstance(one, Registered) for one in outcomes) == 1
        assert sum(isinstance(one, Refused) for one in outcomes) == 1


def test_in_and_out_at_once_make_one_spell(racing: Counter):
    race(racing, [an_event(at=RECEIVED - HOUR)], [an_event(at=RECEIVED, type="OUT")])
    assert [spell.state for spell in Spell.objects.all()] == ["ENDED"]
    assert {tuple(one.remarks) for one in Presence.objects.filter(event_type="OUT")} == {()}


def test_mixed_deliveries_that_concern_the_same_people_never_wait_in_a_circle(racing: Counter):
    """Each would hold one worker and then want the other, did it not hold both from the beginning."""
    ann, ben = ANN, Worker(inss="05011512353")
    for round_ in range(ROUNDS):
        at = RECEIVED - round_ * timedelta(minutes=1)
        one, other = (
            [an_event(worker=first, at=at), a_cancellation(), an_event(worker=second, at=at, type="OUT")]
            for first, second in ((ann, ben), (ben, ann))
        )
        taken = race(racing, one, other)
        assert [sum(isinstance(outcome, Registered) for outcome in outcomes) for outcomes in taken] == [2, 2]


@contextmanager
def held_elsewhere(number: int) -> Iterator[None]:
    """Have another connection hold the row of a registration meanwhile."""
    is_held, is_over = Barrier(2), ThreadEvent()

    def hold() -> None:
        try:
            with transaction.atomic():
                Presence.objects.select_for_update().get(number=number)
                is_held.wait()
                is_over.wait(timeout=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        holding = threads.submit(hold)
        try:
            is_held.wait(timeout=30)
            yield
        finally:
            is_over.set()
        holding.result(timeout=30)


def test_a_correction_back_is_compared_with_the_version_that_is_accepted_meanwhile(racing: Counter):
    (event,) = racing(an_event())
    number = a_taken_correction(racing, event.registration.id)

    def ask_back() -> object:
        try:
            return ask(racing, event.registration.id, corrected_at=event.registration.event_at)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            decide(racing, number)
            asked = threads.submit(ask_back)
            assert wait_for(1)
        assert isinstance(asked.result(), CorrectionTaken)


@pytest.mark.parametrize("status", ["VALIDATED", "FAILED"])
def test_what_is_held_while_it_is_to_be_validated_anew_is_validated_the_next_time(racing: Counter, status):
    held, free = racing(an_event(), an_event(at=RECEIVED, type="OUT"))
    Presence.objects.update(status=status, remarks=[] if status == "VALIDATED" else ["SITE_NOT_SUBJECT"])
    ask_again(environment=R, at=RECEIVED, work_places=[CLEANING_SITE])
    with held_elsewhere(held.registration.id):
        assert validate_again(sources_of(R), environment=R, at=RECEIVED + HOUR).seen == 1
    statuses = dict(Presence.objects.values_list("number", "remarks"))
    assert statuses[free.registration.id] == ["DIMONA_NOT_OK"]
    assert statuses[held.registration.id] != ["DIMONA_NOT_OK"]
    assert validate_again(sources_of(R), environment=R, at=RECEIVED + 2 * HOUR).seen == 2
    assert {tuple(remarks) for remarks in Presence.objects.values_list("remarks", flat=True)} == {("DIMONA_NOT_OK",)}
    assert not RevalidationRequest.objects.filter(done_at=None).exists()


def test_what_is_validated_while_the_part_of_its_month_is_made_is_in_that_part(racing: Counter):
    came = datetime(2039, 3, 1, 8, tzinfo=UTC)
    racing(an_event(at=came), received_at=came)
    is_made = ThreadEvent()

    def validate():
        is_made.wait(10)
        try:
            return validate_waiting([], environment=R, at=came + HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(validate)
        with transaction.atomic():
            assert make_months("2039-03-01", 1, most_moved=9, tables=["checkins_presencestep"]) == 1
            is_made.set()
            assert wait_for(1)
        assert waiting.result(timeout=10).seen == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM checkins_presencestep_2039_03")
        assert cursor.fetchone() == (1,)
        cursor.execute("DROP TABLE checkins_presencestep_2039_03")


def test_two_documents_of_a_request_and_one_of_them_by_itself_wait_for_each_other_in_no_circle(racing: Counter):
    """Both complete a draft that names the two; whoever brings one waits until the request is done."""
    (outcome,) = racing(an_event())
    first, second = "11" * 32, "22" * 32
    evidence = (Evidence("a.pdf", first), Evidence("b.pdf", second))
    request = a_correction(registration_id=outcome.registration.id, corrected_at=RECEIVED - HOUR, evidence=evidence)
    racing(request, received_at=RECEIVED + HOUR)

    def one_alone() -> list[str]:
        try:
            return hand_in(second, at=RECEIVED + HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            hand_in(first, at=RECEIVED + HOUR)
            alone = threads.submit(one_alone)
            assert wait_for(1)
            completed = hand_in(second, at=RECEIVED + HOUR)
        assert (len(completed), alone.result()) == (1, [])
