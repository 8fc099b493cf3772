"""The days of a company's staff are listed by worker, day and place, on a page and in a sheet of the workbook."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from lxml import etree

from domain.checkins.items import Employer, PresenceEvent, Worker
from domain.checkins.outcomes import Declarant
from domain.checkins.searches import DayPeriod
from domain.checkins.vocabulary import ClockingChannel, EventType
from domain.environments import Environment
from evidence.models import AuditEvent
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.wanted import Wanted
from registers.checkins.models import PresenceLook, Spell, SpellState
from tests.portal.checkins.acting import bring, content_of, days_acted, did, kept, newest, searched
from tests.portal.checkins.conftest import COMPANY, INSS, OTHER_PLACE, PLACE, Visitor, a_party, as_visitor
from tests.portal.checkins.test_limosa_alone import LIMOSA, came_by_program_of
from tests.portal.people import Manager

pytestmark = pytest.mark.django_db
OTHER_COMPANY, POLISH = "0448181966", "PL5260250274"
MOST_QUERIES = 12


def a_day(worker: Visitor, **deviation) -> Spell:
    """Let the worker have worked yesterday from 7:00 to 15:30 with a break of half an hour, by Brussels in winter time."""
    did(worker, "in", minutes_ago=1)
    spell, day = Spell.objects.get(), datetime(2026, 1, 15, tzinfo=UTC)
    facts = {
        "work_date": day.date(),
        "started_at": day + timedelta(hours=6),
        "last_in_at": day + timedelta(hours=11, minutes=30),
        "ended_at": day + timedelta(hours=14, minutes=30),
        "breaks": [[f"{day + timedelta(hours=11)}", f"{day + timedelta(hours=11, minutes=30)}"]],
        "state": SpellState.ENDED,
    }
    Spell.objects.filter(person_id=spell.person_id).update(**facts | deviation)
    return Spell.objects.get()


def days(visitor: Visitor, **criteria) -> str:
    day = Spell.objects.get().work_date
    wanted = Wanted(**{"periods": (DayPeriod(day, day),)} | criteria)
    return visitor.text(f"/presences/days?c={wanted.word}")


def cells(page: str) -> dict[str, str]:
    found = re.findall(r'data-column="([^"]+)">(.*?)</td>', page, re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", text).strip() for name, text in found}


def test_a_day_is_a_line_with_begin_breaks_end_and_the_time_between(employer: Visitor, worker: Visitor, place):
    spell = a_day(worker)
    page = days(employer)
    told = cells(page)
    assert [told[name] for name in ("Name", "Work place")] == ["Ana Diaz", "Town hall, Gent"]
    assert [told[name] for name in ("First check-in", "Breaks", "Last check-out")] == ["07:00", "12:00–12:30", "15:30"]  # noqa: RUF001 - the dash of a range
    assert told["Time without breaks"] == "8:00"
    assert f'href="/presences/{spell.first_in}"' in page
    assert set(PresenceLook.objects.filter(question="SEARCH").values_list("person_id", flat=True)) == {worker.person_id}


@pytest.mark.parametrize(
    ("state", "says"), [(SpellState.OPEN, "no check-out yet"), (SpellState.MISSING_OUT, "check-out missing")]
)
def test_a_day_without_a_check_out_says_so(employer: Visitor, worker: Visitor, place, state, says):
    a_day(worker, state=state, ended_at=None)
    told = cells(days(employer))
    assert (told["Last check-out"], told["Time without breaks"]) == (says, "–")  # noqa: RUF001 - stands for nothing


CRITERIA = {
    "the place": ({"place": PLACE}, True),
    "another place": ({"place": OTHER_PLACE}, False),
    "the company": ({"company": COMPANY}, True),
    "another company": ({"company": OTHER_COMPANY}, False),
    "another worker": ({"person_id": 0}, False),
}


@pytest.mark.parametrize(("criteria", "is_found"), CRITERIA.values(), ids=CRITERIA)
def test_place_company_and_worker_of_the_search_hold(employer: Visitor, worker: Visitor, place, criteria, is_found):
    a_day(worker)
    assert ("Ana Diaz" in days(employer, **criteria)) is is_found


def test_days_between_two_periods_are_left_out(employer: Visitor, worker: Visitor, place):
    day, one = a_day(worker).work_date, timedelta(days=1)
    around = (DayPeriod(day - one, day - one), DayPeriod(day + one, day + one))
    assert "Ana Diaz" not in days(employer, periods=around)


def test_another_companys_staff_is_not_there(employer: Visitor, worker: Visitor, place):
    a_day(worker, employer=OTHER_COMPANY)
    assert "Nobody of your staff checked in on these days." in days(employer)


def test_an_access_manager_sees_no_day(manager: Manager, worker: Visitor, place):
    as_visitor(manager).get("/presences/days", 403)


def test_whom_the_company_brought_by_a_limosa_number_alone_is_listed(employer: Visitor, place):
    came = came_by_program_of(COMPANY)
    assert f'href="/presences/{came.number}"' in days(employer)


def test_whom_another_company_brought_is_not_listed(employer: Visitor, place):
    a_party(place, OTHER_COMPANY, "CONTRACTOR")
    came_by_program_of(OTHER_COMPANY)
    assert "Nobody of your staff checked in on these days." in days(employer)


def came_and_went(*acts: tuple[str, str, int]) -> None:
    """Let programs of companies have told that of one posted worker: a company, an act and hours ago."""
    for company, act, hours in acts:
        at, now = datetime.now(UTC) - timedelta(hours=hours), datetime.now(UTC)
        event = PresenceEvent(at, EventType(act), Worker(limosa_id=LIMOSA), None, PLACE)
        by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=company)
        checkin_counter().desk.take([event], by=by, received_at=at, at=now)


OTHERS_TIMES = {
    "the other came later": (COMPANY, OTHER_COMPANY),
    "the other came first": (OTHER_COMPANY, COMPANY),
}


@pytest.mark.parametrize(("first", "second"), OTHERS_TIMES.values(), ids=OTHERS_TIMES)
def test_a_day_of_no_company_with_times_that_another_brought_is_left_out(employer: Visitor, place, first, second):
    a_party(place, OTHER_COMPANY, "CONTRACTOR")
    came_and_went((first, "IN", 9), (first, "OUT", 7), (second, "IN", 6), (second, "OUT", 4))
    page = days(employer)
    assert "Nobody of your staff checked in on these days." in page
    assert "A day on which another company registered such a worker at the same work place is left out" in page


def test_a_day_of_no_company_that_is_ones_own_is_told_beside_what_another_brought_later(employer: Visitor, place):
    a_party(place, OTHER_COMPANY, "CONTRACTOR")
    came_and_went((COMPANY, "IN", 14), (COMPANY, "OUT", 11), (OTHER_COMPANY, "IN", 3), (OTHER_COMPANY, "OUT", 1))
    own, _other = Spell.objects.order_by("started_at")
    day = DayPeriod(own.work_date, own.work_date + timedelta(days=1))
    told = cells(employer.text(f"/presences/days?c={Wanted((day,)).word}"))
    assert told["Time without breaks"] == "3:00"


def test_a_day_of_no_company_that_the_worker_ended_on_his_phone_is_told(employer: Visitor, worker: Visitor, place):
    now = datetime.now(UTC)
    came = now.replace(microsecond=0) - timedelta(hours=3)
    event = PresenceEvent(came, EventType.IN, Worker(inss=INSS), Employer(foreign_vat=POLISH), PLACE)
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)
    checkin_counter().desk.take([event], by=by, received_at=came, at=now)
    out = kept(act="out", place=PLACE, employer=POLISH, at=(came + timedelta(hours=2)).isoformat(), reference="cd" * 11)
    assert bring(worker, out).status_code == HTTPStatus.OK
    assert cells(days(employer))["Time without breaks"] == "2:00"


def test_the_page_is_led_to_from_what_is_found(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    page = searched(employer)
    path = re.search(r'href="(/presences/days\?c=[^"]+)"', page)[1]
    assert f"/presences/{newest().number}" in employer.text(path)


def test_the_workbook_has_the_days_as_a_second_sheet(employer: Visitor, worker: Visitor, place):
    did(worker, "in", "break", "back", "out")
    (word,) = re.findall(r'name="criteria" value="([^"]+)"', searched(employer, **days_acted()))
    answer = employer.client.post("/presences/export", {"criteria": word, "kind": "xlsx"}, secure=True)
    book = zipfile.ZipFile(io.BytesIO(content_of(answer)))
    assert "By worker and day" in book.read("xl/workbook.xml").decode()
    sheet = book.read("xl/worksheets/sheet2.xml").decode()
    for said in (str(Spell.objects.get().first_in), "Ana Diaz", "0:20"):
        assert f"<t>{said}</t>" in sheet
    downloads = PresenceLook.objects.filter(reason__startswith="download")
    assert list(downloads.values_list("person_id", flat=True)) == [worker.person_id]


def test_the_workbook_records_whom_its_second_sheet_alone_tells_of(employer: Visitor, worker: Visitor, place):
    did(worker, "in", "out")
    day = Spell.objects.get().work_date
    word = Wanted((DayPeriod(day, day),), statuses=("CANCELLED",)).word
    content_of(employer.client.post("/presences/export", {"criteria": word, "kind": "xlsx"}, secure=True))
    downloads = PresenceLook.objects.filter(reason__startswith="download")
    assert set(downloads.values_list("person_id", flat=True)) == {None, worker.person_id}
    told = AuditEvent.objects.get(action="checkin:exported").detail
    assert (told["rows"], told["days"]) == (0, 1)


FOLLOWS = "Days of your own staff by the days, work place, company and worker of the search; its other criteria are not followed."
ENDS = "These are the first 1 of more: search for fewer days or with more criteria."


def test_the_second_sheet_says_above_its_lines_what_it_follows(employer: Visitor, worker: Visitor, place):
    did(worker, "in", "out")
    name, lines = second_sheet(employer, statuses=("CANCELLED",))
    assert lines[0] == [FOLLOWS]
    assert (lines[1][0], lines[2][2], len(lines)) == ("Receipt number", "Ana Diaz", 3)
    assert "first" not in name


def test_a_second_sheet_that_does_not_hold_all_says_where_it_ends(
    employer: Visitor, worker: Visitor, place, monkeypatch
):
    did(worker, "in", "out")
    Spell.objects.create(**{**Spell.objects.values().get(), "first_in": 1, "last_in": 1})
    monkeypatch.setattr("portal.pages.checkins.worker_days.MOST_DOWNLOADED", 1)
    name, lines = second_sheet(employer)
    assert (lines[0], len(lines)) == ([f"{FOLLOWS} {ENDS}"], 3)
    assert name.endswith('-first-1.xlsx"')
    assert AuditEvent.objects.get(action="checkin:exported").detail["days"] == 1


def second_sheet(employer: Visitor, **criteria) -> tuple[str, list[list[str]]]:
    """Return what a workbook of these criteria is called, and the words in the lines of its second sheet."""
    day = Spell.objects.first().work_date
    word = Wanted((DayPeriod(day, day),), **criteria).word
    answer = employer.client.post("/presences/export", {"criteria": word, "kind": "xlsx"}, secure=True)
    sheet = etree.fromstring(zipfile.ZipFile(io.BytesIO(content_of(answer))).read("xl/worksheets/sheet2.xml"))
    lines = [["".join(cell.itertext()) for cell in row.iter("{*}c")] for row in sheet.iter("{*}row")]
    return answer["Content-Disposition"], lines


def test_the_page_asks_twelve_questions_at_most(
    employer: Visitor, worker: Visitor, place, django_assert_max_num_queries
):
    did(worker, "in")
    came_by_program_of(COMPANY)
    employer.get("/home")  # what a first page begins with comes once in a stay
    with django_assert_max_num_queries(MOST_QUERIES):
        employer.get("/presences/days")
