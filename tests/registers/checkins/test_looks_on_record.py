"""Whom a look was at: everybody who was found, or nobody."""

from domain.checkins.searches import FoundPage, SearchCriteria
from registers.checkins.models import Presence, PresenceLook
from registers.checkins.searching import search
from tests.checkin_items import RECEIVED, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_looking import EMPLOYER, OTHER_WORKER, SITES


def look(counter: Counter) -> None:
    search(SearchCriteria(periods=SITES), FoundPage(), asker=EMPLOYER, aliases=counter.aliases, at=RECEIVED)


def test_a_look_is_recorded_of_each_person_that_was_found_once(counter: Counter):
    counter(an_event(), an_event(worker=OTHER_WORKER), an_event(worker=OTHER_WORKER, at=RECEIVED))
    look(counter)
    people = set(Presence.objects.values_list("person_id", flat=True))
    assert len(people) == 2
    assert sorted(PresenceLook.objects.values_list("person_id", flat=True)) == sorted(people)


def test_a_look_that_found_nobody_is_recorded_without_a_person(counter: Counter):
    look(counter)
    assert list(PresenceLook.objects.values_list("person_id", flat=True)) == [None]
