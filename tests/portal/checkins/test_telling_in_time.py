"""A worker reads at a registration of his until when he can tell what is wrong with it, and nothing that is over or cannot be."""

from datetime import timedelta

import pytest
from django.utils.formats import date_format

from registers.checkins.models import SectorRule, WorkPlace
from tests.portal.checkins.acting import did
from tests.portal.checkins.conftest import Visitor
from tests.portal.checkins.test_missing_check_ins import left_alone, registered_before
from tests.portal.checkins.test_missing_check_outs import missing_since

pytestmark = pytest.mark.django_db


def test_once_its_own_days_are_over_the_page_of_a_check_out_tells_of_the_missing_check_in_alone(
    worker: Visitor, place: WorkPlace
):
    """Of 20 days ago: 19 days are for corrections in its sector, 30 in that in which the work place is now."""
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    WorkPlace.objects.update(sector="SECURITY")
    row = left_alone(worker, days_ago=20, hour=17)
    WorkPlace.objects.update(sector="CLEANING")
    page = worker.text(f"/check-in/mine/{row.number}")
    assert "If your check-in is missing: until" in page
    assert "Tell your employer until" not in page


def test_once_a_missing_check_in_is_too_late_the_page_of_the_check_out_tells_of_its_own_days_alone(
    worker: Visitor, place: WorkPlace
):
    """Of 25 days ago: 30 days are for corrections in its sector, 19 in that in which the work place is now."""
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    row = left_alone(worker, days_ago=25, hour=2)
    WorkPlace.objects.update(sector="SECURITY")
    page, last = worker.text(f"/check-in/mine/{row.number}"), row.registration_date + timedelta(days=30)
    assert f"Tell your employer until {date_format(last, 'j F Y')}." in page
    assert "If your check-in is missing" not in page
    assert "If you came before midnight" not in page


def test_once_a_missing_check_in_is_too_late_its_employer_reads_of_the_own_days_of_the_check_out_alone(
    worker: Visitor, employer: Visitor, place: WorkPlace
):
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    row = left_alone(worker, days_ago=25, hour=2)
    WorkPlace.objects.update(sector="SECURITY")
    page = employer.text(f"/presences/{row.number}")
    assert "You can ask for a correction until" in page
    assert "For a check-in of" not in page


def test_once_its_own_days_are_over_the_page_of_a_check_in_tells_of_its_check_out_of_the_night_alone(
    worker: Visitor, place: WorkPlace
):
    did(worker, "in")
    page = worker.text(f"/check-in/mine/{missing_since(31, hour=22).last_in}")
    assert "If you left after midnight: until" in page
    assert "Tell your employer until" not in page


def test_the_page_of_a_check_out_after_another_that_counts_tells_of_no_check_in(worker: Visitor, place: WorkPlace):
    """Somebody came before midnight and left at one; a minute later he left once more."""
    again = left_alone(worker, days_ago=10, hour=1)
    registered_before(again, ("IN", 3), ("OUT", 1 / 60))
    page, last = worker.text(f"/check-in/mine/{again.number}"), again.registration_date + timedelta(days=30)
    assert f"Tell your employer until {date_format(last, 'j F Y')}." in page
    assert "If you came before midnight" not in page
    assert "If your check-in is missing" not in page
