from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from domain.checkins.items import Coordinates
from domain.environments import Environment
from evidence.models import AuditEvent
from registers.checkins.error_reports import tell_employer
from registers.checkins.evidence_of_corrections import expire_drafts
from registers.checkins.keeping import MadeAhead, forget_old, keep_months_ahead
from registers.checkins.models import (
    BringerReference,
    Correction,
    CorrectionEvidence,
    ErrorReport,
    MeansRecord,
    Position,
    Presence,
    PresenceStep,
    RevalidationRequest,
    SectorRule,
    Spell,
    ValidityNotice,
)
from tests.checkin_items import COMPANY, RECEIVED, a_correction, a_day, an_event
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.test_corrections import a_taken_correction, decide
from tests.registers.checkins.test_months import make_months, parts_of
from tests.registers.checkins.validations import validate_waiting

POINT = Coordinates(Decimal("50.8466"), Decimal("4.3528"))
DAY = timedelta(days=1)
BOUND = import_module("registers.checkins.migrations.0019_kept_for_a_century_at_most").BOUND
A_YEAR_AHEAD = import_module("registers.checkins.migrations.0034_a_year_ahead_at_most").BOUND
IN_EIGHT_YEARS = datetime(2034, 12, 1, tzinfo=UTC)


def let_rows_be_deleted() -> None:
    """Switch off what refuses to delete rows of this year, which are old in the test alone."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")


@pytest.fixture
def november(db: None) -> None:
    make_months("2026-11-01", 1)


def test_months_are_made_ahead_once(db: None):
    at = datetime(2031, 5, 17, tzinfo=UTC)
    assert len(keep_months_ahead(days_ahead=1, at=at).new) == 12
    assert keep_months_ahead(days_ahead=1, at=at) == MadeAhead((), ())
    assert "checkins_presence_2031_08" in parts_of("checkins_presence")


def test_as_many_months_are_made_ahead_as_a_rule_lets_anybody_register(db: None):
    SectorRule.objects.filter(sector="CONSTRUCTION").update(days_ahead=366)
    assert len(keep_months_ahead(days_ahead=1, at=datetime(2031, 5, 31, tzinfo=UTC)).new) == 3 * 13
    assert "checkins_presence_2032_05" in parts_of("checkins_presence")


def test_as_many_months_are_made_ahead_as_anybody_may_register_where_no_rule_says_so(db: None):
    assert len(keep_months_ahead(days_ahead=366, at=datetime(2031, 5, 31, tzinfo=UTC)).new) == 3 * 13


@pytest.mark.parametrize(("holds_until", "months"), [(date(2031, 5, 31), 4), (date(2031, 6, 1), 13)])
def test_a_rule_that_holds_no_more_lets_nobody_register_ahead(db: None, holds_until: date, months: int):
    SectorRule.objects.filter(environment="R", sector="CONSTRUCTION").update(days_ahead=366)
    SectorRule.objects.create(
        environment="R", sector="CONSTRUCTION", valid_from=holds_until, kinds=["DAY"], registrants=["WORKER"]
    )
    assert len(keep_months_ahead(days_ahead=1, at=datetime(2031, 5, 31, tzinfo=UTC)).new) == 3 * months


def test_the_database_takes_no_rule_that_reaches_further_ahead_than_a_year(db: None):
    with pytest.raises(IntegrityError, match="sector_rule_a_year_ahead"), transaction.atomic():
        SectorRule.objects.filter(sector="MEAT").update(days_ahead=367)


def test_a_rule_that_reached_further_reaches_a_year_ahead_after_the_upgrade(db: None):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE checkins_sectorrule DROP CONSTRAINT sector_rule_a_year_ahead")
        SectorRule.objects.filter(sector="MEAT").update(days_ahead=3660)
        cursor.execute(A_YEAR_AHEAD)
    assert set(SectorRule.objects.values_list("sector", "days_ahead")) > {("MEAT", 366), ("CLEANING", 0)}


def test_each_part_that_is_made_is_on_record(db: None):
    keep_months_ahead(days_ahead=1, at=datetime(2031, 5, 17, tzinfo=UTC))
    made = [event.detail["parts"] for event in AuditEvent.objects.filter(action="presence:months-made")]
    assert len(made) == 12
    assert ["checkins_spell_2031_08"] in made


def test_exact_coordinates_are_forgotten_after_ninety_days(counter: Counter):
    counter(an_event(place=POINT))
    assert forget_old(at=RECEIVED + 90 * DAY).positions == 0
    assert forget_old(at=RECEIVED + 91 * DAY).positions == 1
    assert (Position.objects.count(), Presence.objects.count()) == (0, 1)


def test_each_sector_keeps_exact_coordinates_as_long_as_its_rule_of_that_day_says(counter: Counter):
    a_work_place(number="1Y1003TESTD9Z", sector="REMOVALS")
    SectorRule.objects.filter(environment="R", sector="CLEANING").update(keep_position_days=10)
    SectorRule.objects.create(
        environment="R",
        sector="CLEANING",
        valid_from=RECEIVED.date() + DAY,
        kinds=["EVENT"],
        registrants=["WORKER"],
        keep_position_days=200,
    )
    counter(an_event(place=POINT), an_event(place=POINT, work_place_id="1Y1003TESTD9Z"))
    assert forget_old(at=RECEIVED + 10 * DAY).positions == 0
    assert forget_old(at=RECEIVED + 11 * DAY).positions == 1
    assert forget_old(at=RECEIVED + 90 * DAY).positions == 0
    assert forget_old(at=RECEIVED + 91 * DAY).positions == 1


def test_what_was_written_about_old_registrations_is_forgotten_with_them(november, counter: Counter):
    (outcome,) = counter(an_event())
    counter(a_correction(registration_id=outcome.registration.id))
    correction = Correction.objects.get()
    report = tell_employer(Presence.objects.get(), "The time is wrong.", at=RECEIVED)
    means = {"environment": "R", "employer": COMPANY, "recorded_at": RECEIVED, "recorded_by": "person:1"}
    means |= {"written_at": RECEIVED}
    means |= {"subcontractor": "PL5260250274", "kind": "GIVEN", "valid_from": RECEIVED.date()}
    MeansRecord.objects.create(**means, valid_until=RECEIVED.date())
    MeansRecord.objects.create(**means | {"valid_from": RECEIVED.date() + DAY})
    let_rows_be_deleted()
    late = datetime(2033, 12, 1, 12, tzinfo=UTC)
    forget_old(at=late)
    assert list(Correction.objects.all()) == [correction]
    assert (ErrorReport.objects.filter(pk=report.pk).exists(), MeansRecord.objects.count()) == (False, 1)
    expire_drafts(at=RECEIVED + 2 * DAY)
    assert forget_old(at=late).papers == 2
    assert (Correction.objects.count(), CorrectionEvidence.objects.count()) == (0, 0)


def test_a_request_stays_as_long_as_the_bytes_of_its_evidence(november, counter: Counter):
    (outcome,) = counter(an_event())
    counter(a_correction(registration_id=outcome.registration.id))
    expire_drafts(at=RECEIVED + 2 * DAY)
    CorrectionEvidence.objects.update(stored_at=RECEIVED)
    let_rows_be_deleted()
    forget_old(at=IN_EIGHT_YEARS)
    assert Correction.objects.count() == 1
    CorrectionEvidence.objects.update(erased_at=RECEIVED)
    forget_old(at=IN_EIGHT_YEARS)
    assert Correction.objects.count() == 0


def test_the_database_refuses_to_delete_a_young_request(counter: Counter):
    (outcome,) = counter(an_event())
    counter(a_correction(registration_id=outcome.registration.id))
    CorrectionEvidence.objects.all().delete()
    with pytest.raises(IntegrityError, match="append-only"):
        Correction.objects.all().delete()


def test_notices_and_requests_are_forgotten_ninety_days_after_they_were_told_and_done(counter: Counter):
    counter(an_event())
    number = Presence.objects.get().number
    for told in (RECEIVED, None):
        ValidityNotice.objects.create(
            environment="R",
            sender="123456",
            number=number,
            registration_date=RECEIVED.date(),
            status="FAILED",
            at=RECEIVED,
            told_at=told,
        )
        RevalidationRequest.objects.create(environment="R", employer=COMPANY, asked_at=RECEIVED, done_at=told)
    assert forget_old(at=RECEIVED + 90 * DAY).papers == 0
    assert forget_old(at=RECEIVED + 90 * DAY + timedelta(seconds=1)).papers == 2
    assert (ValidityNotice.objects.get().told_at, RevalidationRequest.objects.get().done_at) == (None, None)


def test_a_month_is_dropped_whole_after_seven_years(november, counter: Counter):
    counter(an_event(reference="EV-1"))
    assert "checkins_presence_2026_11" not in forget_old(at=datetime(2033, 11, 30, tzinfo=UTC)).months
    let_rows_be_deleted()
    months = forget_old(at=datetime(2033, 12, 1, 12, tzinfo=UTC)).months
    assert {"checkins_presence_2026_11", "checkins_presencestep_2026_11", "checkins_spell_2026_11"} <= set(months)
    assert (Presence.objects.count(), BringerReference.objects.count()) == (0, 0)


def test_a_sector_that_keeps_longer_keeps_the_month_and_nothing_of_the_others(november, counter: Counter):
    SectorRule.objects.filter(sector="MEAT").update(keep_years=10)
    counter(an_event(), a_day(), an_event(work_place_id="1Y1003TESTC9Z"))
    let_rows_be_deleted()
    forgotten = forget_old(at=IN_EIGHT_YEARS)
    assert "checkins_presence_2026_11" not in forgotten.months
    assert (forgotten.of_sectors, Presence.objects.get().sector) == (2, "")


@pytest.mark.parametrize("years", [0, 101, 2027])
def test_the_database_takes_no_rule_that_keeps_no_year_or_longer_than_a_century(db, years):
    with pytest.raises(IntegrityError, match="sector_rule_keeps_for_years"), transaction.atomic():
        SectorRule.objects.filter(sector="MEAT").update(keep_years=years)


def test_a_rule_that_held_a_year_keeps_for_a_century_after_the_upgrade(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE checkins_sectorrule DROP CONSTRAINT sector_rule_keeps_for_years")
        SectorRule.objects.filter(sector="MEAT").update(keep_years=2027)
        cursor.execute(BOUND)
    assert set(SectorRule.objects.values_list("sector", "keep_years")) > {("MEAT", 100), ("CLEANING", 7)}


def test_the_database_refuses_to_delete_what_is_young(counter: Counter):
    SectorRule.objects.filter(sector="CLEANING").update(keep_years=1)
    now = datetime.now(UTC)
    counter(an_event(at=now), received_at=now)
    with pytest.raises(IntegrityError, match="append-only"):
        forget_old(at=now + 368 * DAY)


def test_rows_of_a_sector_that_keeps_less_are_deleted_before(counter: Counter):
    SectorRule.objects.filter(sector="CLEANING").update(keep_years=1)
    counter(an_event(), a_day())
    let_rows_be_deleted()
    assert forget_old(at=RECEIVED + 366 * DAY).of_sectors == 1
    assert Presence.objects.get().kind == "DAY"


def test_what_workers_reported_goes_with_the_registration(counter: Counter):
    SectorRule.objects.filter(sector="CLEANING").update(keep_years=1)
    counter(an_event(), a_day())
    for row in Presence.objects.all():
        tell_employer(row, "The time is wrong.", at=RECEIVED)
    let_rows_be_deleted()
    assert forget_old(at=RECEIVED + 366 * DAY).of_sectors == 1
    assert ErrorReport.objects.get().registration == Presence.objects.get().number


@pytest.mark.parametrize(("lets_go", "left"), [("CLEANING", 2), ("REMOVALS", 1)])
def test_what_is_of_all_versions_stays_as_long_as_one_of_them(counter: Counter, lets_go: str, left: int):
    """The first version is of one sector, and the one by which a correction took its place of another."""
    a_work_place(number="1Y1003TESTD9Z", sector="REMOVALS")
    SectorRule.objects.filter(sector=lets_go).update(keep_years=1)
    (outcome,) = counter(an_event(reference="EV-1"))
    validate_waiting([], environment=Environment.PRODUCTION, at=RECEIVED)
    asked = {"corrected_at": None, "corrected_work_place": "1Y1003TESTD9Z"}
    decide(counter, a_taken_correction(counter, outcome.registration.id, **asked))
    assert set(Presence.objects.values_list("version", "sector")) == {(1, "CLEANING"), (2, "REMOVALS")}
    let_rows_be_deleted()
    assert forget_old(at=RECEIVED + 366 * DAY).of_sectors == 1
    assert Presence.objects.get().version == left
    assert (PresenceStep.objects.count(), BringerReference.objects.get().reference) == (1, "EV-1")
    assert Spell.objects.count() == left - 1


@pytest.mark.parametrize("rows_at_once", [1, 2])
def test_what_is_of_all_versions_goes_with_the_last_of_them(counter: Counter, rows_at_once: int):
    a_work_place(number="1Y1003TESTD9Z", sector="REMOVALS")
    SectorRule.objects.filter(sector__in=["CLEANING", "REMOVALS"]).update(keep_years=1)
    (outcome,) = counter(an_event(reference="EV-1"))
    validate_waiting([], environment=Environment.PRODUCTION, at=RECEIVED)
    asked = {"corrected_at": None, "corrected_work_place": "1Y1003TESTD9Z"}
    decide(counter, a_taken_correction(counter, outcome.registration.id, **asked))
    let_rows_be_deleted()
    assert forget_old(at=RECEIVED + 366 * DAY, rows_at_once=rows_at_once).of_sectors == 2
    for table in (Presence, PresenceStep, BringerReference, Spell):
        assert not table.objects.exists()


def test_what_is_registered_for_a_month_that_was_never_made_is_kept_all_the_same(counter: Counter):
    (outcome,) = counter(a_day(date=date(2040, 1, 1)), received_at=datetime(2040, 1, 1, 8, tzinfo=UTC))
    assert Presence.objects.get().number == outcome.registration.id
    assert make_months("2040-01-01", 1) == 2


def test_what_was_registered_before_its_month_was_made_moves_into_it(counter: Counter):
    (outcome,) = counter(a_day(date=date(2040, 1, 1)), received_at=datetime(2040, 1, 1, 8, tzinfo=UTC))
    validate_waiting([], environment=Environment.PRODUCTION, at=datetime(2040, 1, 1, 9, tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert len(keep_months_ahead(days_ahead=1, at=datetime(2040, 1, 1, 12, tzinfo=UTC)).new) == 12
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, number FROM checkins_presence")
        assert cursor.fetchall() == [("checkins_presence_2040_01", outcome.registration.id)]
    assert PresenceStep.objects.get().number == outcome.registration.id
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Presence.objects.all().delete()


def test_a_month_before_which_too_much_was_registered_is_told_as_not_made_every_night(counter: Counter, monkeypatch):
    counter(a_day(date=date(2040, 1, 1)), received_at=datetime(2040, 1, 1, 8, tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    monkeypatch.setattr("registers.checkins.keeping.MOST_MOVED", 0)
    made = [keep_months_ahead(days_ahead=1, at=datetime(2040, 1, 1, hour, tzinfo=UTC)) for hour in (12, 13)]
    assert [len(one.new) for one in made] == [11, 0]
    assert [one.lacking for one in made] == [("checkins_presence_2040_01",)] * 2
    assert Presence.objects.count() == 1


def test_the_part_for_all_other_months_stays_guarded_after_rows_moved_out_of_it(counter: Counter):
    counter(
        *(a_day(date=day) for day in (date(2040, 1, 31), date(2040, 2, 1))),
        received_at=datetime(2040, 1, 31, 8, tzinfo=UTC),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert make_months("2040-01-01", 1, most_moved=1) == 3
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor, transaction.atomic():
        cursor.execute("DELETE FROM checkins_presence_rest")
    assert Presence.objects.count() == 2


def test_what_is_of_a_month_that_was_never_made_is_forgotten_when_the_month_would_have_been_dropped(counter: Counter):
    came = datetime(2040, 1, 1, 8, tzinfo=UTC)
    counter(a_day(date=date(2040, 1, 1)), an_event(at=came), received_at=came)
    validate_waiting([], environment=Environment.PRODUCTION, at=came)
    let_rows_be_deleted()
    assert forget_old(at=datetime(2047, 1, 31, tzinfo=UTC)).of_rest == 0
    assert forget_old(at=datetime(2047, 2, 1, 12, tzinfo=UTC)).of_rest == 5
    assert (Presence.objects.count(), PresenceStep.objects.count(), Spell.objects.count()) == (0, 0, 0)


def test_what_was_dropped_is_on_record_though_a_later_month_cannot_be(november, counter: Counter):
    counter(an_event(place=POINT))
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIEW held AS SELECT * FROM checkins_spell_2026_11")
    with pytest.raises(DatabaseError, match="depend"):
        forget_old(at=datetime(2033, 12, 1, 12, tzinfo=UTC))
    told = [event.detail for event in AuditEvent.objects.filter(action="presence:forgotten").order_by("pk")]
    assert {"positions": 1} in told
    assert {"months": ["checkins_presencestep_2026_11"]} in told


def test_a_rule_keeps_only_what_is_of_its_own_days_and_sector(november, counter: Counter):
    SectorRule.objects.filter(sector="MEAT").update(keep_years=50)
    SectorRule.objects.filter(environment="R", sector="CLEANING").update(keep_years=10)
    SectorRule.objects.create(
        environment="R",
        sector="CLEANING",
        valid_from=RECEIVED.date(),
        kinds=["EVENT"],
        registrants=["WORKER"],
        keep_years=2,
    )
    counter(an_event(reference="EV-1"), an_event(at=RECEIVED - DAY, reference="EV-0"))
    let_rows_be_deleted()
    forgotten = forget_old(at=RECEIVED + 3 * 366 * DAY)
    assert (forgotten.of_sectors, Presence.objects.get().reference) == (1, "EV-0")
    assert [row.reference for row in BringerReference.objects.all()] == ["EV-0"]
    assert Spell.objects.filter(work_date=RECEIVED.date()).count() == 0


def test_a_rule_that_keeps_less_forgets_nothing_of_the_days_of_the_next_one(november, counter: Counter):
    SectorRule.objects.filter(environment="R", sector="CLEANING").update(keep_years=2)
    SectorRule.objects.create(
        environment="R",
        sector="CLEANING",
        valid_from=RECEIVED.date(),
        kinds=["EVENT"],
        registrants=["WORKER"],
        keep_years=10,
    )
    counter(an_event(reference="EV-1"), an_event(at=RECEIVED - DAY, reference="EV-0"))
    let_rows_be_deleted()
    forgotten = forget_old(at=RECEIVED + 3 * 366 * DAY)
    assert (forgotten.of_sectors, Presence.objects.get().reference) == (1, "EV-1")


def test_a_month_is_dropped_though_a_rule_of_other_days_keeps_longer(november, counter: Counter):
    SectorRule.objects.create(
        environment="R",
        sector="CLEANING",
        valid_from=date(2030, 1, 1),
        kinds=["EVENT"],
        registrants=["WORKER"],
        keep_years=20,
    )
    counter(an_event())
    assert "checkins_presence_2026_11" in forget_old(at=datetime(2033, 12, 1, 12, tzinfo=UTC)).months
