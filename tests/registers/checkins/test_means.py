"""What companies record of how subcontractors and temporary workers register: nothing of it is changed or deleted."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from domain.checkins.day_spans import DaySpan
from domain.checkins.limits import CheckInLimits
from domain.environments import Environment
from evidence.models import AuditEvent
from registers.checkins.keeping_papers import forget_papers
from registers.checkins.means_records import (
    Means,
    MeansEnd,
    MeansNotToldError,
    MeansReplacedError,
    MeansTooFarError,
    end_means,
    record_means,
)
from registers.checkins.merging import give_presences
from registers.checkins.models import MeansKind, MeansRecord, WorkPlace
from registers.persons.models import Person
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
TODAY = date(2026, 11, 23)
EMPLOYER, SUBCONTRACTOR = "0877665502", "0448181966"
PLACE = "1Y1003TESTB7Z"
DAY = timedelta(days=1)
MIGRATION = importlib.import_module("registers.checkins.migrations.0046_means_are_kept")

Held = list[tuple[str, int, int | None]]


def a_person() -> int:
    return Person.objects.create(environment="R", created_at=NOON).pk


def recorded(first: int = 0, last: int | None = None, *, at: datetime = NOON, **deviation: object) -> MeansRecord:
    """Record it from so many days from today on, whatever gives way to it."""
    facts: dict[str, object] = {"kind": MeansKind.GIVEN, "subcontractor": SUBCONTRACTOR}
    facts |= {"valid_from": TODAY + first * DAY, "valid_until": None if last is None else TODAY + last * DAY}
    means = Means(**{**facts, **deviation})
    try:
        return record_means(means, employer=EMPLOYER, actor="person:1", at=at)
    except MeansReplacedError as asked:
        return record_means(means, employer=EMPLOYER, actor="person:1", at=at, agreed=agreements(asked))


def agreements(asked: MeansReplacedError) -> list[str]:
    return [one.agreement for one in asked.giving_way]


def agreed(first: int = 0, last: int | None = None, **deviation: object) -> MeansRecord:
    return recorded(first, last, **{"kind": MeansKind.ALTERNATIVE_AGREED, "note": "own app", **deviation})


def ended(record: MeansRecord, **deviation: object) -> MeansEnd:
    return end_means(record.pk, **{"employer": EMPLOYER, "on": TODAY, "actor": "person:2", "at": NOON} | deviation)


def held() -> Held:
    """Return what holds: kind, and the first and last day from today."""
    rows = MeansRecord.objects.filter(replaced_at__isnull=True).order_by("valid_from")
    return [
        (row.kind, (row.valid_from - TODAY).days, row.valid_until and (row.valid_until - TODAY).days) for row in rows
    ]


def replaced() -> Held:
    rows = MeansRecord.objects.filter(replaced_at__isnull=False).order_by("valid_from", "pk")
    return [
        (row.kind, (row.valid_from - TODAY).days, row.valid_until and (row.valid_until - TODAY).days) for row in rows
    ]


def test_the_means_of_a_subcontractor_are_recorded_from_a_day_on():
    record = recorded(note="tablet at the gate")
    assert (record.subcontractor, record.kind, record.valid_from) == (SUBCONTRACTOR, "GIVEN", TODAY)


def test_a_temporary_worker_gets_the_user_firms_means_or_a_clause():
    person = a_person()
    assert recorded(kind=MeansKind.USER_FIRM_MEANS, subcontractor="", person_id=person).person_id == person


@pytest.mark.parametrize("kind", [MeansKind.ALTERNATIVE_AGREED, MeansKind.CONTRACT_CLAUSE])
def test_what_was_agreed_must_be_told(kind):
    with pytest.raises(MeansNotToldError):
        recorded(kind=kind, note="  ")


@pytest.mark.parametrize("days", [0, 5])
def test_a_record_that_would_begin_then_or_later_is_replaced_and_stays(days):
    recorded(days)
    agreed()
    assert held() == [("ALTERNATIVE_AGREED", 0, None)]
    assert replaced() == [("GIVEN", days, None)]


def test_a_slip_of_the_year_replaces_nothing():
    recorded(-90)
    with pytest.raises(MeansTooFarError):
        recorded(-36525)
    with pytest.raises(MeansTooFarError):
        recorded(36525)
    assert replaced() == []


def test_what_is_replaced_says_what_it_said_and_who_took_its_place_when():
    first = recorded(-90, note="Device 1")
    later = NOON + timedelta(hours=1)
    recorded(-100, note="Device 2", at=later)
    first.refresh_from_db()
    assert (first.note, first.valid_until, first.recorded_at) == ("Device 1", None, NOON)
    assert (first.replaced_at, first.replaced_by) == (later, "person:1")


def test_whoever_records_agrees_to_what_gives_way():
    recorded(-90)
    second = agreed(-30)
    wrong = Means(MeansKind.GIVEN, TODAY - 60 * DAY, subcontractor=SUBCONTRACTOR)
    with pytest.raises(MeansReplacedError) as asked:
        record_means(wrong, employer=EMPLOYER, actor="person:1", at=NOON)
    assert [one.record.note for one in asked.value.giving_way] == ["", "own app"]
    assert asked.value.giving_way[1].record == second
    of_first = agreements(asked.value)[:1]
    with pytest.raises(MeansReplacedError):
        record_means(wrong, employer=EMPLOYER, actor="person:1", at=NOON, agreed=of_first)
    assert held() == [("GIVEN", -90, -31), ("ALTERNATIVE_AGREED", -30, None)]


@pytest.mark.parametrize("days", [(-365, None), (-99, None), (-100, -1)])
def test_other_days_than_those_agreed_to_are_asked_about_anew(days: tuple[int, int | None]):
    recorded(-300)
    shown = Means(MeansKind.GIVEN, TODAY - 100 * DAY, subcontractor=SUBCONTRACTOR)
    with pytest.raises(MeansReplacedError) as asked:
        record_means(shown, employer=EMPLOYER, actor="person:1", at=NOON)
    first, last = days
    until = None if last is None else TODAY + last * DAY
    changed = replace(shown, valid_from=TODAY + first * DAY, valid_until=until)
    with pytest.raises(MeansReplacedError):
        record_means(changed, employer=EMPLOYER, actor="person:1", at=NOON, agreed=agreements(asked.value))
    assert held() == [("GIVEN", -300, None)]


@pytest.mark.parametrize(
    ("first", "last", "is_asked"), [(0, None, False), (5, None, False), (-1, None, True), (5, 9, True)]
)
def test_what_only_goes_on_until_the_next_begins_is_not_asked_about(first: int, last: int | None, is_asked: bool):
    recorded(-30)
    until = None if last is None else TODAY + last * DAY
    next_one = Means(MeansKind.GIVEN, TODAY + first * DAY, until, subcontractor=SUBCONTRACTOR)
    try:
        record_means(next_one, employer=EMPLOYER, actor="person:1", at=NOON)
    except MeansReplacedError:
        assert is_asked
    else:
        assert not is_asked


def test_a_new_record_ends_the_one_before_it():
    recorded()
    agreed(10)
    assert held() == [("GIVEN", 0, 9), ("ALTERNATIVE_AGREED", 10, None)]


def test_a_record_before_a_planned_one_takes_its_place_and_what_held_ends_the_day_before():
    recorded()
    agreed(60)
    recorded(30)
    assert held() == [("GIVEN", 0, 29), ("GIVEN", 30, None)]


def test_what_held_for_some_days_leaves_what_was_recorded_before_and_after_them():
    first = recorded(-200, note="Device 1")
    agreed(-100, -50, at=NOON + timedelta(hours=1))
    assert held() == [("GIVEN", -200, -101), ("ALTERNATIVE_AGREED", -100, -50), ("GIVEN", -49, None)]
    rest = MeansRecord.objects.get(valid_from=TODAY - 49 * DAY)
    assert (rest.note, rest.recorded_at, rest.written_at) == ("Device 1", NOON, NOON + timedelta(hours=1))
    assert replaced() == [("GIVEN", -200, None)]
    first.refresh_from_db()
    assert first.replaced_at


def test_a_record_that_ended_before_a_new_one_stays_as_it_is():
    ended(recorded())
    recorded(30)
    assert held() == [("GIVEN", 0, 0), ("GIVEN", 30, None)]


def test_what_is_only_planned_is_taken_back_never_held_and_stays():
    planned = recorded(60)
    assert ended(planned) is MeansEnd.TAKEN_BACK
    assert held() == []
    planned.refresh_from_db()
    assert planned.replaced_by == "person:2"
    assert AuditEvent.objects.filter(action="checkin:means:taken-back").count() == 1


def test_what_ends_in_time_is_ended_earlier():
    recorded()
    agreed(60)
    assert ended(MeansRecord.objects.get(valid_until__isnull=False)) is MeansEnd.ENDED
    assert held() == [("GIVEN", 0, 0), ("ALTERNATIVE_AGREED", 60, None)]


def test_a_record_of_one_place_leaves_the_record_of_all_places_alone():
    facts = {"environment": "R", "number": PLACE, "sector": "CLEANING", "name": "Town hall", "declarant": EMPLOYER}
    WorkPlace.objects.create(**facts, valid_from=TODAY, changed_at=NOON)
    recorded()
    assert recorded(work_place=PLACE).work_place is not None
    assert replaced() == []


def test_a_work_place_that_is_not_known_is_told():
    with pytest.raises(LookupError):
        recorded(work_place="1Y1003TESTA1Z")


def test_a_record_is_ended_by_its_own_company_alone():
    record = recorded()
    ends = [ended(record, employer=one) for one in (SUBCONTRACTOR, EMPLOYER, EMPLOYER)]
    assert ends == [MeansEnd.NOTHING_TO_END, MeansEnd.ENDED, MeansEnd.NOTHING_TO_END]


def test_of_two_numbers_of_one_person_the_last_record_holds_and_the_other_stays():
    people = kept, absorbed = a_person(), a_person()
    for first, note, person in zip((-90, -30), ("clause 33", "clause 82"), people, strict=True):
        at = NOON + first * DAY
        recorded(first, at=at, kind=MeansKind.CONTRACT_CLAUSE, note=note, subcontractor="", person_id=person)
    give_presences(of=absorbed, to=kept, environment=Environment.PRODUCTION, limits=CheckInLimits(), at=NOON)
    assert held() == [("CONTRACT_CLAUSE", -90, -31), ("CONTRACT_CLAUSE", -30, None)]
    assert replaced() == [("CONTRACT_CLAUSE", -90, None)]
    assert set(MeansRecord.objects.values_list("person", flat=True)) == {kept}
    assert AuditEvent.objects.filter(action="checkin:means:merged").count() == 1


def is_refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)
    except IntegrityError as refusal:
        return "append-only" in str(refusal)
    return False


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE checkins_meansrecord SET valid_until = '2026-12-01'",
        "UPDATE checkins_meansrecord SET note = 'something else'",
        "UPDATE checkins_meansrecord SET recorded_at = '2026-01-01'",
        "UPDATE checkins_meansrecord SET replaced_at = NULL, replaced_by = '' WHERE replaced_at IS NOT NULL",
        "DELETE FROM checkins_meansrecord",
        "ALTER TABLE checkins_meansrecord ENABLE TRIGGER never_emptied; TRUNCATE checkins_meansrecord",
    ],
)
def test_the_database_refuses_to_change_or_delete_what_is_recorded(change: str):
    recorded(-5)
    recorded()
    assert is_refused(change)


def test_the_database_lets_no_two_hold_on_one_day():
    record = recorded()
    twice = dict(MeansRecord.objects.filter(pk=record.pk).values().get(), id=None, valid_from=TODAY + DAY)
    with pytest.raises(IntegrityError, match="means_one_on_a_day"), transaction.atomic():
        MeansRecord.objects.create(**twice)
    MeansRecord.objects.create(**twice | {"subcontractor": "0123456749"})


@pytest.mark.parametrize(
    ("last", "replaced_in", "is_kept"), [(2018, None, False), (None, 2018, False), (None, None, True)]
)
def test_what_no_longer_holds_goes_years_after_its_last_day_or_its_replacement(last, replaced_in, is_kept):
    long_ago = datetime(2018, 1, 1, tzinfo=UTC)
    told = {"environment": "R", "employer": EMPLOYER, "subcontractor": SUBCONTRACTOR, "kind": "GIVEN"}
    told |= {"recorded_at": long_ago, "recorded_by": "person:1", "written_at": long_ago}
    told |= {"valid_from": date(2017, 1, 1), "valid_until": last and date(last, 2, 1)}
    told |= {"replaced_at": replaced_in and long_ago, "replaced_by": "person:2" if replaced_in else ""}
    MeansRecord.objects.create(**told)
    forget_papers(before=date(2019, 1, 1), at=NOON, rows_at_once=10)
    assert MeansRecord.objects.exists() is is_kept


def test_an_upgrade_settles_what_held_twice_and_keeps_it():
    twice = {"environment": "R", "employer": EMPLOYER, "subcontractor": SUBCONTRACTOR, "recorded_by": "person:1"}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE checkins_meansrecord DROP CONSTRAINT means_one_on_a_day")
    for first, kind in ((-9, "GIVEN"), (-3, "ALTERNATIVE_AGREED")):
        at = NOON + first * DAY
        facts = {"kind": kind, "note": "own app", "recorded_at": at, "written_at": at}
        MeansRecord.objects.create(**twice, **facts, valid_from=TODAY + first * DAY)
    MIGRATION.settle(apps, None)
    assert held() == [("GIVEN", -9, -4), ("ALTERNATIVE_AGREED", -3, None)]
    assert replaced() == [("GIVEN", -9, None)]


@pytest.mark.django_db(transaction=True)
def test_two_first_records_at_one_instant_do_not_both_hold():
    """Of none that is there, no row could be held: the second waits, and is asked whether the first may give way."""

    def second() -> object:
        try:
            means = Means(MeansKind.ALTERNATIVE_AGREED, TODAY, note="theirs", subcontractor=SUBCONTRACTOR)
            return record_means(means, employer=EMPLOYER, actor="person:2", at=NOON)
        except MeansReplacedError as asked:
            return [one.record.note for one in asked.giving_way]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            recorded(note="ours")
            waits = threads.submit(second)
            assert wait_for(1)
        assert waits.result(timeout=30) == ["ours"]


WEEK = DaySpan(date(2026, 11, 2), date(2026, 11, 8))


@pytest.mark.parametrize(
    ("other", "left"),
    [
        (DaySpan(date(2026, 11, 9)), (WEEK,)),
        (DaySpan(date(2026, 10, 1), date(2026, 11, 1)), (WEEK,)),
        (DaySpan(date(2026, 10, 1)), ()),
        (WEEK, ()),
        (DaySpan(date(2026, 11, 8)), (DaySpan(date(2026, 11, 2), date(2026, 11, 7)),)),
        (DaySpan(date(2026, 11, 1), date(2026, 11, 2)), (DaySpan(date(2026, 11, 3), date(2026, 11, 8)),)),
        (
            DaySpan(date(2026, 11, 4), date(2026, 11, 4)),
            (DaySpan(date(2026, 11, 2), date(2026, 11, 3)), DaySpan(date(2026, 11, 5), date(2026, 11, 8))),
        ),
    ],
)
def test_what_is_left_of_a_span_lies_outside_the_other(other: DaySpan, left: tuple[DaySpan, ...]):
    assert WEEK.without(other) == left
