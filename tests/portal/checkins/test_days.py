"""Pages about a day that was registered: a self-employed person cancels it, a worker reports it to the employer."""

from http import HTTPStatus

import pytest

from registers.checkins.models import ErrorReport, Presence, PresenceStep, SectorRule
from tests.portal.checkins.conftest import COMPANY, OTHER_INSS, OTHER_PLACE, PLACE, Visitor, a_place, a_visitor
from tests.portal.checkins.test_acts import bring, did, kept, newest
from tests.portal.conftest import token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bridge(worker: Visitor) -> None:
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")


def a_day(worker: Visitor, *, is_own_company: bool) -> Presence:
    did(worker, "in", place=OTHER_PLACE, employer=f"{COMPANY}/SELF_EMPLOYED" if is_own_company else COMPANY)
    assert newest().kind == "DAY"
    return newest()


def test_a_self_employed_person_cancels_a_day_of_his_own(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    assert f"/check-in/mine/{number}/cancellation" in worker.text(f"/check-in/mine/{number}")
    answer = worker.send(f"/check-in/mine/{number}/cancellation", reason="PLANNING")
    page = worker.follow(answer)
    assert "The day is cancelled" in page
    assert "Cancelled. The planning changed" in page
    assert "cancellation" not in page
    assert (newest().status, PresenceStep.objects.get(status="CANCELLED").reason) == ("CANCELLED", "PLANNING")


def test_a_cancelled_day_may_be_registered_anew(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    worker.send(f"/check-in/mine/{number}/cancellation", reason="OTHER")
    told = kept(place=OTHER_PLACE, employer=f"{COMPANY}/SELF_EMPLOYED")
    assert bring(worker, told).status_code == HTTPStatus.OK
    assert Presence.objects.exclude(status="CANCELLED").count() == 1


def test_a_day_is_not_cancelled_without_a_reason(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    answer = worker.send(f"/check-in/mine/{number}/cancellation", HTTPStatus.OK)
    assert "Choose a reason." in answer.content.decode()
    assert newest().status == "REGISTERED"


def test_a_form_that_waited_until_it_was_too_late_is_told_so(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    token = token_in(worker.text(f"/check-in/mine/{number}/cancellation"))
    SectorRule.objects.filter(sector="CONSTRUCTION").update(cancel_days=-2)
    answer = worker.send(
        f"/check-in/mine/{number}/cancellation", HTTPStatus.UNPROCESSABLE_ENTITY, reason="OTHER", token=token
    )
    assert "It is too late to cancel it." in answer.content.decode()


def test_it_is_offered_as_long_as_the_rule_of_the_sector_says(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    SectorRule.objects.filter(sector="CONSTRUCTION").update(cancel_days=-2)
    assert "Cancel this day" not in worker.text(f"/check-in/mine/{number}")
    worker.get(f"/check-in/mine/{number}/cancellation", HTTPStatus.NOT_FOUND)


def test_nobody_cancels_anothers_day_nor_an_event(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    stranger = a_visitor(OTHER_INSS, name="Maes")
    stranger.get(f"/check-in/mine/{number}/cancellation", HTTPStatus.NOT_FOUND)
    a_place(PLACE)
    assert bring(worker, kept(employer=f"{COMPANY}/SELF_EMPLOYED")).status_code == HTTPStatus.OK
    worker.get(f"/check-in/mine/{newest().number}/cancellation", HTTPStatus.NOT_FOUND)


def test_a_worker_reports_a_day_to_the_employer_and_cancels_nothing(worker: Visitor, employer: Visitor, bridge):
    number = a_day(worker, is_own_company=False).number
    page = worker.text(f"/check-in/mine/{number}")
    assert f"/check-in/mine/{number}/error" in page
    assert "Cancel this day" not in page
    worker.get(f"/check-in/mine/{number}/cancellation", HTTPStatus.NOT_FOUND)
    worker.send(f"/check-in/mine/{number}/error", what="PLACE", message="I was at the station")
    assert ErrorReport.objects.get().registration == number
    assert "I was at the station" in employer.text("/presences/errors")
