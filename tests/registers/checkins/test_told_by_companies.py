"""What workers tell their employers of errors, and how that is closed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from domain.checkins.vocabulary import ClockingChannel, EventType, PresenceKind, ReportOutcome
from evidence.models import AuditEvent
from registers.checkins.error_reports import Answer, NotOpenError, TooLateToTellError, close_report, tell_employer
from registers.checkins.models import ErrorReport, Presence
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
        close_report(report.pk, ANSWER, company=SUBCONTRACTOR, actor="person:1", at=NOON)
    close_report(report.pk, ANSWER, company=EMPLOYER, actor="person:1", at=NOON)
    with pytest.raises(NotOpenError):
        close_report(report.pk, ANSWER, company=EMPLOYER, actor="person:2", at=NOON)
    report.refresh_from_db()
    assert (report.handled_at, report.handled_by) == (NOON, "person:1")
    assert (report.outcome, report.answer) == ("NOTHING_WRONG", "The badge says nine")


def test_what_an_employer_answers_never_stands_in_the_audit_trail():
    report = tell_employer(a_check_in(), "TIME: I came at eight", at=NOON)
    close_report(report.pk, ANSWER, company=EMPLOYER, actor="person:1", at=NOON)
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
