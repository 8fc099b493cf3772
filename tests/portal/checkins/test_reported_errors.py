"""Workers tell employers what is wrong or missing; the letter about it says nothing of either."""

from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus

import pytest
from django.http import HttpResponse

from correspondence.models import EboxDocument, OutboxMessage
from domain.brussels import BRUSSELS, brussels_date
from domain.identifiers import insz
from registers.access.models import EntityAccount
from registers.checkins.models import ErrorReport, Presence
from registers.persons.models import PersonDetails
from tests.portal.checkins.acting import did, newest
from tests.portal.checkins.conftest import (
    COMPANY,
    INSS,
    OTHER_INSS,
    PLACE,
    Visitor,
    a_visitor,
)
from tests.portal.people import Manager

pytestmark = pytest.mark.django_db


def close(employer: Visitor, report: ErrorReport, status: int = 303, **deviation: str) -> HttpResponse:
    answer = {"outcome": "PUT_RIGHT", "sentence": "A correction is asked for"} | deviation
    return employer.send(f"/presences/errors/{report.pk}/close", status, **answer)


def test_a_worker_tells_the_employer_of_an_error_and_the_letter_says_nothing(
    employer: Visitor, worker: Visitor, place, manager: Manager
):
    did(worker, "in")
    number = newest().number
    worker.send(f"/check-in/mine/{number}/error", what="TIME", message="I came at eight")
    report = ErrorReport.objects.get()
    assert (report.employer, report.registration) == (COMPANY, number)
    letter = EboxDocument.objects.get(kind="CHECK_IN_ERROR", entity_id=manager.entity_id)
    told = str((letter.subjects, letter.bodies, list(OutboxMessage.objects.values_list("subject", "body"))))
    for hidden in ("eight", "Diaz", PLACE, str(number)):
        assert hidden not in told
    page = employer.text("/presences/errors")
    assert "I came at eight" in page
    assert "Ana Diaz" in page
    close(employer, report)
    assert "No report waits." in employer.text("/presences/errors")


@pytest.mark.parametrize(
    ("what", "words"),
    [("PLACE", "The work place"), ("EMPLOYER", "The company I work for"), ("OTHER", "Something else")],
)
def test_an_employer_reads_what_a_worker_says_is_wrong(employer: Visitor, worker: Visitor, place, what, words):
    did(worker, "in")
    worker.send(f"/check-in/mine/{newest().number}/error", what=what, message="see above: not mine")
    assert f"{words}: see above: not mine" in employer.text("/presences/errors")


def registered(days_ago: int) -> int:
    """Have the last registration been of seven in the morning so many days ago; return its receipt number."""
    row, day = newest(), brussels_date(datetime.now(UTC)) - timedelta(days=days_ago)
    row.number, row.registration_date = row.number + 90, day
    row.event_at = datetime.combine(day, time(7), BRUSSELS)
    row.save(force_insert=True)
    return int(row.number)


def test_an_error_is_told_until_the_thirtieth_day_after_the_registration_date(worker: Visitor, place):
    did(worker, "in")
    number = registered(days_ago=30)
    assert f"/check-in/mine/{number}/error" in worker.text(f"/check-in/mine/{number}")
    worker.send(f"/check-in/mine/{number}/error", what="TIME", message="I came at eight")
    assert ErrorReport.objects.get().registration == number


def test_on_the_thirty_first_day_no_error_is_told(worker: Visitor, place):
    did(worker, "in")
    number = registered(days_ago=31)
    assert f"/check-in/mine/{number}/error" not in worker.text(f"/check-in/mine/{number}")
    worker.get(f"/check-in/mine/{number}/error", HTTPStatus.NOT_FOUND)


MISSING = {"place": PLACE, "company": COMPANY, "missing": "OUT", "message": "I went home at five"}


def test_a_worker_without_a_registration_tells_what_is_missing(
    employer: Visitor, worker: Visitor, place, manager: Manager
):
    assert "/check-in/mine/missing" in worker.text("/check-in/mine")
    today = brussels_date(datetime.now(UTC))
    answer = worker.send("/check-in/mine/missing", day=today.isoformat(), **MISSING)
    assert "Your employer is told" in worker.follow(answer)
    report = ErrorReport.objects.get()
    assert (report.person_id, report.employer, report.work_place) == (worker.person_id, COMPANY, PLACE)
    assert (report.registration, report.registration_date) == (None, today)
    assert EboxDocument.objects.filter(kind="CHECK_IN_ERROR", entity_id=manager.entity_id).exists()
    page = employer.text("/presences/errors")
    for told in ("I went home at five", "Town hall", "/presences/corrections/new"):
        assert told in page
    close(employer, report)
    assert "No report waits." in employer.text("/presences/errors")


