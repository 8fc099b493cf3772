"""Who is still at work since many hours is offered what to do about a check-out that he forgot, and may check in again."""

import re

import pytest

from registers.checkins.models import Presence, WorkPlace
from tests.portal.checkins.acting import COMPANY, PLACE, did, newest
from tests.portal.checkins.conftest import Visitor
from tests.portal.checkins.test_own_missing_outs import never_left

pytestmark = pytest.mark.django_db
FORGOT = "I forgot to check out"
PAGES = ("/check-in", f"/check-in/at/{PLACE}")


@pytest.fixture
def since_the_evening(worker: Visitor, place: WorkPlace) -> Presence:
    """A check-in of the evening before, twelve hours ago."""
    did(worker, "in", minutes_ago=12 * 60)
    return newest()


@pytest.mark.parametrize("path", PAGES)
def test_it_is_offered_behind_the_check_out(worker: Visitor, since_the_evening: Presence, path):
    page = worker.text(path)
    first, _, second = page.partition(FORGOT)
    assert 'value="out"' in first
    assert "Do not check out now" in second
    assert f'href="/check-in/mine/{since_the_evening.number}/error?what=MISSING"' in second
    assert re.search(r'name="act" value="in">\s*Check in again', second)


@pytest.mark.parametrize(("minutes", "is_offered"), [(4 * 60 - 2, False), (4 * 60 + 2, True)])
def test_it_is_offered_once_more_time_is_over_than_a_break_lasts(worker: Visitor, place, minutes, is_offered):
    did(worker, "in", minutes_ago=minutes)
    assert (FORGOT in worker.text("/check-in")) is is_offered


def test_who_is_on_a_break_or_elsewhere_is_not_asked(worker: Visitor, place: WorkPlace):
    did(worker, "in", "break", minutes_ago=3 * 60 + 55)
    assert FORGOT not in worker.text("/check-in")


def test_who_is_at_another_place_is_not_asked_about_this_one(worker: Visitor, since_the_evening: Presence):
    assert FORGOT not in worker.text("/check-in?elsewhere=1")


def test_who_follows_it_tells_the_employer_that_something_is_missing(worker: Visitor, since_the_evening: Presence):
    form = worker.text(f"/check-in/mine/{since_the_evening.number}/error?what=MISSING")
    assert re.search(r'value="MISSING"[^>]* checked', form)


def test_who_is_self_employed_is_led_to_ask_himself_by_a_form_that_is_filled_in(worker: Visitor, place: WorkPlace):
    did(worker, "in", minutes_ago=12 * 60, employer=f"{COMPANY}/SELF_EMPLOYED")
    page = worker.text("/check-in").partition(FORGOT)[2]
    path = f"/check-in/corrections/new?after={newest().number}"
    assert f'href="{path}"' in page
    assert "/error?" not in page
    assert f'name="place" value="{PLACE}"' in worker.text(path)


@pytest.mark.parametrize("own", ["", "/SELF_EMPLOYED"])
@pytest.mark.parametrize("path", PAGES)
def test_who_checks_in_again_at_the_same_place_says_nothing_untrue(worker: Visitor, place: WorkPlace, path, own):
    did(worker, "in", minutes_ago=12 * 60, employer=f"{COMPANY}{own}")
    told = dict(re.findall(r'type="hidden" name="(place|employer|sure)" value="([^"]*)"', worker.text(path)))
    worker.send(path, act="in", **told)
    again = newest()
    assert (again.event_type, again.work_place, again.employer) == ("IN", PLACE, COMPANY)
    assert again.remarks == ["IN_WHILE_IN"]
    assert Presence.objects.count() == 2
    assert FORGOT not in worker.text(path)


def test_who_is_at_a_place_that_nobody_knows_checks_in_there_again(worker: Visitor):
    did(worker, "in", minutes_ago=12 * 60, place="1Y1003TESTD9Z", sure="1Y1003TESTD9Z")
    told = dict(re.findall(r'type="hidden" name="(place|employer|sure)" value="([^"]*)"', worker.text("/check-in")))
    worker.send("/check-in", act="in", **told)
    assert newest().remarks == ["IN_WHILE_IN"]


def test_who_is_self_employed_is_led_from_the_page_of_the_check_in_to_what_is_filled_in(worker: Visitor, place):
    row = never_left(worker, employer=f"{COMPANY}/SELF_EMPLOYED")
    page = worker.text(f"/check-in/mine/{row.number}").partition("<h1")[2]
    assert f'href="/check-in/corrections/new?after={row.number}"' in page
    assert 'href="/check-in/corrections/new"' not in page


def test_nothing_is_filled_in_from_the_page_of_a_check_in_whose_check_out_is_not_missing(worker: Visitor, place):
    did(worker, "in", "out", employer=f"{COMPANY}/SELF_EMPLOYED")
    row = Presence.objects.order_by("event_at")[0]
    page = worker.text(f"/check-in/mine/{row.number}")
    assert 'href="/check-in/corrections/new"' in page
    assert "?after=" not in page
