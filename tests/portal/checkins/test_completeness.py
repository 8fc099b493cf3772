"""How much of what a company's staff registered is complete and on time is counted on a page, for whoever sees the staff."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from http import HTTPStatus

import pytest
from django.utils import translation
from django.utils.formats import date_format

from domain.brussels import brussels_date
from domain.languages import Language
from portal.pages.checkins.completeness import _days_of, _first_days
from registers.checkins.models import Presence, PresenceLook, Spell
from tests.portal.checkins.acting import did
from tests.portal.checkins.conftest import COMPANY, Visitor, as_visitor
from tests.portal.checkins.test_limosa_alone import came_by_program_of
from tests.portal.checkins.test_missing_check_outs import missing_since
from tests.portal.people import Manager

pytestmark = pytest.mark.django_db
PATH = "/presences/completeness"
OTHER_COMPANY = "0448181966"
BEGUN, ENDED = "Work that began with a check-in", "Of this work, ended by a check-out"
ALL, DAYS = "All registrations: check-ins, check-outs and presences on a day", "Presences on a day"
WITHOUT_OUT, WITHOUT_IN = "Check-ins whose check-out is missing", "Check-outs whose check-in is missing"
REMARKED, LATE = "Registered, with remarks", "Reached us late"
NOTHING = "Nothing was registered in this time."
MOST_QUERIES = 12


def counts(page: str) -> dict[str, int]:
    """Return what the table counts, by its words."""
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)
    shown = [re.sub(r"<span.*?</span>|<[^>]+>", "", cell).strip() for cell in cells]
    return {unescape(what): int(count) for what, count in zip(shown[::2], shown[1::2], strict=True)}


def paths(page: str) -> dict[str, str]:
    """Return where what is counted is listed, by its words."""
    found = re.findall(
        r'<a class="govuk-link" href="([^"]+)">\d+<span class="govuk-visually-hidden"> (.*?)</span>', page
    )
    return {unescape(what): path for path, what in found}


def rate(page: str) -> str:
    """Return what is said of the part that is without faults, as it reads."""
    return page.partition("remarks and on time: ")[2].partition("</p>")[0].replace("\N{NO-BREAK SPACE}", " ")


def today() -> date:
    return brussels_date(datetime.now(UTC))


def came_and_went(worker: Visitor, **deviation: str) -> None:
    """Let the worker have come and gone, and nothing have reached us late."""
    did(worker, "in", "out", **deviation)
    Presence.objects.update(remarks=[])


def test_who_came_and_went_is_counted_and_named_nowhere(employer: Visitor, worker: Visitor, place):
    came_and_went(worker)
    page = employer.text(PATH)
    assert counts(page) == {BEGUN: 1, ENDED: 1, ALL: 2, DAYS: 0, WITHOUT_OUT: 0, WITHOUT_IN: 0, REMARKED: 0, LATE: 0}
    assert rate(page) == "2 of 2, which is 100 %."
    assert "Diaz" not in page
    assert not PresenceLook.objects.exists()


def a_faulty_one(remarks: list[str], event_type: str = "IN", **facts) -> None:
    Presence.objects.filter(event_type=event_type).update(remarks=remarks, **facts)


FAULTS = {
    WITHOUT_OUT: (["MISSING_OUT"], {}),
    WITHOUT_IN: (["OUT_WITHOUT_IN"], {"event_type": "OUT"}),
    REMARKED: (["DIMONA_NOT_OK"], {"status": "FAILED"}),
    LATE: (["LATE"], {}),
}


@pytest.mark.parametrize(("what", "fault"), FAULTS.items(), ids=FAULTS)
def test_what_has_a_fault_is_counted_and_listed(employer: Visitor, worker: Visitor, place, what: str, fault):
    came_and_went(worker)
    remarks, facts = fault
    a_faulty_one(remarks, **facts)
    page = employer.text(PATH)
    assert {each: counts(page)[each] for each in FAULTS} == {each: int(each == what) for each in FAULTS}
    assert rate(page) == "1 of 2, which is 50 %."
    assert set(paths(page)) == {BEGUN, ALL, what}
    listed = employer.text(paths(page)[what])
    numbers = {kind: Presence.objects.get(event_type=kind).number for kind in ("IN", "OUT")}
    is_listed = {kind: f'href="/presences/{number}"' in listed for kind, number in numbers.items()}
    assert is_listed == {kind: kind == facts.get("event_type", "IN") for kind in numbers}


def test_a_company_whose_people_only_ever_check_out_is_not_told_that_nothing_is_missing(
    employer: Visitor, worker: Visitor, place
):
    did(worker, "out")
    page = employer.text(PATH)
    assert (counts(page)[WITHOUT_IN], rate(page)) == (1, "0 of 1, which is 0 %.")


FAULTS_TOLD = {
    Language.NL: ("ontbrekende check-out", "ontbrekende check-in", "officiële opmerkingen", "laat"),
    Language.FR: ("check-out manquant", "check-in manquant", "remarques officielles", "retard"),
    Language.DE: ("Check-out fehlt", "Check-in fehlt", "amtliche Bemerkungen", "spät"),
    Language.EN: ("missing check-out", "missing check-in", "official remarks", "late"),
}


@pytest.mark.parametrize("language", FAULTS_TOLD, ids=str)
def test_what_counts_as_a_fault_is_told_in_every_language(
    employer: Visitor, worker: Visitor, place, language: Language
):
    did(worker, "in")
    page = employer.client.get(PATH, secure=True, headers={"accept-language": str(language)}).content.decode()
    faults = unescape(page).partition("</table>")[2].partition("</p>")[0].partition(".")[0]
    assert [each for each in FAULTS_TOLD[language] if each not in faults] == []


def test_all_that_is_counted_and_the_work_that_began_are_listed(employer: Visitor, worker: Visitor, place):
    came_and_went(worker)
    led = paths(employer.text(PATH))
    whole = employer.text(led[ALL])
    assert all(f'href="/presences/{number}"' in whole for number in Presence.objects.values_list("number", flat=True))
    assert f'href="/presences/{Spell.objects.get().first_in}"' in employer.text(led[BEGUN])


def test_a_rate_is_rounded_down_so_that_a_fault_is_never_hidden(employer: Visitor, worker: Visitor, place):
    came_and_went(worker)
    row = Presence.objects.get(event_type="OUT")
    Presence.objects.bulk_create(
        Presence(**{**Presence.objects.filter(number=row.number).values().get(), "number": number, "slot": number})
        for number in range(row.number + 500, row.number + 800)
    )
    a_faulty_one(["LATE"])
    assert rate(employer.text(PATH)) == "301 of 302, which is 99 %."


def test_of_nothing_no_rate_is_said(employer: Visitor):
    page = employer.text(PATH)
    assert NOTHING in page
    assert (rate(page), "which is" in page) == ("", False)
    assert "who worked and never checked in is not known here" in page


def test_another_companys_staff_is_not_counted(employer: Visitor, worker: Visitor, place):
    came_and_went(worker, employer=OTHER_COMPANY)
    assert NOTHING in employer.text(PATH)


def test_whom_the_company_brought_by_a_limosa_number_alone_is_counted(employer: Visitor, place):
    came_by_program_of(COMPANY)
    assert counts(employer.text(PATH))[BEGUN] == 1


def test_who_may_look_alone_sees_it(looker: Visitor, worker: Visitor, place):
    did(worker, "in")
    assert counts(looker.text(PATH))[ALL] == 1


def test_an_access_manager_does_not(manager: Manager):
    page = as_visitor(manager).text("/presences")
    as_visitor(manager).get(PATH, HTTPStatus.FORBIDDEN)
    assert PATH not in page


def test_the_first_page_leads_to_it(employer: Visitor):
    assert f'href="{PATH}">Complete and on time</a>' in employer.text("/presences")


def test_a_month_that_is_chosen_is_counted(employer: Visitor, worker: Visitor, place):
    came_and_went(worker)
    before = (today().replace(day=1) - timedelta(days=1)).replace(day=1) - timedelta(days=1)
    missing_since((today() - before).days)
    page = employer.text(f"{PATH}?month={before:%Y-%m}")
    told = counts(page)
    assert [told[each] for each in (BEGUN, ENDED, ALL, WITHOUT_OUT)] == [1, 0, 1, 1]
    assert f"{date_format(before.replace(day=1), 'j F Y')} to {date_format(before, 'j F Y')}" in page
    assert f'<option value="{before:%Y-%m}" selected>' in page


@pytest.mark.parametrize("word", ["", "2019-01", "2999-12", "x' OR 1=1", "%00"])
def test_a_month_that_is_not_offered_is_the_last_31_days(employer: Visitor, word: str):
    page = employer.text(f"{PATH}?month={word}")
    assert f"{date_format(today() - timedelta(days=30), 'j F Y')} to {date_format(today(), 'j F Y')}" in page


PERIODS = {
    "no month": (None, date(2026, 3, 31), date(2026, 3, 1), date(2026, 3, 31)),
    "the month that runs": (date(2026, 11, 1), date(2026, 11, 28), date(2026, 11, 1), date(2026, 11, 28)),
    "a short month": (date(2028, 2, 1), date(2028, 6, 1), date(2028, 2, 1), date(2028, 2, 29)),
    "a long month": (date(2026, 12, 1), date(2027, 1, 1), date(2026, 12, 1), date(2026, 12, 31)),
}


@pytest.mark.parametrize(("month", "on", "first", "last"), PERIODS.values(), ids=PERIODS)
def test_a_month_has_its_days_until_today(month: date | None, on: date, first: date, last: date):
    assert (_days_of(month, on).first, _days_of(month, on).last) == (first, last)


def test_twelve_months_are_offered_from_this_one_on():
    months = list(_first_days(date(2026, 1, 31)))
    assert (months[0], months[-1], len(set(months))) == (date(2026, 1, 1), date(2025, 2, 1), 12)


@pytest.mark.parametrize("language", list(Language), ids=str)
def test_it_speaks_every_language(employer: Visitor, worker: Visitor, place, language: Language):
    did(worker, "in")
    with translation.override(str(language)):
        title = translation.gettext("Complete and on time")
    answer = employer.client.get(PATH, secure=True, headers={"accept-language": str(language)})
    assert answer.status_code == HTTPStatus.OK
    assert title in unescape(answer.content.decode())


def test_the_page_asks_twelve_questions_at_most_and_two_of_what_is_registered(
    employer: Visitor, worker: Visitor, place, django_assert_max_num_queries
):
    did(worker, "in")
    came_by_program_of(COMPANY)
    employer.get("/home")  # what a first page begins with comes once in a stay
    with django_assert_max_num_queries(MOST_QUERIES) as asked:
        employer.get(PATH)
    about = [one["sql"] for one in asked.captured_queries if "checkins_" in (one["sql"] or "")]
    assert len(about) == 2
