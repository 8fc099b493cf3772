"""The check-in that is missing before a check-out of the staff: until when it can be asked for, of either side of midnight."""

from datetime import datetime, timedelta

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localtime

from domain.brussels import BRUSSELS, brussels_date
from registers.checkins.models import Correction, ErrorReport, Presence, SectorRule, WorkPlace
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


@pytest.mark.parametrize(("then", "now", "is_open"), [("SECURITY", "CLEANING", True), ("CLEANING", "SECURITY", False)])
def test_a_missing_check_in_goes_by_the_sector_in_which_its_work_place_is_now(
    then: str, now: str, is_open: bool, employer: Visitor, worker: Visitor, place
):
    """Of 20 days ago: 19 days are for corrections in the one sector, 30 in the other."""
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    WorkPlace.objects.update(sector=then)
    row = left_alone(worker, days_ago=20, hour=17)
    WorkPlace.objects.update(sector=now)
    path, page = f"/presences/missing/{row.number}", employer.text(f"/presences/{row.number}")
    until = date_format(row.registration_date + timedelta(days=30 if is_open else 19), "j F Y")
    assert (f'href="{path}"' in page) is is_open
    assert (f"For a check-in of the same day: until {until}." in page) is is_open
    came = row.event_at - timedelta(hours=1)
    if not is_open:
        employer.get(path, status=404)
        return
    ask(employer, path, day=f"{came:%Y-%m-%d}", time=f"{came:%H:%M}")
    assert Correction.objects.get().deadline == row.registration_date + timedelta(days=30)


def test_the_page_of_a_check_out_tells_until_when_its_check_in_is_asked_for_in_the_sector_of_now(
    employer: Visitor, worker: Visitor, place
):
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    row = left_alone(worker, days_ago=10, hour=2)
    WorkPlace.objects.update(sector="SECURITY")
    until, same, before = (date_format(row.registration_date + timedelta(days=days), "j F Y") for days in (30, 19, 18))
    told = f"For a check-in of the same day: until {same}. For a check-in of the day before: until {before}."
    assert f"until {until}, with evidence. {told}" in employer.text(f"/presences/{row.number}")


def test_a_missing_check_in_that_ends_a_break_goes_by_the_sector_in_which_the_work_began(
    employer: Visitor, worker: Visitor, place
):
    """Twenty days ago somebody came at seven and took a break at noon; that he came back at one is missing."""
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    row = left_alone(worker, days_ago=20, hour=17)
    for number, (kind, hours) in enumerate((("IN", 10), ("OUT", 5)), start=1):
        left = Presence.objects.get(number=row.number)
        left.number, left.event_type, left.event_at = row.number + number, kind, row.event_at - timedelta(hours=hours)
        left.remarks = []
        left.save(force_insert=True)
    WorkPlace.objects.update(sector="SECURITY")
    path, back = f"/presences/missing/{row.number}", row.event_at - timedelta(hours=4)
    assert f'href="{path}"' in employer.text(f"/presences/{row.number}")
    ask(employer, path, day=f"{back:%Y-%m-%d}", time=f"{localtime(back):%H:%M}")
    assert Correction.objects.get().deadline == row.registration_date + timedelta(days=30)


@pytest.mark.parametrize(("hour", "may_be_of_before"), [(2, True), (17, False)])
def test_a_worker_reads_until_when_a_check_in_of_before_midnight_can_be_told(
    worker: Visitor, place, hour: int, may_be_of_before: bool
):
    row = left_alone(worker, days_ago=10, hour=hour)
    until, before = (date_format(row.registration_date + timedelta(days=days), "j F Y") for days in (30, 29))
    page = worker.text(f"/check-in/mine/{row.number}")
    assert f"Tell your employer until {until}. He asks us for the correction." in page
    assert (f"correction. If you came before midnight: until {before}." in page) is may_be_of_before


def test_a_worker_tells_of_a_missing_check_in_as_long_as_the_sector_of_now_allows(worker: Visitor, place):
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    WorkPlace.objects.update(sector="SECURITY")
    row = left_alone(worker, days_ago=20, hour=17)
    WorkPlace.objects.update(sector="CLEANING")
    until = date_format(row.registration_date + timedelta(days=30), "j F Y")
    assert f"If your check-in is missing: until {until}." in worker.text(f"/check-in/mine/{row.number}")
    worker.send(f"/check-in/mine/{row.number}/error", what="MISSING", message="I came at nine")
    assert ErrorReport.objects.get().registration == row.number


def registered_before(left: Presence, *events: tuple[str, float]) -> None:
    """Register events of that kind so many hours before a check-out, of which nothing is remarked."""
    for number, (kind, hours) in enumerate(events, start=1):
        row = Presence.objects.get(number=left.number)
        row.number, row.event_type, row.event_at = left.number + number, kind, left.event_at - timedelta(hours=hours)
        row.registration_date, row.remarks = brussels_date(row.event_at), []
        row.save(force_insert=True)


@pytest.mark.parametrize(("days_ago", "is_open"), [(19, True), (20, False)])
def test_a_missing_check_in_is_promised_by_no_instant_that_another_check_out_parts_from_it(
    employer: Visitor, worker: Visitor, place, days_ago: int, is_open: bool
):
    """Somebody came at eight and left at one; after that a check-in goes on with that work, before it none is taken."""
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    WorkPlace.objects.update(sector="SECURITY")
    row = left_alone(worker, days_ago=days_ago, hour=16)
    registered_before(row, ("IN", 8), ("OUT", 3))
    WorkPlace.objects.update(sector="CLEANING")
    path, page = f"/presences/missing/{row.number}", employer.text(f"/presences/{row.number}")
    assert (f'href="{path}"' in page) is is_open
    assert "For a check-in of the same day" not in page
    if not is_open:
        employer.get(path, status=404)
        return
    for hours, status in ((4, 200), (2, 303)):
        came = localtime(row.event_at - timedelta(hours=hours))
        ask(employer, path, status, day=f"{came:%Y-%m-%d}", time=f"{came:%H:%M}")


def test_none_of_the_day_before_is_promised_where_another_check_out_lies_after_midnight(
    employer: Visitor, worker: Visitor, place
):
    row = left_alone(worker, days_ago=10, hour=1)
    registered_before(row, ("IN", 3.5), ("OUT", 0.5))
    page = employer.text(f"/presences/{row.number}")
    assert f'href="/presences/missing/{row.number}"' in page
    assert "of the day before" not in page
    assert "If you came before midnight" not in worker.text(f"/check-in/mine/{row.number}")
