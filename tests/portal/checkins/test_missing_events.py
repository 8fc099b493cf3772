"""The check-out that a company asks for is the one after that check-in, and is offered only where it is missing."""

import pytest
from django.utils.timezone import localtime

from registers.checkins.models import Correction, Presence
from tests.portal.checkins.acting import did, did_hours_ago
from tests.portal.checkins.test_corrections import as_it_was, ask

pytestmark = pytest.mark.django_db


def came_and_left() -> tuple[Presence, Presence]:
    came, left = Presence.objects.order_by("event_at")
    return came, left


def test_the_missing_check_out_is_after_the_check_in(employer, event):
    answer = ask(employer, f"/presences/missing/{event.number}", status=200, **as_it_was(hours=2))
    page = answer.content.decode()
    assert f"{localtime(event.event_at):%H:%M}" in page.partition('id="id_time-error"')[2].partition("</p>")[0]
    assert "give a later time" in page
    assert not Correction.objects.exists()


def test_the_missing_check_out_is_within_the_longest_work(employer, worker, place):
    did(worker, "in", minutes_ago=18 * 60)
    answer = ask(employer, f"/presences/missing/{Presence.objects.get().number}", status=200, **as_it_was(hours=1))
    assert "give a time within 16 hours after it." in answer.content.decode()
    assert not Correction.objects.exists()


def test_no_check_out_is_asked_for_where_one_is_registered(employer, worker, place):
    did(worker, "in", "out", minutes_ago=120)
    came, left = came_and_left()
    for minutes in (60, 125):
        answer = ask(employer, f"/presences/missing/{came.number}", status=200, **as_it_was(minutes=minutes))
        told = answer.content.decode().partition('id="id_time-error"')[2].partition("</p>")[0]
        assert f"{localtime(left.event_at):%H:%M}" in told
        assert "is registered: ask for its correction." in told
    assert not Correction.objects.exists()


def test_the_missing_check_in_is_before_the_check_out(employer, worker, place):
    did(worker, "out", minutes_ago=120)
    answer = ask(employer, f"/presences/missing/{Presence.objects.get().number}", status=200, **as_it_was(hours=1))
    assert "give an earlier time" in answer.content.decode()
    assert not Correction.objects.exists()


def test_a_missing_event_is_offered_only_where_it_is_missing(employer, worker, place):
    did(worker, "in", "out", minutes_ago=120)
    for row in came_and_left():
        page = employer.text(f"/presences/{row.number}")
        assert "Ask for a correction" in page
        assert f"/presences/missing/{row.number}" not in page


def test_the_check_out_of_who_is_still_at_work_is_offered(employer, event):
    assert "Ask for the missing check-out" in employer.text(f"/presences/{event.number}")


def test_a_time_that_is_missing_is_told_before_where_it_lies(employer, event):
    answer = ask(employer, f"/presences/missing/{event.number}", status=200, time="")
    assert "Give the time." in answer.content.decode()


def test_the_check_out_between_two_check_ins_is_offered_at_the_first(employer, worker, place):
    first, second, left = did_hours_ago(worker, ("in", 9), ("in", 5), ("out", 1))
    assert f"/presences/missing/{first.number}" in employer.text(f"/presences/{first.number}")
    for row in (second, left):
        assert f"/presences/missing/{row.number}" not in employer.text(f"/presences/{row.number}")


def test_the_check_out_of_each_of_two_check_ins_is_offered_where_none_ended(employer, worker, place):
    for row in did_hours_ago(worker, ("in", 14), ("in", 2)):
        assert f"/presences/missing/{row.number}" in employer.text(f"/presences/{row.number}")
