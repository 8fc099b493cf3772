"""What is tapped in a window that was drawn before another one went on is registered, and told as what it is."""

import pytest

from registers.checkins.models import WorkPlace
from tests.portal.checkins.acting import ago, bring, did, did_hours_ago, kept, newest
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, Visitor, a_place

pytestmark = pytest.mark.django_db
HERE = {"number": PLACE, "company": COMPANY}
DURING_A_BREAK = "It came during a break: the work counts until the break began."
LEFT_ALREADY = "There was a check-out already. The first one counts."
BACK_ALREADY = "The break had ended already. What was registered first counts."
CAME_ALREADY = "There was a check-in already. The first one counts as long as its check-out is waited for."
NOBODY_WAITS = "No check-in waited for its check-out then."
SENTENCES = {DURING_A_BREAK, LEFT_ALREADY, BACK_ALREADY, CAME_ALREADY, NOBODY_WAITS}


def told(page: str) -> set[str]:
    """Return which of the sentences stand in the page, above what happened to the registration."""
    return {sentence for sentence in SENTENCES if sentence in page.partition("What happened to it")[0]}


@pytest.mark.parametrize(
    ("before", "act", "sentence"),
    [
        (("in", "break"), "out", DURING_A_BREAK),
        (("in", "break"), "break", DURING_A_BREAK),
        (("in", "out"), "out", LEFT_ALREADY),
        (("in", "break", "back"), "back", BACK_ALREADY),
        (("in", "break", "back"), "in", CAME_ALREADY),
        (("in",), "back", CAME_ALREADY),
        ((), "out", NOBODY_WAITS),
        (("out",), "out", NOBODY_WAITS),
        (("break",), "out", NOBODY_WAITS),
        (("break",), "break", NOBODY_WAITS),
        (("in", "out", "out"), "out", LEFT_ALREADY),
        (("in", "break", "out"), "out", DURING_A_BREAK),
        (("in", "back"), "back", CAME_ALREADY),
        (("in", "break", "back", "in"), "back", BACK_ALREADY),
    ],
)
def test_what_another_window_did_before_is_told(
    worker: Visitor, employer: Visitor, place: WorkPlace, before, act, sentence
):
    did(worker, *before)
    receipt = worker.follow(worker.send("/check-in", **HERE, act=act))
    number = newest().number
    pages = [receipt, worker.text(f"/check-in/mine/{number}"), employer.text(f"/presences/{number}")]
    assert [told(page) for page in pages] == [{sentence}] * 3


def test_a_check_out_longer_after_another_than_a_break_lasts_lacks_its_check_in(worker: Visitor, place: WorkPlace):
    did(worker, "in", "out", minutes_ago=4 * 60 + 2)
    assert told(worker.follow(worker.send("/check-in", **HERE, act="out"))) == {NOBODY_WAITS}


def test_a_check_out_after_one_that_came_too_late_for_its_check_in_lacks_it_as_well(worker: Visitor, place: WorkPlace):
    *_, row = did_hours_ago(worker, ("in", 20), ("out", 2), ("out", 1))
    assert told(worker.text(f"/check-in/mine/{row.number}")) == {NOBODY_WAITS}


def test_a_break_that_a_check_in_elsewhere_ended_is_over(worker: Visitor, place: WorkPlace):
    a_place(OTHER_PLACE)
    did(worker, "in", "break", minutes_ago=60)
    bring(worker, kept(act="in", place=OTHER_PLACE, at=ago(minutes=30), reference="cd" * 11))
    bring(worker, kept(act="out", at=ago(minutes=5)))
    row = newest()
    assert (row.work_place, row.remarks) == (PLACE, ["OUT_WITHOUT_IN"])
    assert told(worker.text(f"/check-in/mine/{row.number}")) == {NOBODY_WAITS}
