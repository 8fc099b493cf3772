"""The search of a page takes the official criteria, several periods, states and remarks, and nine orders, eight of them official."""

import json
import re
import zlib
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core import signing
from django.http import QueryDict

from domain.checkins.codes import Remark
from domain.checkins.items import DayPresence, Employer, Worker
from domain.checkins.outcomes import Declarant
from domain.checkins.searches import DayPeriod, Direction, SortedBy
from domain.checkins.vocabulary import ClockingChannel, PresenceStatus
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.search_forms import SearchForm
from portal.pages.checkins.wanted import Wanted
from registers.checkins.models import Presence
from tests.portal.checkins.acting import ago, bring, content_of, days_acted, did, kept, newest, searched
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, Visitor, a_party, a_place
from tests.portal.checkins.test_company import exported
from tests.portal.checkins.test_inspection import inspector, look  # noqa: F401 - a fixture
from tests.portal.checkins.test_limosa_alone import OTHER, came_by_program_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NAME = "Ana Diaz"
KNOWN, UNKNOWN = "85011512355", "90231512323"


CRITERIA = {
    "one of two states": ({"statuses": ["REGISTERED", "FAILED"]}, True),
    "all four states": ({"statuses": ["REGISTERED", "VALIDATED", "FAILED", "CANCELLED"]}, True),
    "two other states": ({"statuses": ["CANCELLED", "FAILED"]}, False),
    "one of two remarks": ({"remarks": ["LONG_SPELL", "OUT_WITHOUT_IN"]}, True),
    "two other remarks": ({"remarks": ["LONG_SPELL", "DIMONA_NOT_OK"]}, False),
    "a state and a remark": ({"statuses": ["REGISTERED"], "remarks": ["OUT_WITHOUT_IN"]}, True),
    "another state and a remark": ({"statuses": ["VALIDATED"], "remarks": ["OUT_WITHOUT_IN"]}, False),
}


@pytest.mark.parametrize(("criteria", "is_found"), CRITERIA.values(), ids=CRITERIA)
def test_one_of_several_is_enough(employer: Visitor, worker: Visitor, place, criteria, is_found):
    did(worker, "out")
    assert (NAME in searched(employer, **criteria)) is is_found


PERIODS = {
    "the second": ({"first": "2026-01-05", "last": "2026-01-06", "first_2": "{today}", "last_2": "{today}"}, True),
    "neither": ({"first": "2026-01-05", "last": "2026-01-06", "first_2": "2026-03-01", "last_2": "2026-03-01"}, False),
    "the first, the second empty": ({"first": "{today}", "last": "{today}", "first_2": "", "last_2": ""}, True),
}


@pytest.mark.parametrize(("periods", "is_found"), PERIODS.values(), ids=PERIODS)
def test_one_of_several_periods_is_enough(employer: Visitor, worker: Visitor, place, periods, is_found):
    did(worker, "in")
    day = newest().registration_date
    assert (NAME in searched(employer, **{name: text.format(today=day) for name, text in periods.items()})) is is_found


WRONG = {
    "longer than a month": ({"first": "2026-01-01", "last": "2026-02-01"}, "A search covers 31 days at most."),
    "longer than a month together": (
        {"first": "2026-01-01", "last": "2026-01-20", "first_2": "2026-03-01", "last_2": "2026-03-12"},
        "A search covers 31 days at most.",
    ),
    "backwards": ({"first": "2026-02-01", "last": "2026-01-01"}, "The last day lies before the first."),
    "the second backwards": ({"first_2": "2026-02-01", "last_2": "2026-01-01"}, "The last day lies before the first."),
    "a second without end": ({"first_2": "2026-02-01", "last_2": ""}, "Give the last day."),
    "a second without begin": ({"first_2": "", "last_2": "2026-02-01"}, "Give the first day."),
    "no day": ({"first_2": "soon", "last_2": "2026-02-01"}, "This is no day."),
    "received before the calendar": ({"created_first": "0001-01-01"}, "This is no day."),
    "received at the end of the calendar": ({"created_last": "9999-12-31"}, "This is no day."),
    "18 remarks": ({"remarks": [each.name for each in Remark][:18]}, "Choose 17 remarks at most."),
    "an unknown state": ({"statuses": ["SUPERSEDED"]}, "SUPERSEDED"),
}


