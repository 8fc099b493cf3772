"""Pages tell in which capacity somebody was present, and what told it; who is self-employed by a source asks for himself."""

import pytest

from registers.checkins.models import Correction, Presence, SectorRule
from tests.portal.checkins.acting import did, newest
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, Visitor, a_place
from tests.portal.checkins.test_company import exported
from tests.portal.checkins.test_corrections import as_it_was, ask
from tests.portal.checkins.test_days import a_day_of_staff

pytestmark = pytest.mark.django_db


def derive(capacity: str, source: str) -> Presence:
    """Let the validation have found out in which capacity the last registration was."""
    number = newest().number
    Presence.objects.filter(number=number).update(derived_capacity=capacity, derived_from=source)
    return newest()


def test_a_capacity_is_told_with_its_source(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    number = derive("EMPLOYEE", "DIMONA").number
    for page in (employer.text(f"/presences/{number}"), worker.text(f"/check-in/mine/{number}")):
        assert "employee (by the declared employment)" in page
    assert "employee (by the declared employment)" in exported(employer, "csv").decode()


def test_a_capacity_that_nobody_knows_is_not_told(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    assert "Capacity" not in employer.text(f"/presences/{newest().number}")


def test_who_is_self_employed_by_the_founders_asks_for_an_own_correction(worker: Visitor, place):
    did(worker, "in")
    number = derive("SELF_EMPLOYED", "FOUNDERS").number
    page = worker.text(f"/check-in/mine/{number}")
    assert "self-employed (as the head of the company)" in page
    assert "Ask for a correction" in page
    ask(worker, f"/check-in/mine/{number}/correction")
    assert Correction.objects.get().target == number


def test_he_asks_for_an_event_that_is_missing(worker: Visitor, place):
    did(worker, "in")
    derive("SELF_EMPLOYED", "FOUNDERS")
    ask(worker, "/check-in/corrections/new", type="OUT", place=PLACE, company=COMPANY, **as_it_was(hours=0))
    assert Correction.objects.get().event_type == "OUT"


def test_who_is_self_employed_reads_who_cancels_a_day_that_a_program_registered(worker: Visitor):
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    number = a_day_of_staff().number
    derive("SELF_EMPLOYED", "FOUNDERS")
    page = worker.text(f"/check-in/mine/{number}")
    assert f"The company that registered this day ({COMPANY}) can cancel it until" in page
    SectorRule.objects.filter(sector="CONSTRUCTION").update(cancel_days=-2)
    assert "can cancel it" not in worker.text(f"/check-in/mine/{number}")


def test_what_was_declared_goes_before_what_is_derived(worker: Visitor, place):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    number = derive("EMPLOYEE", "DIMONA").number
    assert "self-employed (told with the registration)" in worker.text(f"/check-in/mine/{number}")
