"""The check-in that is missing before a check-out of the staff: until when it can be asked for, of either side of midnight."""

from datetime import datetime, timedelta

import pytest
from django.utils.formats import date_format

from domain.brussels import BRUSSELS, brussels_date
from registers.checkins.models import Correction, Presence
from tests.portal.checkins.acting import did, newest
from tests.portal.checkins.conftest import Visitor
from tests.portal.checkins.test_corrections import ask

pytestmark = pytest.mark.django_db


def left_alone(worker: Visitor, *, days_ago: int, hour: int) -> Presence:
    """Return the check-out of that many days ago before which nobody checked in."""
    did(worker, "out")
    row, left = newest(), datetime.now(BRUSSELS).replace(hour=hour, minute=30, second=0, microsecond=0)
    row.number, row.event_at = row.number + 90, left - timedelta(days=days_ago)
    row.registration_date = brussels_date(row.event_at)
    row.save(force_insert=True)
    return row


@pytest.mark.parametrize(("hour", "may_be_of_before"), [(2, True), (14, True), (17, False)])
def test_the_page_of_a_check_out_tells_until_when_a_check_in_of_the_day_before_can_be_asked_for(
    employer: Visitor, worker: Visitor, place, hour: int, may_be_of_before: bool
):
    row = left_alone(worker, days_ago=10, hour=hour)
    until, before = (date_format(row.registration_date + timedelta(days=days), "j F Y") for days in (30, 29))
    page = employer.text(f"/presences/{row.number}")
    assert f"You can ask for a correction until {until}, with evidence." in page
    assert (f"with evidence. For a check-in of the day before: until {before}." in page) is may_be_of_before


def test_on_the_last_day_the_register_takes_a_check_in_of_the_day_alone(employer: Visitor, worker: Visitor, place):
    row = left_alone(worker, days_ago=30, hour=2)
    path, page = f"/presences/missing/{row.number}", employer.text(f"/presences/{row.number}")
    before = date_format(row.registration_date + timedelta(days=29), "j F Y")
    assert f"For a check-in of the day before: until {before}." in page
    for hours, status in ((4, 422), (1, 303)):
        came = row.event_at - timedelta(hours=hours)
        ask(employer, path, status, day=f"{came:%Y-%m-%d}", time=f"{came:%H:%M}")
    assert Correction.objects.get().deadline == row.registration_date + timedelta(days=30)


def test_the_page_of_a_check_out_whose_check_in_is_there_tells_of_no_other_day(
    employer: Visitor, worker: Visitor, place
):
    did(worker, "in", "out")
    assert "of the day before" not in employer.text(f"/presences/{newest().number}")
