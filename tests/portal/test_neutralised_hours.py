"""Hours that count in no contingent, on the pages of their student."""
# ruff: noqa: F401, F811 - fixtures of another module

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from domain.brussels import brussels_date
from domain.environments import Environment
from registers.student_days.contingent_rules import neutralise
from registers.student_days.models import Period
from tests.portal.people import Student
from tests.portal.test_student import browse, own, student, text_of, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def uncounted(student: Student) -> Period:
    """The period of the student's of which 40 hours are inside, 40 outside, and 20 more count in no contingent."""
    period = Period.objects.get(planned=80, granted=40)
    Period.objects.filter(pk=period.pk).update(planned=100, neutralised=20)
    return period


def test_hours_that_count_in_no_contingent_stand_on_every_page_that_shows_the_others(
    student: Student, uncounted: Period
):
    browser = browse(student.cookie)
    own = f"/student/periods/{uncounted.number}"
    told = {
        "/student": ["Not counted in the contingent: <strong>20 hours</strong>", "and 20 hours not counted"],
        "/student/calendar": ["40 hours outside", "20 hours not counted"],
        "/student/hours": ["100 hours", "40 hours", "Not counted", "20 hours"],
        own: ["40 hours at 2.71", "40 hours at 13.07", "20 hours at 2.71\N{NO-BREAK SPACE}% (reduced), not counted"],
    }
    for path, words in told.items():
        shown = text_of(browser, path)
        assert [word for word in words if word not in shown] == [], path
    described = browser.get("/student/calendar.ics", secure=True).content.decode().replace("\r\n ", "")
    assert "Not counted: 20 h" in described


def test_a_period_that_counts_in_no_contingent_reserves_nothing_and_pays_the_reduced_contribution(
    student: Student, uncounted: Period
):
    Period.objects.filter(pk=uncounted.pk).update(granted=0, neutralised=100)
    browser = browse(student.cookie)
    shown = text_of(browser, f"/student/periods/{uncounted.number}")
    assert "100 hours at 2.71" in shown
    assert "none" not in shown.split("Contributions on your pay")[1].split("</dd>")[0]
    (line,) = [
        line
        for line, _state in browser.get("/student/calendar", secure=True).context["lines"]
        if line.period.neutralised
    ]
    assert [piece.kind for piece in line.pieces] == ["neutralised"]


def test_pages_without_such_hours_do_not_speak_of_them(student: Student):
    browser = browse(student.cookie)
    for path in ("/student", "/student/calendar", "/student/hours", "/student/what-if?hours=30&month=12"):
        assert "not counted" not in text_of(browser, path).lower()


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (None, ["None of them is counted", "Left afterwards: 470 hours"]),
        (45, ["30 hours not", "some hours are not counted"]),
    ],
)
def test_what_if_knows_of_days_whose_hours_do_not_count(own: Client, most: int | None, told: list[str]):
    year = brussels_date(datetime.now(UTC)).year
    days = (date(year, 12, 1), date(year, 12, 31))
    neutralise(*days, environment=Environment.PRODUCTION, most_hours=most, actor="operator", at=datetime.now(UTC))
    shown = text_of(own, "/student/what-if?hours=500&month=12")
    assert [words for words in told if words not in shown] == []
