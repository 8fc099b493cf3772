"""A key that proves somebody and opens nothing all the same is recorded, though everything else of the attempt is taken back."""

from datetime import timedelta

import pyotp
import pytest
from django.test import Client

from auth.desk import KeyDesk
from auth.keys.totp import begin_app, confirm_app
from auth.models import DigitalKey, Login, LoginState
from domain.assurance import AssuranceLevel, Means
from evidence.clock import SystemClock
from evidence.models import AuditEvent
from tests.auth.builders import a_right
from tests.portal.activating import OWN, a_chief, begin, register_app
from tests.portal.conftest import PASSWORD, a_login_with_password, carry
from tests.portal.people import a_person, a_stay

pytestmark = pytest.mark.django_db


def failures() -> list[tuple[str, str, str]]:
    found = AuditEvent.objects.filter(action="account:login:failure").order_by("pk")
    return [(event.actor, event.detail["reason"], event.detail["means"]) for event in found]


@pytest.fixture
def els(desk: KeyDesk) -> Login:
    return a_login_with_password(desk)


@pytest.fixture
def of_somebody_else(browser: Client, els: Login) -> Client:
    """The browser, in which somebody else is signed in than Els."""
    carry(browser, a_stay(a_person("jan.janssens")[1]))
    return browser


def type_password(browser: Client, way: str):
    return browser.post(f"/sign-in/{way}", {"user_name": "els.peeters", "password": PASSWORD}, secure=True)


def test_a_password_that_was_refused_for_somebody_elses_stay(of_somebody_else: Client, els: Login):
    assert type_password(of_somebody_else, "password").status_code == 401
    assert failures() == [(f"login:{els.pk}", "other_person", "PASSWORD")]


def test_a_code_that_was_refused_for_somebody_elses_stay(of_somebody_else: Client, els: Login, desk: KeyDesk):
    now = SystemClock().now()
    begun = begin_app(a_right(els), account="els", issuer="Guichet", desk=desk, at=now)
    app = pyotp.TOTP(begun.secret)
    confirm_app(begun.key_id, app.at(now - timedelta(seconds=30)), a_right(els), label="", desk=desk, at=now)

    assert type_password(of_somebody_else, "app").status_code == 302
    assert of_somebody_else.post("/sign-in/code", {"code": app.now()}, secure=True).status_code == 401
    assert failures() == [(f"login:{els.pk}", "other_person", "PASSWORD+TOTP")]


def test_a_password_that_is_weaker_than_the_stay(browser: Client, els: Login):
    carry(browser, a_stay(els, level=AssuranceLevel.EID, means=Means.EID))

    assert type_password(browser, "password").status_code == 401
    assert failures() == [(f"login:{els.pk}", "too_weak", "PASSWORD")]


def test_a_first_app_tells_where_it_was_registered_and_not_where_its_owner_signed_in(browser: Client, desk: KeyDesk):
    a_chief(desk)
    begin(browser)
    led_to = browser.post("/activate/new-password", {"password": OWN, "repeated": OWN}, secure=True).headers["Location"]
    browser.get(led_to, secure=True, follow=True)
    browser.defaults["REMOTE_ADDR"] = "192.0.2.77"
    register_app(browser)

    sources = {
        event.detail["source"] for event in AuditEvent.objects.filter(action="account:key:added", detail__means="TOTP")
    }
    assert sources == {"192.0.2.77"}


def test_a_first_app_of_who_was_blocked_meanwhile(browser: Client, desk: KeyDesk):
    chief = a_chief(desk)
    begin(browser)
    led_to = browser.post("/activate/new-password", {"password": OWN, "repeated": OWN}, secure=True).headers["Location"]
    browser.get(led_to, secure=True, follow=True)
    Login.objects.filter(pk=chief.pk).update(state=LoginState.BLOCKED)

    assert register_app(browser).status_code == 302
    assert failures() == [(f"login:{chief.pk}", "blocked", "PASSWORD+TOTP")]
    assert not DigitalKey.objects.filter(means=Means.TOTP, state="ACTIVE").exists()
