"""Somebody whom nobody knows leaves rows behind only as often as he is let through, and they go after a day."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auth.models import LoginTransaction, Session
from auth.purging import purge_signing_in
from auth.sessions import SessionStore, purge_sessions_of_nobody
from domain.sign_in_limits import Scope
from evidence.clock import SystemClock
from tests.portal.people import a_person, a_stay

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_source_that_asks_for_too_many_passkeys_waits(browser: Client, exhausted):
    exhausted(Scope.CARD_SOURCE, but=1)
    assert browser.get("/sign-in/passkey", secure=True).status_code == 200

    answer = Client().get("/sign-in/passkey", secure=True)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert (Session.objects.count(), LoginTransaction.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("scope", "path", "form"),
    [
        (Scope.LOGIN_SOURCE, "/sign-in/password", {"user_name": "nobody", "password": "blue-lamp-42-river"}),
        (Scope.ENROLMENT_SOURCE, "/first-keys/no-such-link", {"code": "ABCDEFGH"}),
        (Scope.KEY_SOURCE, "/sign-in/passkey", {"answer": "{}"}),
        (Scope.KEY_SOURCE, "/sign-in/eid/continue", {"ticket": "no-such-ticket"}),
    ],
)
def test_who_waits_at_a_limit_leaves_no_session(browser: Client, exhausted, scope: Scope, path: str, form):
    exhausted(scope)

    assert browser.post(path, form, secure=True).status_code == 429
    assert not Session.objects.exists()


def test_a_wrong_password_leaves_no_session(browser: Client):
    wrong = {"user_name": "nobody", "password": "blue-lamp-42-river"}

    assert browser.post("/sign-in/password", wrong, secure=True).status_code == 401
    assert not Session.objects.exists()


def test_sessions_in_which_nobody_signed_in_go_a_day_after_they_ended(db: None):
    store, now = SessionStore(), SystemClock().now()
    store.create()
    store.flush()
    Session.objects.update(ended_at=now)

    purge_signing_in(now=now + DAY - timedelta(seconds=1))
    assert Session.objects.count() == 1
    purge_signing_in(now=now + DAY)
    assert not Session.objects.exists()


def test_years_of_them_go_in_batches(db: None):
    for _ in range(5):
        SessionStore().create()
    now = SystemClock().now()
    Session.objects.update(ended_at=now)

    with CaptureQueriesContext(connection) as asked:
        assert purge_sessions_of_nobody(now=now + DAY, rows_at_once=2) == 5
    deleted = [
        len(query["sql"].split(","))
        for query in asked
        if query["sql"].startswith('DELETE FROM "access_control_session"')
    ]
    assert deleted == [2, 2, 1]


def test_sessions_of_somebody_stay_as_facts(db: None):
    store = a_stay(a_person("els.peeters")[1])
    now = SystemClock().now()
    store.flush()

    purge_signing_in(now=now + 2 * DAY)
    assert Session.objects.filter(ended_at__isnull=False).count() == 1
