"""In the hour that October has twice each page says which of the two it was; at every other hour none does."""

from datetime import UTC, datetime

import pytest

from registers.checkins.models import Presence, Spell
from tests.portal.checkins.acting import PLACE, did, newest, searched
from tests.portal.checkins.conftest import Visitor
from tests.portal.checkins.test_company import exported

pytestmark = pytest.mark.django_db
OF_THE_WORKER = ("/check-in/mine", "/check-in/mine/{number}", "/check-in/mine/{number}/error")
OF_THE_EMPLOYER = (
    "/presences",
    f"/presences/work-places/{PLACE}/live",
    "/presences/{number}",
    "/presences/{number}/correction",
)
HOURS = [
    ("02:30 CEST", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ("02:30 CET", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
]


def register_also(row: Presence, at: datetime) -> None:
    """Register the same of another instant, on the same day: in the months that the register has now."""
    row.number, row.event_at = row.number + 1, at
    row.save(force_insert=True)


@pytest.fixture(params=[at for _told, at in HOURS], ids=[told for told, _at in HOURS])
def told(request, worker: Visitor, place) -> str:
    """What is to be said of a check-in of that hour."""
    did(worker, "in")
    register_also(newest(), request.param)
    Spell.objects.update(started_at=request.param)
    return next(told for told, at in HOURS if at == request.param)


@pytest.mark.parametrize("path", OF_THE_WORKER)
def test_a_worker_reads_which_hour_it_was(worker: Visitor, told: str, path: str):
    page = worker.text(path.format(number=newest().number))
    assert told in page.replace("02:30:00", "02:30")


@pytest.mark.parametrize("path", OF_THE_EMPLOYER)
def test_an_employer_reads_which_hour_it_was(employer: Visitor, told: str, path: str):
    page = employer.text(path.format(number=newest().number))
    assert told in page.replace("02:30:00", "02:30")


def test_a_list_and_a_download_say_which_hour_it_was(employer: Visitor, told: str):
    assert f"<strong>{told}</strong>" in searched(employer)
    assert f'"2026-10-25 {told.replace(" ", ":00 ")}"' in exported(employer, "csv").decode("utf-8-sig")


def test_a_missing_check_out_says_which_hour_the_check_in_was(employer: Visitor, told: str):
    Spell.objects.update(state="MISSING_OUT", last_in_at=newest().event_at)
    assert f", {told}" in employer.text("/presences/missing")


def test_another_hour_says_no_zone(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    register_also(newest(), datetime(2026, 10, 25, 2, 30, tzinfo=UTC))
    assert "<strong>03:30</strong>" in worker.text("/check-in/mine")
    assert "<strong>03:30</strong>" in searched(employer)
