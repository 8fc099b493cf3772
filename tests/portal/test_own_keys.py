"""My digital keys, as a browser sets them up: shown once, asked before what cannot be undone."""

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from django.test import Client

from auth.desk import KeyDesk
from auth.models import DigitalKey, Login
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.sign_in_limits import KeyLimits
from evidence.clock import SystemClock
from evidence.models import AuditEvent
from tests.portal.conftest import PASSWORD, a_login_with_password, carry, the_mailed_code, token_in
from tests.portal.people import a_person, a_stay

NEW = "yellow-door-73-hill"


def send(browser: Client, path: str, **typed: str):
    token = token_in(browser.get(path, secure=True).text)
    return browser.post(path, {"form-token": token, **typed}, secure=True)


@pytest.fixture
def els(browser: Client, desk: KeyDesk) -> Login:
    """Somebody with a password, signed in by card just now."""
    login = a_login_with_password(desk)
    carry(browser, a_stay(login))
    return login


def states(means: Means) -> list[str]:
    return list(DigitalKey.objects.filter(means=means).order_by("pk").values_list("state", flat=True))


def test_the_keys_one_has_are_listed_with_what_can_be_set_up(browser: Client, els: Login):
    text = browser.get("/keys", secure=True).text
    assert "User name and password" in text
    assert "Mobile app" in text
    assert "Token (card with 24 codes)" in text


@pytest.mark.parametrize("page", ["/keys/app", "/keys/card", "/keys/recovery"])
@pytest.mark.parametrize(
    ("level", "means"), [(AssuranceLevel.PASSWORD, Means.PASSWORD), (AssuranceLevel.ITSME, Means.ITSME)]
)
def test_a_key_is_set_up_after_a_card_only(page, level, means, browser: Client, desk: KeyDesk):
    login = a_login_with_password(desk)
    carry(browser, a_stay(login, level=level, means=means))

    assert browser.get(page, secure=True).headers["Location"].startswith("/step-up?level=500&next=")
    assert browser.post(page, secure=True).headers["Location"].startswith("/step-up?level=500&next=")


def test_a_card_of_six_minutes_ago_is_asked_for_again(browser: Client, desk: KeyDesk):
    login = a_login_with_password(desk)
    carry(browser, a_stay(login, at=SystemClock().now() - timedelta(minutes=6)))

    assert browser.get("/keys/password", secure=True).headers["Location"].startswith("/step-up")


def test_a_first_password_needs_a_card_and_a_renewal_an_app_code(browser: Client, desk: KeyDesk):
    _person, login = a_person("jan.maes")
    carry(browser, a_stay(login, level=AssuranceLevel.APP_CODE, means=Means.TOTP))
    assert browser.get("/keys/password", secure=True).headers["Location"].startswith("/step-up?level=500")

    other = a_login_with_password(desk)
    carry(browser, a_stay(other, level=AssuranceLevel.APP_CODE, means=Means.TOTP))
    assert browser.get("/keys/password", secure=True).status_code == 200


def test_a_password_is_renewed(browser: Client, els: Login, desk: KeyDesk):
    answer = send(browser, "/keys/password", user_name="els.new", password=NEW, repeated=NEW)

    assert answer.headers["Location"] == "/keys"
    els.refresh_from_db()
    assert els.user_name == "els.new"
    assert desk.locksmith.is_password(NEW, els.password)


@pytest.mark.parametrize(
    ("level", "means"),
    [(AssuranceLevel.EID, Means.EID), (AssuranceLevel.ITSME, Means.ITSME), (AssuranceLevel.APP_CODE, Means.TOTP)],
)
def test_a_password_is_renewed_after_each_of_three_keys(level, means, browser: Client, desk: KeyDesk):
    login = a_login_with_password(desk)
    carry(browser, a_stay(login, level=level, means=means))
    answer = send(browser, "/keys/password", user_name="els.peeters", password=NEW, repeated=NEW)

    assert answer.headers["Location"] == "/keys"
    login.refresh_from_db()
    assert desk.locksmith.is_password(NEW, login.password)


@pytest.mark.parametrize("means", [Means.EMAIL_CODE, Means.TOKEN_CARD, Means.PASSWORD])
def test_no_other_key_renews_a_password(means, browser: Client, desk: KeyDesk):
    levels = {Means.EMAIL_CODE: AssuranceLevel.EMAIL_CODE, Means.TOKEN_CARD: AssuranceLevel.TOKEN_CARD}
    login = a_login_with_password(desk)
    carry(browser, a_stay(login, level=levels.get(means, AssuranceLevel.PASSWORD), means=means))

    assert browser.get("/keys/password", secure=True).headers["Location"].startswith("/step-up?level=400&next=")


