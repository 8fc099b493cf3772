"""No page asks the database more than twelve times."""

import pytest
from django.test import Client

from auth.desk import KeyDesk
from domain.assurance import AssuranceLevel
from tests.portal.browser.pages import PAGES, Page, Who
from tests.portal.conftest import a_login_with_password, carry
from tests.portal.people import a_stay
from tests.registers.access.conftest import make_company

pytestmark = pytest.mark.django_db
MOST = 12


@pytest.fixture
def signed_in(browser: Client, desk: KeyDesk) -> Client:
    """Somebody with a password who acts for a company, after the first page of the stay."""
    login = a_login_with_password(desk)
    make_company().user(login.person_id)
    carry(browser, a_stay(login, level=AssuranceLevel.EID))
    browser.get("/home", secure=True)
    return browser


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_asks_twelve_times_at_most(page: Page, signed_in: Client, django_assert_max_num_queries) -> None:
    browser = signed_in if page.who is Who.SIGNED_IN else Client()
    with django_assert_max_num_queries(MOST):
        answer = browser.get(page.path, secure=True)
    assert answer.status_code == page.status
