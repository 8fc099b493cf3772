"""Two deliveries at once: the same key is registered once, and a person's day is what all events make of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from domain.checkins.items import Worker
from domain.checkins.outcomes import Refused, Registered
from registers.checkins.models import Presence, Spell
from tests.checkin_items import ANN, CLEANING_SITE, RECEIVED, a_cancellation, an_event
from tests.registers.checkins.conftest import Counter, a_work_place

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