@pytest.mark.parametrize(
    ("days", "deviation", "sentence"),
    [
        (1, {}, "That day is still to come."),
        (-31, {}, "It is too late: errors of that day could be told until "),
        (0, {"place": "1Y1003"}, "This is no number of a work place"),
        (0, {"company": "0877665503"}, "This is no number of a company"),
        (0, {"missing": ""}, "Say what is missing."),
        (0, {"message": ""}, "Say how it was."),
    ],
)
def test_what_cannot_be_missing_is_told_to_nobody(worker: Visitor, place, days: int, deviation, sentence: str):
    day = brussels_date(datetime.now(UTC)) + timedelta(days=days)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if days else HTTPStatus.OK
    answer = worker.send("/check-in/mine/missing", status, day=day.isoformat(), **{**MISSING, **deviation})
    assert sentence in answer.content.decode()
    assert not ErrorReport.objects.exists()


@pytest.mark.parametrize(
    ("missing", "words"),
    [("IN", "A check-in is missing"), ("OUT", "A check-out is missing"), ("DAY", "The whole day is missing")],
)
def test_worker_and_employer_read_what_is_missing(worker: Visitor, employer: Visitor, place, missing, words):
    today = brussels_date(datetime.now(UTC)).isoformat()
    worker.send("/check-in/mine/missing", day=today, **(MISSING | {"missing": missing}))
    report = ErrorReport.objects.get()
    assert (report.missing, report.message) == (missing, "MISSING: I went home at five")
    told = f"{words}: I went home at five"
    for reader, path in ((worker, "/check-in/mine/errors"), (employer, "/presences/errors")):
        assert told in reader.text(path)
    assert told in employer.text(f"/presences/errors/{report.pk}/close")
    ErrorReport.objects.update(missing="")  # told before it was asked
    assert "A check-in or check-out is missing: I went home at five" in employer.text("/presences/errors")


def test_what_is_missing_is_told_until_the_last_day(worker: Visitor, place):
    day = brussels_date(datetime.now(UTC)) - timedelta(days=30)
    page = worker.follow(
        worker.send("/check-in/mine/missing", day=day.isoformat(), **(MISSING | {"company": "PL5260250274"}))
    )
    assert "We could not tell this company" in page
    assert ErrorReport.objects.get().registration_date == day


def test_what_is_missing_is_told_again_once_the_company_closed_the_report(worker: Visitor, employer: Visitor, place):
    day = brussels_date(datetime.now(UTC)).isoformat()
    worker.send("/check-in/mine/missing", day=day, **MISSING)
    again = worker.send("/check-in/mine/missing", 422, day=day, **MISSING)
    assert "You told this company of that day and work place already." in again.content.decode()
    assert EboxDocument.objects.filter(kind="CHECK_IN_ERROR").count() == ErrorReport.objects.count() == 1
    report = ErrorReport.objects.get()
    close(employer, report)
    worker.send("/check-in/mine/missing", day=day, **MISSING)
    assert ErrorReport.objects.count() == 2


def test_nobody_reports_more_than_ten_errors_within_an_hour(worker: Visitor, place):
    did(worker, "in")
    path, today = f"/check-in/mine/{newest().number}/error", brussels_date(datetime.now(UTC))
    for back in range(10):
        worker.send("/check-in/mine/missing", day=(today - timedelta(days=back)).isoformat(), **MISSING)
    for refused in (
        worker.send("/check-in/mine/missing", 422, day=(today - timedelta(days=10)).isoformat(), **MISSING),
        worker.send(path, 422, what="TIME", message="I came at eight"),
    ):
        assert "You told of many errors within an hour." in refused.content.decode()
    ErrorReport.objects.update(reported_at=datetime.now(UTC) - timedelta(hours=1))
    worker.send(path, what="TIME", message="I came at eight")
    assert ErrorReport.objects.count() == 11


@pytest.mark.parametrize(("capacity", "is_told"), [("", True), ("EMPLOYEE", False)])
def test_whose_own_company_it_may_be_is_told_where_to_ask(worker: Visitor, place, capacity, is_told):
    did(worker, "in", employer="PL5260250274")
    Presence.objects.update(derived_capacity=capacity, derived_from="DIMONA" if capacity else "")
    page = worker.text(f"/check-in/mine/{newest().number}/error")
    assert ("If it is your own company, ask us instead" in page) is is_told
    assert "/check-in/corrections/new" in worker.text("/check-in/mine")


def test_a_worker_is_told_that_a_company_cannot_be_reached(worker: Visitor, place):
    did(worker, "in", employer="PL5260250274")
    path = f"/check-in/mine/{newest().number}"
    assert "Nobody of this company reads here what you write now." in worker.text(f"{path}/error")
    page = worker.follow(worker.send(f"{path}/error", what="TIME", message="I came at eight"))
    assert "We could not tell this company" in page
    assert "Your employer is told" not in page
    assert ErrorReport.objects.get().employer == "PL5260250274"
    assert not EboxDocument.objects.filter(kind="CHECK_IN_ERROR").exists()


