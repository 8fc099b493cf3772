"""Whatever waits while two numbers become one person's is taken for that person: under the other one nobody would find it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Event as ThreadEvent

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from domain.checkins.items import Worker
from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import Cancelled, CorrectionTaken, Outcome, Registered
from domain.checkins.vocabulary import Capacity, ClockingChannel, ToldMissing
from domain.environments import Environment
from registers.checkins.error_reports import MissingRegistration, tell_employer, tell_of_missing
from registers.checkins.locking import lock_and_number
from registers.checkins.means_records import Means, record_means
from registers.checkins.merged_meanwhile import hold_person
from registers.checkins.merging import give_presences
from registers.checkins.models import Correction, ErrorReport, MeansKind, MeansRecord, Presence, Spell
from registers.persons.merging import change_number
from registers.persons.models import Person
from registers.persons.numbers import PersonDirectory
from tests.checkin_items import (
    ANN,
    CLEANING_SITE,
    COMPANY,
    RECEIVED,
    SITE,
    a_cancellation,
    a_day,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.test_corrections import Shelf, a_taken_correction, ask, decide
from tests.waiting import wait_for

R = Environment.PRODUCTION
BEN = Worker(inss="05011512353")
HOUR = timedelta(hours=1)
OF_HERSELF = {"sender": "", "enterprise_number": None, "channel": ClockingChannel.PORTAL}


@pytest.fixture
def counter(transactional_db: None, keys) -> Counter:
    """Return a counter at which Ann is known by one number and, as if somebody else, by another."""
    a_work_place()
    a_work_place(number=CLEANING_SITE, sector="CLEANING", name="Offices")
    counter = Counter(keys)
    counter.aliases.find_or_create([ANN], at=RECEIVED)
    counter.aliases.find_or_create([BEN], at=RECEIVED)
    return counter


def person_of(counter: Counter, worker: Worker = ANN) -> int:
    return counter.aliases.find([worker])[worker].person_id


@contextmanager
def merging(counter: Counter, *, old: Worker = ANN, new: Worker = BEN, waiting: int = 1) -> Iterator[int]:
    """Have another connection make one person of both once as many wait for one of them; gives who is left."""
    kept, absorbed = person_of(counter, new), person_of(counter, old)
    is_held = ThreadEvent()

    def merge() -> bool:
        persons = PersonDirectory(counter.keys, environment=R)
        try:
            with transaction.atomic():
                lock_and_number({kept, absorbed})
                is_held.set()
                has_waited = wait_for(waiting)
                change_number(old.inss or "", new.inss or "", persons=persons, at=RECEIVED)
                give_presences(of=absorbed, to=kept, environment=R, limits=CheckInLimits(), at=RECEIVED)
            return has_waited
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(merge)
        assert is_held.wait(timeout=30)
        yield kept
        assert running.result(timeout=30)


def persons_registered() -> set[int]:
    return {*Presence.objects.values_list("person_id", flat=True), *Spell.objects.values_list("person_id", flat=True)}


def test_a_check_in_is_filed_under_the_person_that_is_left(counter: Counter):
    counter(an_event(at=RECEIVED - HOUR))
    with merging(counter) as kept:
        (outcome,) = counter(an_event(at=RECEIVED, type="OUT", reference="A2"))
    assert (outcome.registration.person_id, outcome.remarks) == (kept, ())
    assert persons_registered() == {kept}
    assert [spell.state for spell in Spell.objects.all()] == ["ENDED"]


def test_a_day_of_many_is_filed_under_the_person_that_is_left(counter: Counter):
    with merging(counter) as kept:
        outcomes = counter(a_day(), a_day(worker=Worker(limosa_id="L1")), seqs=[1, 2])
    assert [type(one) for one in outcomes] == [Registered, Registered]
    assert persons_registered() == {kept, person_of(counter, Worker(limosa_id="L1"))}


def test_a_mixed_delivery_is_filed_under_the_person_that_is_left(counter: Counter):
    (day,) = counter(a_day())
    with merging(counter) as kept:
        came, gone = counter(an_event(), a_cancellation(registration_id=day.registration.id))
    assert (type(came), type(gone)) == (Registered, Cancelled)
    assert persons_registered() == {kept}


def test_what_somebody_registers_himself_is_his_as_the_person_that_is_left(counter: Counter):
    with merging(counter) as kept:
        (outcome,) = counter(an_event(), person_id=person_of(counter), **OF_HERSELF)
    assert isinstance(outcome, Registered)
    assert Presence.objects.get().brought_by_person == kept


def test_one_s_own_day_is_cancelled(counter: Counter):
    person = {"person_id": person_of(counter), **OF_HERSELF}
    (day,) = counter(a_day(capacity=Capacity.SELF_EMPLOYED), **person)
    with merging(counter):
        (outcome,) = counter(a_cancellation(registration_id=day.registration.id), **person)
    assert isinstance(outcome, Cancelled)


def test_a_request_about_a_registration_is_of_the_person_that_is_left(counter: Counter):
    (event,) = counter(an_event())
    with merging(counter) as kept:
        assert isinstance(ask(counter, event.registration.id), CorrectionTaken)
    assert Correction.objects.get().person_id == kept


def test_a_request_for_a_missing_event_is_of_the_person_that_is_left(counter: Counter):
    with merging(counter) as kept:
        (outcome,) = counter(a_request_for_a_missing_event(), shelf=Shelf())
    assert isinstance(outcome, CorrectionTaken)
    assert Correction.objects.get().person_id == kept


def test_an_accepted_correction_is_of_the_person_that_is_left(counter: Counter):
    (event,) = counter(an_event())
    number = a_taken_correction(counter, event.registration.id)
    with merging(counter) as kept:
        assert decide(counter, number) == event.registration.id
    assert persons_registered() == {kept}
    assert Presence.objects.count() == len(("as it was sent", "as it is corrected"))


def test_an_error_is_told_by_the_person_that_is_left(counter: Counter):
    (event,) = counter(an_event())
    row = Presence.objects.get(number=event.registration.id)
    with merging(counter) as kept:
        tell_employer(row, "I came an hour before.", at=RECEIVED)
    assert ErrorReport.objects.get().person_id == kept


def test_what_is_missing_is_told_by_the_person_that_is_left(counter: Counter):
    missing = MissingRegistration(person_of(counter), COMPANY, CLEANING_SITE, RECEIVED.date(), ToldMissing.DAY)
    with merging(counter) as kept:
        tell_of_missing(missing, "I was there.", environment=R, limits=counter.limits.days, at=RECEIVED)
    assert ErrorReport.objects.get().person_id == kept


def test_who_tells_of_an_error_and_a_delivery_of_both_numbers_never_wait_in_a_circle(counter: Counter):
    missing = MissingRegistration(person_of(counter, BEN), COMPANY, CLEANING_SITE, RECEIVED.date(), ToldMissing.DAY)

    def deliver() -> list[Outcome]:
        try:
            return counter(an_event(), an_event(worker=BEN, at=RECEIVED - HOUR))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with merging(counter, old=BEN, new=ANN, waiting=2) as kept:
            delivery = threads.submit(deliver)
            tell_of_missing(missing, "I was there.", environment=R, limits=counter.limits.days, at=RECEIVED)
        assert [type(one) for one in delivery.result(timeout=30)] == [Registered, Registered]
    assert (ErrorReport.objects.get().person_id, persons_registered()) == (kept, {kept})


def test_how_a_temporary_worker_registers_is_recorded_of_the_person_that_is_left(counter: Counter):
    means = Means(MeansKind.USER_FIRM_MEANS, date(2026, 11, 23), person_id=person_of(counter), work_place=SITE)
    with merging(counter) as kept:
        record_means(means, employer=COMPANY, actor="person:1", at=RECEIVED)
    assert MeansRecord.objects.get().person_id == kept


def test_whoever_is_held_as_somebody_else_leaves_no_savepoint_open(counter: Counter):
    kept, absorbed = person_of(counter, BEN), person_of(counter)
    Person.objects.filter(pk=absorbed).update(merged_into=kept)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        assert hold_person(absorbed) == kept
    said = [query["sql"].split()[0] for query in queries if "SAVEPOINT" in str(query["sql"])]
    assert said == ["SAVEPOINT", "ROLLBACK", "RELEASE", "SAVEPOINT", "RELEASE"]


def test_the_database_takes_no_presence_of_who_is_another_person(counter: Counter):
    counter(an_event())
    row = Presence.objects.values().get()
    Person.objects.filter(pk=person_of(counter)).update(merged_into=person_of(counter, BEN))
    with pytest.raises(OperationalError, match="another person by now"):
        Presence.objects.create(**{**row, "version": 2, "slot": 2})
