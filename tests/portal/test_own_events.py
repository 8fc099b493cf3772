"""The page of events of one's own account."""

import re
from datetime import datetime

import pytest
from django.test import Client

from auth.proofs import Source
from auth.refusals import SignInRefusal
from auth.signing_in import record_failure
from domain.assurance import Means
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.pages.own_sessions.event_words import EVENTS, FAILURES
from tests.portal.conftest import carry
from tests.portal.people import a_person, a_stay, settle_manager

pytestmark = pytest.mark.django_db

HERE = Source(address="192.0.2.7", agent="test")


def now() -> datetime:
    return SystemClock().now()


def shown(browser: Client, path: str = "/sessions/events") -> str:
    answer = browser.get(path, secure=True)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def lines(text: str) -> int:
    return text.count('<td class="govuk-table__cell" data-column="When">')


def test_a_failed_sign_in_is_shown_with_what_and_where(browser: Client):
    _person, login = a_person()
    carry(browser, a_stay(login))
    record_failure(SignInRefusal.WRONG_PASSWORD, login_id=login.pk, means=str(Means.PASSWORD), source=HERE, at=now())
    text = shown(browser)

    assert "<strong>Signing in failed</strong>" in text
    assert "user name and password" in text
    assert "192.0.2.7" in text


def test_what_another_did_to_the_account_is_shown(browser: Client):
    person, login = a_person()
    carry(browser, a_stay(login))
    append_event("account:key:removed", at=now(), actor="operator:root", login=login.pk, means="TOTP")
    append_event("account:email:change", at=now(), actor="login:999999", person=person.pk)
    text = shown(browser)

    assert "Digital key taken away" in text
    assert "E-mail address changed" in text


def test_a_context_is_shown_with_its_company(browser: Client):
    manager = settle_manager()
    browser.cookies["__Host-session"] = manager.cookie
    assert f'<td class="govuk-table__cell" data-column="Company">{manager.company.entity.name}</td>' in shown(browser)


def test_nobody_sees_the_events_of_another(browser: Client):
    manager = settle_manager()
    _person, login = a_person()
    append_event("account:password:change", at=now(), actor=f"login:{manager.login.pk}", login=manager.login.pk)
    carry(browser, a_stay(login))

    assert "Password changed" not in shown(browser)


def test_older_events_are_on_further_pages(browser: Client):
    _person, login = a_person()
    carry(browser, a_stay(login))
    shown(browser)
    for _each in range(27):
        append_event("account:login:failure", at=now(), actor=f"login:{login.pk}", source="")
    first = shown(browser)
    older = re.search(r'href="(/sessions/events\?before=\d+)"', first)

    assert older is not None
    assert lines(first) == 25
    assert 2 <= lines(shown(browser, older[1])) < 25


@pytest.mark.parametrize("before", ["0", "-1", "nothing", "9" * 40, "²"])
def test_what_is_no_event_shows_a_page_all_the_same(browser: Client, before: str):
    _person, login = a_person()
    carry(browser, a_stay(login))
    shown(browser, f"/sessions/events?before={before}")


def test_failures_are_events():
    assert set(EVENTS) >= FAILURES
