"""A worker checks in, takes a break and checks out, at a page and without scripts, and reads what was registered."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client
from django.utils.formats import date_format

from domain.assurance import AssuranceLevel, Means
from domain.brussels import BRUSSELS
from domain.checkins.limits import DayLimits
from domain.identifiers import insz
from portal.checkin_counter import CheckinCounter
from portal.pages.checkins.choices import offered_to
from registers.checkins.models import Presence, PresenceLook, WorkPlace
from tests.portal.checkins.acting import ago, bring, did, kept, newest
from tests.portal.checkins.conftest import (
    COMPANY,
    OTHER_PLACE,
    PLACE,
    UNKNOWN_PLACE,
    Visitor,
    a_place,
    a_visitor,
    sign_in,
)
from tests.portal.conftest import token_in

pytestmark = pytest.mark.django_db
OTHER_COMPANY = "0400767772"
HERE = {"act": "in", "number": PLACE, "company": COMPANY}


def test_how_far_ahead_a_phones_clock_may_be_is_a_setting():
    configuration = replace(settings.GUICHET, check_ins=replace(settings.GUICHET.check_ins, future_seconds=7))
    assert CheckinCounter(configuration).limits.times.future_tolerance == timedelta(seconds=7)


def test_a_check_in_for_another_employer_at_the_same_place_says_nothing_of_another_place_alone(worker: Visitor, place):
    did(worker, "in", minutes_ago=60)
    bring(worker, kept(employer=OTHER_COMPANY, reference="cd" * 11))
    assert newest().remarks == ["OPEN_ELSEWHERE"]
    assert "or here for another employer, the check-out is missing." in worker.text(f"/check-in/mine/{newest().number}")


@pytest.mark.parametrize("hours", [-11, 0, 11])
def test_a_day_is_that_of_brussels_whatever_the_zone_of_the_phone(worker: Visitor, hours: int):
    a_place(OTHER_PLACE, sector="CONSTRUCTION")
    now = datetime.now(timezone(timedelta(hours=hours))).replace(microsecond=0)
    assert bring(worker, kept(place=OTHER_PLACE, at=now.isoformat())).status_code == HTTPStatus.OK
    row = newest()
    assert (row.kind, row.registration_date) == ("DAY", now.astimezone(BRUSSELS).date())


def test_how_long_a_break_may_be_is_a_setting_of_the_page_too(worker: Visitor, place: WorkPlace):
    did(worker, "in", "break", minutes_ago=90)
    at = datetime.now(UTC)
    short, usual = (replace(DayLimits(), longest_break=timedelta(hours=hours)) for hours in (1, 4))
    assert offered_to(worker.person_id, at=at, limits=usual).now.is_on_break
    assert not offered_to(worker.person_id, at=at, limits=short).now.is_on_break


def test_a_day_that_is_registered_is_shown_where_one_checks_in(worker: Visitor, place: WorkPlace):
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    assert "Registered for today" not in worker.text("/check-in")
    did(worker, "in", minutes_ago=0, place=OTHER_PLACE)
    shown = worker.text("/check-in").partition("Registered for today")[2]
    assert "Bridge" in shown.partition("<form")[0]
    assert str(newest().number) in shown.partition("<form")[0]


def test_a_check_in_is_shown_back_with_place_time_and_receipt_number(worker: Visitor, place: WorkPlace):
    answer = worker.send("/check-in", **HERE)
    row, page = newest(), worker.follow(answer)
    assert (row.event_type, row.work_place, row.employer, row.person_id) == ("IN", PLACE, COMPANY, worker.person_id)
    assert str(row.number) in page
    assert "Town hall, Gent" in page
    assert row.event_at.astimezone(BRUSSELS).strftime("%H:%M") in page


@pytest.mark.parametrize(
    ("before", "act", "event"),
    [
        ((), "in", ("IN", "WORK")),
        (("in",), "break", ("OUT", "BREAK")),
        (("in", "break"), "back", ("IN", "BREAK")),
        (("in", "break", "back"), "out", ("OUT", "WORK")),
    ],
    ids=["begin", "begin of a break", "end of a break", "end"],
)
def test_begin_breaks_and_end_are_registered_in_real_time(worker: Visitor, place: WorkPlace, before, act, event):
    did(worker, *before)
    began = datetime.now(UTC).replace(microsecond=0)
    worker.send("/check-in", **{**HERE, "act": act})
    assert (newest().event_type, newest().reason) == event
    assert began <= newest().event_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("acts", "offered", "title"),
    [
        ((), {"in"}, "Check in"),
        (("in",), {"out", "break"}, "You are at work"),
        (("in", "break"), {"back"}, "You are on a break"),
        (("in", "out"), {"in"}, "Check in"),
    ],
    ids=["absent", "at work", "on a break", "gone"],
)
def test_the_page_offers_what_can_be_done_now(worker: Visitor, place: WorkPlace, acts, offered, title):
    did(worker, *acts)
    page = worker.text("/check-in")
    assert {act for act in ("in", "out", "break", "back") if f'name="act" value="{act}"' in page} == offered
    assert f'<h1 class="govuk-heading-l">{title}</h1>' in page


def test_a_break_of_more_than_four_hours_was_the_end_of_work(worker: Visitor, place: WorkPlace):
    did(worker, "in", "break", minutes_ago=241)
    assert 'value="in"' in worker.text("/check-in")


def test_the_same_form_sent_twice_is_one_check_in(worker: Visitor, place: WorkPlace):
    token = token_in(worker.text("/check-in"))
    first = worker.send("/check-in", token=token, **HERE)
    again = worker.send("/check-in", status=409, token=token, **HERE)
    assert f'href="{first["Location"]}"' in again.content.decode()
    assert Presence.objects.count() == 1


WRONG = {
    "no place": ({"number": ""}, "Say where you are."),
    "half a number": ({"number": "1Y1003"}, "This is no number of a work place"),
    "no company": ({"company": ""}, "Say for whom you work here."),
    "wrong check digits": ({"company": "0877665503"}, "This is no number of a company"),
}


@pytest.mark.parametrize(("deviation", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_missing_is_asked_for_and_nothing_is_registered(worker: Visitor, place, deviation, sentence):
    answer = worker.send("/check-in", status=200, **{**HERE, **deviation})
    assert sentence in answer.content.decode()
    assert not Presence.objects.exists()


def test_a_number_that_nobody_knows_is_asked_about_once(worker: Visitor, place: WorkPlace):
    unknown = {**HERE, "number": UNKNOWN_PLACE}
    assert "tap once more" in worker.send("/check-in", status=200, **unknown).content.decode()
    worker.send("/check-in", sure=UNKNOWN_PLACE, **unknown)
    assert newest().work_place == UNKNOWN_PLACE


def test_who_chose_a_company_and_says_that_it_is_his_own_is_self_employed(worker: Visitor, place: WorkPlace):
    did(worker, "in", "out")
    worker.send("/check-in", act="in", place=PLACE, employer=COMPANY, self_employed="on")
    assert (newest().event_type, newest().capacity) == ("IN", "SELF_EMPLOYED")


def test_a_self_employed_person_registers_for_his_own_company(worker: Visitor, place: WorkPlace):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    assert newest().capacity == "SELF_EMPLOYED"
    worker.send("/check-in", act="out")
    assert (newest().event_type, newest().capacity) == ("OUT", "SELF_EMPLOYED")


def test_the_page_asks_whether_the_company_is_ones_own(worker: Visitor, place: WorkPlace):
    worker.send("/check-in", self_employed="on", **HERE)
    assert newest().capacity == "SELF_EMPLOYED"


def test_where_days_are_registered_a_check_in_is_the_day(worker: Visitor):
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    worker.send("/check-in", **{**HERE, "number": OTHER_PLACE})
    assert newest().kind == "DAY"


def test_who_came_yesterday_reads_the_day(worker: Visitor, place: WorkPlace):
    since = datetime.fromisoformat(ago(hours=15)).astimezone(BRUSSELS)
    bring(worker, kept(at=since.isoformat()))
    day = "" if since.date() == datetime.now(BRUSSELS).date() else f"{date_format(since, 'D j M')}, "
    assert f">{day}{since:%H:%M}</time>" in worker.text("/check-in")


def test_what_a_phone_kept_is_registered_with_its_instant_of_capture(worker: Visitor, place: WorkPlace):
    at = ago(hours=3)
    answer = bring(worker, kept(at=at))
    assert answer.status_code == HTTPStatus.OK
    assert newest().event_at == datetime.fromisoformat(at)
    assert newest().remarks == ["LATE"]
    assert "reached us some time after" in worker.text(answer.json()["receipt"])


def test_what_a_phone_sends_again_is_registered_once(worker: Visitor, place: WorkPlace):
    act = kept(at=ago(minutes=1))
    assert bring(worker, act).json() == bring(worker, act).json()
    assert Presence.objects.count() == 1


def test_acts_that_come_in_the_wrong_order_make_the_same_day(worker: Visitor, place: WorkPlace):
    bring(worker, kept(act="out", at=ago(minutes=2), reference="cd" * 11))
    bring(worker, kept(act="in", at=ago(minutes=9)))
    assert "Check in" in worker.text("/check-in")
    assert Presence.objects.count() == 2


@pytest.mark.parametrize("act", ["out", "break"])
def test_what_ends_work_for_ones_own_company_is_of_it_although_the_phone_kept_its_number_alone(
    worker: Visitor, place: WorkPlace, act: str
):
    bring(worker, kept(employer=f"{COMPANY}/SELF_EMPLOYED", at=ago(minutes=9)))
    bring(worker, kept(act=act, at=ago(minutes=2), reference="cd" * 11))
    assert [row.capacity for row in Presence.objects.order_by("event_at")] == ["SELF_EMPLOYED", "SELF_EMPLOYED"]


ELSEWHERE = {"employer": OTHER_COMPANY, "place": OTHER_PLACE}
"""Where another device checked the worker in, of which his phone knows nothing."""


@pytest.mark.parametrize("act", ["out", "break"])
def test_what_a_phone_only_guesses_is_of_the_check_in_that_another_device_made(worker: Visitor, place: WorkPlace, act):
    a_place(OTHER_PLACE, name="Library")
    did(worker, "in", "out", minutes_ago=60)
    bring(worker, kept(at=ago(minutes=30), reference="cd" * 11, **ELSEWHERE))
    bring(worker, kept(act=act, at=ago(minutes=2), guessed="yes"))
    assert (newest().work_place, newest().employer) == (OTHER_PLACE, OTHER_COMPANY)


SAID = {
    "typed": (2, {"act": "out"}),
    "kept by an older page, which does not say": (2, {"act": "out", "guessed": None}),
    "a check-in": (2, {"act": "in", "guessed": "yes"}),
    "tapped before the other device": (40, {"act": "out", "guessed": "yes"}),
}


@pytest.mark.parametrize(("minutes", "deviation"), SAID.values(), ids=SAID)
def test_what_the_worker_or_his_phone_knows_stays(worker: Visitor, place: WorkPlace, minutes, deviation):
    a_place(OTHER_PLACE, name="Library")
    did(worker, "in", minutes_ago=60)
    bring(worker, kept(at=ago(minutes=30), reference="cd" * 11, **ELSEWHERE))
    bring(worker, kept(at=ago(minutes=minutes), **deviation))
    assert (newest().work_place, newest().employer) == (PLACE, COMPANY)


def test_a_phone_goes_on_without_a_connection_where_the_worker_is_checked_in(worker: Visitor, place: WorkPlace):
    a_place(OTHER_PLACE, name="Library", sector="CONSTRUCTION")
    bring(worker, kept(place=OTHER_PLACE, reference="cd" * 11))  # the day there, which has no hour
    did(worker, "in")
    for address in ("/check-in", f"/check-in/at/{OTHER_PLACE}"):
        told = unescape(worker.text(address)).partition('data-places="')[2]
        assert json.JSONDecoder().raw_decode(told)[0][0]["number"] == PLACE


def test_a_phone_is_told_that_a_company_is_the_workers_own(worker: Visitor, place: WorkPlace):
    bring(worker, kept(employer=f"{COMPANY}/SELF_EMPLOYED"))
    assert f"{COMPANY}/SELF_EMPLOYED" in worker.text("/check-in").partition("data-places=")[2].partition(" data-in=")[0]


REFUSED = {
    "more than a day old": (
        lambda: kept(at=ago(hours=25)),
        "if you are self-employed, ask us for it under My registrations",
    ),
    "from a clock that is ahead": (lambda: kept(at=ago(minutes=-9)), "lies in the future"),
    "no JSON": (lambda: "act=in", "do not understand"),
    "too long": (lambda: kept(place="A" * 3000), "do not understand"),
    "another act": (lambda: kept(act="lunch"), "do not understand"),
    "no offset": (lambda: kept(at="2026-11-23T05:58:31"), "do not understand"),
    "no reference": (lambda: kept(reference=""), "do not understand"),
    "a sign that no column takes": (lambda: kept(place="\0"), "do not understand"),
    "half a sign": (lambda: kept(employer="\ud800"), "do not understand"),
    "after all calendars": (lambda: kept(at="9999-12-31T23:59:59-14:00"), "do not understand"),
    "after the calendar of Brussels": (lambda: kept(at="9999-12-31T23:30:00+00:00"), "do not understand"),
    "before all calendars": (lambda: kept(at="0001-01-01T00:00:00+14:00"), "do not understand"),
    "old and without a place": (lambda: kept(place="", at=ago(hours=2)), "Say where you are."),
    "old and without a company": (lambda: kept(employer="", at=ago(hours=2)), "Say for whom you work here."),
}


@pytest.mark.parametrize(("act", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_never_taken_is_told_in_a_sentence(worker: Visitor, place: WorkPlace, act, sentence):
    answer = bring(worker, act())
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in answer.json()["message"]
    assert not Presence.objects.exists()


LACKING = (
    ({"place": ""}, "place"),
    ({"place": PLACE[:12]}, "place"),
    ({"employer": ""}, "company"),
    ({"employer": "0412345678"}, "company"),
)


@pytest.mark.parametrize(("deviation", "lacks"), LACKING)
def test_what_only_lacks_a_number_is_told_so_and_taken_with_it(worker: Visitor, place: WorkPlace, deviation, lacks):
    at = ago(hours=2)
    answer = bring(worker, kept(at=at, **deviation))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.json()["lacks"] == lacks
    assert bring(worker, kept(at=at)).status_code == HTTPStatus.OK
    assert Presence.objects.get().event_at == datetime.fromisoformat(at)


@pytest.mark.parametrize(("deviation", "lacks"), [({"place": UNKNOWN_PLACE}, "place"), *LACKING])
def test_who_still_stands_there_is_asked(worker: Visitor, place: WorkPlace, deviation, lacks):
    answer = bring(worker, kept(**deviation))
    assert answer.status_code == HTTPStatus.CONFLICT
    assert (bool(answer.json()["ask"]), answer.json()["lacks"]) == (True, lacks)


def test_an_unknown_place_is_taken_when_it_was_confirmed_or_kept(worker: Visitor, place: WorkPlace):
    assert bring(worker, kept(place=UNKNOWN_PLACE, sure=UNKNOWN_PLACE)).status_code == HTTPStatus.OK
    late = kept(place=OTHER_PLACE, at=ago(hours=1), reference="cd" * 11)
    assert bring(worker, late).status_code == HTTPStatus.OK


def test_a_phone_that_is_signed_out_is_told_so_as_data(worker: Visitor, place: WorkPlace):
    stranger = Visitor(Client(), 0, worker.login)
    answer = bring(stranger, kept())
    assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.UNAUTHORIZED, "not_signed_in")
    assert not Presence.objects.exists()


def test_a_phone_sends_from_a_page_of_ours_alone(worker: Visitor, place: WorkPlace):
    worker.client.handler.enforce_csrf_checks = True
    assert bring(worker, kept()).status_code == HTTPStatus.FORBIDDEN
    token = worker.get("/check-in/state").json()["token"]
    headers = {"X-CSRFToken": token, "Referer": "https://testserver/check-in"}
    answer = worker.client.post(
        "/check-in/acts", json.dumps(kept()), content_type="application/json", secure=True, headers=headers
    )
    assert answer.status_code == HTTPStatus.OK


def test_whose_phone_it_is_is_told_by_a_word_that_says_nothing_else(worker: Visitor):
    told = worker.get("/check-in/state").json()
    other = a_visitor("85011512355", name="Maes").get("/check-in/state").json()
    assert told["whose"] != other["whose"]


def test_the_page_for_no_connection_is_the_same_for_everybody(worker: Visitor, place: WorkPlace):
    worker.send("/check-in", **HERE)
    page = Client().get("/check-in/offline", secure=True).content.decode()
    assert PLACE not in page
    assert "csrfmiddlewaretoken" not in page


def test_the_script_between_page_and_connection_reaches_the_pages_of_check_ins_alone():
    answer = Client().get("/check-in/worker.js", secure=True)
    assert answer["Service-Worker-Allowed"] == "/check-in"
    assert answer["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize(
    ("means", "level"),
    [
        (Means.ITSME, AssuranceLevel.ITSME),
        (Means.EIDAS, AssuranceLevel.APP_CODE),
        (Means.EMAIL_CODE, AssuranceLevel.EMAIL_CODE),
        (Means.EID, AssuranceLevel.EID),
    ],
)
def test_itsme_eidas_and_an_e_mail_code_open_the_page_for_everybody(worker: Visitor, place, means, level):
    sign_in(worker.login, level=level, means=means).get("/check-in")


@pytest.mark.parametrize(
    ("means", "level"),
    [
        (Means.EMAIL_CODE, AssuranceLevel.EMAIL_CODE),
        (Means.ITSME, AssuranceLevel.ITSME),
        (Means.EIDAS, AssuranceLevel.APP_CODE),
    ],
)
def test_whoever_has_a_bis_number_alone_registers_as_everybody_does(place: WorkPlace, means, level):
    login = a_visitor(insz(854115123, born_from_2000=False), name="Nowak").login
    shown = (worker := sign_in(login, level=level, means=means)).follow(worker.send("/check-in", **HERE))
    row = newest()
    assert (row.person_id, row.event_type, row.work_place, row.employer) == (login.person_id, "IN", PLACE, COMPANY)
    assert str(row.number) in shown.replace(" ", "").replace("\xa0", "")


def test_a_password_alone_is_led_to_something_surer(worker: Visitor):
    weak = sign_in(worker.login, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD)
    assert "/step-up" in weak.get("/check-in", HTTPStatus.FOUND)["Location"]


def test_every_look_at_oneself_is_on_record(worker: Visitor, place: WorkPlace):
    worker.follow(worker.send("/check-in", **HERE))
    looks = PresenceLook.objects.filter(person_id=worker.person_id, asker_kind="WORKER")
    assert set(looks.values_list("question", flat=True)) == {"OWN", "ONE"}
    assert set(looks.values_list("asker", flat=True)) == {f"login:{worker.login.pk}"}