STOPPED = {
    "closed": {"state": "CLOSED", "closed_at": datetime(2026, 1, 2, tzinfo=UTC)},
    "suspended": {"state": "SUSPENDED", "suspended_at": datetime(2026, 1, 2, tzinfo=UTC)},
    "not activated yet": {"state": "REGISTERED", "activated_at": None},
}


@pytest.mark.parametrize("facts", STOPPED.values(), ids=STOPPED)
def test_a_worker_is_not_told_that_a_company_is_told_where_nobody_can_read_it(
    worker: Visitor, place, manager: Manager, facts
):
    did(worker, "in")
    path = f"/check-in/mine/{newest().number}"
    worker.send(f"{path}/error", what="PLACE", message="It was the other gate")
    EntityAccount.objects.filter(entity_id=manager.entity_id).update(**facts)
    assert "Nobody of this company reads here what you write now." in worker.text(f"{path}/error")
    page = worker.follow(worker.send(f"{path}/error", what="TIME", message="I came at eight"))
    assert "We could not tell this company" in page
    assert "Your employer is told" not in page
    assert worker.text("/check-in/mine/errors").count("Nobody of this company ") == len(ErrorReport.objects.all())


def test_a_company_that_closed_its_account_is_sent_no_letter(worker: Visitor, place, manager: Manager):
    did(worker, "in")
    EntityAccount.objects.filter(entity_id=manager.entity_id).update(**STOPPED["closed"])
    worker.send(f"/check-in/mine/{newest().number}/error", what="TIME", message="I came at eight")
    assert not EboxDocument.objects.filter(kind="CHECK_IN_ERROR").exists()


def test_nobody_reads_or_reports_of_anothers_registration(worker: Visitor, place):
    did(worker, "in")
    number = newest().number
    other = a_visitor(OTHER_INSS, name="Maes")
    for path in (f"/check-in/mine/{number}", f"/check-in/mine/{number}/error", f"/check-in/receipts/{number}"):
        other.get(path, HTTPStatus.NOT_FOUND)


def nameless_reporters(*numbers: str) -> list[ErrorReport]:
    """Return what workers told who have no name here, each of a check-out that is missing."""
    for number in numbers:
        reporter = a_visitor(number, name=f"N{number}")
        PersonDetails.objects.filter(person_id=reporter.person_id).delete()
        reporter.send("/check-in/mine/missing", day=brussels_date(datetime.now(UTC)).isoformat(), **MISSING)
    return list(ErrorReport.objects.order_by("pk"))


ONE_BIRTH_DAY = [insz(850_115_000 + serial, born_from_2000=False) for serial in (11, 13)]


@pytest.mark.parametrize("is_closed", [False, True], ids=["open", "closed"])
def test_reporters_of_one_birth_day_without_a_name_are_told_apart(employer: Visitor, place, *, is_closed: bool):
    """The company, which has no registration of either, reads no more of their numbers than of any stranger's."""
    reports = nameless_reporters(*ONE_BIRTH_DAY)
    called = [f"85.01.15-***.**, report {report.pk}" for report in reports]
    for report, name in zip(reports, called, strict=True):
        assert name in employer.text(f"/presences/errors/{report.pk}/close")
        if is_closed:
            close(employer, report)
    shown = employer.text("/presences/errors/closed" if is_closed else "/presences/errors")
    assert all(name in shown for name in called)
    assert not any(f"**, {number[-2:]}" in shown or f"**{number[-2:]}" in shown for number in ONE_BIRTH_DAY)


def test_a_reporter_without_a_name_is_called_by_what_the_page_of_the_registration_tells(
    employer: Visitor, worker: Visitor, place
):
    """The last two digits of who is of the staff, and the receipt of the registration that is wrong."""
    PersonDetails.objects.filter(person_id=worker.person_id).delete()
    did(worker, "in")
    number = newest().number
    worker.send(f"/check-in/mine/{number}/error", what="TIME", message="I came at eight")
    worker.send("/check-in/mine/missing", day=brussels_date(datetime.now(UTC)).isoformat(), **MISSING)
    about, missing = ErrorReport.objects.order_by("pk")
    shown = employer.text("/presences/errors")
    assert f"05.01.15-***.{INSS[-2:]}, receipt {number}" in shown
    assert f"05.01.15-***.{INSS[-2:]}, report {missing.pk}" in shown
    assert f"receipt {number}" in employer.text(f"/presences/errors/{about.pk}/close")
