"""Student@work: what a password alone shows, what a stronger key shows, attestations and who looked."""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format
from icalendar import Calendar as Ical
from pypdf import PdfReader

from auth.models import Login
from domain.assurance import AssuranceLevel, Means
from domain.brussels import BRUSSELS, brussels_date
from domain.environments import Environment
from portal.pages.sending_once import FIELD, new_form_token
from registers.access.models import Entity
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.models import Attestation, ConsultationLog, Period
from tests.portal.conftest import carry
from tests.portal.people import Student, a_stay, settle_manager, settle_student, settle_user
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor
from tests.registers.access.conftest import make_company

pytestmark = pytest.mark.django_db
NUMBER = "05071400153"
DETAILS = ("/student/calendar", "/student/calendar.ics", "/student/hours", "/student/looks")
FREE = ("/student", "/student/what-if", "/student/attestation")


@pytest.fixture
def visitor(client: Client, desk: object) -> Visitor:
    return a_visitor(client, settle_manager())


@pytest.fixture
def student(visitor: Visitor) -> Student:
    other = make_company("0400767772")
    Entity.objects.filter(pk=other.id).update(name="Florist")
    settled = settle_student([visitor.manager.entity_id, other.id])
    keys = PersonKeys.read(settings.KEYS / "persons.json")
    directory = PersonDirectory(keys, environment=Environment.PRODUCTION)
    directory.add_number(NUMBER, person_id=settled.person_id, at=datetime.now(UTC))
    return settled


@pytest.fixture
def own(student: Student) -> Client:
    """The student's browser, signed in with a password alone."""
    return browse(student.password_cookie)


def browse(cookie: str) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return browser


def signed_in_with(student: Student, means: Means, level: AssuranceLevel) -> Client:
    return carry(Client(headers={"accept-language": "en"}), a_stay(student.login, level=level, means=means))


def text_of(browser: Client, path: str, status: int = HTTPStatus.OK) -> str:
    answer = browser.get(path, secure=True)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def send(browser: Client, path: str, **said: object):
    token = new_form_token(browser.get(path, secure=True).context["request"])
    return browser.post(path, {**said, FIELD: token}, secure=True)


def an_attestation(browser: Client, language: str = "en") -> bytes:
    """Make an attestation and return the file that its page gives."""
    made = send(browser, "/student/attestation", language=language)
    number = made.context["issued"].number
    answer = browser.post(f"/student/attestation/{number}/paper", {"paper": made.context["paper"]}, secure=True)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="attestation-{number}.pdf"'
    return answer.content


