"""Documents that no request came to name are forgotten; what a request has, or may still name, is needed."""

from threading import Thread

import pytest
from django.db import connection, transaction

from evidence.models import AuditEvent
from registers.checkins.evidence_of_corrections import forget_evidence
from registers.checkins.models import HandedInEvidence
from registers.checkins.unnamed_evidence import forget_unnamed, needed_among
from tests.checkin_items import BADGE_LOG, RECEIVED, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.test_corrections import DAY, a_taken_correction, decide, hand_in
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db
OTHER = "ab" * 32
LATE = RECEIVED + 61 * DAY


def test_what_nobody_named_is_forgotten():
    hand_in(OTHER, at=RECEIVED)

    assert forget_unnamed(at=RECEIVED + 60 * DAY) == 0
    assert needed_among([OTHER, "cd" * 32]) == {OTHER}
    assert forget_unnamed(at=LATE) == 1
    assert needed_among([OTHER]) == set()
    assert AuditEvent.objects.get(action="presence:forgotten").detail == {"documents": 1}


def test_what_is_handed_in_again_waits_anew():
    hand_in(OTHER, at=RECEIVED)
    hand_in(OTHER, at=RECEIVED + 2 * DAY)

    assert forget_unnamed(at=LATE) == 0


def test_what_a_request_has_is_needed_until_it_is_let_go(counter: Counter):
    (outcome,) = counter(an_event())
    decide(counter, a_taken_correction(counter, outcome.registration.id))

    assert forget_unnamed(at=LATE) == 0
    assert needed_among([BADGE_LOG.sha256]) == {BADGE_LOG.sha256}
    forget_evidence(decided_before=LATE, at=LATE)
    assert needed_among([BADGE_LOG.sha256]) == {BADGE_LOG.sha256}
    assert forget_unnamed(at=LATE) == 1
    assert (needed_among([BADGE_LOG.sha256]), HandedInEvidence.objects.count()) == (set(), 0)


@pytest.mark.django_db(transaction=True)
def test_what_is_handed_in_anew_while_it_is_being_forgotten_stays():
    hand_in(OTHER, at=RECEIVED)
    forgotten: list[int] = []

    def forget() -> None:
        try:
            forgotten.append(forget_unnamed(at=LATE))
        finally:
            connection.close()

    with transaction.atomic():
        hand_in(OTHER, at=LATE)
        waiting = Thread(target=forget)
        waiting.start()
        assert wait_for(1)
    waiting.join(30)
    assert (forgotten, HandedInEvidence.objects.get().handed_in_at) == ([0], LATE)
