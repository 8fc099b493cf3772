"""The periods of a year, for their student, and as iCalendar."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar as Ical

from domain.environments import Environment
from domain.languages import Language
from registers.student_days.contingent_rules import neutralise
from registers.student_days.models import Period
from registers.student_days.questions.calendars import read_calendar
from registers.student_days.questions.ical import render_ical
from tests.registers.conftest import OTHER, Filer, a_cancellation, an_action
from tests.registers.questions.conftest import NOW, Counted, ask, looks


def events(filer: Filer, person, language: Language = Language.EN) -> list[object]:
    calendar = read_calendar(person(), 2026, **ask())
    return Ical.from_ical(render_ical(calendar, language, at=NOW)).walk("VEVENT")


def test_nobody_has_an_empty_calendar(db: None):
    assert read_calendar(None, 2026, **ask()).periods == ()


def test_a_period_is_shown_with_its_employer_and_its_amounts(filer: Filer, person):
    filer(an_action(planned_hours=600), an_action(planned_hours=120, employer=OTHER))
    second = read_calendar(person(), 2026, **ask()).periods[1]

    assert (second.employer.name, second.employer.number) == ("Other", "123456749")
    assert (second.planned, second.granted, second.exceeding, second.actual) == (120, 50, 70, None)
    assert (second.starting_date, second.ending_date) == (date(2026, 7, 2), date(2026, 7, 31))
    assert (second.is_late, second.state, second.version) == (False, "ACTIVE", 1)


def test_an_employer_without_a_registration_number_is_shown_by_its_company_number(filer: Filer, person):
    filer(an_action())
    Period.objects.get().employer.__class__.objects.update(nsso_number="")

    assert read_calendar(person(), 2026, **ask()).periods[0].employer.number == "0412345614"


def test_employers_of_one_name_are_told_apart_by_their_numbers(filer: Filer, person):
    filer(an_action(), an_action(employer=OTHER))
    assert [event["SUMMARY"] for event in events(filer, person)] == ["Voorbeeld Winkels: 100 h", "Other: 100 h"]
    Period.objects.first().employer.__class__.objects.filter(nsso_number="123456749").update(name="VOORBEELD Winkels")

    assert [event["SUMMARY"] for event in events(filer, person)] == [
        "Voorbeeld Winkels (0412345614): 100 h",
        "VOORBEELD Winkels (0400767772): 100 h",
    ]


def test_an_event_is_called_as_its_language_writes_a_colon(filer: Filer, person):
    filer(an_action())
    (event,) = events(filer, person, Language.FR)
    assert event["SUMMARY"] == "Voorbeeld Winkels\N{NO-BREAK SPACE}: 100 h"


def test_an_event_names_the_employer_by_the_number_of_the_company(filer: Filer, person):
    filer(an_action())
    (event,) = events(filer, person)
    assert str(event["DESCRIPTION"]).startswith("Employer: Voorbeeld Winkels (0412345614)\n")


def neutralise_hours(most: int) -> None:
    year = (date(2026, 1, 1), date(2026, 12, 31))
    neutralise(*year, environment=Environment.PRODUCTION, most_hours=most, actor="operator", at=NOW)


def test_what_of_a_period_counts_in_no_contingent_is_shown(filer: Filer, person):
    neutralise_hours(20)
    (opened,) = filer(an_action(planned_hours=700))
    (shown,) = read_calendar(person(), 2026, **ask()).periods

    assert (shown.planned, shown.granted, shown.exceeding, shown.neutralised) == (700, 650, 30, 20)
    (event,) = events(filer, person)
    told = ["Agreed: 700 h", "Outside the contingent: 30 h", "Not counted: 20 h"]
    assert str(event["DESCRIPTION"]).split("\n")[1:] == told
    filer(a_cancellation(opened.impact.period.period_id))
    assert read_calendar(person(), 2026, **ask()).periods[0].neutralised == 0


def test_cancelled_and_late_periods_are_shown_as_such(filer: Filer, person):
    (first,) = filer(an_action())
    filer(a_cancellation(first.impact.period.period_id))
    filer(an_action(employer=OTHER), at=datetime(2026, 7, 3, tzinfo=UTC))
    cancelled, late = read_calendar(person(), 2026, **ask()).periods

    assert (cancelled.is_cancelled, late.is_late) == (True, True)
    assert (cancelled.exceeding, late.exceeding) == (0, 100)
    assert (cancelled.freed, late.freed) == (cancelled.planned, 0)


def test_previous_years_are_named_newest_first(filer: Filer, person):
    for year in (2025, 2023):
        filer(an_action(starting_date=date(year, 7, 1), ending_date=date(year, 7, 2)))
    filer(an_action())

    calendar = read_calendar(person(), 2025, **ask())
    assert calendar.years == (2026, 2025, 2023)
    assert [period.starting_date.year for period in calendar.periods] == [2025]


def test_a_calendar_takes_two_queries_and_that_of_the_log(filer: Filer, person):
    filer(*(an_action(using_employer=f"User {number}") for number in range(20)))
    somebody = person()
    with Counted() as counted:
        calendar = read_calendar(somebody, 2026, **ask())

    assert (counted.count, len(calendar.periods)) == (3, 20)
    assert looks() == [("CALENDAR", "own page", somebody, "2026")]


def test_an_event_covers_the_days_of_its_period(filer: Filer, person):
    filer(an_action(planned_hours=48))
    (event,) = events(filer, person)

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 7, 2), date(2026, 8, 1))
    assert (event["SUMMARY"], event["STATUS"], event["SEQUENCE"]) == ("Voorbeeld Winkels: 48 h", "CONFIRMED", 0)


def test_a_cancelled_period_is_a_cancelled_event_of_the_same_uid(filer: Filer, person):
    (first,) = filer(an_action())
    (before,) = events(filer, person)
    filer(a_cancellation(first.impact.period.period_id))
    (after,) = events(filer, person)

    assert (after["STATUS"], after["SEQUENCE"], after["UID"]) == ("CANCELLED", 1, before["UID"])


def test_a_name_with_commas_and_line_ends_stays_one_line_of_text(filer: Filer, person):
    filer(an_action())
    Period.objects.get().employer.__class__.objects.update(name="Jansen; Zonen, Gent\r\nBEGIN:VALARM é" + "x" * 90)
    calendar = read_calendar(person(), 2026, **ask())
    written = render_ical(calendar, Language.NL, at=NOW)

    assert max(map(len, written.split(b"\r\n"))) <= 75
    assert Ical.from_ical(written).walk("VALARM") == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.NL, ["Afgesproken: 120 u", "Buiten het contingent: 70 u"]),
        (Language.FR, ["Convenu\u00a0: 120 h", "Hors contingent\u00a0: 70 h"]),
        (Language.DE, ["Vereinbart: 120 Std.", "Außerhalb des Kontingents: 70 Std."]),
        (Language.EN, ["Agreed: 120 h", "Outside the contingent: 70 h"]),
    ],
)
def test_an_event_tells_the_amounts_in_the_language_of_the_student(filer: Filer, person, language: Language, told):
    filer(an_action(planned_hours=600), an_action(planned_hours=120, employer=OTHER))

    assert str(events(filer, person, language)[1]["DESCRIPTION"]).split("\n")[1:] == told


def test_what_was_worked_and_what_came_late_is_told(filer: Filer, person):
    filer(an_action(), at=datetime(2026, 7, 3, tzinfo=UTC))
    Period.objects.update(actual=26)
    (event,) = events(filer, person)

    assert str(event["DESCRIPTION"]).endswith("Worked: 26 h\nDeclared too late")


def test_periods_without_a_contingent_are_not_in_it(filer: Filer, person):
    filer(an_action(), an_action(planned_hours=90, worker_type="FLX", employer=OTHER))

    assert [period.planned for period in read_calendar(person(), 2026, **ask()).periods] == [100]


def test_the_file_is_no_message_to_anybody(db: None):
    """A method would need an organizer (RFC 5546 §3.2.1)."""
    assert b"METHOD" not in render_ical(read_calendar(None, 2026, **ask()), Language.NL, at=NOW)
