"""A company's page of a registration tells what was asked for about it, and offers nothing that waits already."""

import re
from datetime import timedelta

import pytest

from domain.access.services import Right
from registers.checkins.models import Correction, Presence
from tests.portal.checkins.acting import did, did_hours_ago, newest
from tests.portal.checkins.conftest import COMPANY, INSS, PLACE, Visitor, a_user_of
from tests.portal.checkins.test_corrections import as_it_was, ask

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def offered(employer: Visitor, row: Presence) -> list[str]:
    """Return what the page of an event leads to about the one missing beside it: numbers of requests, and `ASK`."""
    page = employer.text(f"/presences/{row.number}")
    numbers = re.findall(r"Look at request (\S+), which waits", page)
    return [*numbers, *(["ASK"] if f"/presences/missing/{row.number}" in page else [])]


def test_a_request_stands_on_the_page_of_its_registration_with_what_became_of_it(employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    number = Correction.objects.get().number
    listed = employer.text(f"/presences/{event.number}").partition(">Corrections</h2>")[2]
    assert f'href="/presences/corrections/{number}"' in listed
    assert "Waits for a decision" in listed
    officer.send(f"/decisions/{number}", decision="REJECT", note="The log is of another day.")
    page = employer.text(f"/presences/{event.number}")
    assert "Rejected" in page.partition(">Corrections</h2>")[2]
    assert f"/presences/{event.number}/correction" in page


def test_what_waits_is_looked_at_and_not_asked_for_again(employer, worker, place):
    did(worker, "in", "out", minutes_ago=90)
    number = newest().number
    ask(employer, f"/presences/{number}/correction")
    page = employer.text(f"/presences/{number}")
    waiting = Correction.objects.get().number
    assert f"Look at request {waiting}, which waits" in page
    assert "A correction of it waits already." in page
    assert f"/presences/{number}/correction" not in page


def test_the_missing_check_out_that_waits_is_not_asked_for_again(employer, worker, place):
    did(worker, "in", minutes_ago=17 * 60)
    number = newest().number
    ask(employer, f"/presences/missing/{number}", **as_it_was(hours=10))
    page = employer.text(f"/presences/{number}")
    assert f"Look at request {Correction.objects.get().number}, which waits" in page
    assert f"/presences/missing/{number}" not in page
    assert f"/presences/{number}/correction" in page


def test_the_check_out_of_another_day_that_waits_is_another(employer, worker, place):
    did(worker, "in", minutes_ago=5)
    number = newest().number
    ask(employer, f"/presences/missing/{number}", **as_it_was(minutes=0))
    Correction.objects.update(corrected_at=newest().event_at - timedelta(days=200))
    assert f"/presences/missing/{number}" in employer.text(f"/presences/{number}")


def test_the_check_out_that_waits_is_of_the_check_in_before_it(employer, worker, place):
    evening, morning = did_hours_ago(worker, ("in", 14), ("in", 2))
    ask(employer, f"/presences/missing/{morning.number}", **as_it_was(hours=1))
    mornings = Correction.objects.get().number
    assert offered(employer, morning) == [mornings]
    assert offered(employer, evening) == [mornings, "ASK"]
    ask(employer, f"/presences/missing/{evening.number}", **as_it_was(hours=10))
    assert offered(employer, evening) == [Correction.objects.exclude(number=mornings).get().number]
    assert offered(employer, morning) == [mornings]


def test_a_check_in_that_is_asked_for_parts_the_check_outs(employer, worker, place):
    (came,) = did_hours_ago(worker, ("in", 9))
    ask(employer, f"/presences/missing/{came.number}", **as_it_was(hours=1))
    waiting = Correction.objects.get().number
    assert offered(employer, came) == [waiting]
    new = {"type": "IN", "place": PLACE, "number": INSS}
    ask(employer, "/presences/corrections/new", **new, **as_it_was(hours=3))
    assert offered(employer, came) == [waiting, "ASK"]
    ask(employer, f"/presences/missing/{came.number}", **as_it_was(hours=5))
    assert "ASK" not in offered(employer, came)


def test_who_only_looks_reads_what_was_asked_for(employer, manager, event):
    ask(employer, f"/presences/{event.number}/correction")
    looker = a_user_of(manager, Right.CONSULT, user_name="li.looker")
    page = looker.text(f"/presences/{event.number}")
    assert f'href="/presences/corrections/{Correction.objects.get().number}"' in page
    assert "which waits" not in page


def test_what_a_self_employed_person_asks_for_himself_is_not_told_to_the_company(employer, worker, place):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    number = newest().number
    ask(worker, f"/check-in/mine/{number}/correction")
    assert Correction.objects.get().number in worker.text(f"/check-in/mine/{number}")
    assert Correction.objects.get().number not in employer.text(f"/presences/{number}")


def test_the_page_asks_twelve_questions_at_most(employer, event, django_assert_max_num_queries):
    ask(employer, f"/presences/{event.number}/correction")
    employer.get("/home")  # what a first page begins with comes once in a stay
    with django_assert_max_num_queries(MOST_QUERIES):
        employer.get(f"/presences/{event.number}")
