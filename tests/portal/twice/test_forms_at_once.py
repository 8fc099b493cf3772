"""A form that two connections send in the same moment acts once: the other one is told, and nobody meets a trouble of ours."""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client

from auth.desk import KeyDesk
from portal.checkin_counter import checkin_counter
from portal.openid import providers
from registers.persons.numbers import PersonKeys
from tests.portal.people import settle_people
from tests.portal.twice.forms import AT_ONCE, GROUPS, LOOKED_AT
from tests.portal.twice.sending import KEEPING, TAKEN, Form, Prepare, Scene, said_on
from tests.waiting import wait_for

NO_EFFECT = (*KEEPING, "checkins_presencelook", "access_control_countedattempt")
"""A look at other people's presences is noted, and an attempt is counted, whatever becomes of the form."""
LOOK = "evidence_auditevent"
WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Sent:
    """What one of the two was answered, and the tables in which it wrote."""

    status: int
    leads_to: str
    written: list[str]

    @property
    def is_taken(self) -> bool:
        return self.status in TAKEN and bool(self.written)

    def is_told(self, route: str, form: Form) -> bool:
        """Whether the form did nothing, and it was said that the other one did."""
        looks = [LOOK] if route in LOOKED_AT else []
        says_so = self.status == HTTPStatus.CONFLICT or (bool(form.leads_to) and self.status in TAKEN)
        return self.written == looks and says_so


@contextmanager
def notes_held() -> Iterator[None]:
    """Let nobody note that a form was sent, nor what it did; who looks for the note of the other finds none yet."""
    holding = connections.create_connection("default")
    holding.set_autocommit(False)
    try:
        with holding.cursor() as cursor:
            cursor.execute("LOCK TABLE portal_sentform, evidence_auditevent IN SHARE MODE")
        yield
    finally:
        holding.rollback()
        holding.close()


def another(browser: Client) -> Client:
    """Return another window of the same browser."""
    window = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    for name, morsel in browser.cookies.items():
        window.cookies[name] = morsel.value
    return window


def two_of(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the values for each of the two, with files of their own: a file is read once."""
    files = {name: (each.name, each.read()) for name, each in said.items() if hasattr(each, "read")}
    return [{**said, **{name: SimpleUploadedFile(*each) for name, each in files.items()}} for _ in range(2)]


def send(browser: Client, target: str, said: Mapping[str, Any]) -> Sent:
    """Send the form on a connection of its own."""
    written: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if (match := WRITING.match(str(sql))) and not match[1].startswith(NO_EFFECT):
            written.append(match[1])
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(note):
            answer = browser.post(target, said, secure=True)
        return Sent(answer.status_code, answer.headers.get("Location", ""), written)
    finally:
        connection.close()


def faults_at_once(route: str, form: Form) -> list[str]:
    """Return what is wrong with the form when two send it and neither finds the note of the other."""
    target, said = said_on(route.partition(" ")[0], form)
    with ThreadPoolExecutor(2) as pool:
        with notes_held():
            sending = [pool.submit(send, another(form.browser), target, values) for values in two_of(said)]
            have_met = wait_for(2)
        sent = [each.result() for each in sending]
    taken = [each for each in sent if each.is_taken]
    told = [each for each in sent if each.is_told(route, form)]
    if have_met and len(taken) == len(told) == 1:
        return []
    return [f"{route}: {'' if have_met else 'they did not meet, '}{sent}"]


@pytest.mark.parametrize("group", AT_ONCE)
def test_no_form_acts_twice_however_closely_it_is_sent(group: str, desk: KeyDesk) -> None:
    for composed in (providers, checkin_counter):
        composed.cache_clear()
    scene = Scene(settle_people(desk.locksmith, PersonKeys.read(settings.KEYS / "persons.json")), desk)
    forms: Mapping[str, Prepare] = GROUPS[group]
    assert [fault for route in AT_ONCE[group] for fault in faults_at_once(route, forms[route](scene))] == []
    for composed in (providers, checkin_counter):
        composed.cache_clear()
