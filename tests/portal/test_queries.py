"""No page asks the database more than twelve times, also where it is the first of a stay."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache

from auth.models import Session
from tests.portal.browser.pages import PAGES, Page, Who
from tests.portal.people import People
from tests.portal.somebody import a_stay
from tests.portal.stages import CODES_MAILED
from tests.portal.test_first_pages import follow

pytestmark = pytest.mark.django_db
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