def code_on(pdf: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    words = page.extract_text().split()
    return next(word for word in words if word.count("-") == 3 and len(word) == 19)


def test_a_password_alone_shows_the_remaining_hours_and_the_attestation_and_nothing_else(own: Client):
    for path in FREE:
        shown = text_of(own, path)
        assert "470" in shown
        assert "Bakery" not in shown
        assert "Florist" not in shown
    for path in (*DETAILS, f"/student/periods/{Period.objects.order_by('pk')[0].number}"):
        answer = own.get(path, secure=True)
        led = urlsplit(answer.headers["Location"])
        assert (answer.status_code, led.path) == (HTTPStatus.FOUND, "/step-up")
        assert parse_qs(led.query) == {"level": ["300"], "next": [path]}
    assert an_attestation(own).startswith(b"%PDF")


def test_a_password_alone_sees_its_hours_where_it_arrives(own: Client):
    shown = text_of(own, "/home")
    assert "470" in shown
    assert "/student" in shown


@pytest.mark.parametrize(
    ("means", "level"), [(Means.TOKEN_CARD, AssuranceLevel.TOKEN_CARD), (Means.TOTP, AssuranceLevel.APP_CODE)]
)
def test_a_token_code_or_an_app_code_shows_everything(student: Student, means: Means, level: AssuranceLevel):
    shows_everything(signed_in_with(student, means, level))


@pytest.mark.parametrize(("means", "level"), [(Means.ITSME, AssuranceLevel.ITSME), (Means.EID, AssuranceLevel.EID)])
def test_itsme_and_a_card_show_everything(student: Student, means: Means, level: AssuranceLevel):
    shows_everything(signed_in_with(student, means, level))


def shows_everything(browser: Client) -> None:
    overview = text_of(browser, "/student")
    hours = [f"{amount} hours" for amount in used_and_reserved()]
    for words in ("470", "Bakery", "Florist", *hours, "declared too late", "cancelled an agreement"):
        assert words in overview
    assert "84 hours" in text_of(browser, "/student/hours")
    assert "Florist" in text_of(browser, "/student/calendar")
    period = text_of(browser, f"/student/periods/{Period.objects.order_by('pk')[0].number}")
    for words in (
        "Kouter",
        "Joint committee",
        "80 hours at 2.71\N{NO-BREAK SPACE}% (reduced)",
        "Declared by the employer",
    ):
        assert words in period


def test_two_employers_of_one_name_are_told_apart_wherever_they_are_listed(student: Student):
    Entity.objects.filter(name="Florist").update(name="Bakery")
    browser = browse(student.cookie)
    for path in ("/student", "/student/calendar", "/student/hours"):
        shown = text_of(browser, path)
        for employer in {period.employer for period in Period.objects.select_related("employer")}:
            assert f"Bakery ({employer.company_number})" in shown


def test_a_cancelled_period_is_told_until_the_time_that_is_set(student: Student, settings):
    browser = browse(student.cookie)
    assert "cancelled an agreement: 38 hours free again" in text_of(browser, "/student")
    told = replace(settings.GUICHET.dimona, student_cancelled_told_days=0)
    settings.GUICHET = replace(settings.GUICHET, dimona=told)
    assert "cancelled an agreement" not in text_of(browser, "/student")


def test_where_pay_is_looked_for_the_pages_say_that_it_is_not_declared_here(student: Student):
    browser = browse(student.cookie)
    for path in ("/student/hours", f"/student/periods/{Period.objects.order_by('pk')[0].number}"):
        assert "Your pay is not shown here: no declaration that reaches this counter says it." in text_of(browser, path)


def used_and_reserved() -> tuple[int, int]:
    """Return how many hours of the student are used and reserved today; of a year that begins today none is used."""
    today = brussels_date(datetime.now(UTC))
    return (0, 180) if today == date(today.year, 1, 1) else (120, 60)


def test_the_picture_of_the_year_is_told_in_words(student: Student):
    used, reserved = used_and_reserved()
    told = f"Picture of the year: {used} hours used, {reserved} hours reserved, 470 hours left."
    assert f'role="img" aria-label="{told}"' in text_of(browse(student.cookie), "/student")


def test_a_password_alone_shows_how_much_is_taken_and_not_of_what_it_consists(own: Client):
    shown = text_of(own, "/student")
    assert 'aria-label="Picture of the year: 180 hours used or reserved, 470 hours left."' in shown
    assert "Reserved, in periods" not in shown


def test_an_employer_is_drawn_by_the_measure_of_the_whole_year(student: Student):
    """The grey behind each bar means what is left, as in the picture above; 80 hours lie outside."""
    shown = text_of(browse(student.cookie), "/student")
    bars = shown[shown.index('id="employers"') :]
    drawn = re.findall(r'counter-piece--\w+" x="[\d.]+%" width="([\d.]+)%"', bars)
    assert sum(map(float, drawn)) == pytest.approx(100 * (180 + 80) / 650, abs=0.1)


def test_before_any_employer_declared_there_is_no_empty_picture_by_quarter(visitor: Visitor):
    shown = text_of(browse(settle_student([], user_name="new.student").cookie), "/student")
    assert "No employer has declared you this year." in shown
    assert "By quarter" not in shown


def test_what_costs_nothing_is_told_apart_from_what_does(student: Student):
    warnings = browse(student.cookie).get("/student", secure=True).context["warnings"]
    assert [is_news for _sentence, _period, is_news in warnings] == [False, False, True, False]


def test_a_period_of_somebody_else_is_missing(student: Student):
    number = Period.objects.order_by("pk")[0].number
    stranger = settle_student([], user_name="somebody.else")
    text_of(browse(stranger.cookie), f"/student/periods/{number}", HTTPStatus.NOT_FOUND)
    text_of(browse(stranger.cookie), "/student/periods/610000000092", HTTPStatus.NOT_FOUND)


def test_the_calendar_is_a_file_behind_the_stay(student: Student):
    answer = browse(student.cookie).get("/student/calendar.ics", secure=True)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert len(Ical.from_ical(answer.content).walk("VEVENT")) == 5
    assert Client().get("/student/calendar.ics", secure=True).status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("year", ["", "none", "-1", "99999", "1066", "²⁰²⁴", "2024"])
def test_any_year_that_is_asked_for_is_answered(student: Student, year: str):
    text_of(browse(student.cookie), f"/student/calendar?year={year}")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("hours=30&month=12", "All of them fit"),
        ("hours=500&month=12", "470 hours fit"),
        ("hours=0&month=12", "Enter a number from 1 to 999."),
        ("hours=many&month=12", "Enter a whole number of hours."),
        ("hours=&month=12", "Enter a number of hours."),
    ],
)
def test_more_hours_in_a_month_are_answered(own: Client, query: str, told: str):
    assert told in text_of(own, f"/student/what-if?{query}")


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_that_can_be_asked_about_is_to_come_and_of_its_own_year(own: Client, month: int):
    today = brussels_date(datetime.now(UTC))
    page = text_of(own, f"/student/what-if?hours=500&month={month}")
    year, left = (today.year, 470) if month >= today.month else (today.year + 1, 650)
    assert f"Left in {year}: {left} hours." in page
    assert "is over" not in page


