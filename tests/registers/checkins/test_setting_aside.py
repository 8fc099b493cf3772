"""A registration that cannot be judged, or a person whose days cannot be folded, holds up no other."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

import pytest

from domain.checkins.codes import Remark
from domain.checkins.items import Worker
from domain.environments import Environment
from domain.refusals import OutageError
from registers.checkins import missing_outs, upkeep
from registers.checkins.missing_outs import flag_missing_outs
from registers.checkins.models import Presence, RevalidationRequest, Spell, UnjudgedPresence
from registers.checkins.records import PresenceRecord
from registers.checkins.sources import sources_of
from registers.checkins.upkeep import find_missing_outs, validate_all
from registers.checkins.validating import Validation, ask_again
from registers.persons.numbers import PersonKeys, UnopenedNumberError
from tests.checkin_items import ANN, COMPANY, RECEIVED, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.validations import validate_again, validate_waiting

R = Environment.PRODUCTION
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BEN = Worker(inss="05011512353")


class SourceThatFails:
    """Fails at some registrations, whoever stands beside them."""

    answers = frozenset[Remark]()

    def __init__(self, *numbers: int) -> None:
        self.numbers = set(numbers)

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Mapping[int, Collection[Remark]]:
        if self.numbers & {one.number for one in records}:
            raise UnopenedNumberError("a person's number under key k1 does not open")
        return {}


def six_events(counter: Counter) -> list[int]:
    outcomes = counter(*(an_event(at=RECEIVED - number * MINUTE) for number in range(6)))
    return [outcome.registration.id for outcome in outcomes]


def judged() -> set[int]:
    return set(Presence.objects.exclude(status="REGISTERED").values_list("number", flat=True))


def test_a_registration_that_cannot_be_judged_holds_up_no_other(counter: Counter, caplog: pytest.LogCaptureFixture):
    poisoned, *others = six_events(counter)
    validate_waiting([SourceThatFails(poisoned)], environment=R, at=RECEIVED + HOUR)
    assert judged() == set(others)
    assert [one.number for one in UnjudgedPresence.objects.all()] == [poisoned]
    assert [one.getMessage() for one in caplog.records] == [f"left out registration {poisoned}: UnopenedNumberError"]


class SourceThatIsAway:
    """Cannot be asked about anything."""

    answers = frozenset[Remark]()

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Mapping[int, Collection[Remark]]:
        raise OutageError(f"nobody is asked about {len(records)}")


def test_a_source_that_cannot_be_asked_is_an_outage_and_no_fault_of_a_registration(counter: Counter):
    six_events(counter)
    with pytest.raises(OutageError):
        validate_waiting([SourceThatIsAway()], environment=R, at=RECEIVED + HOUR)
    assert not UnjudgedPresence.objects.exists()


def test_a_validation_that_can_judge_nothing_ends_with_its_time(counter: Counter):
    numbers = six_events(counter)
    asked = []
    validation = Validation([SourceThatFails(*numbers)], R, RECEIVED, is_over=lambda: asked.append(1) or True, limit=2)
    validation.of_waiting()
    assert (len(asked), UnjudgedPresence.objects.count()) == (1, 2)


def test_what_could_not_be_judged_when_the_time_is_over_is_set_aside_as_well(counter: Counter):
    poisoned, *_ = six_events(counter)
    Validation([SourceThatFails(poisoned)], R, RECEIVED, is_over=lambda: True).of_all()
    assert [one.number for one in UnjudgedPresence.objects.all()] == [poisoned]


def test_what_could_not_be_judged_is_tried_again_after_an_hour_and_not_before(counter: Counter):
    poisoned, *_ = six_events(counter)
    validate_waiting([SourceThatFails(poisoned)], environment=R, at=RECEIVED)
    seen = [validate_waiting([], environment=R, at=RECEIVED + after).seen for after in (HOUR - MINUTE, HOUR)]
    assert seen == [0, 1]
    assert not UnjudgedPresence.objects.exists()


def test_what_cannot_be_judged_again_tells_since_when(counter: Counter):
    poisoned, *_ = six_events(counter)
    for hours in range(3):
        validate_waiting([SourceThatFails(poisoned)], environment=R, at=RECEIVED + hours * HOUR)
    aside = UnjudgedPresence.objects.get()
    assert (aside.since, aside.retry_at) == (RECEIVED, RECEIVED + 3 * HOUR)


def test_what_could_not_be_judged_anew_is_once_it_can(counter: Counter):
    poisoned, *others = six_events(counter)
    validate_waiting([], environment=R, at=RECEIVED)
    ask_again(environment=R, at=RECEIVED, employers=[COMPANY])
    validate_again([*sources_of(R), SourceThatFails(poisoned)], environment=R, at=RECEIVED + HOUR)
    assert set(Presence.objects.filter(status="FAILED").values_list("number", flat=True)) == set(others)
    assert not RevalidationRequest.objects.filter(done_at=None).exists()
    Validation(sources_of(R), R, RECEIVED + 2 * HOUR).of_all()
    assert Presence.objects.get(number=poisoned).status == "FAILED"
    assert not UnjudgedPresence.objects.exists()


@pytest.mark.parametrize("change", [{"status": "CANCELLED"}, {"status": "VALIDATED"}], ids=lambda one: one["status"])
def test_what_nobody_judges_any_more_is_forgotten(counter: Counter, change):
    poisoned, *_ = six_events(counter)
    validate_waiting([SourceThatFails(poisoned)], environment=R, at=RECEIVED)
    Presence.objects.filter(number=poisoned).update(**change)
    validate_waiting([], environment=R, at=RECEIVED + timedelta(days=62))
    assert not UnjudgedPresence.objects.exists()


def test_an_environment_that_fails_keeps_no_other_from_its_turn(db: None, keys: PersonKeys, monkeypatch):
    noticed = upkeep.notice_employments

    def fails_in_production(*, environment, at):
        if environment is R:
            raise OutageError("no")
        done.append(environment)
        return noticed(environment=environment, at=at)

    done = []
    monkeypatch.setattr(upkeep, "notice_employments", fails_in_production)
    with pytest.raises(OutageError):
        validate_all(keys=lambda: keys, now=lambda: RECEIVED + HOUR)
    assert done == [Environment.TEST]


def test_drafts_that_cannot_run_out_keep_no_check_out_from_being_flagged(counter: Counter, monkeypatch):
    def fail(**_when):
        raise OutageError("no letter can be written")

    counter(an_event())
    monkeypatch.setattr(upkeep, "expire_drafts", fail)
    with pytest.raises(OutageError, match="no letter"):
        find_missing_outs(limits=counter.limits, at=RECEIVED + 17 * HOUR)
    assert Spell.objects.get().state == "MISSING_OUT"


def test_whose_days_cannot_be_folded_keeps_nobody_from_being_flagged(counter: Counter, monkeypatch, caplog):
    counter(an_event(worker=ANN), an_event(worker=BEN))
    ann, _ben = Presence.objects.order_by("number").values_list("person_id", flat=True)
    read = missing_outs.read_around

    def read_all_but_one(concerned, **how):
        if ann in concerned:
            raise ValueError(ann)
        return read(concerned, **how)

    monkeypatch.setattr(missing_outs, "read_around", read_all_but_one)
    flagged = flag_missing_outs(environment=R, limits=counter.limits, at=RECEIVED + 17 * HOUR)
    assert flagged == (1, 1)
    assert dict(Spell.objects.values_list("person_id", "state"))[ann] == "OPEN"
    assert [one.getMessage() for one in caplog.records] == [f"left out missing check-outs person={ann}: ValueError"]
