"""The first pages of a stay ask the database no more than others: signing in, home, and the choice of a company."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth.models import Login, LoginState, Session
from tests.portal.conftest import carry
from tests.portal.people import a_stay
from tests.portal.somebody import HERE
from tests.registers.access.conftest import Company, make_company

pytestmark = pytest.mark.django_db
MOST = 12
_LONGEST_WAY = 6


@pytest.fixture(autouse=True)
def cold_caches() -> Iterator[None]:
    cache.clear()
    return


def a_manager_who_came_before(*, company: str = "0412345614", agent: str = HERE.agent) -> Login:
    """Return the login of a chief who signed in an hour ago with that browser."""
    made: Company = make_company(company)
    now = datetime.now(UTC)
    login = Login.objects.create(user_name="an.chief", person_id=made.chief, state=LoginState.ACTIVE, created_at=now)
    before = a_stay(login)
    earlier = now - timedelta(hours=1)
    Session.objects.filter(pk=before.stay.pk).update(signed_in_at=earlier, agent=agent, address="198.51.100.1")
    return login


def follow(browser: Client, path: str) -> list[tuple[str, int]]:
    """Open `path` and whatever it leads to; return each address with how often it asked the database."""
    way = []
    for _each in range(_LONGEST_WAY):
        with CaptureQueriesContext(connection) as asked:
            answer = browser.get(path, secure=True)
        way.append((path, len(asked)))
        if answer.status_code != 302:
            assert answer.status_code == 200
            return way
        path = answer.headers["Location"]
    pytest.fail(f"{way} leads nowhere")


@pytest.mark.parametrize("agent", [HERE.agent, "another browser"], ids=["known device", "new device"])
@pytest.mark.parametrize("path", ["/home", "/people", "/ebox", "/reports", "/deliveries"])
def test_a_first_page_for_the_only_company_asks_twelve_times_at_most(path: str, agent: str, browser: Client):
    carry(browser, a_stay(a_manager_who_came_before(agent=agent)))

    assert all(asked <= MOST for _path, asked in follow(browser, path)), follow(browser, path)


def test_the_choice_among_companies_asks_twelve_times_at_most(browser: Client):
    login = a_manager_who_came_before()
    other = make_company("0400767772")
    other.user(person_id=login.person_id)
    carry(browser, a_stay(login))
    way = follow(browser, "/home")
    with CaptureQueriesContext(connection) as asked:
        browser.post("/context", {"context": f"{other.id}:EMPLOYER", "next": "/home"}, secure=True)
    way += [("POST /context", len(asked)), *follow(browser, "/home")]

    assert [path.partition("?")[0] for path, _asked in way] == ["/home", "/context", "POST /context", "/home"]
    assert all(asked <= MOST for _path, asked in way), way
