"""A day of one large site is read and downloaded whole, and its people are told apart."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from functools import partial
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.checkins.items import Employer as Hiring
from domain.checkins.items import PresenceEvent, Worker
from domain.checkins.outcomes import Declarant
from domain.checkins.searches import FoundPage
from domain.checkins.vocabulary import ClockingChannel, EventType
from domain.environments import Environment
from domain.identifiers import insz
from evidence.models import AuditEvent
from portal.checkin_counter import checkin_counter
from registers.checkins.models import Presence, PresenceLook
from tests.portal.checkins.acting import COMPANY, PLACE, content_of, did, searched
from tests.portal.checkins.conftest import OTHER_PLACE, UNKNOWN_PLACE, Visitor
from tests.portal.checkins.test_called import nameless
from tests.portal.checkins.test_inspection import inspector, look  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
LIMOSA = "24910158641968060"
BORN_ONE_DAY = [Worker(inss=insz(850_115_000 + number, born_from_2000=False)) for number in range(5)]
MOST_QUERIES = 12


@pytest.fixture
def crowd(place, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Five workers of one birth day and one with a Limosa number, by a program; a page has two lines, and pages reach four."""
    monkeypatch.setattr("portal.pages.checkins.found_presences.PAGE_SIZE", 2)
    monkeypatch.setattr("registers.checkins.searching.MOST_FOUND", 4)
    monkeypatch.setattr("portal.pages.checkins.wanted.FoundPage", partial(FoundPage, reach=4))
    return come_to(*[PLACE] * 6)


def come_to(*places: str) -> list[int]:
    """Let the six have come there, each to a place; return the receipt numbers."""
    now = datetime.now(UTC)
    hiring = Hiring(enterprise_number=COMPANY)
    items = [
        PresenceEvent(now, EventType.IN, worker, hiring, place)
        for worker, place in zip(BORN_ONE_DAY, places[:-1], strict=True)
    ]
    items.append(PresenceEvent(now, EventType.IN, Worker(limosa_id=LIMOSA), None, places[-1]))
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)
    checkin_counter().desk.take(items, by=by, received_at=now, at=now)
    return sorted(Presence.objects.values_list("number", flat=True))


