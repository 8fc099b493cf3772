"""Pages that have to ask for most ask the database no more than twelve times either."""

from datetime import timedelta

import pytest

from portal.pages.listings import PAGE_SIZE
from registers.checkins.models import Correction, Spell
from tests.portal.checkins.acting import did, newest
from tests.portal.checkins.conftest import COMPANY, PLACE, Visitor
from tests.portal.checkins.test_called import nameless
from tests.portal.checkins.test_corrections import NEW, as_it_was, ask
from tests.portal.checkins.test_limosa_alone import came_by_program_of
from tests.portal.transactions import whole_transactions

__all__ = ["whole_transactions"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_transactions")]
MOST_QUERIES = 12


def test_missing_check_outs_of_people_without_a_name_one_of_which_is_asked_for(
    employer: Visitor, worker: Visitor, place, django_assert_max_num_queries
):
    did(worker, "in", minutes_ago=17 * 60)
    number = newest().number
    came_by_program_of(COMPANY)
    ask(employer, f"/presences/missing/{number}", **as_it_was(hours=10))
    spell = Spell.objects.filter(person_id=worker.person_id).values().get()
    for day in range(1, 1 + PAGE_SIZE):  # so that the list goes on and is counted
        Spell.objects.create(**{**spell, "work_date": spell["work_date"] - timedelta(days=day)})
    nameless(worker.person_id)
    employer.get("/home")  # what a first page begins with comes once in a stay
    with django_assert_max_num_queries(MOST_QUERIES):
        page = employer.text("/presences/missing")
    assert "A correction was asked for" in page
    assert f"receipt {number}" in page
    assert "Town hall, Gent" in page


@pytest.mark.parametrize("change", ["missing", "time"])
def test_the_decision_on_what_somebody_self_employed_asks_for_beside_another_request(
    worker: Visitor, officer: Visitor, place, django_assert_max_num_queries, change
):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    came = newest().number
    ask(worker, f"/check-in/mine/{came}/correction")
    ask(worker, "/check-in/corrections/new", type="OUT", place=PLACE, company=COMPANY, **as_it_was(hours=0))
    nameless(worker.person_id)
    number = Correction.objects.get(target=came if change == "time" else None).number
    officer.get("/home")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = officer.text(f"/decisions/{number}")
    for said in ("the person himself, self-employed", COMPANY, "Town hall, Gent", "log.pdf"):
        assert said in page


def test_the_decision_on_what_somebody_asks_for_who_is_known_nowhere(
    worker: Visitor, officer: Visitor, place, django_assert_max_num_queries
):
    for kind, hours in (("IN", 2), ("OUT", 1)):
        ask(worker, "/check-in/corrections/new", **NEW | {"type": kind}, **as_it_was(hours=hours))
    nameless(worker.person_id)
    officer.get("/home")
    for request in Correction.objects.all():
        with django_assert_max_num_queries(MOST_QUERIES):
            page = officer.text(f"/decisions/{request.number}")
        assert f"{COMPANY}. Nothing here says that it is the person" in page


def test_the_decision_on_what_a_company_asks_for_somebody_without_a_name(
    employer: Visitor, worker: Visitor, officer: Visitor, place, django_assert_max_num_queries
):
    did(worker, "in")
    came = newest().number
    ask(employer, f"/presences/{came}/correction")
    ask(employer, f"/presences/missing/{came}", **as_it_was(hours=0))
    nameless(worker.person_id)
    officer.get("/home")
    for request in Correction.objects.all():
        with django_assert_max_num_queries(MOST_QUERIES):
            page = officer.text(f"/decisions/{request.number}")
        assert f"({COMPANY})" in page
        assert "log.pdf" in page
