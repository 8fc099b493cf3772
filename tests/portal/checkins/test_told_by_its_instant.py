"""What a phone kept without saying where, for whom or as what is told by what stood at its instant; nothing that began later tells it."""

from http import HTTPStatus
from typing import Any

import pytest

from registers.checkins.models import Presence, WorkPlace
from tests.portal.checkins.acting import ago, bring, did, kept, newest
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, Visitor, a_place
from tests.portal.checkins.test_acts import OTHER_COMPANY
from tests.registers.checkins.employing import employ

pytestmark = pytest.mark.django_db
OWN = f"{COMPANY}/SELF_EMPLOYED"


@pytest.fixture(autouse=True)
def other_place(place: WorkPlace) -> None:
    a_place(OTHER_PLACE, name="Library")


def acted(worker: Visitor, act: str = "in", *, serial: int = 0, seconds_ago: int = 0, **deviation: Any) -> None:
    """Let the worker have done that, so many minutes or seconds ago."""
    minutes = deviation.pop("minutes_ago", 0)
    told = kept(act=act, at=ago(minutes=minutes, seconds=seconds_ago), reference=f"{serial + 7000:022x}", **deviation)
    assert bring(worker, told).status_code == HTTPStatus.OK


def late(act: str = "out", *, minutes_ago: float = 30, **deviation: str) -> dict[str, str]:
    return kept(**{"act": act, "employer": "", "at": ago(minutes=minutes_ago), "reference": "ef" * 11} | deviation)


def lacks(answer: Any) -> str:
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    return str(answer.json()["lacks"])


CAME_SINCE = {"nowhere": None, "there again": PLACE, "elsewhere": OTHER_PLACE}


@pytest.mark.parametrize("since", CAME_SINCE.values(), ids=CAME_SINCE)
@pytest.mark.parametrize("act", ["in", "out", "break", "back"])
def test_what_follows_work_that_ended_is_of_its_company_wherever_one_came_since(
    worker: Visitor, act: str, since: str | None
):
    did(worker, "in", "out", minutes_ago=60)
    if since:
        acted(worker, place=since, employer=OTHER_COMPANY, minutes_ago=20)
    assert bring(worker, late(act)).status_code == HTTPStatus.OK
    assert (newest().work_place, newest().employer) == (PLACE, COMPANY)


OVER_SINCE: dict[str, dict[str, str]] = {
    "over": {"act": "out", "employer": OTHER_COMPANY},
    "left for elsewhere": {"place": OTHER_PLACE},
}


@pytest.mark.parametrize("over", OVER_SINCE.values(), ids=OVER_SINCE)
@pytest.mark.parametrize("act", ["in", "out", "break", "back"])
def test_work_that_began_later_tells_nothing_once_it_is(worker: Visitor, act: str, over: dict[str, str]):
    employ(worker.person_id)
    did(worker, "in", "out", minutes_ago=60, employer=OWN)
    acted(worker, employer=OTHER_COMPANY, minutes_ago=20, serial=1)
    acted(worker, minutes_ago=10, serial=2, **over)
    assert lacks(bring(worker, late(act))) == "company"


@pytest.mark.parametrize("place", [PLACE, OTHER_PLACE], ids=["there", "elsewhere"])
@pytest.mark.parametrize("act", ["in", "out"])
def test_who_was_nowhere_before_is_asked_although_he_came_for_a_company_later(worker: Visitor, act: str, place: str):
    acted(worker, place=place, minutes_ago=20)
    assert lacks(bring(worker, late(act))) == "company"


@pytest.mark.parametrize("act", ["in", "out"])
def test_who_was_elsewhere_before_for_one_company_alone_is_asked_nothing(worker: Visitor, act: str):
    acted(worker, place=OTHER_PLACE, minutes_ago=60, serial=1)
    acted(worker, employer=OTHER_COMPANY, minutes_ago=20, serial=2)
    assert bring(worker, late(act)).status_code == HTTPStatus.OK
    assert (newest().work_place, newest().employer) == (PLACE, COMPANY)


def test_a_day_that_was_registered_there_tells_for_whom_one_is_there_once_more(worker: Visitor):
    a_place("1Y1003TESTE6Z", sector="CONSTRUCTION")
    did(worker, "in", "out", minutes_ago=90, employer=OTHER_COMPANY)
    acted(worker, place="1Y1003TESTE6Z")
    answer = bring(worker, late("in", place="1Y1003TESTE6Z", minutes_ago=0))
    assert answer.status_code == HTTPStatus.OK
    assert newest().employer == COMPANY


@pytest.mark.parametrize("guessed", ["", "yes"], ids=["of a page that says no guess", "guessed"])
@pytest.mark.parametrize("act", ["out", "break", "back"])
def test_where_one_was_then_is_told_by_no_work_that_began_elsewhere_later(worker: Visitor, act: str, guessed: str):
    acted(worker, place=OTHER_PLACE, minutes_ago=90, serial=1)
    acted(worker, minutes_ago=60, serial=2)
    acted(worker, place=OTHER_PLACE, minutes_ago=20, serial=3)
    assert bring(worker, late(act, place="", guessed=guessed)).status_code == HTTPStatus.OK
    assert newest().work_place == PLACE


