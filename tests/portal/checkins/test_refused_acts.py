"""What somebody reads whose act the register refused, and what is kept of it."""

from http import HTTPStatus

import pytest

from evidence.models import AuditEvent
from registers.checkins.models import SectorRule
from tests.portal.checkins.acting import ago, bring, kept
from tests.portal.checkins.conftest import OTHER_PLACE, Visitor, a_place
from tests.portal.checkins.test_acts import HERE

BROUGHT = {
    "by a form": lambda worker: worker.send(
        "/check-in", HTTPStatus.UNPROCESSABLE_ENTITY, **{**HERE, "number": OTHER_PLACE}
    ),
    "by a phone": lambda worker: bring(worker, kept(place=OTHER_PLACE)),
}


@pytest.mark.parametrize("brought", BROUGHT.values(), ids=BROUGHT)
def test_why_an_act_was_refused_is_kept(worker: Visitor, brought):
    SectorRule.objects.filter(environment="R", sector="CONSTRUCTION").update(registrants=["EMPLOYER"])
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    brought(worker)
    told = AuditEvent.objects.get(action="checkin:refused")
    assert (told.actor, told.detail["codes"]) == (f"person:{worker.person_id}", ["P205"])


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [(24, "That day is over, and is not registered any more."), (-24 * 60, "A day can be registered")],
)
def test_a_day_that_a_phone_kept_too_long_is_told_so_and_where_to_go(worker: Visitor, hours: int, sentence: str):
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    answer = bring(worker, kept(place=OTHER_PLACE, at=ago(hours=hours)))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    told = answer.json()["message"]
    assert sentence in told
    assert ("under My registrations, choose Something is missing" in told) is (hours > 0)


@pytest.mark.parametrize("brought", BROUGHT.values(), ids=BROUGHT)
def test_who_does_not_register_the_own_days_reads_who_does(worker: Visitor, brought):
    SectorRule.objects.filter(environment="R", sector="CONSTRUCTION").update(registrants=["EMPLOYER"])
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    assert "the employer or a contractor registers the days, not the worker" in brought(worker).content.decode()
