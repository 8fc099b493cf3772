from dataclasses import replace
from datetime import timedelta

import pytest

from domain.checkins.items import Worker
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from registers.checkins.merging import give_presences
from registers.checkins.missing_outs import flag_missing_outs, tell_of_missing_outs
from registers.checkins.models import Correction, Presence, Spell
from tests.checkin_items import ANN, RECEIVED, a_day, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.feeding import validate
from tests.registers.checkins.test_corrections import a_taken_correction, decide

R = Environment.PRODUCTION
BEN = Worker(inss="05011512353")
HOUR = timedelta(hours=1)


def merge(counter: Counter) -> int:
    people = counter.aliases.find([ANN, BEN])
    kept, absorbed = people[ANN].person_id, people[BEN].person_id
    given = give_presences(of=absorbed, to=kept, environment=R, limits=counter.limits, at=RECEIVED)
    assert set(Presence.objects.values_list("person_id", flat=True)) == {kept}
    return given.moved


def test_the_events_of_both_make_one_day(counter: Counter):
    counter(an_event(at=RECEIVED - HOUR), an_event(worker=BEN, type="OUT"))
    assert merge(counter) == 1
    assert [spell.state for spell in Spell.objects.all()] == ["ENDED"]
    assert {tuple(one.remarks) for one in Presence.objects.filter(event_type="OUT")} == {()}


def test_what_both_had_alike_stays_twice_and_a_repeat_finds_the_first(counter: Counter):
    own, _ = counter(a_day(), a_day(worker=BEN))
    assert merge(counter) == 1
    (again,) = counter(a_day())
    assert again.registration.id == own.registration.id
    assert sorted(slot > 0 for slot in Presence.objects.values_list("slot", flat=True)) == [False, True]


def test_what_was_asked_for_under_a_number_that_is_gone_is_decided_by_somebody_else(counter: Counter):
    event, _ = counter(an_event(), a_day(worker=BEN))
    number = a_taken_correction(counter, event.registration.id)
    people = counter.aliases.find([ANN, BEN])
    Correction.objects.update(asked_by=f"person:{people[BEN].person_id}")
    merge(counter)
    with pytest.raises(ConfigurationRefusedError, match="made by the same person"):
        decide(counter, number, by=f"person:{people[ANN].person_id}")


def remarks_by_slot() -> dict[bool, list[str]]:
    """Return what is remarked of the registrations that have their place, and of those that stand without it."""
    said: dict[bool, list[str]] = {False: [], True: []}
    for row in Presence.objects.order_by("number"):
        said[row.slot > 0] += row.remarks
    return said


def test_a_day_that_both_had_alike_is_one_day_without_remarks_of_our_own(counter: Counter, keys):
    both = [an_event(at=RECEIVED - HOUR / 8), an_event(at=RECEIVED, type="OUT")]
    counter(*both, *(replace(item, worker=BEN) for item in both))
    assert merge(counter) == 2
    assert remarks_by_slot() == {False: [], True: []}
    assert [spell.state for spell in Spell.objects.all()] == ["ENDED"]
    validate(keys, at=RECEIVED + HOUR)
    said = remarks_by_slot()
    assert "ALREADY_REGISTERED" not in said[False]
    assert said[True].count("ALREADY_REGISTERED") == 2


def test_events_after_the_merging_meet_no_double(counter: Counter):
    counter(an_event(), an_event(worker=BEN))
    merge(counter)
    (out,) = counter(an_event(at=RECEIVED, type="OUT"))
    assert out.remarks == ()
    assert remarks_by_slot() == {False: [], True: []}


def test_a_double_keeps_no_remark_that_its_day_gave_it(counter: Counter):
    counter(an_event(type="OUT"), an_event(type="OUT", worker=BEN), an_event(at=RECEIVED - HOUR / 8))
    merge(counter)
    assert remarks_by_slot() == {False: [], True: []}


def test_the_number_that_was_submitted_stays_beside_the_registration(counter: Counter):
    counter(a_day(worker=BEN), a_day())
    identifier = Presence.objects.order_by("number").first().identifier_id
    merge(counter)
    assert counter.aliases.read([identifier])[identifier] == BEN


def test_a_missing_check_out_of_which_somebody_was_told_is_not_told_of_again(counter: Counter):
    counter(a_day(), an_event(worker=BEN))
    counter(an_event(at=RECEIVED - HOUR))
    later = RECEIVED + 17 * HOUR
    flag_missing_outs(environment=R, limits=counter.limits, at=later)
    assert tell_of_missing_outs(limits=counter.limits, at=later).spells == 2
    merge(counter)
    assert tell_of_missing_outs(limits=counter.limits, at=later + HOUR).spells == 0
