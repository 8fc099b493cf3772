"""Every form of every page may be sent twice: the second time has no effect."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

import lxml.html
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from auth.desk import KeyDesk
from correspondence.models import EboxDocument, OutboxMessage
from evidence.models import AuditEvent
from tests.portal.browser.pages import PAGES, Page, Who
from tests.portal.people import settle_people

pytestmark = pytest.mark.django_db
WORDS = {"email": "jan@example.be", "password": "blue-lamp-42-river", "tel": "+32470123456", "date": "2026-01-01"}
BY_NAME = {"address": "jan@example.be", "mobile": "+32470123456", "number": ""}
COUNTING = frozenset({"/session/extend", "/sign-out"})
"""Forms that say how long somebody stays: whoever sends them twice wants it twice."""


def filled(form: Any) -> dict[str, Any]:
    """Return what a person sends who fills in everything."""
    said: dict[str, Any] = {}
    for field in form.inputs:
        name, kind = field.get("name"), (field.get("type") or field.tag)
        if not name or kind in {"file", "submit", "button", "image"}:
            continue
        if kind in {"radio", "checkbox"}:
            said.setdefault(name, field.get("value") or "on")
        else:
            said[name] = field.value or BY_NAME.get(name, WORDS.get(kind, "Peeters"))
    return said


LOOKS = ("identity:read", "registration:question-read", "access-log:exported", "access-register:exported")
"""Events of a page that is looked at, as often as that is done."""


def effects() -> tuple[int, int, int]:
    return (
        AuditEvent.objects.exclude(action__in=LOOKS).count(),
        OutboxMessage.objects.count(),
        EboxDocument.objects.count(),
    )


def second_effects(browser: Client, page: Page) -> list[str]:
    shown = browser.get(page.path, secure=True)
    found = []
    for form in lxml.html.fromstring(shown.content).xpath("//main//form[@method='post']"):
        target = urljoin(page.path, form.get("action") or page.path)
        if target in COUNTING:
            continue
        said = filled(form)
        undone, before = transaction.savepoint(), effects()
        first = browser.post(target, said, secure=True)
        after = effects()
        second = browser.post(target, said, secure=True)
        if after != before and effects() != after:
            found.append(f"{target} acts twice")
        if HTTPStatus.INTERNAL_SERVER_ERROR in {first.status_code, second.status_code}:
            found.append(f"{target} breaks")
        transaction.savepoint_rollback(undone)
    return found


@pytest.mark.parametrize("who", [who for who in Who if who is not Who.NOBODY])
def test_no_form_has_a_second_effect(who: Who, desk: KeyDesk, browser: Client) -> None:
    people = settle_people(desk.locksmith)
    with connection.cursor() as cursor:  # what was settled has numbers of its own choice
        cursor.execute("ALTER SEQUENCE access_appointment_id_seq RESTART WITH 900000")
    cookies = {
        Who.SIGNED_IN: people.cookie,
        Who.MANAGER: people.manager.cookie,
        Who.STUDENT: people.student.cookie,
        Who.STUDENT_BY_PASSWORD: people.student.password_cookie,
        Who.OFFICER: people.officer.cookie,
        Who.INSPECTOR: people.inspector.cookie,
    }
    browser.cookies[settings.SESSION_COOKIE_NAME] = cookies[who]
    browser.get("/home", secure=True)
    pages = [page for page in PAGES if page.who is who and page.status == 200]
    assert [effect for page in pages for effect in second_effects(browser, page)] == []
