"""An employer sees the own staff, a client numbers alone, an access manager no presence; and every look is on record."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils.formats import date_format

from domain.brussels import BRUSSELS, brussels_date
from domain.languages import Language
from registers.checkins.models import (
    MeansRecord,
    Presence,
    PresenceLook,
    Spell,
)
from registers.persons.details import name_person
from tests.portal.checkins.acting import ago, bring, content_of, days_acted, did, kept, newest, searched
from tests.portal.checkins.conftest import (
    COMPANY,
    INSS,
    OTHER_INSS,
    OTHER_PLACE,
    PLACE,
    Visitor,
    a_party,
    as_visitor,
)
from tests.portal.people import Manager

pytestmark = pytest.mark.django_db
OTHER_COMPANY = "0448181966"


def looked_at(question: str) -> set[int | None]:
    looks = PresenceLook.objects.filter(question=question, asker_kind__in=["EMPLOYER", "CONTRACTOR"])
    return set(looks.values_list("person_id", flat=True))


def test_staff_on_site_now_is_shown_by_name_and_place(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    page = employer.text("/presences")
    assert "Ana Diaz" in page
    assert "Town hall, Gent" in page
    assert looked_at("ON_SITE") == {worker.person_id}


def test_a_night_shift_is_listed_with_the_day_on_which_it_began(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    since = datetime.now(BRUSSELS).replace(hour=22, minute=40) - timedelta(days=1)
    Spell.objects.update(started_at=since)
    for path in ("/presences", f"/presences/work-places/{PLACE}/live"):
        assert f"{date_format(since, 'D j M')}, 22:40" in employer.text(path)


def test_who_went_home_is_no_longer_on_site(employer: Visitor, worker: Visitor, place):
    did(worker, "in", "out")
    assert "Nobody of your staff is checked in now." in employer.text("/presences")


def test_another_companys_staff_is_not_there(employer: Visitor, worker: Visitor, place):
    did(worker, "in", employer=OTHER_COMPANY)
    number = newest().number
    assert "Ana Diaz" not in employer.text("/presences") + searched(employer)
    employer.get(f"/presences/{number}", HTTPStatus.NOT_FOUND)
    employer.get(f"/presences/{number}/correction", HTTPStatus.NOT_FOUND)
    assert worker.person_id not in looked_at("ONE")


PRESENCES = ("/presences/search", "/presences/missing", "/presences/errors", "/presences/corrections")


@pytest.mark.parametrize("path", PRESENCES)
def test_an_access_manager_sees_no_presence(manager: Manager, path):
    as_visitor(manager).get(path, HTTPStatus.FORBIDDEN)


def test_an_access_manager_sees_how_things_are_set_up(manager: Manager, worker: Visitor, place):
    did(worker, "in")
    chief = as_visitor(manager)
    assert "Ana Diaz" not in chief.text("/presences")
    assert "Town hall" in chief.text("/presences/work-places")
    chief.get("/presences/means")
    chief.get(f"/presences/work-places/{PLACE}/live", HTTPStatus.NOT_FOUND)
    assert looked_at("ON_SITE") == set()


CRITERIA = {
    "the day alone": ({}, True),
    "the work place": ({"place": PLACE}, True),
    "another work place": ({"place": OTHER_PLACE}, False),
    "the worker": ({"number": INSS}, True),
    "another worker": ({"number": OTHER_INSS}, False),
    "the sector": ({"sector": "CLEANING"}, True),
    "another sector": ({"sector": "MEAT"}, False),
    "the company": ({"company": "0877.665.502"}, True),
    "another company": ({"company": OTHER_COMPANY}, False),
    "a check-in": ({"what": "IN"}, True),
    "a check-out": ({"what": "OUT"}, False),
    "a day": ({"what": "DAY"}, False),
    "another Limosa number": ({"limosa": "24910158641968060"}, False),
    "received later": ({"created_first": "2031-01-01"}, False),
    "received before": ({"created_last": "2020-01-01"}, False),
}


@pytest.mark.parametrize(("criteria", "is_found"), CRITERIA.values(), ids=CRITERIA)
def test_registrations_are_searched_by_the_official_criteria(employer, worker, place, criteria, is_found):
    did(worker, "in")
    assert ("Ana Diaz" in searched(employer, **criteria)) is is_found


def test_no_address_holds_a_national_number(employer: Visitor, worker: Visitor, place):
    answer = employer.client.post("/presences/search", {**days_acted(), "number": INSS}, secure=True)
    assert INSS not in answer["Location"]
    assert INSS not in employer.text(answer["Location"])


@pytest.mark.parametrize(
    ("deviation", "sentence"),
    [
        ({"first": ""}, "Give the first day."),
        ({"number": "85011512300"}, "This is no national number: its check digits do not fit."),
        ({"number": "8501151230"}, "This is no national number: it has eleven digits."),
        ({"company": "0877665503"}, "This is no number of a company: ten digits, the first a 0 or a 1."),
        ({"limosa": "2491?"}, "This is no Limosa number."),
    ],
)
def test_a_search_that_cannot_be_made_says_why(employer: Visitor, deviation, sentence):
    assert sentence in searched(employer, **deviation)


def criteria_of(page: str) -> str:
    return page.partition('name="criteria" value="')[2].partition('"')[0]


def exported(employer: Visitor, kind: str) -> bytes:
    word = criteria_of(searched(employer))
    answer = employer.client.post("/presences/export", {"criteria": word, "kind": kind}, secure=True)
    assert answer.status_code == HTTPStatus.OK
    assert f".{kind}" in answer["Content-Disposition"]
    return content_of(answer)


def test_a_download_masks_the_national_number_and_holds_no_formula(employer: Visitor, worker: Visitor, place):
    now = datetime.now(UTC)
    name_person(worker.person_id, family_name="=1+1", first_name="", language=Language.NL, actor="test", at=now)
    did(worker, "in")
    content = exported(employer, "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline=""), delimiter=";"))
    assert (rows[0]["Name"], rows[0]["National number"]) == ("'=1+1", "05.01.15-***.53")
    assert INSS not in content
    assert exported(employer, "xlsx")[:2] == b"PK"
    assert looked_at("SEARCH") == {worker.person_id}


def test_a_download_says_its_codes_in_words(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    content = exported(employer, "csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""), delimiter=";")
    assert (row["What"], row["State"], row["Channel"]) == ("Check-in", "Registered", "page of the portal")


@pytest.mark.parametrize("most", [1, 2])
def test_a_download_that_does_not_hold_all_says_so(employer: Visitor, worker: Visitor, place, monkeypatch, most):
    did(worker, "in", "break")
    word = criteria_of(searched(employer))
    monkeypatch.setattr("portal.pages.checkins.found_presences.MOST_DOWNLOADED", most)
    answer = employer.client.post("/presences/export", {"criteria": word, "kind": "csv"}, secure=True)
    rows = list(csv.reader(io.StringIO(content_of(answer).decode("utf-8-sig"), newline=""), delimiter=";"))
    says = "These are the first 1 of more: search for fewer days or with more criteria."
    assert [rows[-1][0] == says, "-first-1.csv" in answer["Content-Disposition"], len(rows)] == (
        [True, True, 3] if most == 1 else [False, False, 3]
    )
    assert {len(row) for row in rows} == {14}


@pytest.mark.parametrize("word", ["", "forged"])
def test_nothing_is_downloaded_without_a_search_of_ours(employer: Visitor, word):
    answer = employer.client.post("/presences/export", {"criteria": word, "kind": "csv"}, secure=True)
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_one_registration_shows_its_history(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    page = employer.text(f"/presences/{newest().number}")
    assert "Ana Diaz" in page
    assert "You can ask for a correction until" in page
    assert looked_at("ONE") == {worker.person_id}


def test_own_registrations_are_listed_by_page(worker: Visitor, place, monkeypatch):
    did(worker, "in", "break", "back", "out")
    monkeypatch.setattr("portal.pages.checkins.own._PAGE_SIZE", 3)
    page = worker.text("/check-in/mine")
    assert "Begin of the break" in page
    assert page.count("/check-in/mine/1") == 3
    older = re.search(r'rel="next" href="(\?after=[^"]+)"', page)[1]
    assert worker.text(f"/check-in/mine{older}").count("/check-in/mine/1") == 1
    assert "Back to the newest" in worker.text(f"/check-in/mine{older}")


@pytest.mark.parametrize("key", ["x", "W10=", "WyJhIiwiYiIsImMiXQ==", "bnVsbA==", "%C3%A9"])
def test_a_page_after_a_key_that_none_gave_is_the_first(worker: Visitor, place, key):
    did(worker, "in")
    assert "/check-in/mine/1" in worker.text(f"/check-in/mine?after={key}")


@pytest.mark.parametrize(
    ("words", "count"),
    [("{number}", 1), (PLACE.lower(), 2), ("1Y1003TESTA1Z", 0), ("999999999999999999999", 0), ("a%00b", 0)],
)
def test_own_registrations_are_found_by_receipt_number_or_work_place(worker: Visitor, place, words, count):
    did(worker, "in", "out")
    page = worker.text(f"/check-in/mine?q={words.format(number=newest().number)}")
    assert page.count("/check-in/mine/1") == count


@pytest.mark.parametrize(("asked", "found"), [("0", 1), ("1", 0), ("4000", 0), ("-400", 0)])
def test_own_registrations_of_a_day_are_found(worker: Visitor, place, asked, found):
    did(worker, "in")
    day = brussels_date(newest().event_at) - timedelta(days=int(asked))
    page = worker.text(f"/check-in/mine?day={day}")
    assert page.count("/check-in/mine/1") == found
    assert f'value="{day}"' in page
    assert ("Nothing was registered on" in page) is (found == 0)


def test_a_day_and_a_work_place_narrow_the_list_together_and_from_page_to_page(worker: Visitor, place, monkeypatch):
    for act, seconds in (("in", 2), ("out", 1)):  # of one day, also just after midnight
        bring(worker, kept(act=act, at=ago(seconds=seconds), reference=f"{seconds:022x}"))
    monkeypatch.setattr("portal.pages.checkins.own._PAGE_SIZE", 1)
    day = brussels_date(newest().event_at)
    page = worker.text(f"/check-in/mine?day={day}&q={PLACE}")
    older = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert f"q={PLACE}&day={day}" in older
    assert "/check-in/mine/1" not in worker.text(f"/check-in/mine?day={day}&q=1Y1003TESTA1Z")


@pytest.mark.parametrize("day", ["x", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_said_and_leaves_nothing_out(worker: Visitor, place, day):
    did(worker, "in")
    page = worker.text(f"/check-in/mine?day={day}")
    assert "This is no day." in page
    assert page.count("/check-in/mine/1") == 1


def test_a_stay_of_nobody_is_led_to_signing_in():
    for path in ("/check-in", "/check-in/mine", "/presences"):
        assert Client().get(path, secure=True).status_code == HTTPStatus.FOUND
    assert not Presence.objects.exists()


def test_who_only_looks_records_no_means_and_is_offered_nothing(looker: Visitor, place):
    shown = looker.text("/presences/means")
    assert "Means of registration" in shown
    assert "Record for a subcontractor" not in shown
    for path in ("/presences/means/new/subcontractor", "/presences/means/new/temporary-worker"):
        looker.get(path, HTTPStatus.FORBIDDEN)
    assert not MeansRecord.objects.exists()


def test_one_person_is_on_site_once(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    day = newest()
    day.number, day.kind, day.event_type, day.reason, day.capture = day.number + 90, "DAY", "", "", ""
    day.event_at = day.utc_offset = None
    day.save(force_insert=True)
    assert employer.text("/presences").count("Ana Diaz") == 1


def with_subcontractors(employer: Visitor) -> str:
    return searched(employer, staff="all")


@pytest.mark.parametrize("is_visible", [True, False])
def test_subcontractors_staff_is_found_where_the_setting_lets_contractors_see_it(
    employer: Visitor, worker: Visitor, place, settings, is_visible
):
    a_party(place, OTHER_COMPANY, "SUBCONTRACTOR", a_party(place, COMPANY, "CONTRACTOR"))
    did(worker, "in", employer=OTHER_COMPANY)
    number = newest().number
    check_ins = replace(settings.GUICHET.check_ins, subcontractor_staff_visible=is_visible)
    settings.GUICHET = replace(settings.GUICHET, check_ins=check_ins)
    page = with_subcontractors(employer)
    assert ("Ana Diaz" in page) == (OTHER_COMPANY in page) == ("Whose staff" in page) == is_visible
    assert "Ana Diaz" not in searched(employer)
    one = employer.text(f"/presences/{number}", HTTPStatus.OK if is_visible else HTTPStatus.NOT_FOUND)
    assert INSS not in one
    assert "/correction" not in one
    employer.get(f"/presences/{number}/correction", HTTPStatus.NOT_FOUND)


def test_staff_of_others_at_the_same_place_is_not_found(employer: Visitor, worker: Visitor, place, settings):
    a_party(place, OTHER_COMPANY, "CONTRACTOR")
    a_party(place, COMPANY, "CONTRACTOR")
    did(worker, "in", employer=OTHER_COMPANY)
    check_ins = replace(settings.GUICHET.check_ins, subcontractor_staff_visible=True)
    settings.GUICHET = replace(settings.GUICHET, check_ins=check_ins)
    place.declarant = "0400767772"
    place.save()
    assert "Ana Diaz" not in with_subcontractors(employer)
    employer.get(f"/presences/{newest().number}", HTTPStatus.NOT_FOUND)


def test_an_employer_is_told_by_which_number_own_staff_was_declared(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    assert INSS in employer.text(f"/presences/{newest().number}")
    assert INSS not in searched(employer) + employer.text("/presences")
