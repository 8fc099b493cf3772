"""A validation goes on until nothing waits or its time is over, and says what is left."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

import pytest

from commands.checkins.scheduled import find_missing_outs_now, validate_now
from domain.checkins.codes import Remark
from domain.checkins.items import Worker
from domain.environments import Environment
from registers.checkins import validating
from registers.checkins.models import Presence, RevalidationRequest
from registers.checkins.records import PresenceRecord
from registers.checkins.sources import sources_of
from registers.checkins.upkeep import validate_all
from registers.checkins.validating import Validation, ask_after_upgrade, ask_again
from registers.persons.numbers import PersonKeys
from tests.checkin_items import ANN, COMPANY, RECEIVED, SITE, a_day, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.validations import validate_again

R = Environment.PRODUCTION
HOUR = timedelta(hours=1)
WORKERS = (ANN, Worker(inss="05011512353"), Worker(inss="85011512329"))


def people(counter: Counter) -> list[int]:
    return [counter(a_day(worker=worker))[0].registration.person_id for worker in WORKERS]


def left() -> list[tuple[int | None, str, str]]:
    waiting = RevalidationRequest.objects.filter(done_at=None).order_by("pk")
    return list(waiting.values_list("person_id", "work_place", "employer"))


def test_a_validation_goes_on_until_nothing_is_asked_for(counter: Counter):
    persons = people(counter)
    ask_again(environment=R, at=RECEIVED, person_ids=persons)
    Validation(sources_of(R), R, RECEIVED + HOUR, limit=1).of_all()
    assert left() == []


def test_what_comes_while_a_validation_goes_on_is_judged_between_two_answers(counter: Counter):
    ask_again(environment=R, at=RECEIVED, person_ids=people(counter))
    came = []

    def register_one() -> bool:
        if not came:
            came.extend(counter(an_event()))
        return False

    Validation(sources_of(R), R, RECEIVED + HOUR, register_one, limit=1).of_all()
    assert not Presence.objects.filter(status="REGISTERED").exists()


class Listening:
    """A source that remarks nothing and notes whom it is asked about; meanwhile somebody registers."""

    answers = frozenset[Remark]()

    def __init__(self, register: Callable[[], object]) -> None:
        self.asked: list[int] = []
        self._register = register

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Mapping[int, Collection[Remark]]:
        if not self.asked:
            self._register()
        self.asked += [one.person_id for one in records]
        return {}


def test_what_comes_while_a_large_company_is_asked_about_does_not_wait_for_all_of_it(counter: Counter, monkeypatch):
    monkeypatch.setattr(validating, "PARTS_BETWEEN", 1)
    *staff, newcomer = WORKERS
    persons = [counter(a_day(worker=worker))[0].registration.person_id for worker in staff]
    Presence.objects.filter(person_id__in=persons).update(status="VALIDATED")
    ask_again(environment=R, at=RECEIVED, employers=[COMPANY])
    listening = Listening(lambda: counter(a_day(worker=newcomer)))
    Validation([listening], R, RECEIVED + HOUR, limit=1).of_requests()
    new = Presence.objects.exclude(person_id__in=persons).get().person_id
    assert listening.asked[:3] == [persons[0], new, persons[1]]


def test_work_places_and_companies_come_before_persons_and_upgrades_last(counter: Counter):
    persons = people(counter)
    ask_after_upgrade(environment=R, at=RECEIVED, person_ids=persons[2:])
    ask_again(environment=R, at=RECEIVED, person_ids=persons[:2])
    ask_again(environment=R, at=RECEIVED, employers=[COMPANY])
    ask_again(environment=R, at=RECEIVED, work_places=[SITE])
    waiting = []
    for _ in range(5):
        validate_again(sources_of(R), environment=R, at=RECEIVED + HOUR, limit=1)
        waiting.append({person or place or employer for person, place, employer in left()})
    assert waiting == [{*persons, SITE}, {*persons}, {*persons[1:]}, {*persons[2:]}, set()]


def test_many_persons_are_looked_for_at_once(counter: Counter, django_assert_max_num_queries):
    persons = people(counter)
    validation = Validation(sources_of(R), R, RECEIVED + HOUR)
    validation.of_waiting()

    def queries_for(person_ids: list[int]) -> int:
        ask_again(environment=R, at=RECEIVED, person_ids=person_ids)
        with django_assert_max_num_queries(60) as context:
            validation.of_requests()
        return len(context)

    assert queries_for(persons[:1]) == queries_for(persons)


def test_a_validation_ends_before_its_time_is_over_and_says_what_waits(counter: Counter, keys: PersonKeys):
    ask_again(environment=R, at=RECEIVED, person_ids=people(counter))
    instants = iter([RECEIVED, *[RECEIVED + HOUR] * 20])

    def now() -> datetime:
        return next(instants)

    done = validate_all(keys=lambda: keys, now=now)
    assert done["requests for another validation that wait"] == 3
    assert validate_all(keys=lambda: keys, now=lambda: RECEIVED)["requests for another validation that wait"] == 0


SAID = {
    validate_now: "checkins validate: validations of registrations: 0, of these that changed something: 0, "
    "requests for another validation that wait: 0",
    find_missing_outs_now: "checkins missing-outs: missing check-outs: 0, missing check-outs told of: 0, letters about "
    "them to workers: 0, letters about them to employers: 0, drafts of corrections run out: 0",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("run", "said"), SAID.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_what_is_scheduled_says_in_the_log_what_there_was(run, said: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO")
    run()
    assert said in [one.getMessage() for one in caplog.records]
