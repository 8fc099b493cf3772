"""A refused item leaves nobody behind: its number is not kept as a person's (§2.1)."""

import pytest

from domain.checkins.codes import RefusalCode
from domain.checkins.items import Employer, Worker
from domain.checkins.outcomes import CorrectionTaken, Refused, Registered
from domain.checkins.vocabulary import ClockingChannel
from registers.checkins.models import Presence
from registers.persons.models import Person, PersonIdentifier
from tests.checkin_items import (
    CLEANING_SITE,
    a_cancellation,
    a_day,
    a_missing_event,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.checkins.conftest import Counter

BEN = Worker(inss="05011512353")
ELSEWHERE = Employer(enterprise_number="0400767772")
STRANGERS = a_request_for_a_missing_event(missing=a_missing_event(employer=ELSEWHERE))
REFUSED = {
    "without a mandate": (a_day(employer=ELSEWHERE), RefusalCode.NO_MANDATE),
    "of another sector": (a_day(work_place_id=CLEANING_SITE), RefusalCode.KIND_NOT_OF_SECTOR),
    "a missing event of another company's staff": (STRANGERS, RefusalCode.CORRECTION_TARGET_UNKNOWN),
}
CASES = pytest.mark.parametrize(("item", "code"), REFUSED.values(), ids=REFUSED)


def nobody_is_left() -> bool:
    return not Person.objects.exists() and not PersonIdentifier.objects.exists()


@CASES
def test_a_refused_item_leaves_nobody_behind(counter: Counter, item, code):
    assert counter(item) == [Refused((code,))]
    assert nobody_is_left()


@CASES
def test_a_refused_item_among_others_of_all_kinds_leaves_nobody_behind(counter: Counter, item, code):
    outcomes = counter(item, a_cancellation())
    assert outcomes[0] == Refused((code,))
    assert nobody_is_left()


@pytest.mark.parametrize("other", [(), (a_cancellation(),)], ids=["registrations alone", "mixed kinds"])
def test_a_worker_is_made_for_what_is_sound_of_him(counter: Counter, other):
    refused, taken, stranger, *_ = counter(
        a_day(employer=ELSEWHERE), an_event(), a_day(worker=BEN, employer=ELSEWHERE), *other
    )
    assert isinstance(taken, Registered)
    assert refused == stranger == Refused((RefusalCode.NO_MANDATE,))
    assert Person.objects.count() == 1
    assert Presence.objects.get().person_id == taken.registration.person_id


@pytest.mark.parametrize("other", [(), (a_cancellation(),)], ids=["requests alone", "mixed kinds"])
def test_a_worker_is_made_for_a_missing_event_of_ones_own_staff(counter: Counter, other):
    outcomes = counter(a_request_for_a_missing_event(), STRANGERS, *other)
    assert isinstance(outcomes[0], CorrectionTaken)
    assert outcomes[1] == Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))
    assert Person.objects.count() == 1


def test_a_new_worker_who_is_not_oneself_leaves_nobody_behind(counter: Counter):
    himself = {"sender": "", "enterprise_number": None, "channel": ClockingChannel.PORTAL}
    assert counter(an_event(), person_id=42, **himself) == [Refused((RefusalCode.NO_MANDATE,))]
    assert nobody_is_left()


def test_a_new_workers_first_event_needs_few_statements(counter: Counter, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        (outcome,) = counter(an_event())
    assert isinstance(outcome, Registered)
