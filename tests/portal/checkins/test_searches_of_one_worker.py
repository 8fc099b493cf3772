"""A list of one worker says so, stays his when other criteria change, and leads on to all workers; no number is told again."""

import re
from collections.abc import Callable
from http import HTTPStatus

import pytest

from portal.pages.checkins.sealed_ids import open_id, seal_id
from tests.portal.checkins.acting import days_acted, did, searched
from tests.portal.checkins.conftest import INSS, OTHER_INSS, Visitor, a_visitor
from tests.portal.checkins.test_inspection import inspector, look  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
SAID = "Of one worker only."
ANA, JO = "Ana Diaz", "Ana Peeters"
Search = Callable[..., str]


@pytest.fixture(params=["the company's", "the inspector's"])
def search(request: pytest.FixtureRequest, worker: Visitor, place) -> Search:
    """The search of either, where two people checked in."""
    did(worker, "in")
    did(a_visitor(OTHER_INSS, name="Peeters"), "in")
    if request.param == "the company's":
        employer = request.getfixturevalue("employer")
        return lambda **criteria: searched(employer, **criteria)
    who = request.getfixturevalue("inspector")
    return lambda **criteria: who.text(look(who, **criteria))


def kept_in(page: str) -> str:
    """Return what the form sends along in place of the number."""
    (found,) = re.findall(r'name="worker" type="checkbox" value="([^"]+)" checked', page)
    return str(found)


def test_a_list_of_one_worker_says_so_and_stays_his_when_another_criterion_is_added(search: Search):
    page = search(number=INSS)
    assert (ANA in page, JO in page, SAID in page) == (True, False, True)
    assert INSS not in page
    again = search(worker=kept_in(page), number="", statuses=["REGISTERED"])
    assert (ANA in again, JO in again, SAID in again) == (True, False, True)
    assert kept_in(again) != kept_in(page)


def test_all_workers_are_found_once_the_one_is_given_up(search: Search):
    kept_in(search(number=INSS))
    page = search()
    assert (ANA in page, JO in page, SAID in page) == (True, True, False)
    assert 'name="worker"' not in page


def test_another_number_takes_the_place_of_the_worker(search: Search):
    page = search(worker=kept_in(search(number=INSS)), number=OTHER_INSS)
    assert (ANA in page, JO in page, SAID in page) == (False, True, True)


def test_a_worker_whom_nobody_knows_is_kept_as_well(search: Search):
    page = search(number="90231512323")
    assert SAID in page
    again = search(worker=kept_in(page))
    assert (ANA in again, JO in again, SAID in again) == (False, False, True)


def test_room_for_another_period_and_a_fault_lose_no_worker(search: Search, request: pytest.FixtureRequest):
    kept = kept_in(search(number=INSS))
    employer = request.getfixturevalue("employer")
    assert kept_in(searched(employer, worker=kept, another_period="1")) == kept
    assert kept_in(searched(employer, worker=kept, place="x")) == kept


def test_the_days_of_one_worker_say_so(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    (days,) = re.findall(r'href="(/presences/days\?c=[^"]+)"', searched(employer, number=INSS))
    assert SAID in employer.text(days)
    (days,) = re.findall(r'href="(/presences/days\?c=[^"]+)"', searched(employer))
    assert SAID not in employer.text(days)


def test_an_inspector_sorts_what_is_of_one_worker_as_long_as_it_is(inspector: Visitor, worker: Visitor, place):  # noqa: F811
    did(worker, "in")
    kept = kept_in(inspector.text(look(inspector, number=INSS, sort="SENDER ID")))
    assert SAID in inspector.text(look(inspector, worker=kept, sort="SENDER ID"))
    asked = {**days_acted(), "reason": "Visit, report 17", "sort": "SENDER ID"}
    answer = inspector.client.post("/inspection", asked, secure=True)
    assert "For this order name a company, a work place or a worker." in answer.content.decode()


WRONG = {
    "no seal": "x",
    "not in base 64": "\N{LATIN SMALL LETTER E WITH ACUTE}=",
    "too short": "AAAA",
    "sealed by somebody else": "A" * 48,
    "empty but for the padding": "====",
}


@pytest.mark.parametrize("kept", WRONG.values(), ids=WRONG)
def test_a_worker_who_cannot_be_read_is_asked_for_again(employer: Visitor, worker: Visitor, place, kept):
    did(worker, "in")
    sent = {**days_acted(), "worker": kept}
    answer = employer.client.post("/presences/search", sent, secure=True)
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK
    assert "Give the number of the worker again." in page
    assert (ANA in page, 'name="worker"' in page) == (False, False)
    assert ANA in searched(employer, worker=kept, number=INSS)


@pytest.mark.parametrize("person_id", [0, 17, 2**63 - 1])
def test_a_seal_is_of_one_id_and_opens_to_it(person_id: int):
    assert open_id(seal_id(person_id)) == person_id
    assert open_id(seal_id(person_id)[:-4] + "AAAA") is None
