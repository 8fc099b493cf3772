"""A page that is older than what is going on, and the page without a connection, beside the page of check-ins."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest

from domain.brussels import brussels_date
from registers.checkins.models import WorkPlace
from tests.portal.checkins.acting import bring, did, kept, newest
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, Visitor, a_place
from tests.portal.checkins.test_own_missing_outs import heeds, never_left

pytestmark = pytest.mark.django_db
TYPED = ("maxlength", "inputmode", "autocapitalize", "spellcheck", "autocomplete")


def field(page: str, name: str) -> dict[str, str]:
    (tag,) = re.findall(rf'<input[^>]* name="{name}"[^>]*>', page)
    return {key: value for key, value in re.findall(r'([a-z]+)="([^"]*)"', tag) if key in TYPED}


def test_the_page_for_no_connection_takes_the_same_numbers_as_the_page_with_one(worker: Visitor, place: WorkPlace):
    """A foreign number has letters, which no keypad of digits types."""
    offline, online = worker.text("/check-in/offline"), worker.text("/check-in")
    for name in ("number", "company"):
        assert field(offline, name) == field(online, name)


@pytest.mark.parametrize("deviation", [{"place": PLACE}, {"employer": "0412345614"}], ids=["place", "company"])
def test_a_page_that_another_device_made_old_asks_before_it_checks_out_elsewhere(
    worker: Visitor, place: WorkPlace, deviation: dict[str, str]
):
    a_place(OTHER_PLACE, name="School")
    did(worker, "in", place=OTHER_PLACE)
    shown = {"place": OTHER_PLACE, "employer": COMPANY}
    asked = worker.send("/check-in", HTTPStatus.CONFLICT, act="out", **(shown | deviation)).content.decode()
    assert "Meanwhile you are checked in elsewhere, or for another company." in asked
    assert "School" in asked
    assert newest().event_type == "IN"
    worker.send("/check-in", act="out", **shown)
    assert (newest().event_type, newest().work_place) == ("OUT", OTHER_PLACE)


@pytest.mark.parametrize(("acts", "is_led"), [(["in"], True), (["in", "break"], False), (["in", "out"], False)])
def test_who_is_still_checked_in_elsewhere_is_led_there_to_check_out(
    worker: Visitor, place: WorkPlace, acts: list[str], is_led: bool
):
    a_place(OTHER_PLACE, name="School")
    did(worker, *acts)
    page = worker.text(f"/check-in/at/{OTHER_PLACE}")
    for words in ("You are still checked in here since", "Check out there first"):
        assert (words in page) is is_led


TO_ASK = 'href="/check-in/corrections/new"'


def test_who_is_employed_reads_his_list_before_what_the_self_employed_can_ask(worker: Visitor, place: WorkPlace):
    did(worker, "in")
    page = worker.text("/check-in/mine")
    assert page.count(TO_ASK) == 1
    assert page.index("</table>") < page.index(TO_ASK)


def test_who_was_registered_as_self_employed_finds_it_before_his_list(worker: Visitor, place: WorkPlace):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    page = worker.text("/check-in/mine")
    assert page.count(TO_ASK) == 1
    assert page.index(TO_ASK) < page.index("<table")


LIST = '<form class="counter-search"'


@pytest.mark.parametrize(
    "shown", ["", "?q=1", "?day=2020-01-01", "?after=x"], ids=["the newest", "a number", "a day", "another page"]
)
def test_who_was_registered_as_self_employed_lately_finds_it_there_whatever_is_shown(
    worker: Visitor, place: WorkPlace, shown: str, django_assert_max_num_queries
):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    worker.get("/home")  # what a first page begins with comes once in a stay
    with django_assert_max_num_queries(12):
        page = worker.text(f"/check-in/mine{shown}")
    assert page.count(TO_ASK) == 1
    assert page.index(TO_ASK) < page.index(LIST)


@pytest.mark.parametrize(("days_ago", "is_lately"), [(2, True), (62, False)], ids=["lately", "long ago"])
@pytest.mark.parametrize(
    ("how", "source", "told"),
    [("capacity", "capacity_source", "DECLARED"), ("derived_capacity", "derived_from", "FOUNDERS")],
    ids=["declared", "derived"],
)
def test_who_was_self_employed_long_ago_finds_it_below_though_that_is_shown(
    worker: Visitor, place: WorkPlace, how: str, source: str, told: str, days_ago: int, *, is_lately: bool
):
    did(worker, "in")
    row = newest()
    setattr(row, how, "SELF_EMPLOYED")
    setattr(row, source, told)
    row.number, row.event_at = row.number + 90, row.event_at - timedelta(days=days_ago)
    row.registration_date = brussels_date(row.event_at)
    row.save(force_insert=True)
    page = worker.text("/check-in/mine")
    assert f"/check-in/mine/{row.number}" in page
    assert page.count(TO_ASK) == 1
    assert (page.index(TO_ASK) < page.index(LIST)) is is_lately


def test_of_whom_nothing_is_registered_finds_it_too(worker: Visitor):
    assert worker.text("/check-in/mine").count(TO_ASK) == 1


@pytest.mark.parametrize("is_self_employed", [True, False])
def test_who_misses_a_check_out_finds_it_by_what_he_is_as_well(
    worker: Visitor, place: WorkPlace, *, is_self_employed: bool
):
    a_place(OTHER_PLACE, name="School")
    never_left(worker, place=OTHER_PLACE)
    if is_self_employed:
        act = kept(employer=f"{COMPANY}/SELF_EMPLOYED", reference="cd" * 11)
        assert bring(worker, act).status_code == HTTPStatus.OK
    page = worker.text("/check-in/mine?q=1")
    assert heeds(page)
    assert (page.index(TO_ASK) < page.index(LIST)) is is_self_employed