@pytest.mark.parametrize("act", ["in", "out", "break", "back"])
def test_who_was_nowhere_then_is_asked_where_although_he_came_somewhere_later(worker: Visitor, act: str):
    acted(worker, place=OTHER_PLACE, minutes_ago=20)
    assert lacks(bring(worker, late(act, place="", employer=COMPANY, guessed="yes"))) == "place"


def test_where_one_was_then_is_told_although_that_work_is_given_up_since(worker: Visitor):
    acted(worker, minutes_ago=17 * 60)
    assert bring(worker, late(place="", guessed="yes", minutes_ago=9 * 60)).status_code == HTTPStatus.OK
    assert (newest().event_type, newest().work_place) == ("OUT", PLACE)


def test_a_guess_is_looked_up_as_things_stood_then(worker: Visitor):
    acted(worker, place=OTHER_PLACE, employer=OTHER_COMPANY, minutes_ago=60, serial=1)
    acted(worker, minutes_ago=20, serial=2)
    assert bring(worker, late(employer=COMPANY, guessed="yes")).status_code == HTTPStatus.OK
    assert (newest().work_place, newest().employer) == (OTHER_PLACE, OTHER_COMPANY)


@pytest.mark.parametrize("guessed", ["", "yes"], ids=["of a page that says no guess", "guessed"])
def test_a_phone_is_asked_at_which_of_two_places_it_was_that_its_clock_does_not_tell_apart(
    worker: Visitor, guessed: str
):
    acted(worker, place=OTHER_PLACE, minutes_ago=60, serial=1)
    acted(worker, seconds_ago=30, serial=2)
    act = late(place="", guessed=guessed, minutes_ago=1.5)
    assert lacks(bring(worker, act)) == "place"
    assert bring(worker, act | {"place": PLACE}).status_code == HTTPStatus.OK
    assert newest().work_place == PLACE


def test_a_phone_whose_clock_is_a_little_slow_is_where_work_began_last(worker: Visitor):
    acted(worker, seconds_ago=30)
    assert bring(worker, late(place="", guessed="yes", minutes_ago=1.5)).status_code == HTTPStatus.OK
    assert (newest().work_place, newest().employer) == (PLACE, COMPANY)


@pytest.mark.parametrize("act", ["in", "out"])
def test_an_act_of_the_last_minutes_of_the_calendar_lies_in_the_future(worker: Visitor, act: str):
    did(worker, "in", "out", minutes_ago=60)
    answer = bring(worker, late(act, employer=COMPANY, at="9999-12-31T23:59:00+01:00"))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "lies in the future" in answer.json()["message"]


CAPACITIES = {"an employee": (COMPANY, OWN, ""), "for his own": (OWN, COMPANY, "SELF_EMPLOYED")}


@pytest.mark.parametrize(("then", "later", "capacity"), CAPACITIES.values(), ids=CAPACITIES)
@pytest.mark.parametrize("minutes_ago", [20, 29], ids=["long", "sooner than clocks differ"])
@pytest.mark.parametrize("named", [COMPANY, ""], ids=["named", "not named"])
@pytest.mark.parametrize("act", ["out", "break"])
def test_what_ends_work_has_its_capacity_whatever_was_said_of_work_that_began_later(
    worker: Visitor, act: str, named: str, minutes_ago: int, then: str, later: str, capacity: str
):
    acted(worker, employer=then, minutes_ago=60, serial=1)
    acted(worker, employer=later, minutes_ago=minutes_ago, serial=2)
    assert bring(worker, late(act, employer=named)).status_code == HTTPStatus.OK
    assert newest().capacity == capacity


@pytest.mark.parametrize("since", [{"place": OTHER_PLACE}, {"employer": OTHER_COMPANY}], ids=["elsewhere", "another"])
def test_what_ends_work_for_ones_own_company_is_of_it_although_other_work_began_before(
    worker: Visitor, since: dict[str, str]
):
    acted(worker, employer=OWN, minutes_ago=60, serial=1)
    acted(worker, minutes_ago=40, serial=2, **since)
    assert bring(worker, late(employer=COMPANY)).status_code == HTTPStatus.OK
    assert newest().capacity == "SELF_EMPLOYED"


@pytest.mark.parametrize("act", ["out", "break"])
def test_what_follows_a_break_that_was_the_end_of_work_is_of_no_own_company_that_knows_one_as_staff(
    worker: Visitor, act: str
):
    employ(worker.person_id)
    for before, hours in (("in", 20), ("break", 19)):
        acted(worker, before, employer=OWN, minutes_ago=hours * 60, serial=hours)
    assert lacks(bring(worker, late(act, minutes_ago=9 * 60))) == "company"


def test_what_follows_a_break_that_was_the_end_of_work_is_of_its_company(worker: Visitor):
    for before, hours in (("in", 20), ("break", 19)):
        acted(worker, before, employer=OWN, minutes_ago=hours * 60, serial=hours)
    assert bring(worker, late(minutes_ago=9 * 60)).status_code == HTTPStatus.OK
    assert Presence.objects.filter(capacity="SELF_EMPLOYED").count() == 3
