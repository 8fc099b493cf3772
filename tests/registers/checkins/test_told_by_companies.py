"""What workers tell their employers, and what companies record of how subcontractors and temporary workers register."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from domain.checkins.vocabulary import ClockingChannel, EventType, PresenceKind, ReportOutcome
from evidence.models import AuditEvent
from registers.checkins.error_reports import Answer, NotOpenError, TooLateToTellError, close_report, tell_employer
from registers.checkins.means_records import Means, MeansEnd, MeansNotToldError, end_means, record_means
from registers.checkins.models import ErrorReport, MeansKind, MeansRecord, Presence, WorkPlace
from registers.persons.models import Person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
DAY = date(2026, 11, 23)
EMPLOYER, SUBCONTRACTOR = "0877665502", "0448181966"
ANSWER = Answer(ReportOutcome.NOTHING_WRONG, "The badge says nine")


def a_person() -> int:
    return Person.objects.create(environment="R", created_at=NOON).pk


def a_check_in(**deviation: object) -> Presence:
    facts: dict[str, object] = {
        "environment": "R",
        "number": 202_611_000_000_001,
        "registration_date": DAY,
        "kind": PresenceKind.EVENT,
        "person_id": a_person(),
        "identifier_id": 0,
        "employer": EMPLOYER,
        "work_place": "1Y1003TESTB7Z",
        "event_at": NOON,
        "utc_offset": 60,
        "event_type": EventType.IN,
        "channel": ClockingChannel.PORTAL,
        "received_at": NOON,
        "created_at": NOON,
    }
    return Presence(**{**facts, **deviation})


def on_day(days: int, hour: int) -> datetime:
    return datetime(2026, 11, 23, hour, 59, tzinfo=UTC) + timedelta(days=days)


@pytest.mark.parametrize(("at", "is_taken"), [(on_day(0, 12), True), (on_day(30, 22), True), (on_day(30, 23), False)])
def test_an_error_is_told_until_the_thirtieth_day_in_brussels(at, is_taken):
    row = a_check_in()
    if is_taken:
        report = tell_employer(row, "TIME: I came at eight", at=at)
        assert (report.employer, report.registration) == (EMPLOYER, row.number)
    else:
        with pytest.raises(TooLateToTellError):
            tell_employer(row, "TIME: I came at eight", at=at)
        assert not ErrorReport.objects.exists()


def test_what_a_worker_writes_never_stands_in_the_audit_trail():
    tell_employer(a_check_in(), "TIME: I came at eight", at=NOON)
    assert "eight" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_a_report_is_closed_once_and_by_its_own_employer():
    report = tell_employer(a_check_in(), "TIME: I came at eight", at=NOON)
    with pytest.raises(NotOpenError):
        close_report(report.pk, ANSWER, employer=SUBCONTRACTOR, actor="person:1", at=NOON)
    close_report(report.pk, ANSWER, employer=EMPLOYER, actor="person:1", at=NOON)
    with pytest.raises(NotOpenError):
        close_report(report.pk, ANSWER, employer=EMPLOYER, actor="person:2", at=NOON)
    report.refresh_from_db()
    assert (report.handled_at, report.handled_by) == (NOON, "person:1")
    assert (report.outcome, report.answer) == ("NOTHING_WRONG", "The badge says nine")


def test_what_an_employer_answers_never_stands_in_the_audit_trail():
    report = tell_employer(a_check_in(), "TIME: I came at eight", at=NOON)
    close_report(report.pk, ANSWER, employer=EMPLOYER, actor="person:1", at=NOON)
    told = AuditEvent.objects.get(action="checkin:error:handled").detail
    assert "badge" not in str(told)
    assert told["outcome"] == "NOTHING_WRONG"


@pytest.mark.parametrize(
    "deviation",
    [
        {"outcome": "PERHAPS", "answer": "no"},
        {"outcome": "PUT_RIGHT", "answer": ""},
        {"outcome": "", "answer": "no"},
        {"outcome": "PUT_RIGHT", "answer": "done", "handled_at": None},
    ],
)
def test_no_report_is_answered_by_halves(deviation):
    report = tell_employer(a_check_in(), "TIME: I came at eight", at=NOON)
    with pytest.raises(IntegrityError):
        ErrorReport.objects.filter(pk=report.pk).update(**{"handled_at": NOON} | deviation)


@pytest.mark.parametrize("deviation", [{"missing": "OUT"}, {"missing": "X", "registration": None}])
def test_only_a_report_of_a_day_says_what_is_missing(deviation):
    report = tell_employer(a_check_in(), "TIME: I came at eight", at=NOON)
    with pytest.raises(IntegrityError):
        ErrorReport.objects.filter(pk=report.pk).update(**deviation)


def recorded(at: datetime = NOON, **deviation: object) -> MeansRecord:
    facts: dict[str, object] = {"kind": MeansKind.GIVEN, "valid_from": DAY, "subcontractor": SUBCONTRACTOR}
    return record_means(Means(**{**facts, **deviation}), employer=EMPLOYER, actor="person:1", at=at)


def test_the_means_of_a_subcontractor_are_recorded_from_a_day_on():
    record = recorded(note="tablet at the gate")
    assert (record.subcontractor, record.kind, record.valid_from) == (SUBCONTRACTOR, "GIVEN", DAY)


def test_a_temporary_worker_gets_the_user_firms_means_or_a_clause():
    person = a_person()
    assert recorded(kind=MeansKind.USER_FIRM_MEANS, subcontractor="", person_id=person).person_id == person


@pytest.mark.parametrize("kind", [MeansKind.ALTERNATIVE_AGREED, MeansKind.CONTRACT_CLAUSE])
def test_what_was_agreed_must_be_told(kind):
    with pytest.raises(MeansNotToldError):
        recorded(kind=kind, note="  ")


@pytest.mark.parametrize("days", [0, 5])
def test_a_record_that_would_begin_then_or_later_is_replaced(days):
    recorded(valid_from=DAY + timedelta(days=days))
    newer = recorded(kind=MeansKind.ALTERNATIVE_AGREED, note="own app")
    assert list(MeansRecord.objects.values_list("pk", "valid_until")) == [(newer.pk, None)]


def test_a_new_record_ends_the_one_before_it():
    first = recorded()
    recorded(kind=MeansKind.ALTERNATIVE_AGREED, note="own app", valid_from=DAY + timedelta(days=10))
    first.refresh_from_db()
    assert first.valid_until == DAY + timedelta(days=9)


def test_a_record_before_a_planned_one_takes_its_place_and_what_held_ends_the_day_before():
    first = recorded(valid_from=DAY)
    recorded(kind=MeansKind.ALTERNATIVE_AGREED, note="own app", valid_from=DAY + timedelta(days=60))
    newest = recorded(valid_from=DAY + timedelta(days=30))
    held = MeansRecord.objects.order_by("valid_from").values_list("pk", "valid_until")
    assert list(held) == [(first.pk, DAY + timedelta(days=29)), (newest.pk, None)]


def test_a_record_that_ended_before_a_new_one_stays_as_it_is():
    first = recorded(valid_from=DAY)
    end_means(first.pk, employer=EMPLOYER, on=DAY, actor="person:1", at=NOON)
    recorded(valid_from=DAY + timedelta(days=30))
    first.refresh_from_db()
    assert first.valid_until == DAY


def test_what_is_only_planned_is_taken_back_and_never_held():
    planned = recorded(valid_from=DAY + timedelta(days=60))
    assert end_means(planned.pk, employer=EMPLOYER, on=DAY, actor="person:1", at=NOON) is MeansEnd.TAKEN_BACK
    assert not MeansRecord.objects.exists()
    assert AuditEvent.objects.filter(action="checkin:means:taken-back").count() == 1


def test_what_ends_in_time_is_ended_earlier():
    first = recorded(valid_from=DAY)
    recorded(kind=MeansKind.ALTERNATIVE_AGREED, note="own app", valid_from=DAY + timedelta(days=60))
    assert end_means(first.pk, employer=EMPLOYER, on=DAY, actor="person:1", at=NOON) is MeansEnd.ENDED
    first.refresh_from_db()
    assert first.valid_until == DAY


def test_a_record_of_one_place_leaves_the_record_of_all_places_alone():
    WorkPlace.objects.create(
        environment="R",
        number="1Y1003TESTB7Z",
        sector="CLEANING",
        name="Town hall",
        declarant=EMPLOYER,
        valid_from=DAY,
        changed_at=NOON,
    )
    everywhere = recorded()
    assert recorded(work_place="1Y1003TESTB7Z").work_place is not None
    everywhere.refresh_from_db()
    assert everywhere.valid_until is None


def test_a_work_place_that_is_not_known_is_told():
    with pytest.raises(LookupError):
        recorded(work_place="1Y1003TESTA1Z")


def test_a_record_is_ended_by_its_own_company_alone():
    record = recorded()
    companies = (SUBCONTRACTOR, EMPLOYER, EMPLOYER)
    ends = [end_means(record.pk, employer=one, on=DAY, actor="person:1", at=NOON) for one in companies]
    assert ends == [MeansEnd.NOTHING_TO_END, MeansEnd.ENDED, MeansEnd.NOTHING_TO_END]
