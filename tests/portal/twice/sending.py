"""Send a form of a page twice, as a browser fills it in, and say what is wrong with the second time."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve

from auth.desk import KeyDesk
from evidence.models import AuditEvent
from portal.models import SentForm
from portal.pages.routing import declared
from portal.pages.sending_once import FIELD
from portal.pages.sent_from import form_page_of
from tests.portal.browser.pages import Who
from tests.portal.people import People

WORDS = {"email": "jan@example.be", "password": "blue-lamp-42-river", "tel": "+32470123456", "date": "2026-01-01"}
BY_NAME = {"address": "jan@example.be", "mobile": "+32470123456", "number": ""}
TAKEN = frozenset({HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER})
"""How a form is answered that acted."""
KEEPING = ("access_control_session", "access_control_throttle", "portal_sentform", "django_")
"""Tables of how long somebody stays, of how often somebody tries, and of the notes that a form was sent."""

GUARDED_OTHERWISE = {
    "new-password": "the temporary password is used once, and the attempt that it began ends with it",
    "registration-keys": "the case is held, and closed by the first",
}
"""Forms that leave no note of their own, and what lets two of them act once all the same."""


@dataclass
class Scene:
    """Everybody who is settled, and what is hashed with."""

    people: People
    desk: KeyDesk

    def browser(self, who: Who) -> Client:
        """Return the browser of one of them, at her first page already."""
        client = Client(headers={"accept-language": "en"})
        if who is not Who.NOBODY:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._cookies[who]
            client.get("/home", secure=True)
        return client

    @property
    def _cookies(self) -> Mapping[Who, str]:
        people = self.people
        return {
            Who.SIGNED_IN: people.cookie,
            Who.MANAGER: people.manager.cookie,
            Who.STUDENT: people.student.cookie,
            Who.STUDENT_BY_PASSWORD: people.student.password_cookie,
            Who.OFFICER: people.officer.cookie,
            Who.INSPECTOR: people.inspector.cookie,
        }


@dataclass
class Form:
    """A form on a page, in somebody's browser, and what is said beyond what the page proposes; None leaves a field out."""

    browser: Client
    page: str
    said: Mapping[str, Any] = field(default_factory=dict)
    shown: str = ""
    """The page's text where it is the answer to another form."""
    leads_to: str = ""
    """Where the second time leads, for a form whose first time signed somebody in or out; a conflict otherwise."""


Prepare = Callable[[Scene], Form]


def on(page: str, who: Who = Who.MANAGER, **said: Any) -> Prepare:
    """Return what prepares a form that stands on a page of somebody who is settled."""
    return lambda scene: Form(scene.browser(who), page, said)


def filled(form: Any) -> dict[str, Any]:
    """Return what a person sends who fills in everything."""
    said: dict[str, Any] = {}
    for each in form.inputs:
        name, kind = each.get("name"), (each.get("type") or each.tag)
        if not name or kind in {"file", "submit", "button", "image"}:
            continue
        if kind == "hidden":
            said[name] = each.value or BY_NAME.get(name, "")
        elif kind in {"radio", "checkbox"}:
            said.setdefault(name, each.get("value") or "on")
        else:
            said[name] = each.value or BY_NAME.get(name, WORDS.get(kind, "Peeters"))
    return said


def effects() -> dict[str, int]:
    """Return how many rows of each table were written in this test, whatever was undone since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {table: rows for table, rows in cursor.fetchall() if not table.startswith(KEEPING)}


def newest_event() -> int:
    return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def page_of(target: str) -> str:
    """Return where somebody is led who signs in after a form was sent to `target`."""
    match = resolve(urlsplit(target).path)
    form_page = form_page_of(match.func)
    return target if form_page is None else form_page.path(match)


def needs_a_stay(target: str) -> bool:
    rule = declared(resolve(urlsplit(target).path).func)
    return rule is not None and rule.level is not None


def recorded_without_a_stay(*, since: int) -> list[str]:
    """Return the actions of signed-in people after that event that do not tell from which stay they came."""
    of_people = AuditEvent.objects.filter(pk__gt=since, actor__regex=r"^(person|login):\d+$").order_by("pk")
    bare = of_people.exclude(detail__has_keys=["session", "level", "address"])
    return list(bare.values_list("action", flat=True))


def faults_of(route: str, prepare: Prepare, scene: Scene) -> list[str]:
    """Return what is wrong with the form of that route when it is sent twice; everything is undone afterwards."""
    undone = transaction.savepoint()
    try:
        return [f"{route}: {fault}" for fault in _send_twice(route.partition(" ")[0], prepare(scene))]
    finally:
        transaction.savepoint_rollback(undone)


def said_on(route: str, form: Form) -> tuple[str, dict[str, Any]]:
    """Return where the form of that route is sent from its page, empty where none stands there, and what is said."""
    shown = form.shown or form.browser.get(form.page, secure=True).content.decode()
    target, said = _form_of(route, form, shown)
    return target, {name: value for name, value in (said | dict(form.said)).items() if value is not None}


def _send_twice(route: str, form: Form) -> list[str]:
    target, said = said_on(route, form)
    if not target:
        return [f"no form of it stands on {form.page}"]
    if (page := page_of(target)) not in {target, urlsplit(form.page).path}:
        return [f"its form stands on {form.page}, but who signs in late is led to {page}"]
    before, last = effects(), newest_event()
    first = _post(form.browser, target, said)
    after = effects()
    second = _post(form.browser, target, said)
    found = []
    is_taken = first.status_code in TAKEN
    if not is_taken or after == before or b"govuk-error-summary" in first.content:
        found.append(f"the first time is answered {first.status_code} and does nothing: {_told(first)}")
    if route not in GUARDED_OTHERWISE and not _is_noted(said):
        found.append("the first time is noted nowhere: of two at once both would act")
    if needs_a_stay(target) and (bare := recorded_without_a_stay(since=last)):
        found.append(f"these do not tell in which stay, how surely and from where: {bare}")
    if not _tells_that_it_was_done(second, form.leads_to):
        found.append(f"the second time is answered {second.status_code} {second.headers.get('Location', '')}")
    if (again := effects()) != after:
        found.append(f"the second time writes {sorted(set(again.items()) ^ set(after.items()))}")
    return found


def _is_noted(said: Mapping[str, Any]) -> bool:
    return SentForm.objects.filter(token_hash=sha256(said.get(FIELD, "").encode()).digest()).exists()


def _tells_that_it_was_done(answer: Any, leads_to: str) -> bool:
    if leads_to:
        return bool(answer.headers.get("Location") == leads_to)
    return bool(answer.status_code == HTTPStatus.CONFLICT)


def _form_of(route: str, form: Form, shown: str) -> tuple[str, dict[str, Any]]:
    for each in lxml.html.fromstring(shown).xpath("//main//form[@method='post']"):
        target = urljoin(form.page, each.get("action") or form.page)
        with suppress(Resolver404):
            if resolve(urlsplit(target).path).url_name == route:
                return target, filled(each)
    return "", {}


def _post(browser: Client, target: str, said: Mapping[str, Any]) -> Any:
    for value in said.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return browser.post(target, said, secure=True)


def _told(answer: Any) -> list[str]:
    """Return what the page says is wrong."""
    if "html" not in answer.headers.get("Content-Type", "") or not answer.content:
        return [str(answer.headers.get("Location", ""))]
    page = lxml.html.fromstring(answer.content.decode())
    return [
        " ".join(each.text_content().split())
        for each in page.xpath(
            "//*[contains(@class,'govuk-error-message') or contains(@class,'govuk-error-summary__body')]|//h1"
        )
    ]