def test_an_employer_sees_by_code_what_is_left_and_the_student_sees_who_looked(
    own: Client, student: Student, visitor: Visitor
):
    code = code_on(an_attestation(own, "nl"))
    before = datetime.now(UTC)
    answer = visitor.send("/code", HTTPStatus.OK, code=code.lower())
    shown, at = answer.content.decode(), answer.context["found"].at
    assert before <= at <= datetime.now(UTC)
    assert f"hours left in {brussels_date(at).year}" in shown
    assert f"of 650, on {date_format(at.astimezone(BRUSSELS), 'DATETIME_FORMAT')}" in shown
    assert "470" in shown
    assert "Florist" not in shown

    looked = text_of(browse(student.cookie), "/student/looks")
    assert "Bakery" in looked
    assert "What remains, with your access code" in looked
    assert "1 time" in text_of(own, "/student/attestation")


def test_a_withdrawn_code_opens_nothing(own: Client, visitor: Visitor):
    code = code_on(an_attestation(own, "de"))
    number = Attestation.objects.get().number
    assert send(own, f"/student/attestation/{number}/withdraw").status_code == HTTPStatus.SEE_OTHER
    assert "Withdrawn" in text_of(own, "/student/attestation")
    assert "This code opens nothing" in visitor.send("/code", HTTPStatus.OK, code=code).content.decode()


def test_an_attestation_of_somebody_else_is_not_withdrawn(own: Client, student: Student):
    an_attestation(own, "de")
    stranger = browse(settle_student([], user_name="somebody.else").cookie)
    number = Attestation.objects.get().number
    text_of(stranger, f"/student/attestation/{number}/withdraw", HTTPStatus.NOT_FOUND)


def test_without_a_number_there_is_no_attestation(visitor: Visitor):
    foreigner = browse(settle_student([], user_name="from.abroad").cookie)
    answer = send(foreigner, "/student/attestation", language="en")
    assert "An attestation needs a national or bis number" in answer.content.decode()
    assert not Attestation.objects.exists()


def test_the_file_of_an_attestation_is_recognised(own: Client, visitor: Visitor):
    pdf = an_attestation(own)
    genuine, altered = io.BytesIO(pdf), io.BytesIO(pdf + b" ")
    said = {"as_paper": "yes"}
    shown = visitor.send("/code", HTTPStatus.OK, **said, **{"paper-paper": genuine}).content.decode()
    assert "This file is an attestation of this counter" in shown
    shown = visitor.send("/code", HTTPStatus.OK, **said, **{"paper-paper": altered}).content.decode()
    assert "This file is no attestation of this counter" in shown


def test_the_file_of_an_attestation_that_was_withdrawn_is_told_so(own: Client, visitor: Visitor):
    pdf = an_attestation(own)
    Attestation.objects.update(withdrawn_at=F("issued_at"))

    shown = visitor.send("/code", HTTPStatus.OK, **{"as_paper": "yes", "paper-paper": io.BytesIO(pdf)}).content.decode()
    assert "The student withdrew it on" in shown
    assert "Enter the access code" not in shown