@pytest.mark.parametrize(("deviation", "sentence"), WRONG.values(), ids=WRONG)
def test_a_search_that_cannot_be_made_says_why(employer: Visitor, deviation, sentence):
    page = searched(employer, **deviation)
    assert sentence in page
    assert page.count(sentence) <= 2


def test_seventeen_remarks_are_taken(employer: Visitor, worker: Visitor, place):
    did(worker, "out")
    names = [each.name for each in Remark if each is not Remark.OUT_WITHOUT_IN][:16]
    assert NAME in searched(employer, remarks=[*names, "OUT_WITHOUT_IN"])


def test_room_for_another_period_is_made_and_nothing_that_was_typed_is_lost(employer: Visitor):
    told = {"first": "2026-11-02", "last": "2026-11-03", "statuses": ["FAILED"], "place": "1Y1", "another_period": "1"}
    page = searched(employer, **told)
    assert 'name="first_2"' in page
    assert 'name="first_3"' not in page
    assert 'value="2026-11-02"' in page
    assert 'value="1Y1"' in page
    assert re.search(r'value="FAILED" checked', page)
    assert "error-summary" not in page
    more = searched(employer, **told, first_2="2026-11-05", last_2="")
    assert 'name="first_3"' in more
    assert 'value="2026-11-05"' in more


