"""Export a student's calendar as iCalendar (RFC 5545), a period an event; from values alone."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar as Ical
from icalendar import Event

from domain.findings import QuotaUnit
from domain.languages import Language
from domain.student_day_questions import Calendar, PeriodSeen
from registers.student_days.questions.words import words_of

PRODUCT = "-//Guichet//Student days//EN"


def render_ical(calendar: Calendar, language: Language, *, at: datetime) -> bytes:
    """Return the calendar, written at that instant, for programs that show or subscribe to it.

    An event has the same UID in every export and a SEQUENCE that grows with its period, so what changed replaces what was
    and what was cancelled disappears.
    """
    words = words_of(language)
    ical = Ical()
    ical.add("prodid", PRODUCT)
    ical.add("version", "2.0")
    ical.add("x-wr-calname", words["calendar_name"].format(year=calendar.year))
    for period in calendar.periods:
        ical.add_component(_event(period, language, at=at))
    return bytes(ical.to_ical())


def _event(period: PeriodSeen, language: Language, *, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"period-{period.number}@guichet")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("last-modified", period.last_changed_at.astimezone(UTC))
    event.add("sequence", period.version - 1)
    event.add("dtstart", period.starting_date)
    if period.ending_date is not None:
        event.add("dtend", period.ending_date + timedelta(days=1))
    event.add("summary", _summary(period, language))
    event.add("description", "\n".join(_description(period, language)))
    event.add("status", "CANCELLED" if period.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _summary(period: PeriodSeen, language: Language) -> str:
    amount = _amount(period, period.planned, language)
    return words_of(language)["event_summary"].format(employer=period.employer.title, amount=amount)


def _description(period: PeriodSeen, language: Language) -> list[str]:
    words = words_of(language)
    lines = [
        words["event_employer"].format(employer=period.employer.numbered),
        words["event_planned"].format(amount=_amount(period, period.planned, language)),
    ]
    if period.exceeding:
        lines.append(words["event_exceeding"].format(amount=_amount(period, period.exceeding, language)))
    if period.neutralised:
        lines.append(words["event_neutralised"].format(amount=_amount(period, period.neutralised, language)))
    if period.actual is not None:
        lines.append(words["event_actual"].format(amount=_amount(period, period.actual, language)))
    if period.is_late:
        lines.append(words["event_late"])
    return lines


def _amount(period: PeriodSeen, amount: int, language: Language) -> str:
    name = "event_hours" if period.unit is QuotaUnit.HOURS else "event_days"
    return words_of(language)[name].format(amount=amount)
