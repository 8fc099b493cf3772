"""A reference stands for what it was used for, also once two numbers of its worker are one person's (§2.2)."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.checkins.codes import RefusalCode
from domain.checkins.items import Worker
from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import Refused
from domain.checkins.vocabulary import Capacity, ClockingChannel
from domain.environments import Environment
from registers.checkins.evidence_of_corrections import handed_in, note_evidence
from registers.checkins.merging import give_presences
from registers.checkins.models import BringerReference, HandedInEvidence, Presence
from registers.persons.merging import change_number
from registers.persons.models import Person
from registers.persons.numbers import PersonDirectory
from tests.checkin_items import ANN, INSS, RECEIVED, a_day, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_corrections import Shelf

R = Environment.PRODUCTION
BEN = Worker(inss="05011512353")
CLEO = Worker(limosa_id="L2")
HOUR = timedelta(hours=1)
OF_HERSELF = {"sender": "", "enterprise_number": None, "channel": ClockingChannel.PORTAL}
SHA256 = "9f" * 32


@pytest.fixture
def counter(counter: Counter) -> Counter:
    """Return a counter at which Ann is known by one number and, as if somebody else, by another."""
    counter.aliases.find_or_create([ANN], at=RECEIVED)
    counter.aliases.find_or_create([BEN, CLEO], at=RECEIVED)
    return counter


def person_of(counter: Counter, worker: Worker = ANN) -> int:
    return counter.aliases.find([worker])[worker].person_id


def merge(counter: Counter) -> tuple[int, int]:
    """Make one person of both, as `guichet persons change-number` does; return who is left, and who is no longer one."""
    changed = change_number(INSS, BEN.inss or "", persons=PersonDirectory(counter.keys, environment=R), at=RECEIVED)
    assert changed is not None
    kept, absorbed = changed.person_id, changed.absorbed_id or 0
    give_presences(of=absorbed, to=kept, environment=R, limits=CheckInLimits(), at=RECEIVED)
    return kept, absorbed


@pytest.mark.parametrize("item", [an_event(reference="EV-1"), a_day(reference="EV-1")], ids=["event", "day"])
@pytest.mark.parametrize("number", [ANN, BEN], ids=["old number", "new number"])
def test_a_retry_is_answered_with_the_registration_of_before_the_merging(counter: Counter, item, number: Worker):
    (first,) = counter(item)
    merge(counter)
    (again,) = counter(replace(item, worker=number))
    assert (again.registration.id, again.remarks) == (first.registration.id, ())
    assert Presence.objects.count() == 1


def test_a_retry_is_answered_with_the_double_that_it_made(counter: Counter):
    own, other = counter(an_event(worker=BEN, reference="EV-1"), an_event(reference="EV-2"))
    merge(counter)
    again = counter(an_event(worker=BEN, reference="EV-1"), an_event(reference="EV-2"))
    assert [one.registration.id for one in again] == [own.registration.id, other.registration.id]


def test_a_retry_over_midnight_without_a_day_is_answered_as_on_the_day_before(counter: Counter):
    before_midnight = RECEIVED.replace(hour=22, minute=55)
    (first,) = counter(a_day(reference="EV-1"), received_at=before_midnight)
    merge(counter)
    (again,) = counter(a_day(reference="EV-1"), received_at=before_midnight + HOUR / 4)
    assert again.registration.id == first.registration.id


def test_other_content_under_the_reference_is_still_refused(counter: Counter):
    counter(an_event(reference="EV-1"))
    merge(counter)
    outcomes = counter(
        an_event(reference="EV-1", type="OUT"), an_event(reference="EV-1", worker=Worker(limosa_id="L1"))
    )
    assert outcomes == [Refused((RefusalCode.REFERENCE_USED_OTHERWISE,))] * 2


def test_repeats_under_references_ask_for_the_absorbed_only_where_one_differs(
    counter: Counter, django_assert_num_queries
):
    items = [an_event(at=RECEIVED - HOUR * hours, reference=f"EV-{hours}") for hours in (1, 2, 3)]
    counter(*items)
    counter(*items)
    with CaptureQueriesContext(connection) as before:
        counter(*items)
    merge(counter)
    with django_assert_num_queries(len(before) + 1):
        counter(*items)


def test_what_somebody_registered_himself_is_answered_to_the_person_that_is_left(counter: Counter):
    item = an_event(capacity=Capacity.SELF_EMPLOYED, reference="0123456789abcdef")
    (first,) = counter(item, person_id=person_of(counter), **OF_HERSELF)
    kept, _ = merge(counter)
    (again,) = counter(item, person_id=kept, **OF_HERSELF)
    assert again.registration.id == first.registration.id
    assert BringerReference.objects.get().bringer == f"person:{kept}"


def test_a_reference_that_both_used_stays_that_of_the_person_that_is_left(counter: Counter):
    item = an_event(capacity=Capacity.SELF_EMPLOYED, reference="0123456789abcdef")
    counter(item, person_id=person_of(counter), **OF_HERSELF)
    kept = person_of(counter, BEN)
    (own,) = counter(an_event(worker=BEN, reference=item.reference), person_id=kept, **OF_HERSELF)
    merge(counter)
    row = BringerReference.objects.get(bringer=f"person:{kept}")
    assert row.number == own.registration.id


def test_documents_that_somebody_handed_in_are_the_person_s_that_is_left(counter: Counter):
    other = "ab" * 32
    for worker, sha256 in ((ANN, SHA256), (BEN, SHA256), (ANN, other)):
        owner = f"person:{person_of(counter, worker)}"
        note_evidence(sha256, owner=owner, environment=R, media_type="application/pdf", size=1, at=RECEIVED)
    kept, absorbed = merge(counter)
    own = handed_in([SHA256, other], owner=f"person:{kept}", environment=R, shelf=Shelf())
    assert set(own) == {SHA256, other}
    assert not HandedInEvidence.objects.filter(owner=f"person:{absorbed}", sha256=other).exists()


def test_references_of_persons_who_became_one_before_are_given_when_the_database_is_brought_up_to_date(
    counter: Counter,
):
    kept, absorbed, other = person_of(counter, BEN), person_of(counter), person_of(counter, CLEO)
    for person_id, reference in ((absorbed, "EV-1"), (other, "EV-1"), (absorbed, "EV-2"), (kept, "EV-2")):
        BringerReference.objects.create(
            environment=R,
            bringer=f"person:{person_id}",
            reference=reference,
            digest=b"-" * 32,
            number=1,
            registration_date=RECEIVED.date(),
        )
    note_evidence(SHA256, owner=f"person:{other}", environment=R, media_type="application/pdf", size=1, at=RECEIVED)
    Person.objects.filter(pk__in={absorbed, other}).update(merged_into=kept)
    with connection.cursor() as cursor:
        cursor.execute(import_module("registers.checkins.migrations.0027_own_references_of_who_is_left").GIVEN)
    own = BringerReference.objects.filter(bringer=f"person:{kept}")
    assert sorted(own.values_list("reference", flat=True)) == ["EV-1", "EV-2"]
    assert HandedInEvidence.objects.get().owner == f"person:{kept}"
