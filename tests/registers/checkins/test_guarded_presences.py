"""What the database refuses whatever statement asks for it: nothing that was registered is deleted, and nothing overwritten."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from domain.environments import Environment
from registers.checkins.keeping import forget_old, years_before
from registers.checkins.models import BringerReference, CorrectionEvidence, Presence, PresenceStep, SectorRule
from tests.checkin_items import a_cancellation, a_correction, a_day, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_corrections import a_taken_correction, decide
from tests.registers.checkins.validations import validate_waiting

DAY = timedelta(days=1)


@pytest.fixture
def today(db) -> date:
    """The day at which the database is for the whole test: it looks at no clock but that of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE 'Europe/Brussels')::date")
        return cursor.fetchone()[0]


def refused(*statement: str) -> bool:
    """Whether the database refuses the statement as a change of what may only be added to."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(" ".join(statement))
            assert cursor.rowcount
    except IntegrityError as refusal:
        return "append-only" in str(refusal)
    return False


FACTS = ("sector = ''", "distance = 5", "capacity_source = 'LIMOSA'", "event_at = event_at + interval '1 second'")


@pytest.mark.parametrize("change", FACTS)
def test_what_a_registration_says_is_never_overwritten(counter: Counter, change: str):
    counter(an_event())
    assert refused("UPDATE checkins_presence SET", change)


def test_a_registration_that_is_cancelled_comes_to_life_no_more(counter: Counter):
    (outcome,) = counter(a_day())
    counter(a_cancellation(registration_id=outcome.registration.id))
    assert Presence.objects.get().status == "CANCELLED"
    assert refused("UPDATE checkins_presence SET status = 'VALIDATED', slot = 0")
    assert not refused("UPDATE checkins_presence SET status = 'CANCELLED'")


@pytest.fixture
def corrected(counter: Counter) -> int:
    """The number of an event that was corrected: one version is superseded, one is the newest."""
    (outcome,) = counter(an_event())
    decide(counter, a_taken_correction(counter, outcome.registration.id))
    assert sorted(Presence.objects.values_list("version", "status")) == [(1, "SUPERSEDED"), (2, "REGISTERED")]
    return outcome.registration.id


CHANGES_OF_A_CORRECTED_ONE = {
    "superseded comes to life": "status = 'VALIDATED', next_date = NULL WHERE version = 1",
    "superseded forgets its next version": "next_date = NULL WHERE version = 1",
    "superseded has another next version": "next_date = next_date + 1 WHERE version = 1",
    "newest has a next version and is not superseded": "next_date = registration_date WHERE version = 2",
    "newest is superseded by none": "status = 'SUPERSEDED' WHERE version = 2",
}


@pytest.mark.parametrize("change", CHANGES_OF_A_CORRECTED_ONE.values(), ids=CHANGES_OF_A_CORRECTED_ONE)
@pytest.mark.usefixtures("corrected")
def test_which_version_is_the_newest_is_never_overwritten(change: str):
    assert refused("UPDATE checkins_presence SET", change)


@pytest.mark.parametrize("change", ["digest = '\\x00'", "reference = 'EV-2'"])
def test_what_a_reference_was_used_for_first_is_never_overwritten(counter: Counter, change: str):
    counter(an_event(reference="EV-1"))
    assert refused("UPDATE checkins_bringerreference SET", change)
    assert not refused("UPDATE checkins_bringerreference SET bringer = 'person:1', number = number + 1")


def noon_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def register_all(counter: Counter, day: date) -> None:
    """Register a day presence with a reference, and an event whose correction is asked for, and have them validated."""
    at = noon_of(day)
    (_, event) = counter(a_day(date=day, reference="EV-1"), an_event(at=at), received_at=at)
    counter(a_correction(registration_id=event.registration.id), received_at=at)
    CorrectionEvidence.objects.all().delete()
    validate_waiting([], environment=Environment.PRODUCTION, at=at)


TABLES = ("checkins_presence", "checkins_presencestep", "checkins_bringerreference", "checkins_correction")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("past", "is_refused"), [(timedelta(), True), (DAY, False)])
def test_nothing_is_deleted_before_the_years_of_its_sector_are_over(counter: Counter, today, table, past, is_refused):
    register_all(counter, years_before(today, 7) - past)
    assert refused("DELETE FROM", table) is is_refused


def test_a_sector_that_keeps_less_lets_its_registrations_go_and_no_others(counter: Counter, today):
    SectorRule.objects.filter(sector="CONSTRUCTION").update(keep_years=1)
    register_all(counter, years_before(today, 2))
    assert not refused("DELETE FROM checkins_presence WHERE sector = 'CONSTRUCTION'")
    assert refused("DELETE FROM checkins_presence WHERE sector = 'CLEANING'")


def test_what_is_of_no_sector_stays_as_long_as_any_sector_keeps(counter: Counter, today):
    SectorRule.objects.filter(sector="MEAT").update(keep_years=10)
    day = years_before(today, 8)
    counter(a_day(date=day, work_place_id="1Y1003TESTC9Z"), received_at=noon_of(day))
    assert refused("DELETE FROM checkins_presence")


def test_the_first_rule_of_a_sector_keeps_what_is_of_the_days_before_it(counter: Counter, today):
    day = years_before(today, 2)
    counter(a_day(date=day), received_at=noon_of(day))
    SectorRule.objects.filter(sector="CONSTRUCTION").update(valid_from=today, keep_years=1)
    assert not refused("DELETE FROM checkins_presence")


@pytest.mark.parametrize("years", [1, 7])
def test_what_the_rules_let_go_is_forgotten_as_before(counter: Counter, today, years: int):
    """The guards are those of the rules: whoever forgets by them is never refused."""
    SectorRule.objects.filter(sector="CONSTRUCTION").update(keep_years=years)
    for past in (40, 0):
        day = years_before(today, years) - past * DAY
        counter(a_day(date=day, reference=f"EV-{past}"), received_at=noon_of(day))
        validate_waiting([], environment=Environment.PRODUCTION, at=noon_of(day))
    forgotten = forget_old(at=noon_of(today))
    assert forgotten.of_sectors + forgotten.of_rest > 0
    assert [row.registration_date for row in Presence.objects.all()] == [years_before(today, years)]
    assert PresenceStep.objects.count() == BringerReference.objects.count() == 1
