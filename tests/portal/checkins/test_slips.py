"""Who is known as staff of a company and said by mistake that it is his own reads how that is put right, and can tell it."""

from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus

import pytest

from domain.brussels import BRUSSELS, brussels_date
from domain.checkins.limits import DayLimits
from portal.pages.checkins.choices import offered_to
from portal.pages.checkins.ones_own import now_may_be_a_slip
from registers.checkins.models import ErrorReport, Presence, WorkPlace
from tests.portal.checkins.acting import did, newest
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, Visitor, a_place
from tests.portal.checkins.test_own_missing_outs import heeds, never_left
from tests.registers.checkins.employing import employ

pytestmark = pytest.mark.django_db
OWN = f"{COMPANY}/SELF_EMPLOYED"
ON_THE_RECEIPT = "You said that this is your own company, and are known here as its employee."


def a_slip(worker: Visitor, **deviation: str) -> Presence:
    """Have an employee of the company say, some minutes ago, that it is his own."""
    did(worker, "in", employer=OWN, **deviation)
    return newest()


def of_days_ago(row: Presence, days: int, *, hour: int = 7) -> Presence:
    """Register the same once more, of that hour so many days ago."""
    day = brussels_date(datetime.now(UTC)) - timedelta(days=days)
    row.number, row.registration_date = row.number + 90, day
    row.event_at = datetime.combine(day, time(hour), BRUSSELS)
    row.save(force_insert=True)
    return row


def test_the_receipt_leads_to_what_can_be_done(worker: Visitor, place: WorkPlace):
    employ(worker.person_id)
    number = a_slip(worker).number
    page = worker.text(f"/check-in/receipts/{number}")
    assert ON_THE_RECEIPT in page
    assert f'href="/check-in/mine/{number}"' in page.partition(ON_THE_RECEIPT)[2].partition("</div>")[0]


@pytest.mark.parametrize("path", ["/check-in", f"/check-in/at/{OTHER_PLACE}"], ids=["here", "elsewhere"])
@pytest.mark.parametrize("acts", [["in"], ["in", "break"]], ids=["at work", "on a break"])
def test_who_is_at_work_is_led_to_what_can_be_done_from_there_too(
    worker: Visitor, place: WorkPlace, acts: list[str], path: str
):
    employ(worker.person_id)
    did(worker, *acts, employer=OWN)
    page = worker.text(path)
    led = page.partition(ON_THE_RECEIPT)[2].partition("</section>")[0]
    assert f'href="/check-in/mine/{Presence.objects.latest("event_at").number}"' in led


@pytest.mark.parametrize("days_before", [1, 0], ids=["since before", "since midnight"])
def test_who_came_before_midnight_is_led_only_to_a_page_that_tells_of_it(
    worker: Visitor, place: WorkPlace, days_before: int
):
    """He came at eleven; an hour after midnight, he is employed since the day on which he came, or since midnight."""
    row = of_days_ago(a_slip(worker), 2, hour=23)
    employ(worker.person_id, starting_date=row.registration_date + timedelta(days=1 - days_before))
    now = row.event_at + timedelta(hours=2)
    assert now_may_be_a_slip(offered_to(worker.person_id, at=now, limits=DayLimits())) is bool(days_before)
    assert ("by mistake" in worker.text(f"/check-in/mine/{row.number}")) is bool(days_before)


def test_who_is_at_work_for_his_own_company_that_does_not_employ_him_reads_nothing_of_it(
    worker: Visitor, place: WorkPlace
):
    a_slip(worker)
    assert ON_THE_RECEIPT not in worker.text("/check-in")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nl", "check dan uit, en check opnieuw in zonder te zeggen dat het de uwe is."),
        ("fr", "faites un check-out, puis un nouveau check-in sans dire que c&#x27;est la vôtre."),
        ("de", "checken Sie aus und wieder ein, ohne zu sagen, dass es Ihr eigenes ist."),
        ("en", "check out, and check in again without saying that it is your own."),
    ],
)
def test_the_page_of_a_check_in_says_how_it_is_put_right(worker: Visitor, place: WorkPlace, language: str, told: str):
    employ(worker.person_id)
    number = a_slip(worker).number
    page = worker.text(f"/check-in/mine/{number}?language={language}")
    assert told in page
    assert f'href="/check-in/mine/{number}/error"' in page
    assert f'href="/check-in/mine/{number}/correction"' in page


