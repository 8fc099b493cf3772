"""A chief whose codes were sent, and the steps of his first sign-in as a browser does them."""

import re
from datetime import datetime

import pyotp
from django.test import Client

from auth.desk import KeyDesk
from auth.keys.temporary_passwords import ReachedBy, issue_activation
from auth.models import Login, LoginState
from correspondence.models import OutboxMessage
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.environments import Environment
from evidence.clock import SystemClock
from registers.access.entity_accounts import register_account
from registers.access.models import Entity
from registers.persons.numbers import PersonDirectory
from tests.portal.conftest import token_in
from tests.portal.people import a_person

OWN = "garden-wall-28-stone"
NUMBER = "85073003328"


def a_chief(desk: KeyDesk) -> Login:
    """Return a chief whose codes were just sent."""
    person, login = a_person("chief.one")
    Login.objects.filter(pk=login.pk).update(state=LoginState.INVITED)
    now = SystemClock().now()
    entity = Entity.objects.create(
        environment="R",
        company_number="0412345614",
        name="Bakery",
        valid_from=now,
        created_by="test",
        source="OPERATOR",
    )
    register_account(entity, chief_id=person.pk, quality=Quality.EMPLOYER, by=Actor.legal_representative(), at=now)
    issue(login, desk, at=now)
    return login


def issue(login: Login, desk: KeyDesk, *, at: datetime) -> None:
    issue_activation(login.pk, ReachedBy("chief@example.org", "+32470000000"), actor="test", desk=desk, at=at)


def the_temporary_password() -> str:
    text = OutboxMessage.objects.filter(carrier="SMS").order_by("-pk").values_list("body", flat=True)[0]
    found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", text)
    assert found, text
    return found[0]


def begin(browser: Client):
    return browser.post("/activate", {"user_name": "chief.one", "password": the_temporary_password()}, secure=True)


def give_number(login: Login, desk: KeyDesk) -> None:
    directory = PersonDirectory(desk.persons._keys, environment=Environment.PRODUCTION)
    directory.add_number(NUMBER, person_id=login.person_id, at=SystemClock().now())


def register_app(browser: Client):
    offered = browser.get("/activate/app", secure=True).text
    shown = browser.post("/activate/app", {"form-token": token_in(offered)}, secure=True).text
    found = re.search(r'counter-code">([A-Z2-7 ]+)<', shown)
    key = re.search(r'name="key" value="(\d+)"', shown)
    assert found, shown
    assert key, shown
    code = pyotp.TOTP(found[1].replace(" ", "")).now()
    said = {"key": key[1], "code": code, "label": "phone", "form-token": token_in(shown)}
    return browser.post("/activate/app/confirm", said, secure=True)
