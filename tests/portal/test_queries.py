"""No page asks the database more than twelve times, also where it is the first of a stay."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache

from auth.models import Session
from registers.access.models import Entity, Mandate
from registers.checkins.models import Presence
from registers.persons.models import ToldName
from tests.portal.browser.pages import COLLEAGUE, COLLEAGUE_DAY, PAGES, Page, Who
from tests.portal.people import People
from tests.portal.registrations import OTHER
from tests.portal.somebody import a_stay
from tests.portal.stages import CODES_MAILED
from tests.portal.test_first_pages import follow
from tests.portal.transactions import whole_transactions

__all__ = ["whole_transactions"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_transactions")]
MOST = 12
ASKED_FOR = [page for page in PAGES if not page.pressed]
AT_FIRST = (Who.SIGNED_IN, Who.MANAGER, Who.STUDENT, Who.STUDENT_BY_PASSWORD, Who.OFFICER, Who.INSPECTOR)
"""Who has a stay whose first page is still to come."""


@pytest.fixture(scope="module")
def cookies(settled: People) -> dict[Who, str]:
    """The stays of whom the browsers look at pages as."""
    return {
        Who.NOBODY: "",
        Who.SIGNED_IN: settled.cookie,
        Who.MANAGER: settled.manager.cookie,
        Who.STUDENT: settled.student.cookie,
        Who.STUDENT_BY_PASSWORD: settled.student.password_cookie,
        Who.OFFICER: settled.officer.cookie,
        Who.INSPECTOR: settled.inspector.cookie,
        Who.KEYED: str(a_stay(settled.keyed, remembered=CODES_MAILED).session_key),
        **settled.stages,
    }


@pytest.mark.parametrize("page", ASKED_FOR, ids=[page.name for page in ASKED_FOR])
def test_a_page_asks_twelve_times_at_most(page: Page, cookies, browser, django_assert_max_num_queries) -> None:
    if page.who is not Who.NOBODY:
        browser.cookies[settings.SESSION_COOKIE_NAME] = cookies[page.who]
        browser.get("/home", secure=True)  # what a first page begins with comes once in a stay
    with django_assert_max_num_queries(MOST):
        answer = browser.get(page.path, secure=True)
    assert answer.status_code == page.status


@pytest.mark.parametrize("path", ["/home", "/context", "/keys", "/sessions", "/sessions/events", "/student"])
@pytest.mark.parametrize("who", AT_FIRST, ids=lambda who: who.name.lower())
def test_a_first_page_asks_twelve_times_at_most(who: Who, path: str, cookies, browser):
    cache.clear()
    browser.cookies[settings.SESSION_COOKIE_NAME] = cookies[who]
    Session.objects.update(last_seen_at=datetime.now(UTC))  # a first page comes at once

    assert max(follow(browser, path), key=lambda step: step[1])[1] <= MOST


def test_a_registration_of_who_has_no_name_is_shown_by_twelve_questions_at_most(
    settled: People, browser, django_assert_max_num_queries
) -> None:
    _without_name(_brought(COLLEAGUE_DAY + 500, by=""))
    for number in (COLLEAGUE, COLLEAGUE_DAY):
        _look(settled, browser, f"/presences/{number}", django_assert_max_num_queries)


@pytest.mark.parametrize("path", ["/presences", "/presences/search", "/presences/days", "/presences/missing"])
def test_staff_without_names_is_listed_by_twelve_questions_at_most(
    path: str, settled: People, browser, django_assert_max_num_queries
) -> None:
    ToldName.objects.all().delete()
    _look(settled, browser, path, django_assert_max_num_queries)


@pytest.mark.parametrize("is_named", [True, False], ids=["named", "nameless"])
def test_a_day_that_a_mandated_firm_brought_is_shown_by_twelve_questions_at_most(
    settled: People, browser, django_assert_max_num_queries, *, is_named: bool
) -> None:
    at = datetime.now(UTC)
    Mandate.objects.create(
        environment="R",
        principal=settled.manager.company.entity,
        mandatary=Entity.objects.get(company_number=OTHER),
        service_group="CHECK_INS",
        state="ACTIVE",
        from_quarter="20201",
        valid_from=at,
        in_force_from=at,
        created_by="test",
        source="OPERATOR",
    )
    day = _brought(COLLEAGUE_DAY + 500, by=OTHER)
    if not is_named:
        _without_name(_brought(COLLEAGUE_DAY + 501, by=""))
    _look(settled, browser, f"/presences/{day.number}", django_assert_max_num_queries)
    _look(settled, browser, f"/presences/{day.number}/cancellation", django_assert_max_num_queries, status=409)


@pytest.mark.parametrize("number", [COLLEAGUE, COLLEAGUE_DAY], ids=["event", "day"])
def test_what_the_company_brought_of_anothers_staff_is_shown_by_twelve_questions_at_most(
    number: int, settled: People, browser, django_assert_max_num_queries
) -> None:
    company, at = settled.manager.company.entity, datetime.now(UTC)
    Mandate.objects.create(
        environment="R",
        principal=Entity.objects.get(company_number=OTHER),
        mandatary=company,
        service_group="CHECK_INS",
        state="ACTIVE",
        from_quarter="20201",
        valid_from=at,
        in_force_from=at,
        created_by="test",
        source="OPERATOR",
    )
    row = Presence.objects.filter(number=number, next_date__isnull=True).values().get()
    others = {"number": number + 500, "version": 1, "slot": number + 500, "employer": OTHER}
    others["brought_by"] = company.company_number
    day = Presence.objects.create(**{**row, **others})
    for is_named in (True, False):
        if not is_named:
            _without_name(day)
        _look(settled, browser, f"/presences/{day.number}", django_assert_max_num_queries)


def _brought(number: int, *, by: str) -> Presence:
    """Let another company, or the worker for none, have brought the day of the staff once more."""
    row = Presence.objects.filter(number=COLLEAGUE_DAY).values().get()
    return Presence.objects.create(**{**row, "number": number, "brought_by": by, "slot": number})


def _without_name(row: Presence) -> None:
    ToldName.objects.filter(person_id=row.person_id).delete()


def _look(settled: People, browser, path: str, django_assert_max_num_queries, *, status: int = 200) -> None:
    browser.cookies[settings.SESSION_COOKIE_NAME] = settled.manager.cookie
    browser.get("/home", secure=True)
    with django_assert_max_num_queries(MOST):
        answer = browser.get(path, secure=True)
    assert answer.status_code == status
