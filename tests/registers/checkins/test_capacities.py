"""In which capacity somebody was present is derived where nobody declared it, with its source (check-in declarations §1.3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from domain.checkins.codes import RefusalCode
from domain.checkins.items import DayPresence, Employer, PresenceEvent, Worker
from domain.checkins.outcomes import CorrectionTaken, Declarant, Refused
from domain.checkins.vocabulary import CancellationReason, Capacity, CapacitySource, ClockingChannel, PresenceStatus
from domain.environments import Environment
from registers.checkins.models import Presence, PresenceStep, SourceName
from registers.checkins.older_capacities import derive_older
from registers.checkins.records import read_newest, registration_of
from registers.checkins.upkeep import validate_all
from registers.checkins.validating import ask_again
from registers.persons.numbers import PersonKeys
from registers.student_days.models import Period
from tests.checkin_items import (
    BADGE_LOG,
    COMPANY,
    INSS,
    RECEIVED,
    a_cancellation,
    a_correction,
    a_day,
    a_request_for_a_missing_event,
    an_event,
)
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.employing import employ
from tests.registers.checkins.feeding import Feed, feeder, revalidate, validate
from tests.registers.checkins.test_corrections import Shelf, decide, hand_in
from tests.registers.checkins.test_months import make_months

R = Environment.PRODUCTION
HOUR = timedelta(hours=1)
LATER = RECEIVED + HOUR
BIS = "90231512323"
POLISH = Employer(foreign_vat="PL5260250274")
DERIVE = import_module("registers.checkins.migrations.0017_derived_capacities").DERIVE
MARK = import_module("registers.checkins.migrations.0020_capacities_of_earlier_days").MARK
OWN = f"{COMPANY},{INSS},2020-01-01,"


@pytest.fixture
def feed(keys: PersonKeys, tmp_path: Path) -> Feed:
    return feeder(keys, tmp_path)


def a_presence(counter: Counter, item: DayPresence | PresenceEvent | None = None, **deviation) -> Presence:
    (outcome,) = counter(item or a_day(), **deviation)
    return Presence.objects.get(number=outcome.registration.id)


def told_of(presence: Presence) -> tuple[str, str]:
    presence.refresh_from_db()
    return presence.known_capacity, presence.known_capacity_source


EMPLOYMENTS = (
    ({}, "EMPLOYEE"),
    ({"worker_type": "STU"}, "EMPLOYEE"),
    ({"joint_commission": "322", "using_employer": "0400767772"}, "TEMP_WORKER"),
    ({"joint_commission": "322"}, "TEMP_WORKER"),
    *(({"worker_type": kind}, "TRAINEE") for kind in ("STG", "TRI", "IVT")),
)


@pytest.mark.parametrize(("period", "capacity"), EMPLOYMENTS)
def test_a_declared_employment_tells_which_worker_it_is(counter: Counter, keys: PersonKeys, period, capacity):
    presence = a_presence(counter)
    employ(presence.person_id, **period)
    validate(keys, at=LATER)
    assert told_of(presence) == (capacity, "DIMONA")
    assert (presence.capacity, presence.capacity_source, presence.status) == ("", "", "VALIDATED")


def test_the_employment_that_began_last_tells(counter: Counter, keys: PersonKeys):
    presence = a_presence(counter)
    employ(presence.person_id, worker_type="STG")
    employ(presence.person_id, starting_date=RECEIVED.date())
    validate(keys, at=LATER)
    assert told_of(presence) == ("EMPLOYEE", "DIMONA")


def test_the_founder_of_the_company_is_self_employed(counter: Counter, keys: PersonKeys, feed: Feed):
    presence = a_presence(counter)
    feed(SourceName.FOUNDERS, OWN)
    validate(keys, at=LATER)
    assert told_of(presence) == ("SELF_EMPLOYED", "FOUNDERS")


def test_a_founder_whom_the_company_employs_is_an_employee(counter: Counter, keys: PersonKeys, feed: Feed):
    presence = a_presence(counter)
    feed(SourceName.FOUNDERS, OWN)
    employ(presence.person_id)
    validate(keys, at=LATER)
    assert told_of(presence) == ("EMPLOYEE", "DIMONA")


def test_a_declaration_of_work_from_abroad_makes_somebody_posted(counter: Counter, keys: PersonKeys, feed: Feed):
    presence = a_presence(counter, a_day(worker=Worker(inss=BIS), employer=POLISH))
    feed(SourceName.LIMOSA, f",{BIS},2026-01-01,")
    validate(keys, at=LATER)
    assert told_of(presence) == ("POSTED", "LIMOSA")


def test_a_limosa_number_alone_says_it_itself(counter: Counter):
    assert told_of(a_presence(counter, a_day(worker=Worker(limosa_id="24910158641968060"), employer=None))) == (
        "POSTED",
        "LIMOSA",
    )


NOBODY_KNOWS = (a_day(), a_day(worker=Worker(inss=BIS), employer=POLISH))


@pytest.mark.parametrize("item", NOBODY_KNOWS)
def test_nothing_is_said_where_no_source_knows(counter: Counter, keys: PersonKeys, feed: Feed, item):
    presence = a_presence(counter, item)
    feed(SourceName.FOUNDERS, f"{COMPANY},05011512353,2020-01-01,", f"0438195916,{INSS},2020-01-01,")
    feed(SourceName.LIMOSA, ",05011512353,2026-01-01,")
    validate(keys, at=LATER)
    assert told_of(presence) == ("", "")


def test_what_was_declared_stays(counter: Counter, keys: PersonKeys):
    presence = a_presence(counter, a_day(capacity=Capacity.TRAINEE))
    employ(presence.person_id)
    validate(keys, at=LATER)
    assert told_of(presence) == ("TRAINEE", "DECLARED")
    assert presence.derived_capacity == ""


def test_a_source_that_changes_changes_the_capacity_and_adds_no_step(counter: Counter, keys: PersonKeys, feed: Feed):
    presence = a_presence(counter)
    feed(SourceName.FOUNDERS, OWN)
    validate(keys, at=LATER)
    employ(presence.person_id)
    ask_again(environment=R, at=LATER, person_ids=[presence.person_id])
    revalidate(keys, at=LATER + HOUR)
    assert told_of(presence) == ("EMPLOYEE", "DIMONA")
    assert (presence.validated_at, PresenceStep.objects.count()) == (LATER, 1)


def test_a_capacity_goes_with_the_period_that_told_it(counter: Counter, keys: PersonKeys):
    presence = a_presence(counter)
    period = employ(presence.person_id)
    validate(keys, at=LATER)
    Period.objects.filter(pk=period.pk).update(state="CANCELLED")
    ask_again(environment=R, at=LATER, person_ids=[presence.person_id])
    revalidate(keys, at=LATER + HOUR)
    assert told_of(presence) == ("", "")


def test_an_answer_tells_the_capacity_with_its_source(counter: Counter, keys: PersonKeys):
    presence = a_presence(counter)
    employ(presence.person_id)
    validate(keys, at=LATER)
    told = registration_of(read_newest([presence.number], environment=R)[presence.number], bringer="")
    assert (told.capacity, told.capacity_source) == (Capacity.EMPLOYEE, CapacitySource.DIMONA)
    assert told.status is PresenceStatus.VALIDATED


def himself(presence: Presence) -> Declarant:
    return Declarant(R, ClockingChannel.PORTAL, person_id=presence.person_id)


@pytest.fixture
def founder(counter: Counter, keys: PersonKeys, feed: Feed) -> Presence:
    """The event of a self-employed person whom site software registered, which tells no capacity."""
    (outcome,) = counter(an_event())
    feed(SourceName.FOUNDERS, OWN)
    validate(keys, at=LATER)
    return Presence.objects.get(number=outcome.registration.id)


def test_a_self_employed_person_whom_software_registered_asks_for_his_own_correction(counter: Counter, founder):
    counter.by, counter.received_at = himself(founder), LATER + HOUR
    (asked,) = counter(a_correction(registration_id=founder.number, corrected_at=RECEIVED - HOUR), shelf=Shelf())
    assert isinstance(asked, CorrectionTaken)
    hand_in(BADGE_LOG.sha256, at=LATER, owner=f"person:{founder.person_id}")
    decide(counter, asked.correction_id)
    newest = Presence.objects.get(number=founder.number, version=2)
    assert told_of(newest) == ("SELF_EMPLOYED", "FOUNDERS")


def test_he_asks_for_a_missing_event_too(counter: Counter, founder):
    counter.by, counter.received_at = himself(founder), LATER + HOUR
    (asked,) = counter(a_request_for_a_missing_event(corrected_at=RECEIVED + HOUR), shelf=Shelf())
    assert isinstance(asked, CorrectionTaken)
    hand_in(BADGE_LOG.sha256, at=LATER, owner=f"person:{founder.person_id}")
    made = decide(counter, asked.correction_id)
    assert told_of(Presence.objects.get(number=made)) == ("SELF_EMPLOYED", "FOUNDERS")


def test_a_corrected_version_says_at_once_what_the_sources_tell_of_its_new_day(counter: Counter, keys: PersonKeys):
    """An employee yesterday, a trainee of the same company before: the capacity follows the day to which the event goes."""
    (outcome,) = counter(an_event())
    event = Presence.objects.get(number=outcome.registration.id)
    employ(event.person_id, starting_date=RECEIVED.date())
    employ(event.person_id, worker_type="STG", ending_date=RECEIVED.date() - timedelta(days=1))
    validate(keys, at=LATER)
    assert told_of(event) == ("EMPLOYEE", "DIMONA")
    counter.received_at = LATER + HOUR
    (asked,) = counter(
        a_correction(registration_id=event.number, corrected_at=RECEIVED - timedelta(days=1)), shelf=Shelf()
    )
    hand_in(BADGE_LOG.sha256, at=LATER)
    decide(counter, asked.correction_id)
    assert told_of(Presence.objects.get(number=event.number, version=2)) == ("TRAINEE", "DIMONA")


KNOWN_OTHERWISE = {
    "an employment of that day": employ,
    "a capacity that was declared": lambda _: Presence.objects.update(capacity="TRAINEE", capacity_source="DECLARED"),
    "a capacity that was derived": lambda _: Presence.objects.update(derived_capacity="POSTED", derived_from="LIMOSA"),
}


@pytest.mark.parametrize("know", KNOWN_OTHERWISE.values(), ids=KNOWN_OTHERWISE)
def test_who_is_known_there_as_something_else_asks_for_no_missing_event_himself(counter: Counter, know):
    (outcome,) = counter(an_event())
    event = Presence.objects.get(number=outcome.registration.id)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # what was declared never changes but here
    know(event.person_id)
    counter.by, counter.received_at = himself(event), LATER + HOUR
    asked = a_request_for_a_missing_event(corrected_at=RECEIVED + HOUR)
    assert counter(asked, shelf=Shelf()) == [Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))]


def test_a_company_that_asks_late_for_somebody_unknown_stays_late(counter: Counter):
    """Only who asks for himself is believed to be self-employed, for whom there is no last day."""
    counter(an_event())
    asked = a_request_for_a_missing_event(corrected_at=RECEIVED + HOUR)
    late = RECEIVED + timedelta(days=40)
    (refused,) = counter(asked, shelf=Shelf(), received_at=late)
    assert refused.codes == (RefusalCode.CORRECTION_WINDOW_CLOSED,)


def test_an_employee_asks_for_no_correction_himself(counter: Counter, keys: PersonKeys):
    (outcome,) = counter(an_event())
    event = Presence.objects.get(number=outcome.registration.id)
    employ(event.person_id)
    validate(keys, at=LATER)
    counter.by, counter.received_at = himself(event), LATER + HOUR
    refused = Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))
    assert counter(a_correction(registration_id=event.number, corrected_at=RECEIVED - HOUR)) == [refused]


def test_the_founder_cancels_the_day_that_he_registered_himself(counter: Counter, keys: PersonKeys, feed: Feed):
    person_id = a_presence(counter, a_day(date=(RECEIVED + timedelta(days=1)).date())).person_id
    counter.by = replace(
        counter.by, sender="", channel=ClockingChannel.PORTAL, person_id=person_id, enterprise_number=None
    )
    presence = a_presence(counter)
    feed(SourceName.FOUNDERS, OWN)
    validate(keys, at=LATER)
    item = a_cancellation(registration_id=presence.number, reason=CancellationReason.PLANNING)
    counter(item, received_at=LATER + HOUR)
    assert told_of(presence)[0] == "SELF_EMPLOYED"
    assert presence.status == "CANCELLED"


WRONG = (
    {"derived_capacity": "ACTOR", "derived_from": "DIMONA"},
    {"derived_capacity": "EMPLOYEE"},
    {"derived_from": "DIMONA"},
)


@pytest.mark.parametrize("deviation", WRONG)
def test_the_database_refuses_what_no_source_tells(counter: Counter, deviation):
    presence = a_presence(counter)
    with pytest.raises(IntegrityError), transaction.atomic():
        Presence.objects.filter(number=presence.number).update(**deviation)


def test_a_backlog_is_derived_after_the_upgrade(counter: Counter, keys: PersonKeys):
    """What was validated before its capacity was derived is asked about again, by its employer."""
    now = datetime.now(UTC)
    (outcome,) = counter(a_day(), received_at=now)
    presence = Presence.objects.get(number=outcome.registration.id)
    Presence.objects.filter(number=presence.number).update(status="VALIDATED")
    employ(presence.person_id)
    with connection.cursor() as cursor:
        cursor.execute(DERIVE)
    revalidate(keys, at=now + HOUR)
    assert told_of(presence) == ("EMPLOYEE", "DIMONA")


def test_earlier_days_are_derived_after_the_upgrade_until_all_are_done(counter: Counter, keys: PersonKeys):
    """More than sixty days back, beside what waits meanwhile and what was derived by others; the newest day first."""
    make_months("2026-07-01", 5)
    days = [RECEIVED - timedelta(days=back) for back in (0, 70, 71, 100)]
    presences = [a_presence(counter, received_at=day) for day in days]
    employ(presences[0].person_id)
    Presence.objects.exclude(number=presences[0].number).update(status="VALIDATED")
    Presence.objects.filter(number=presences[2].number).update(derived_capacity="TRAINEE", derived_from="DIMONA")
    with connection.cursor() as cursor:
        cursor.execute(MARK)
    assert derive_older(environment=R, rows_a_run=1) == 1
    assert [told_of(one)[0] for one in presences] == ["", "EMPLOYEE", "TRAINEE", ""]
    assert [derive_older(environment=R, rows_a_run=1) for _ in range(3)] == [1, 0, None]
    assert [told_of(one)[0] for one in presences] == ["", "EMPLOYEE", "TRAINEE", "EMPLOYEE"]
    assert (presences[3].status, presences[3].validated_at, PresenceStep.objects.count()) == ("VALIDATED", None, 0)


def test_a_day_of_many_rows_is_asked_about_in_parts(counter: Counter, keys: PersonKeys):
    presences = [a_presence(counter, an_event(at=RECEIVED - HOUR * back)) for back in range(5)]
    employ(presences[0].person_id)
    Presence.objects.filter(number__gt=0).update(status="VALIDATED")
    with connection.cursor() as cursor:
        cursor.execute(MARK)
    assert derive_older(environment=R, rows_at_once=2) == len(presences)
    assert {told_of(one) for one in presences} == {("EMPLOYEE", "DIMONA")}


def test_who_registers_for_the_first_time_has_nothing_to_go_back_to(counter: Counter):
    with connection.cursor() as cursor:
        cursor.execute(MARK)
    a_presence(counter)
    assert derive_older(environment=R) is None


def test_the_validation_goes_back_until_all_is_derived_and_says_so(counter: Counter, keys: PersonKeys):
    presence = a_presence(counter)
    employ(presence.person_id)
    Presence.objects.filter(number=presence.number).update(status="VALIDATED")
    with connection.cursor() as cursor:
        cursor.execute(MARK)
    done = [validate_all(keys=lambda: keys, now=lambda: LATER) for _ in range(2)]
    assert [one.get("earlier ones asked about for their capacity") for one in done] == [1, None]
    assert told_of(presence) == ("EMPLOYEE", "DIMONA")
