"""Whoever decides on a correction reads what stays wrong if it is accepted, and which other request puts that right."""

from datetime import timedelta

import pytest

from registers.checkins.models import Correction
from tests.portal.checkins.acting import did, newest
from tests.portal.checkins.test_corrections import as_it_was, ask

pytestmark = pytest.mark.django_db


def test_who_decides_reads_whether_it_closes_what_it_is_meant_to_close(employer, officer, worker, place):
    did(worker, "in", minutes_ago=17 * 60)
    came = newest()
    ask(employer, f"/presences/missing/{came.number}", **as_it_was(hours=10))
    path = f"/decisions/{Correction.objects.get().number}"
    assert "If it is accepted" not in officer.text(path)
    Correction.objects.update(corrected_at=came.event_at - timedelta(hours=1))
    assert "This check-out ends nothing" in officer.text(path)


def test_who_decides_reads_which_request_puts_it_right(employer, officer, worker, place):
    did(worker, "in", minutes_ago=17 * 60)
    ask(employer, f"/presences/missing/{newest().number}", **as_it_was(hours=10))
    left = Correction.objects.get()
    came = Correction.objects.get()
    came.pk, came.number, came.event_type = None, "C-20260101-0000009", "IN"
    came.corrected_at = left.corrected_at - timedelta(hours=20)
    came.save()
    Correction.objects.filter(pk=left.pk).update(corrected_at=came.corrected_at + timedelta(hours=1))
    told = "Request C-20260101-0000009, which waits as well, puts that right once it is accepted."
    assert told in officer.text(f"/decisions/{left.number}")