def test_the_file_of_an_attestation_of_last_year_is_told_that_it_ended(own: Client, visitor: Visitor):
    pdf = an_attestation(own)
    times = {"issued_at": datetime(2025, 12, 1, tzinfo=UTC), "expires_at": datetime(2025, 12, 31, 23, tzinfo=UTC)}
    Attestation.objects.update(**times)

    shown = visitor.send("/code", HTTPStatus.OK, **{"as_paper": "yes", "paper-paper": io.BytesIO(pdf)}).content.decode()
    assert "Its access code could be used until 31 December 2025: it opens nothing any more." in shown
    assert "Enter the access code" not in shown


def test_a_company_that_tries_too_many_codes_waits(visitor: Visitor, student: Student, settings):
    settings.GUICHET = replace(settings.GUICHET, failed_look_ups_per_hour=2)
    for _ in range(2):
        visitor.send("/code", HTTPStatus.OK, code="7Q4M-9ZK2-HX3P-0WNT")
    answer = visitor.send("/code", HTTPStatus.TOO_MANY_REQUESTS, code="7Q4M-9ZK2-HX3P-0WNT")
    assert ("tried too many codes" in answer.content.decode(), answer.headers["Retry-After"].isdigit()) == (True, True)
    assert ConsultationLog.objects.filter(asker_kind="EMPLOYER").count() == 2


def test_a_company_reads_what_its_users_looked_up(own: Client, visitor: Visitor):
    code = code_on(an_attestation(own, "nl"))
    number = Attestation.objects.get().number
    visitor.send("/code", HTTPStatus.OK, code="7Q4M-9ZK2-HX3P-0WNT")
    visitor.send("/code", HTTPStatus.OK, code=code)
    visitor.send("/code", HTTPStatus.OK, **{"as_paper": "yes", "paper-paper": io.BytesIO(b"%PDF-")})
    shown = visitor.get("/code")

    assert [(row.found, row.by) for row in shown.context["looks"].rows] == [
        ("no attestation", "you"),
        (number, "you"),
        ("wrong code", "you"),
    ]
    assert number in shown.content.decode()


def note_looks_of(company: str, *, users: Sequence[str] = ("",)) -> None:
    for user in users:
        ConsultationLog.objects.create(
            environment="R",
            asked_at=datetime.now(UTC),
            asker_kind="EMPLOYER",
            asker=company,
            asker_user=user,
            question="REMAINING",
            reason="x",
        )


def test_a_company_reads_nothing_of_what_others_looked_up_nor_who_looked_before_that_was_kept(visitor: Visitor):
    company = Entity.objects.get(pk=visitor.manager.entity_id).company_number
    note_looks_of("0400767772")
    note_looks_of(company)

    (row,) = visitor.get("/code").context["looks"].rows
    assert (row.asker, row.by) == (company, "not kept")


def test_who_looked_is_a_user_of_the_company_where_no_name_is_known_there(visitor: Visitor):
    company = Entity.objects.get(pk=visitor.manager.entity_id).company_number
    directory = PersonDirectory(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION)
    (unknown,) = directory.find_or_create({NUMBER}, at=datetime.now(UTC)).values()
    logins = [Login.objects.create(created_at=datetime.now(UTC), person_id=person) for person in (unknown, None)]
    note_looks_of(company, users=[f"login:{login.pk}" for login in logins])

    shown = visitor.get("/code").context["looks"].rows
    assert [row.by for row in shown] == ["a user of the company"] * 2


def test_what_a_company_looked_up_takes_few_queries(visitor: Visitor):
    for _ in range(3):
        visitor.send("/code", HTTPStatus.OK, code="7Q4M-9ZK2-HX3P-0WNT")
    with CaptureQueriesContext(connection) as queries:
        visitor.get("/code")

    assert len(queries) <= MOST_QUERIES, [query["sql"][:120] for query in queries]


def test_a_user_without_the_service_asks_for_nobody(visitor: Visitor):
    his = a_visitor(Client(), settle_user(visitor.manager))
    his.get("/code", status=HTTPStatus.FORBIDDEN)
