"""What a worker told of an error stays visible to him, with the answer; closed reports are found again."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from correspondence.models import EboxAlert, EboxDocument
from domain.access.services import Right
from domain.brussels import brussels_date
from registers.access.models import EntityAccount
from registers.checkins.models import ErrorReport, PresenceLook
from tests.portal.checkins.conftest import COMPANY, OTHER_INSS, PLACE, Visitor, a_user_of, a_visitor
from tests.portal.checkins.test_inspection import an_inspector, look, word_of
from tests.portal.checkins.test_reported_errors import MISSING, close
from tests.portal.conftest import token_in
from tests.portal.people import Manager

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def report(worker: Visitor, event) -> ErrorReport:
    """What the worker told of a check-in."""
    worker.send(f"/check-in/mine/{event.number}/error", what="TIME", message="I came at eight")
    return ErrorReport.objects.get()


def test_who_told_of_an_error_sees_when_and_what_while_it_is_open(worker: Visitor, event, report):
    for path in (f"/check-in/mine/{event.number}", "/check-in/mine/errors"):
        page = worker.text(path)
        for told in ("I came at eight", "Open", "Reported"):
            assert told in page, path
    assert "/check-in/mine/errors" in worker.text("/check-in/mine")


def test_what_was_missing_stands_in_the_list_with_its_work_place(worker: Visitor, place):
    day = brussels_date(datetime.now(UTC)).isoformat()
    worker.send("/check-in/mine/missing", day=day, **MISSING)
    page = worker.text("/check-in/mine/errors")
    assert "Town hall" in page
    assert "I went home at five" in page


def test_a_worker_reads_how_his_employer_answered(worker: Visitor, employer: Visitor, event, report):
    close(employer, report, outcome="NOTHING_WRONG", sentence="The badge says nine")
    for path in (f"/check-in/mine/{event.number}", "/check-in/mine/errors"):
        page = worker.text(path)
        for told in ("Closed", "Nothing to correct", "The badge says nine"):
            assert told in page, path


def test_who_waits_for_a_company_that_closed_its_account_reads_where_to_turn(
    worker: Visitor, employer: Visitor, report
):
    assert "Nobody of this company" not in worker.text("/check-in/mine/errors")
    EntityAccount.objects.update(state="CLOSED", closed_at=datetime.now(UTC))
    page = worker.text("/check-in/mine/errors")
    assert "turn to the social inspectorate" in page
    assert "I came at eight" in page


def test_who_waits_for_a_company_that_comes_back_is_led_to_no_inspectorate(worker: Visitor, employer: Visitor, report):
    EntityAccount.objects.update(state="SUSPENDED", suspended_at=datetime.now(UTC))
    page = worker.text("/check-in/mine/errors")
    assert "Nobody of this company reads it here now" in page
    assert "inspectorate" not in page


def test_nobody_sees_what_another_one_told(worker: Visitor, report):
    assert "I came at eight" not in a_visitor(OTHER_INSS, name="Maes").text("/check-in/mine/errors")


@pytest.mark.parametrize(
    ("deviation", "sentence"),
    [
        ({"outcome": ""}, "Choose how it ended."),
        ({"sentence": " "}, "Say in a sentence what you did"),
        ({"sentence": "a" * 501}, "500"),
    ],
)
def test_a_report_is_closed_with_an_outcome_and_a_sentence(employer: Visitor, report, deviation, sentence):
    answer = close(employer, report, 200, **deviation)
    assert sentence in answer.content.decode()
    report.refresh_from_db()
    assert report.handled_at is None


def test_closing_asks_first_and_says_of_whom_and_what_it_is(employer: Visitor, worker: Visitor, report):
    page = employer.text(f"/presences/errors/{report.pk}/close")
    for told in ("Ana Diaz", "Town hall", "I came at eight", "How did it end?"):
        assert told in page
    assert PresenceLook.objects.filter(question="REPORT", about=str(report.pk), person_id=worker.person_id).exists()


def test_a_closed_report_is_found_with_its_answer(employer: Visitor, event, report):
    close(employer, report, sentence="Asked for on Friday")
    assert "/presences/errors/closed" in employer.text("/presences/errors")
    for path in ("/presences/errors/closed", f"/presences/{event.number}"):
        page = employer.text(path)
        for told in ("I came at eight", "Asked for on Friday", "Put right"):
            assert told in page, path


def test_a_report_that_was_closed_before_answers_were_asked_for_has_none(
    employer: Visitor, worker: Visitor, event, report
):
    ErrorReport.objects.update(handled_at=datetime.now(UTC), handled_by="person:1")
    for visitor, path in (
        (employer, "/presences/errors/closed"),
        (worker, "/check-in/mine/errors"),
        (worker, f"/check-in/mine/{event.number}"),
    ):
        assert "I came at eight" in visitor.text(path)


def test_who_would_close_a_closed_report_is_led_to_its_answer(employer: Visitor, report):
    close(employer, report, sentence="Asked for on Friday")
    page = employer.follow(employer.get(f"/presences/errors/{report.pk}/close", 302))
    for told in ("Closed reports", "Somebody closed this report meanwhile.", "Asked for on Friday"):
        assert told in page


@pytest.mark.parametrize(
    "late", [{"sentence": "The badge says nine"}, {"outcome": "", "sentence": "The badge says nine"}]
)
def test_who_closes_what_a_colleague_closed_meanwhile_reads_that_answer_beside_his_own(
    manager: Manager, employer: Visitor, report, late
):
    colleague = a_user_of(manager, Right.DECLARE, user_name="cy.user")
    token = token_in(colleague.text(f"/presences/errors/{report.pk}/close"))
    close(employer, report, sentence="Asked for on Friday")
    page = close(colleague, report, 409, token=token, **late).content.decode()
    for told in ("Somebody closed this report meanwhile.", "Put right", "Asked for on Friday", "The badge says nine"):
        assert told in page
    assert "Choose how it ended." not in page
    assert ">Close the report</button>" not in page
    report.refresh_from_db()
    assert report.answer == "Asked for on Friday"


def test_who_is_overtaken_while_he_closes_is_told_so_as_well(employer: Visitor, report):
    token = token_in(employer.text(f"/presences/errors/{report.pk}/close"))

    def overtake(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if "INSERT INTO checkins_presencelook" in sql:
            ErrorReport.objects.update(handled_at=datetime.now(UTC), handled_by="person:1")
        return done

    with connection.execute_wrapper(overtake):
        page = close(employer, report, 409, token=token, sentence="The badge says nine").content.decode()
    for told in ("Somebody closed this report meanwhile.", "The badge says nine"):
        assert told in page


@pytest.mark.parametrize("handled_at", [None, datetime(2026, 11, 2, 9, tzinfo=UTC)])
def test_nobody_closes_a_report_to_another_company(employer: Visitor, report, handled_at):
    ErrorReport.objects.update(company="0400767772", handled_at=handled_at)
    employer.get(f"/presences/errors/{report.pk}/close", 404)


def test_the_registration_of_an_open_report_leads_to_closing_it(employer: Visitor, event, report):
    assert f"/presences/errors/{report.pk}/close" in employer.text(f"/presences/{event.number}")


def test_who_only_looks_is_led_to_no_closing(manager: Manager, event, report):
    looker = a_user_of(manager, Right.CONSULT)
    page = looker.text(f"/presences/{event.number}")
    assert "I came at eight" in page
    assert "/close" not in page
    looker.get(f"/presences/errors/{report.pk}/close", 403)


def test_an_inspector_reads_what_was_told_and_answered(employer: Visitor, event, report):
    close(employer, report, sentence="Asked for on Friday")
    inspector = an_inspector()
    page = inspector.text(f"/inspection/{event.number}?c={word_of(look(inspector))}")
    for told in ("I came at eight", "Asked for on Friday"):
        assert told in page


def test_the_same_is_not_told_twice_while_it_is_open(worker: Visitor, employer: Visitor, event, report):
    path, same = f"/check-in/mine/{event.number}/error", {"what": "TIME", "message": "I came at eight"}
    refused = worker.send(path, 422, **same)
    assert "You told your employer this already" in refused.content.decode()
    worker.send(path, what="PLACE", message="It was the station")
    close(employer, report)
    worker.send(path, **same)
    assert ErrorReport.objects.count() == 3
    assert EboxDocument.objects.filter(kind="CHECK_IN_ERROR").count() == 3


def test_a_worker_whose_e_box_is_active_is_told_that_there_is_an_answer(worker: Visitor, employer: Visitor, report):
    now = datetime.now(UTC)
    EboxAlert.objects.create(person_id=worker.person_id, environment="R", address="ana@example.org", activated_at=now)
    close(employer, report, sentence="The badge says nine")
    letter = EboxDocument.objects.get(kind="OWN_ERROR_ANSWERED", person_id=worker.person_id)
    for hidden in ("badge", "eight", "Diaz", PLACE, COMPANY):
        assert hidden not in str((letter.subjects, letter.bodies))
    page = worker.text(f"/my-ebox/{letter.pk}")
    assert re.search(r'href="/check-in/mine/errors">Errors that you reported<', page)
    assert "The badge says nine" in worker.text("/check-in/mine/errors")


@pytest.mark.parametrize("path", ["/presences/errors", "/presences/errors/closed", "/presences/{0}"])
def test_pages_of_an_employer_ask_twelve_questions_at_most(
    employer: Visitor, event, report, path, django_assert_max_num_queries
):
    close(employer, report)
    ErrorReport.objects.create(
        **{
            name: getattr(report, name)
            for name in (
                *("environment", "person_id", "registration_date", "employer", "company", "work_place", "reported_at"),
            )
        },
        message="MISSING: my check-out",
    )
    employer.get("/home")
    with django_assert_max_num_queries(MOST_QUERIES):
        employer.get(path.format(event.number))


@pytest.mark.parametrize("path", ["/check-in/mine/errors", "/check-in/mine/{0}", "/check-in/mine"])
def test_pages_of_a_worker_ask_twelve_questions_at_most(
    worker: Visitor, event, report, path, django_assert_max_num_queries
):
    worker.get("/check-in")
    with django_assert_max_num_queries(MOST_QUERIES):
        worker.get(path.format(event.number))