def test_a_password_that_is_not_taken_is_explained_and_not_shown(browser: Client, els: Login):
    answer = send(browser, "/keys/password", user_name="els.peeters", password=PASSWORD, repeated=PASSWORD)

    assert "This is the password that you have already." in answer.text
    assert PASSWORD not in answer.text


def test_a_name_that_is_taken_is_explained(browser: Client, els: Login, desk: KeyDesk):
    a_person("jan.maes")
    answer = send(browser, "/keys/password", user_name="jan.maes", password=NEW, repeated=NEW)

    assert "This user name is taken" in answer.text


def test_an_app_is_registered_by_its_qr_code_and_its_first_code(browser: Client, els: Login):
    page = send(browser, "/keys/app").text
    assert "<svg" in page
    assert "style=" not in page
    secret = re.search(r'counter-code">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    typed = {"form-token": token_in(page), "key": re.search(r'name="key" value="([0-9]+)"', page)[1]}
    wrong = browser.post("/keys/app/confirm", {**typed, "code": "000000"}, secure=True)
    assert "The code is not correct." in wrong.text
    right = browser.post(
        "/keys/app/confirm", {**typed, "code": pyotp.TOTP(secret).now(), "label": "My phone"}, secure=True
    )

    assert right.text.count('<li><span class="counter-code">') == 10
    assert states(Means.TOTP) == ["ACTIVE"]
    assert "My phone" in browser.get("/keys", secure=True).text
    assert secret not in browser.get("/keys/app", secure=True).text


def test_an_app_needs_a_password_first(browser: Client, desk: KeyDesk):
    _person, login = a_person()
    carry(browser, a_stay(login))

    assert "Choose a user name and a password first." in browser.get("/keys/app", secure=True).text


def test_a_card_shows_its_24_codes_once(browser: Client, els: Login):
    page = send(browser, "/keys/card").text
    codes = re.findall(r'counter-code">([A-Z0-9]{6})<', page)

    assert len(set(codes)) == 24
    assert not [code for code in codes if code in browser.get("/keys/card", secure=True).text]
    assert "A new one makes it void." in browser.get("/keys/card", secure=True).text


def test_a_card_is_made_as_a_pdf_file(browser: Client, els: Login):
    answer = send(browser, "/keys/card", as_pdf="yes")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "no-store" in answer.headers["Cache-Control"]
    assert states(Means.TOKEN_CARD) == ["ACTIVE"]


def test_cards_that_are_switched_off_are_not_made(browser: Client, els: Login, desk: KeyDesk):
    object.__setattr__(desk, "options", type(desk.options)(token_cards=False))

    assert "no longer given out" in browser.get("/keys/card", secure=True).text
    assert "no longer given out" in browser.post("/keys/card", secure=True).text
    assert "Token (card" not in browser.get("/keys", secure=True).text
    assert states(Means.TOKEN_CARD) == []


def test_an_address_is_a_key_once_its_code_came_back(browser: Client, els: Login):
    assert send(browser, "/keys/email", address="els@example.org").headers["Location"] == "/keys/email/code"
    wrong = send(browser, "/keys/email/code", code="000000" if the_mailed_code() != "000000" else "111111")
    assert "The code is not correct." in wrong.text
    assert send(browser, "/keys/email/code", code=the_mailed_code()).headers["Location"] == "/keys"
    assert states(Means.EMAIL_CODE) == ["ACTIVE"]


def test_what_is_no_address_is_told(browser: Client, els: Login):
    assert "This is not an e-mail address" in send(browser, "/keys/email", address="els").text


def test_a_key_is_suspended_found_again_and_taken_away(browser: Client, els: Login):
    key = DigitalKey.objects.get(means=Means.PASSWORD)
    for action, state in (("suspend", "SUSPENDED"), ("resume", "ACTIVE"), ("remove", "REVOKED")):
        page = browser.get(f"/keys/{key.pk}/{action}", secure=True)
        assert "user name and password" in page.text
        answer = browser.post(f"/keys/{key.pk}/{action}", {"form-token": token_in(page.text)}, secure=True)
        assert answer.headers["Location"] == "/keys"
        key.refresh_from_db()
        assert key.state == state


def test_what_is_done_with_a_stolen_session_is_told_with_the_address_it_came_from(browser: Client, els: Login):
    key = DigitalKey.objects.get(means=Means.PASSWORD)
    token = token_in(browser.get(f"/keys/{key.pk}/suspend", secure=True).text)
    browser.post(f"/keys/{key.pk}/suspend", {"form-token": token}, secure=True, REMOTE_ADDR="203.0.113.66")

    event = AuditEvent.objects.get(action="account:key:suspended")
    assert event.detail["source"] == "203.0.113.66"


def test_a_card_can_be_suspended_and_not_taken_away(browser: Client, els: Login):
    card = DigitalKey.objects.create(
        login=els, means=Means.EID, state="ACTIVE", enrolled_level=500, created_at=SystemClock().now()
    )
    listed = browser.get("/keys", secure=True).text
    assert (f"/keys/{card.pk}/suspend" in listed, f"/keys/{card.pk}/remove" in listed) == (True, False)
    assert browser.get(f"/keys/{card.pk}/remove", secure=True).status_code == 404
    token = token_in(browser.get(f"/keys/{card.pk}/suspend", secure=True).text)
    answer = browser.post(f"/keys/{card.pk}/remove", {"form-token": token}, secure=True)
    assert (answer.status_code, states(Means.EID)) == (409, ["ACTIVE"])


def test_a_key_is_titled_as_its_brand_is_written(browser: Client, els: Login):
    DigitalKey.objects.create(
        login=els, means=Means.ITSME, state="ACTIVE", enrolled_level=450, created_at=SystemClock().now()
    )
    titles = re.findall(r'card__title">([^<]+)<', browser.get("/keys", secure=True).text)
    assert titles == ["User name and password", "itsme"]


def test_a_question_that_is_answered_twice_acts_once(browser: Client, els: Login):
    key = DigitalKey.objects.get(means=Means.PASSWORD)
    token = token_in(browser.get(f"/keys/{key.pk}/remove", secure=True).text)
    first, again = (browser.post(f"/keys/{key.pk}/remove", {"form-token": token}, secure=True) for _ in range(2))
    assert first.headers["Location"] == "/keys"
    assert (again.status_code, 'href="/keys"' in again.text) == (409, True)


def test_a_key_that_is_suspended_already_is_not_suspended_again(browser: Client, els: Login):
    key = DigitalKey.objects.get(means=Means.PASSWORD)
    tokens = [token_in(browser.get(f"/keys/{key.pk}/suspend", secure=True).text) for _ in range(2)]
    answers = [browser.post(f"/keys/{key.pk}/suspend", {"form-token": each}, secure=True) for each in tokens]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert "not possible as the key stands now" in answers[1].text


@pytest.mark.parametrize("action", ["suspend", "resume", "remove"])
def test_another_ones_key_is_missing(action, browser: Client, els: Login, desk: KeyDesk):
    theirs = DigitalKey.objects.get(login=a_login_with_password(desk, "jan.maes"), means=Means.PASSWORD)
    own = DigitalKey.objects.get(login=els, means=Means.PASSWORD)
    token = token_in(browser.get(f"/keys/{own.pk}/suspend", secure=True).text)

    assert browser.get(f"/keys/{theirs.pk}/{action}", secure=True).status_code == 404
    assert browser.post(f"/keys/{theirs.pk}/{action}", {"form-token": token}, secure=True).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == "ACTIVE"


def test_settings_say_how_many_recovery_codes_there_are_and_how_long_a_mailed_code_lasts(
    browser: Client, els: Login, settings
):
    limited = KeyLimits(recovery_codes=4, attempt=timedelta(minutes=7))
    settings.SIGN_IN_LIMITS = replace(settings.SIGN_IN_LIMITS, keys=limited)

    assert "Make 4 codes" in browser.get("/keys/recovery", secure=True).text
    made = re.findall(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", send(browser, "/keys/recovery").text)
    assert len(set(made)) == 4

    send(browser, "/keys/email", address="els@example.org")
    assert "valid for 7 minutes" in OutboxMessage.objects.latest("pk").body
    assert "They are valid for 7 minutes." in browser.get("/keys/email/code", secure=True).text
    assert "e***@example.org" in browser.get("/keys/email/code", secure=True).text


@pytest.mark.parametrize(("level", "is_offered"), [(100, False), (200, True)], ids=["proved too weakly", "enough"])
def test_a_password_that_proved_too_little_is_not_offered_to_prove_more(
    browser: Client, desk: KeyDesk, level: int, is_offered: bool
):
    carry(browser, a_stay(a_login_with_password(desk), level=AssuranceLevel(level), means=Means.PASSWORD))
    shown = browser.get("/step-up?level=200&next=/student", secure=True).text

    assert ("Sign in with user name and password alone" in shown) is is_offered
    assert "Sign in with a security code by mobile app" in shown
