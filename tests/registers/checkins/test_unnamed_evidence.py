"""Documents that no request came to name are forgotten; what a request has, or may still name, is needed."""

import pytest

from registers.checkins.evidence_of_corrections import forget_evidence
from registers.checkins.models import HandedInEvidence
from registers.checkins.unnamed_evidence import forget_unnamed, needed_among
from tests.checkin_items import BADGE_LOG, RECEIVED, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_corrections import DAY, a_taken_correction, decide, hand_in

pytestmark = pytest.mark.django_db
OTHER = "ab" * 32


def test_what_nobody_named_is_forgotten():
    hand_in(OTHER, at=RECEIVED)

    assert forget_unnamed(handed_in_before=RECEIVED) == 0
    assert needed_among([OTHER, "cd" * 32]) == {OTHER}
    assert forget_unnamed(handed_in_before=RECEIVED + DAY) == 1
    assert needed_among([OTHER]) == set()


def test_what_is_handed_in_again_waits_anew():
    hand_in(OTHER, at=RECEIVED)
    hand_in(OTHER, at=RECEIVED + 2 * DAY)

    assert forget_unnamed(handed_in_before=RECEIVED + DAY) == 0


def test_what_a_request_has_is_needed_until_it_is_erased(counter: Counter):
    (outcome,) = counter(an_event())
    decide(counter, a_taken_correction(counter, outcome.registration.id))
    late = RECEIVED + 3 * DAY

    assert forget_unnamed(handed_in_before=late) == 0
    assert needed_among([BADGE_LOG.sha256]) == {BADGE_LOG.sha256}
    forget_evidence(decided_before=late, erase=lambda _: None, at=late)
    assert needed_among([BADGE_LOG.sha256]) == {BADGE_LOG.sha256}
    assert forget_unnamed(handed_in_before=late) == 1
    assert (needed_among([BADGE_LOG.sha256]), HandedInEvidence.objects.count()) == (set(), 0)
