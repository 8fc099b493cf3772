"""What a phone kept and sends again, because no answer reached it, is the same act; another under its reference is refused."""

from http import HTTPStatus

import pytest

from registers.checkins.models import Presence, WorkPlace
from tests.portal.checkins.acting import ago, bring, kept
from tests.portal.checkins.conftest import OTHER_PLACE, Visitor, a_place

pytestmark = pytest.mark.django_db
OTHER_COMPANY = "0400767772"

COMPLETED = {
    "a guess": {"act": "out", "guessed": "yes"},
    "a break that is a guess": {"act": "break", "guessed": "yes"},
    "without a place and a company": {"act": "out", "place": "", "employer": ""},
    "of a phone that knows nothing": {"act": "out", "place": "", "employer": "", "guessed": "yes"},
    "for the number alone of ones own company": {"act": "out", "place": OTHER_PLACE, "employer": OTHER_COMPANY},
    "with a company of nine digits": {"act": "out", "place": OTHER_PLACE.lower(), "employer": OTHER_COMPANY[1:]},
}


@pytest.mark.parametrize("deviation", COMPLETED.values(), ids=COMPLETED)
def test_what_the_register_completed_is_answered_alike_when_its_answer_was_lost(
    worker: Visitor, place: WorkPlace, deviation
):
    a_place(OTHER_PLACE, name="Library")
    own = {"place": OTHER_PLACE, "employer": f"{OTHER_COMPANY}/SELF_EMPLOYED"}
    bring(worker, kept(at=ago(minutes=30), reference="cd" * 11, **own))
    act = kept(at=ago(minutes=2), **deviation)
    first, again = bring(worker, act), bring(worker, act)
    assert (first.status_code, again.status_code) == (HTTPStatus.OK, HTTPStatus.OK)
    assert again.json() == first.json()
    assert Presence.objects.count() == 2


OTHERWISE = {
    "another act": lambda: {"act": "break"},
    "another instant": lambda: {"at": ago(minutes=3)},
    "another place": lambda: {"place": OTHER_PLACE},
    "another company": lambda: {"employer": OTHER_COMPANY},
}


@pytest.mark.parametrize("deviation", OTHERWISE.values(), ids=OTHERWISE)
def test_a_reference_that_says_something_else_is_refused(worker: Visitor, place: WorkPlace, deviation):
    act = kept(act="out", at=ago(minutes=2))
    bring(worker, act)
    answer = bring(worker, act | deviation())
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "sent before with other content" in answer.json()["message"]
