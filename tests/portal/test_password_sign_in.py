"""Signing in by user name and password, alone and with each code, as a browser does it."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.test import Client

from auth.desk import KeyDesk
from auth.keys.email_codes import begin_address, confirm_address
from auth.keys.recovery_codes import make_recovery_codes
from auth.keys.rights import SetUpRight
from auth.keys.token_cards import order_card
from auth.keys.totp import begin_app, confirm_app
from auth.models import DigitalKey, DigitalKeyState, Login, Session
from domain.assurance import AssuranceLevel, Means
from domain.environments import Environment
from evidence.clock import SystemClock
from registers.persons.numbers import PersonDirectory
from tests.portal.conftest import PASSWORD, a_login_with_password, carry, the_mailed_code
from tests.portal.people import a_stay

NUMBER = "85073003328"
WRONG = "User name, password or code not correct."


def right_of(login: Login) -> SetUpRight:
    return SetUpRight(login.pk, AssuranceLevel.EID, f"login:{login.pk}")


def type_password(browser: Client, way: str = "password", **deviation: str):
    typed = {"user_name": "els.peeters", "password": PASSWORD} | deviation
    return browser.post(f"/sign-in/{way}", typed, secure=True)


def living() -> Session:
    return Session.objects.get(ended_at__isnull=True, login__isnull=False)


def an_app(login: Login, desk: KeyDesk) -> pyotp.TOTP:
    now = SystemClock().now()
    begun = begin_app(right_of(login), account="els", issuer="Guichet", desk=desk, at=now)
    app = pyotp.TOTP(begun.secret)
    code = app.at(now - timedelta(seconds=30))  # of the step before, so that the present one is unused
    confirm_app(begun.key_id, code, right_of(login), label="", desk=desk, at=now)
    return app


def test_a_right_password_opens_a_stay_of_level_200(browser: Client, desk: KeyDesk):
    a_login_with_password(desk)
    answer = type_password(browser)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/home")
    assert (living().level, living().means) == (200, "PASSWORD")


def test_the_stay_is_not_the_one_that_the_browser_had_before(browser: Client, desk: KeyDesk):
    a_login_with_password(desk)
    browser.get("/sign-in/password", secure=True)
    before = Session.objects.count()
    type_password(browser)

    assert browser.get("/home", secure=True).status_code == 200
    assert Session.objects.count() > before


@pytest.mark.parametrize(
    "deviation",
    [{"password": "green-lamp-42-river"}, {"user_name": "nobody.known"}, {"password": "x" * 600}],
    ids=["another password", "an unknown name", "a very long password"],
)
def test_what_is_wrong_is_told_in_one_sentence(deviation, browser: Client, desk: KeyDesk):
    a_login_with_password(desk)
    answer = type_password(browser, **deviation)

    if "password" in deviation and len(deviation["password"]) > 512:
        assert answer.status_code == 200
        return
    assert answer.status_code == 401
    assert WRONG in answer.text
    assert PASSWORD not in answer.text


def test_a_password_is_never_shown_again(browser: Client, desk: KeyDesk):
    answer = type_password(browser, user_name="", password="secret-word-77")
    assert "Enter your user name." in answer.text
    assert "secret-word-77" not in answer.text


def test_a_password_is_masked_and_may_come_from_a_password_manager(browser: Client, desk: KeyDesk):
    page = browser.get("/sign-in/password", secure=True).text
    (field,) = re.findall(r'<input[^>]* name="password"[^>]*>', page)

    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


def test_signing_in_goes_on_to_the_page_that_was_wished(browser: Client, desk: KeyDesk):
    a_login_with_password(desk)
    assert type_password(browser, next="/sessions").headers["Location"] == "/sessions"


def test_signing_in_goes_on_to_no_other_site(browser: Client, desk: KeyDesk):
    a_login_with_password(desk)
    assert type_password(browser, next="https://evil.example/").headers["Location"] == "/home"


def test_the_code_of_an_app_opens_level_400(browser: Client, desk: KeyDesk):
    app = an_app(a_login_with_password(desk), desk)
    assert type_password(browser, "app").headers["Location"] == "/sign-in/code"
    answer = browser.post("/sign-in/code", {"code": app.now()}, secure=True)

    assert answer.headers["Location"] == "/home"
    assert (living().level, living().means) == (400, "PASSWORD+TOTP")


def test_a_code_that_was_mailed_opens_level_350(browser: Client, desk: KeyDesk):
    login, now = a_login_with_password(desk), SystemClock().now()
    begun = begin_address(right_of(login), "els@example.org", browser=b"b" * 32, desk=desk, at=now)
    code = the_mailed_code()
    confirm_address(begun.handle, code, right_of(login), browser=b"b" * 32, desk=desk, at=now)
    type_password(browser, "email")
    page = browser.get("/sign-in/code", secure=True)
    assert "e***@example.org" in page.text
    browser.post("/sign-in/code", {"code": the_mailed_code()}, secure=True)

    assert living().level == 350


def test_the_code_of_a_card_that_is_asked_for_opens_level_300(browser: Client, desk: KeyDesk):
    card = order_card(right_of(a_login_with_password(desk)), desk=desk, at=SystemClock().now())
    type_password(browser, "token")
    page = browser.get("/sign-in/code", secure=True).text
    place = next(number for number in range(24, 0, -1) if f"Code number {number} of your card" in page)
    browser.post("/sign-in/code", {"code": card.codes[place - 1]}, secure=True)

    assert living().level == 300


def recover(browser: Client, desk: KeyDesk, login: Login, then: str = "/home"):
    codes = make_recovery_codes(right_of(login), desk=desk, at=SystemClock().now())
    type_password(browser, "recovery", next=then)
    return browser.post("/sign-in/code", {"code": codes[3]}, secure=True)


def test_a_recovery_code_opens_level_200_only(browser: Client, desk: KeyDesk):
    recover(browser, desk, a_login_with_password(desk))

    assert living().level == 200


def test_a_recovery_code_leads_to_the_page_that_says_how_to_register_a_new_app(browser: Client, desk: KeyDesk):
    answer = recover(browser, desk, a_login_with_password(desk), then="/sessions")

    assert answer.headers["Location"] == "/keys/anew?next=%2Fsessions"
    assert 'href="/sessions"' in browser.get(answer.headers["Location"], secure=True, follow=True).text


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (None, "You have no app."),
        (DigitalKeyState.ACTIVE, "You have an app that works."),
        (DigitalKeyState.SUSPENDED, "Your app is suspended, and its codes open nothing."),
    ],
)
def test_who_used_no_recovery_code_is_told_of_none_where_a_new_app_is_explained(
    browser: Client, desk: KeyDesk, state: DigitalKeyState | None, told: str
):
    login = a_login_with_password(desk)
    if state is not None:
        an_app(login, desk)
        DigitalKey.objects.filter(login=login, means=Means.TOTP).update(state=state)
    type_password(browser)
    page = browser.get("/keys/anew", secure=True, follow=True).text

    assert told in page
    assert "Your recovery code is used up" not in page
    assert "Go on with the password alone" not in page
    assert '<p class="govuk-body"><a class="govuk-link" href="/keys">' in page


def test_whoever_has_a_national_number_registers_the_new_app_by_card(browser: Client, desk: KeyDesk):
    login = a_login_with_password(desk)
    directory = PersonDirectory(desk.persons._keys, environment=Environment.PRODUCTION)
    numbered = directory.find_or_create([NUMBER], at=SystemClock().now())[NUMBER]
    Login.objects.filter(pk=login.pk).update(person_id=numbered)
    page = browser.get(recover(browser, desk, login).headers["Location"], secure=True, follow=True).text

    assert 'href="/keys/app"' in page
    assert "Ask for new codes" not in page


def test_whoever_has_no_national_number_is_told_who_asks_for_new_codes(browser: Client, desk: KeyDesk):
    page = browser.get(
        recover(browser, desk, a_login_with_password(desk)).headers["Location"], secure=True, follow=True
    ).text

    assert "02 511 51 51" in page
    assert 'href="/keys/app"' not in page


def test_a_recovery_code_says_what_it_does_before_it_is_used(browser: Client):
    page = browser.get("/sign-in/recovery", secure=True).text

    assert "a recovery code suspends your app" in page
    assert "suspends your app" not in browser.get("/sign-in/app", secure=True).text


@pytest.mark.parametrize("path", ["/keys", "/step-up?level=400"])
def test_where_a_stronger_key_is_needed_a_recovered_stay_is_led_to_the_new_app(path, browser: Client, desk: KeyDesk):
    recover(browser, desk, a_login_with_password(desk))

    assert 'href="/keys/anew"' in browser.get(path, secure=True, follow=True).text


def test_a_wrong_code_is_asked_for_again(browser: Client, desk: KeyDesk):
    an_app(a_login_with_password(desk), desk)
    type_password(browser, "app")
    answer = browser.post("/sign-in/code", {"code": "000000"}, secure=True)

    assert answer.status_code == 401
    assert WRONG in answer.text
    assert not Session.objects.filter(login__isnull=False).exists()


def test_a_key_that_one_does_not_have_is_told_after_the_right_password_only(browser: Client, desk: KeyDesk):
    a_login_with_password(desk)
    assert "You have no such key" in type_password(browser, "app").text
    assert "You have no such key" not in type_password(browser, "app", password="another-one-12").text


def test_a_code_page_without_an_attempt_leads_back_to_the_choice(browser: Client, db: None):
    assert browser.get("/sign-in/code", secure=True).headers["Location"] == "/sign-in"


def test_a_code_that_is_sent_twice_signs_in_once(browser: Client, desk: KeyDesk):
    app = an_app(a_login_with_password(desk), desk)
    type_password(browser, "app")
    before = {name: morsel.value for name, morsel in browser.cookies.items()}
    code = app.now()
    browser.post("/sign-in/code", {"code": code}, secure=True)
    again = Client(headers={"accept-language": "en"})
    for name, value in before.items():
        again.cookies[name] = value
    again.post("/sign-in/code", {"code": code}, secure=True)

    assert Session.objects.filter(login__isnull=False).count() == 1


def test_the_eleventh_attempt_in_five_minutes_waits(browser: Client, desk: KeyDesk):
    for number in range(10):
        type_password(browser, user_name=f"nobody.{number}")
    answer = type_password(browser)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert "Too many attempts" in answer.text
    assert "Signing in with eID or itsme stays possible." in answer.text
    assert "els" not in answer.text


def test_a_password_stay_is_strengthened_by_a_code_alone(browser: Client, desk: KeyDesk):
    app = an_app(a_login_with_password(desk), desk)
    type_password(browser)
    assert "a code is enough" in browser.get("/sign-in/app?next=/keys&level=400", secure=True).text
    browser.post("/sign-in/app", {"next": "/keys"}, secure=True)
    answer = browser.post("/sign-in/code", {"code": app.now()}, secure=True)

    assert answer.headers["Location"] == "/keys"
    assert living().level == 400


def test_a_stay_is_not_strengthened_by_somebody_else(browser: Client, desk: KeyDesk):
    other = a_login_with_password(desk, "jan.maes")
    a_login_with_password(desk)
    carry(browser, a_stay(other, level=AssuranceLevel.PASSWORD, means=Means.PASSWORD))
    answer = type_password(browser)

    assert answer.status_code == 401
    assert "belongs to somebody else" in answer.text


def test_a_suspended_app_opens_nothing(browser: Client, desk: KeyDesk):
    an_app(a_login_with_password(desk), desk)
    DigitalKey.objects.filter(means=Means.TOTP).update(state="SUSPENDED")

    assert "You have no such key" in type_password(browser, "app").text