def test_the_employer_is_told_and_it_stays_beside_the_registration(
    worker: Visitor, employer: Visitor, place: WorkPlace
):
    employ(worker.person_id)
    number = a_slip(worker).number
    worker.send(f"/check-in/mine/{number}/error", what="OTHER", message="I am an employee: I ticked it by mistake")
    assert (ErrorReport.objects.get().registration, ErrorReport.objects.get().company) == (number, COMPANY)
    for reader, path in ((worker, f"/check-in/mine/{number}"), (employer, f"/presences/{number}")):
        assert "I ticked it by mistake" in reader.text(path)


def test_who_told_that_he_said_by_mistake_that_the_company_is_his_own_is_led_no_more_to_ask_for_it_himself(
    worker: Visitor, place: WorkPlace
):
    employ(worker.person_id)
    row = never_left(worker, employer=OWN)
    worker.send(f"/check-in/mine/{row.number}/error", what="MISSING", message="I left at five: I am an employee")
    (told,) = heeds(worker.text("/check-in/mine"))
    assert "You told your employer on" in told
    assert "You ask us yourself" not in told
    assert not heeds(worker.text("/check-in"))


def test_a_day_is_cancelled_and_registered_anew(worker: Visitor):
    employ(worker.person_id)
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    did(worker, "in", minutes_ago=0, employer=OWN, own=OWN, place=OTHER_PLACE)  # today, also just after midnight
    row = newest()
    page = worker.text(f"/check-in/mine/{row.number}")
    assert "cancel the day and register it again without saying so" in page
    assert "Cancel this day" in page
    assert f'href="/check-in/mine/{row.number}/error"' in page
    worker.send(f"/check-in/mine/{row.number}/cancellation", reason="OTHER")
    assert "by mistake" not in worker.text(f"/check-in/mine/{row.number}")
    assert ON_THE_RECEIPT not in worker.text(f"/check-in/receipts/{row.number}")


@pytest.mark.parametrize(("days", "status"), [(30, HTTPStatus.OK), (31, HTTPStatus.NOT_FOUND)])
def test_a_slip_is_told_in_the_days_of_its_sector(worker: Visitor, place: WorkPlace, days: int, status: HTTPStatus):
    employ(worker.person_id)
    number = of_days_ago(a_slip(worker), days).number
    assert ("by mistake" in worker.text(f"/check-in/mine/{number}")) == (status == HTTPStatus.OK)
    worker.get(f"/check-in/mine/{number}/error", status)


def test_whoever_is_no_employee_of_the_company_on_that_day_reads_nothing_of_it(worker: Visitor, place: WorkPlace):
    employ(worker.person_id, starting_date=brussels_date(datetime.now(UTC)) + timedelta(days=1))
    number = a_slip(worker).number
    assert ON_THE_RECEIPT not in worker.text(f"/check-in/receipts/{number}")
    assert "by mistake" not in worker.text(f"/check-in/mine/{number}")
    worker.get(f"/check-in/mine/{number}/error", HTTPStatus.NOT_FOUND)


def test_an_employee_who_said_nothing_of_an_own_company_reads_nothing_of_it(worker: Visitor, place: WorkPlace):
    employ(worker.person_id)
    did(worker, "in")
    assert ON_THE_RECEIPT not in worker.text(f"/check-in/receipts/{newest().number}")
    assert "by mistake" not in worker.text(f"/check-in/mine/{newest().number}")


@pytest.mark.parametrize("path", ["/check-in", "/check-in/receipts/{}", "/check-in/mine/{}", "/check-in/mine/{}/error"])
def test_pages_after_a_slip_ask_twelve_times_at_most(
    worker: Visitor, place: WorkPlace, django_assert_max_num_queries, path: str
):
    employ(worker.person_id)
    number = a_slip(worker).number
    worker.text("/home")
    with django_assert_max_num_queries(12):
        worker.text(path.format(number))