def listed(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/(?:presences|inspection)/(\d+)[?"]', page)]


def further(page: str) -> str:
    (found,) = re.findall(r'rel="next" href="([^"]+)"[^>]*>Further registrations', page)
    return unescape(found)


def walked(visitor: Visitor, path: str, first: str) -> list[int]:
    """Return what all pages list, from the first with a number to the last without."""
    address = unescape(re.findall(r'href="[^"?]*(\?[^"]*page=2)"', first)[0])
    pages = [first, visitor.text(f"{path}{address}")]
    assert "Further registrations" not in first
    while ">Further registrations" in pages[-1]:
        pages.append(visitor.text(f"{path}{further(pages[-1])}"))
    assert "Back to the first page" in pages[-1]
    return [number for page in pages for number in listed(page)]


def test_pages_go_on_after_the_last_that_has_a_number(employer: Visitor, crowd):
    first = searched(employer)
    assert "the others follow the last page" in first
    assert sorted(walked(employer, "/presences/search", first)) == crowd


def test_an_inspector_reads_all_of_it_too(inspector: Visitor, crowd):  # noqa: F811
    first = inspector.text(look(inspector))
    assert sorted(walked(inspector, "/inspection", first)) == crowd


@pytest.mark.parametrize("key", ["x", "WyJhIiwiYiIsImMiXQ==", "bnVsbA=="])
def test_a_key_that_no_page_gave_asks_for_the_first_page(employer: Visitor, crowd, key):
    first = searched(employer)
    (word,) = re.findall(r'name="criteria" value="([^"]+)"', first)
    assert listed(employer.text(f"/presences/search?c={word}&after={key}")) == listed(first)


def downloaded(employer: Visitor, kind: str) -> bytes:
    (word,) = re.findall(r'name="criteria" value="([^"]+)"', searched(employer))
    answer = employer.client.post("/presences/export", {"criteria": word, "kind": kind}, secure=True)
    assert "first" not in answer["Content-Disposition"]
    return content_of(answer)


def test_a_file_holds_all_and_each_look_is_on_record_once(employer: Visitor, crowd):
    rows = list(csv.DictReader(io.StringIO(downloaded(employer, "csv").decode("utf-8-sig"), newline=""), delimiter=";"))
    assert sorted(int(row["Receipt number"]) for row in rows) == crowd
    people = list(PresenceLook.objects.filter(reason__startswith="download").values_list("person_id", flat=True))
    assert len(people) == len(set(people)) == len(crowd)
    assert AuditEvent.objects.get(action="checkin:exported").detail["rows"] == len(crowd)


def questions(asked: CaptureQueriesContext) -> list[str]:
    """Return what was asked, but for what was prepared, and for cursors of the database."""
    return [one["sql"] for one in asked if one["sql"]]


@pytest.mark.parametrize(("kind", "cursors"), [("csv", 1), ("xlsx", 2)])
def test_a_file_is_asked_of_the_register_once_however_long_it_is(employer, crowd, kind, cursors, monkeypatch):
    monkeypatch.setattr("registers.checkins.searching._AT_ONCE", 2)
    opened, open_cursor = list[object](), connection.chunked_cursor
    monkeypatch.setattr(connection, "chunked_cursor", lambda: opened.append(open_cursor()) or opened[-1])
    (word,) = re.findall(r'name="criteria" value="([^"]+)"', searched(employer))
    with CaptureQueriesContext(connection) as asked:
        answer = employer.client.post("/presences/export", {"criteria": word, "kind": kind}, secure=True)
        assert content_of(answer)
    told = questions(asked)
    assert len(opened) == cursors
    assert len([one for one in told if "SELECT EXISTS" in one and "SELECT FROM checkins_presence" in one]) == 1
    assert [one for one in told if "count(*)" in one and "checkins_presence" in one] == []


def test_nobody_is_read_twice_for_one_file(employer: Visitor, worker: Visitor, place, monkeypatch):
    did(worker, "in", "break", "back", "out")
    nameless(worker.person_id)
    word = re.findall(r'name="criteria" value="([^"]+)"', searched(employer))[0]
    monkeypatch.setattr("registers.checkins.searching._AT_ONCE", 1)
    told: list[str] = []

    def note(execute, sql, params, many, context):
        told.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        content_of(employer.client.post("/presences/export", {"criteria": word, "kind": "xlsx"}, secure=True))
    for table, sheets in (("persons_personidentifier", 1), ("persons_toldname", 1), ("checkins_workplace", 2)):
        assert len([one for one in told if table in one]) == sheets


def test_a_workbook_holds_all(employer: Visitor, crowd):
    sheet = zipfile.ZipFile(io.BytesIO(downloaded(employer, "xlsx"))).read("xl/worksheets/sheet1.xml").decode()
    assert [number for number in crowd if str(number) not in sheet] == []


def test_own_people_without_a_name_are_told_apart(employer: Visitor, crowd):
    rows = list(csv.DictReader(io.StringIO(downloaded(employer, "csv").decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len({row["Name"] for row in rows}) == len(crowd)
    last_digits = {f"85.01.15-***.{worker.inss[-2:]}" for worker in BORN_ONE_DAY}
    assert {row["National number"] for row in rows} == last_digits | {LIMOSA}
    assert all(worker.inss not in str(rows) for worker in BORN_ONE_DAY)
    shown = searched(employer)
    names = re.findall(r'data-column="Name">([^<]+)<', shown)
    assert len(set(names)) == len(names) == 2
    assert all("receipt" in name or LIMOSA in name for name in names)


def test_each_page_asks_twelve_questions_at_most(employer: Visitor, crowd, django_assert_max_num_queries):
    employer.get("/home")  # what a first page begins with comes once in a stay
    (word,) = re.findall(r'name="criteria" value="([^"]+)"', searched(employer))
    pages = [f"?c={word}", f"?c={word}&page=2"]
    pages.append(further(employer.text(f"/presences/search{pages[-1]}")))
    for page in pages:
        with django_assert_max_num_queries(MOST_QUERIES):
            employer.get(f"/presences/search{page}")


def on_site(page: str) -> list[int]:
    return [
        int(number) for number in re.findall(r'data-column="Name"><a class="govuk-link" href="/presences/(\d+)"', page)
    ]


def test_staff_on_site_is_listed_page_by_page_and_leads_to_its_registrations(employer: Visitor, crowd, monkeypatch):
    monkeypatch.setattr("portal.pages.checkins.company._SHOWN", 4)
    pages = [employer.text(f"/presences?page={number}") for number in (1, 2)]
    assert [len(on_site(page)) for page in pages] == [4, 2]
    assert sorted(on_site(pages[0]) + on_site(pages[1])) == crowd
    assert all("<dt>On site now</dt><dd>6</dd>" in page for page in pages)
    looked_at = PresenceLook.objects.filter(question="ON_SITE").values_list("person_id", flat=True)
    assert len(looked_at) == len(set(looked_at)) == 6


def test_a_look_behind_the_last_page_is_on_record_once(employer: Visitor, crowd, monkeypatch):
    monkeypatch.setattr("portal.pages.checkins.company._SHOWN", 4)
    (word,) = re.findall(r'name="criteria" value="([^"]+)"', searched(employer))
    for address in (f"/presences/search?c={word}&page=9999", "/presences?page=9999"):
        before = PresenceLook.objects.count()
        page = employer.text(address)
        assert len(set(listed(page))) == PresenceLook.objects.count() - before == 2
        assert re.search(r'aria-current="page"[^>]*>2<', page)


@pytest.mark.parametrize(
    ("typed", "found"),
    [(PLACE.lower(), 1), (OTHER_PLACE, 5), (UNKNOWN_PLACE, 0), ("a%00b", 6), ("%F0%9F%98%80", 6)],
)
def test_staff_on_site_is_listed_for_one_work_place(employer: Visitor, place, typed, found):
    come_to(PLACE, *[OTHER_PLACE] * 5)
    page = employer.text(f"/presences?place={typed}")
    assert len(on_site(page)) == found
    assert "<dt>On site now</dt><dd>6</dd>" in page
    assert ("Nobody of your staff is checked in there now." in page) is (found == 0)