def test_thirty_one_periods_are_taken_and_no_more_are_offered(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    days = [newest().registration_date - place * DAY for place in range(31)]
    told = {
        f"{end}_{place + 1}" if place else end: f"{day}" for place, day in enumerate(days) for end in ("first", "last")
    }
    page = searched(employer, **told)
    assert NAME in page
    assert 'name="first_31"' in page
    assert 'name="another_period"' not in page
    assert 'name="first_32"' not in searched(employer, **told, another_period="1")


def two_of_the_day(worker: Visitor) -> list[int]:
    """Register at two work places, first at the one that comes last, and return the receipt numbers in that order."""
    a_place(OTHER_PLACE, name="Annex")
    bring(worker, kept(place=OTHER_PLACE, at=ago(minutes=30), reference="cd" * 11))
    numbers = [newest().number]
    did(worker, "in", minutes_ago=5)
    return [*numbers, newest().number]


def numbers_on(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/presences/(\d+)"', page)]


@pytest.mark.parametrize("order", list(SortedBy))
def test_each_order_runs_both_ways(employer: Visitor, worker: Visitor, place, order):
    first, second = two_of_the_day(worker)
    Presence.objects.filter(number=first).update(status="VALIDATED")
    up = numbers_on(searched(employer, sort=str(order), direction=str(Direction.ASCENDING)))
    down = numbers_on(searched(employer, sort=str(order), direction=str(Direction.DESCENDING)))
    assert up == down[::-1]
    by_text = {SortedBy.STATUS: [second, first], SortedBy.WORK_PLACE: [second, first]}
    assert up == by_text.get(order, [first, second])


def test_what_came_late_stands_at_its_time_on_the_page_and_in_the_file(employer: Visitor, worker: Visitor, place):
    did(worker, "in", minutes_ago=1)
    late = newest().number
    bring(worker, kept(at=ago(minutes=3), reference="cd" * 11))
    early = newest().number
    assert numbers_on(searched(employer)) == [late, early]
    of_today = numbers_on(employer.text("/presences/search"))
    assert of_today == [late, early][: len(of_today)]
    file = exported(employer, "csv").decode()
    assert file.index(str(late)) < file.index(str(early))


def test_a_search_is_shown_again_as_it_was_made(employer: Visitor):
    page = searched(
        employer, statuses=["FAILED", "VALIDATED"], remarks=["LATE"], first_2="2026-11-05", last_2="2026-11-06"
    )
    for name in ("FAILED", "VALIDATED", "LATE"):
        assert f'value="{name}" checked' in page
    assert 'value="2026-11-05"' in page


WHOLE = Wanted(
    periods=(DayPeriod(date(2026, 11, 2), date(2026, 11, 3)), DayPeriod(date(2026, 11, 9), date(2026, 11, 9))),
    place=PLACE,
    company=COMPANY,
    what="IN",
    statuses=("FAILED", "CANCELLED"),
    remarks=("LATE", "DIMONA_NOT_OK"),
    sector="CLEANING",
    created_first=date(2026, 11, 1),
    created_last=date(2026, 11, 30),
    person_id=17,
    sort=str(SortedBy.SENDER),
    direction=str(Direction.ASCENDING),
    staff="all",
)


@pytest.mark.parametrize("wanted", [WHOLE, Wanted.on(date(2026, 11, 2))])
def test_a_word_says_the_whole_search(wanted: Wanted):
    assert Wanted.read(wanted.word) == wanted
    assert wanted.criteria().periods == wanted.periods


def test_a_word_of_earlier_days_is_none():
    told = {"first": "2026-11-02", "last": "2026-11-03", "status": "FAILED"}
    assert Wanted.read(signing.dumps(told, salt="portal.pages.checkins.search", compress=True)) is None


def test_a_word_whose_worker_cannot_be_read_is_none(settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    word = WHOLE.word
    settings.SECRET_KEY = "another"
    assert Wanted.read(word) is None
    assert Wanted.read(Wanted.on(date(2026, 11, 2)).word) is not None


def test_an_address_does_not_tell_whether_a_number_is_known(employer: Visitor, place):
    a_party(place, OTHER, "CONTRACTOR")
    came_by_program_of(OTHER, inss=KNOWN, employer=Employer(foreign_vat="PL5260250274"))
    told = [searched_for(employer, number) for number in (KNOWN, KNOWN, UNKNOWN, UNKNOWN)]
    assert len({one["person_id"] for one in told}) == len(told)
    assert len({len(one["person_id"]) for one in told}) == 1
    assert all({**one, "person_id": ""} == {**told[0], "person_id": ""} for one in told)


def searched_for(visitor: Visitor, number: str) -> dict[str, Any]:
    """Return what is to be read in the address of a search for the number."""
    answer = visitor.client.post("/presences/search", {**days_acted(), "number": number}, secure=True)
    payload = answer["Location"].split("c=")[1].split(":")[0]
    content = signing.b64_decode(payload.removeprefix(".").encode())
    return json.loads(zlib.decompress(content) if payload.startswith(".") else content)


def test_states_and_remarks_are_those_of_the_register():
    form = SearchForm(QueryDict())
    assert {PresenceStatus[name] for name, _ in form.fields["statuses"].choices} == {
        *(PresenceStatus.REGISTERED, PresenceStatus.VALIDATED, PresenceStatus.FAILED, PresenceStatus.CANCELLED)
    }
    labels = [str(label) for _, label in form.fields["remarks"].choices]
    assert len(set(labels)) == len(labels) == len(Remark)


@pytest.mark.parametrize(
    ("narrowing", "is_taken"),
    [({"company": COMPANY}, True), ({"place": PLACE}, True), ({}, False), ({"sort": "ID"}, False)],
)
def test_all_companies_are_sorted_by_day_alone(inspector, worker, place, narrowing, is_taken):  # noqa: F811
    did(worker, "in")
    asked = {
        **days_acted(),
        "reason": "Visit, report 17",
        "sort": "SENDER ID",
        **narrowing,
    }
    answer = inspector.client.post("/inspection", asked, secure=True)
    assert (answer.status_code == HTTPStatus.FOUND) is is_taken
    assert is_taken or "For this order name a company, a work place or a worker." in answer.content.decode()
    assert NAME in inspector.text(look(inspector, sort="REGISTRATION DATE"))


def test_whom_the_company_registered_by_a_limosa_number_alone_is_found_and_counted(employer: Visitor, place):
    a_place(OTHER_PLACE, sector="CONSTRUCTION")
    now = datetime.now(UTC)
    day = DayPresence(Worker(limosa_id="24910158641968060"), None, OTHER_PLACE)
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)
    (taken,) = checkin_counter().desk.take([day], by=by, received_at=now, at=now)
    number = str(taken.registration.id)

    found = searched(employer)
    assert f"/presences/{number}" in found
    word = re.search(r'name="criteria" value="([^"]+)"', found)
    assert word is not None
    sheet = employer.client.post("/presences/export", {"criteria": word[1], "kind": "csv"}, secure=True)
    assert number in content_of(sheet).decode()
    assert number in employer.text("/presences")
