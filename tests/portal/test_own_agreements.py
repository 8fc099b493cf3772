"""What an agreement is shown as to its student: in the calendar, in the year, and on a page of its own."""
# ruff: noqa: F401, F811 - fixtures of another module

from datetime import UTC, datetime

import lxml.html
import pytest
from django.db.models import F

from domain.brussels import brussels_date
from registers.access.models import Entity
from registers.student_days.models import Period
from tests.portal.people import Student
from tests.portal.test_student import browse, student, text_of, visitor

pytestmark = pytest.mark.django_db


def test_an_agreement_partly_outside_is_drawn_so_in_the_calendar(student: Student):
    shown = browse(student.cookie).get("/student/calendar", secure=True).context["lines"]
    ((share, whole),) = (
        (float(line.pieces[-1].length.rstrip("%")), sum(float(piece.length.rstrip("%")) for piece in line.pieces))
        for line, _state in shown
        if (line.period.planned, line.period.granted) == (80, 40)
    )
    assert share == pytest.approx(whole / 2, abs=0.02)
    kinds = [[piece.kind for piece in line.pieces] for line, _state in shown]
    assert ["outside"] in kinds
    assert [parts for parts in kinds if parts[-1:] == ["outside"] and parts[0] in {"used", "reserved"}]


def test_an_agreement_without_hours_keeps_its_place_in_the_calendar(student: Student):
    Period.objects.filter(planned=60).update(planned=0, granted=0)
    for line, _state in browse(student.cookie).get("/student/calendar", secure=True).context["lines"]:
        assert len(line.pieces) >= 1


def test_a_cancelled_agreement_shows_what_was_agreed_and_nothing_of_it_goes_on(student: Student):
    browser = browse(student.cookie)
    shown = text_of(browser, f"/student/periods/{Period.objects.get(state='CANCELLED').number}")
    assert "Was agreed" in shown
    assert "Worked" not in shown
    assert "Contributions on your pay" not in shown
    assert "Your pay is not shown here" not in shown


def test_contributions_are_said_to_be_on_what_was_agreed(student: Student):
    shown = text_of(browse(student.cookie), f"/student/periods/{Period.objects.get(actual=84).number}")
    assert "Contributions on your pay, as agreed" in shown


def test_an_agreement_is_over_after_its_last_day(student: Student):
    browser, today = browse(student.cookie), brussels_date(datetime.now(UTC))
    past, coming = Period.objects.get(actual=84), Period.objects.get(planned=60)
    assert browser.get(f"/student/periods/{past.number}", secure=True).context["state"][0] == (
        "Over" if past.ending_date < today else "Agreed"
    )
    assert browser.get(f"/student/periods/{coming.number}", secure=True).context["state"][0] == "Agreed"


def test_an_agreement_names_its_employer_by_the_number_that_check_ins_name_it_by(student: Student):
    Entity.objects.filter(name="Bakery").update(nsso_number="012345674")
    period = Period.objects.select_related("employer").order_by("pk")[0]
    shown = text_of(browse(student.cookie), f"/student/periods/{period.number}")
    assert f"Bakery ({period.employer.company_number})" in shown
    assert "012345674" not in shown


def test_a_difference_tells_what_it_is_the_difference_of_where_not_all_is_known(student: Student):
    shown = text_of(browse(student.cookie), "/student/hours")
    assert "4 hours more" in shown
    assert "compared with 80 hours agreed for that period" in shown


def test_a_difference_of_all_periods_needs_no_more_words(student: Student):
    Period.objects.filter(actual=None).update(actual=F("planned"))
    shown = text_of(browse(student.cookie), "/student/hours")
    assert "4 hours more" in shown
    assert "compared with" not in shown


def test_today_is_drawn_over_the_bar_of_a_period_that_runs(student: Student):
    page = lxml.html.fromstring(text_of(browse(student.cookie), "/student/calendar"))
    bars = page.xpath("//svg[contains(@class, 'counter-bar--thin')]")
    assert len(bars) == 5
    assert [bar[-1].get("class") for bar in bars] == ["counter-year__today"] * 5
    assert "The upright line is today." in page.text_content()


def test_hours_outside_are_explained_only_where_there_are_some(student: Student):
    browser = browse(student.cookie)
    assert "+ hours outside it" in text_of(browser, "/student")
    Period.objects.update(planned=F("granted"), is_late=False)
    shown = text_of(browser, "/student")
    assert "Hours inside the contingent." in shown
    assert "hours outside it" not in shown
