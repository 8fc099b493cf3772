"""The health page says since when check-ins wait, which cannot be judged, and which check-outs nobody flagged."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from domain.checkins.items import Worker
from portal.check_in_configuration import CheckInConfiguration
from portal.health_of_check_ins import judge_check_ins, look_at_check_ins
from registers.checkins.left_to_do import LeftToDo
from registers.checkins.models import Spell, UnjudgedPresence
from tests.checkin_items import RECEIVED, an_event
from tests.registers.checkins.conftest import Counter, counter, keys  # noqa: F401 - fixtures

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def judge(left: LeftToDo):
    return judge_check_ins(left, CheckInConfiguration.from_environment(), now=NOON)


@pytest.mark.parametrize(("waited", "is_ok"), [(15 * MINUTE, True), (16 * MINUTE, False)])
def test_registrations_that_wait_too_long_for_their_validation_fail(waited: timedelta, is_ok: bool):
    check, *_ = judge(LeftToDo(waiting=3, waiting_since=NOON - waited, requests=2))
    assert check.is_ok is is_ok
    assert ("guichet checkins validate" in check.next_step) is not is_ok
    since = "2026-11-20 12:45" if is_ok else "2026-11-20 12:44"
    assert check.in_english == f"3 waiting, the oldest since {since}; requests for another validation: 2"


def test_where_nothing_waits_requests_are_told_alone():
    check, *_ = judge(LeftToDo(requests=2))
    assert (check.is_ok, check.in_english) == (True, "0 waiting; requests for another validation: 2")


def test_what_cannot_be_judged_fails_and_says_where_it_is_named():
    _, check, _ = judge(LeftToDo(unjudged=4, unjudged_since=NOON - HOUR))
    assert (check.is_ok, check.in_english) == (False, "4 since 2026-11-20 12:00")
    assert "receipt number" in check.next_step


@pytest.mark.parametrize(("ago", "is_ok"), [(17 * HOUR, True), (17 * HOUR + MINUTE, False)])
def test_spells_that_are_open_beyond_their_time_fail_after_an_hour(ago: timedelta, is_ok: bool):
    *_, check = judge(LeftToDo(open_spells=5, open_since=NOON - ago))
    assert check.is_ok is is_ok
    assert check.in_english == "without a check-out after 16 hours and not flagged yet: 5"
    assert ("guichet checkins missing-outs" in check.next_step) is not is_ok


def test_how_long_it_may_last_are_settings(monkeypatch):
    monkeypatch.setenv("GUICHET_CHECKIN_VALIDATED_WITHIN_MINUTES", "60")
    monkeypatch.setenv("GUICHET_CHECKIN_MISSING_OUT_WITHIN_MINUTES", "30")
    waiting, _, missing = judge(LeftToDo(1, NOON - HOUR, open_spells=1, open_since=NOON - 17 * HOUR))
    assert (waiting.is_ok, missing.is_ok) == (True, False)


def test_what_is_left_is_counted_by_one_query(counter: Counter, django_assert_num_queries):  # noqa: F811
    poisoned, waiting = counter(an_event(), an_event(worker=Worker(inss="05011512353")))
    UnjudgedPresence.objects.create(
        environment="R",
        number=poisoned.registration.id,
        registration_date=RECEIVED.date(),
        since=RECEIVED,
        retry_at=RECEIVED + HOUR,
    )
    Spell.objects.filter(person_id=waiting.registration.person_id).update(last_in_at=RECEIVED - 16 * HOUR)
    with django_assert_num_queries(1):
        told = look_at_check_ins(CheckInConfiguration.from_environment(), now=RECEIVED + MINUTE)
    assert [one.values["number"] for one in told] == [1, 1, 1]


@pytest.mark.django_db
def test_the_health_page_tells_it_in_the_readers_language(client: Client):
    assert "Fehlende Check-outs" in client.get("/health?language=de", secure=True).text
