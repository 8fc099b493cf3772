"""How much of what an employer's staff registered is complete, right and in time is counted from the register alone."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checkins.items import Employer, Worker
from domain.checkins.searches import DayPeriod
from domain.environments import Environment
from domain.identifiers import insz
from registers.checkins.compliance import Compliance, read_compliance
from registers.checkins.missing_outs import flag_missing_outs
from registers.checkins.models import Presence, Spell, WorkPlace, WorkPlaceParty
from tests.checkin_items import CLEANING_SITE, COMPANY, RECEIVED, a_day, an_event
from tests.registers.checkins.conftest import OTHER, SENDER, Counter
from tests.registers.checkins.months_read import parts, parts_read
from tests.registers.checkins.test_indexes_of_questions import plans
from tests.registers.checkins.test_months import make_months

R = Environment.PRODUCTION
TODAY, HOUR, MINUTE = date(2026, 11, 23), timedelta(hours=1), timedelta(minutes=1)
MONTH = DayPeriod(date(2026, 11, 1), date(2026, 11, 30))
NOTHING = Compliance(
    begun=0, ended=0, registrations=0, days=0, without_out=0, without_in=0, remarked=0, late=0, sound=0
)
OTHERS = [Worker(inss=insz(850_115_000 + number, born_from_2000=False)) for number in range(3)]
POSTED = Worker(limosa_id="24910158641968060")


def counted(company: str = COMPANY, days: DayPeriod = MONTH, environment: Environment = R) -> Compliance:
    return read_compliance(company, days, environment=environment)


def came_and_went(counter: Counter, **deviation) -> None:
    counter(an_event(**deviation), an_event(at=RECEIVED, type="OUT", **deviation))


def never_went(counter: Counter, worker: Worker) -> None:
    came = RECEIVED - 20 * HOUR
    counter(an_event(worker=worker, at=came), received_at=came)
    flag_missing_outs(environment=R, limits=counter.limits, at=RECEIVED)


def failed(counter: Counter) -> None:
    counter(a_day())
    Presence.objects.update(status="FAILED", remarks=["DIMONA_NOT_OK"])


def checked_in_twice(counter: Counter) -> None:
    counter(an_event(), an_event(at=RECEIVED))
    assert Presence.objects.filter(remarks=["IN_WHILE_IN"]).count() == 1


SOUND = {"registrations": 1, "sound": 1}
ONE = {
    "who is at work still": (lambda one: one(an_event()), SOUND | {"begun": 1}),
    "who came and went": (came_and_went, {"registrations": 2, "sound": 2, "begun": 1, "ended": 1}),
    "whose check-out is missing": (
        lambda one: never_went(one, OTHERS[0]),
        {"registrations": 1, "begun": 1, "without_out": 1},
    ),
    "a presence on a day": (lambda one: one(a_day()), SOUND | {"days": 1}),
    "what has official remarks": (failed, {"registrations": 1, "days": 1, "remarked": 1}),
    "what came late": (
        lambda one: one(an_event(at=RECEIVED - 11 * MINUTE)),
        {"registrations": 1, "begun": 1, "late": 1},
    ),
    "a check-out without a check-in": (lambda one: one(an_event(type="OUT")), {"registrations": 1, "without_in": 1}),
    "a second check-in, which is remarked and no fault": (
        checked_in_twice,
        {"registrations": 2, "sound": 2, "begun": 1},
    ),
    "whom it brought by a Limosa number alone": (
        lambda one: came_and_went(one, worker=POSTED, employer=None),
        {"registrations": 2, "sound": 2, "begun": 1, "ended": 1},
    ),
    "staff of a firm abroad that it brought": (
        lambda one: came_and_went(one, employer=Employer(foreign_vat="PL5260250274")),
        {"registrations": 2, "sound": 2, "begun": 1, "ended": 1},
    ),
}


@pytest.mark.parametrize(("happen", "counts"), ONE.values(), ids=ONE)
def test_each_registration_and_each_spell_counts_as_what_it_is(counter: Counter, happen, counts: dict[str, int]):
    happen(counter)
    assert counted() == replace(NOTHING, **counts)


def test_what_has_two_faults_is_one_registration_that_is_not_sound(counter: Counter):
    came_and_went(counter)
    late = RECEIVED - 20 * HOUR
    counter(an_event(worker=OTHERS[0], at=late), received_at=late + 11 * MINUTE)
    flag_missing_outs(environment=R, limits=counter.limits, at=RECEIVED)
    found = counted()
    assert (found.late, found.without_out, found.registrations, found.sound) == (1, 1, 3, 2)
    assert found.rate == Fraction(2, 3)


def cancelled(counter: Counter) -> None:
    counter(a_day())
    Presence.objects.update(status="CANCELLED")


def superseded(counter: Counter) -> None:
    counter(a_day())
    Presence.objects.update(status="SUPERSEDED", next_date=TODAY)


NONE = {
    "nobody": lambda _: None,
    "a presence that was cancelled": cancelled,
    "a version that was corrected since": superseded,
    "staff of another company": lambda one: came_and_went(one, employer=Employer(enterprise_number=OTHER)),
    "a test": lambda one: replace(one, by=replace(SENDER, environment=Environment.TEST))(a_day()),
}


@pytest.mark.parametrize("happen", NONE.values(), ids=NONE)
def test_of_nothing_there_is_no_rate(counter: Counter, happen):
    happen(counter)
    assert counted() == NOTHING
    assert counted().rate is None


@pytest.mark.parametrize(("first", "last", "count"), [(-1, -1, 0), (0, 0, 1), (-1, 1, 1), (1, 1, 0)])
def test_days_are_counted_from_the_first_to_the_last(counter: Counter, first: int, last: int, count: int):
    counter(an_event())
    found = counted(days=DayPeriod(TODAY + timedelta(days=first), TODAY + timedelta(days=last)))
    assert (found.registrations, found.begun) == (count, count)


def test_a_spell_that_another_company_brought_too_is_of_neither_and_its_check_in_of_who_brought_that(counter: Counter):
    place = WorkPlace.objects.get(number=CLEANING_SITE)
    WorkPlaceParty.objects.create(
        environment="R", work_place=place, enterprise=OTHER, role="CONTRACTOR", valid_from=place.valid_from
    )
    counter(an_event(worker=POSTED, employer=None))
    counter(an_event(worker=POSTED, employer=None, type="OUT", at=RECEIVED), enterprise_number=OTHER)
    assert Spell.objects.get().state == "ENDED"
    for company in (COMPANY, OTHER):
        assert counted(company) == replace(NOTHING, **SOUND), company


def test_a_month_is_the_most_that_is_counted(db: None):
    assert counted(days=DayPeriod(date(2026, 10, 1), date(2026, 10, 31))) == NOTHING
    with pytest.raises(ValueError, match="31 days at most, got 32"):
        counted(days=DayPeriod(date(2026, 10, 1), date(2026, 11, 1)))


def test_it_is_read_by_two_questions_that_look_into_its_own_months(counter: Counter, django_assert_num_queries):
    make_months("2025-06-01", 24)
    came_and_went(counter)
    with plans() as texts:
        counted()
    assert parts_read(texts) == parts(MONTH.first, MONTH.last, "checkins_presence", "checkins_spell")
    counter(an_event(worker=POSTED, employer=None))
    with django_assert_num_queries(2):
        assert counted().begun == 2


@given(sound=st.integers(0, 10**6), others=st.integers(0, 10**6))
def test_the_rate_is_whole_only_where_everything_is_sound(sound: int, others: int):
    rate = replace(NOTHING, registrations=sound + others, sound=sound).rate
    if not sound + others:
        assert rate is None
    else:
        assert rate is not None
        assert 0 <= rate <= 1
        assert (rate == 1) is (others == 0)
        assert (rate == 0) is (sound == 0)
