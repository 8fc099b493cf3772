"""The first sign-in with a temporary password, as a browser does it (seeds 001 and 004)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from auth.desk import KeyDesk
from auth.models import Login, LoginState, Session, TemporaryCredential
from auth.sessions import SessionStore
from domain.access.actors import Actor
from domain.access.qualities import Quality
from evidence.clock import SystemClock
from evidence.models import AuditEvent
from registers.access.entity_accounts import register_account
from registers.access.models import Entity, EntityAccount
from registers.persons.models import PersonDetails
from tests.portal.activating import (
    NUMBER,
    OWN,
    a_chief,
    begin,
    give_number,
    register_app,
)
from tests.portal.conftest import PASSWORD, a_login_with_password, carry
from tests.portal.people import a_person, a_stay


@pytest.fixture
def chief(desk: KeyDesk) -> Login:
    """A chief whose codes were just sent."""
    return a_chief(desk)


def test_user_name_and_temporary_password_lead_to_choosing_an_own_one(browser: Client, chief: Login):
    assert begin(browser).headers["Location"] == "/activate/new-password"
    page = browser.get("/activate/new-password", secure=True).text
    assert "New password" in page
    assert "National number" not in page


def test_a_good_password_given_twice_activates_login_and_company(browser: Client, chief: Login):
    begin(browser)
    answer = browser.post("/activate/new-password", {"password": OWN, "repeated": OWN}, secure=True)
    home = browser.get(answer.headers["Location"], follow=True, secure=True)

    assert "The account of Bakery is active." in home.text
    assert EntityAccount.objects.get().state == "ACTIVE"
    assert Login.objects.get(pk=chief.pk).state == LoginState.ACTIVE
    stay = Session.objects.get(ended_at__isnull=True, login=chief)
    assert (stay.level, stay.quality) == (200, Quality.EMPLOYER)


def test_who_used_both_halves_reads_at_both_addresses(browser: Client, chief: Login):
    issued = EntityAccount.objects.get().codes_issued_at
    details = PersonDetails.objects.create(
        person_id=chief.person_id,
        environment="R",
        family_name="Peeters",
        email="chief@example.org",
        mobile="+32470000000",
        changed_at=issued,
    )
    begin(browser)
    answer = browser.post("/activate/new-password", {"password": OWN, "repeated": OWN}, secure=True)
    browser.get(answer.headers["Location"], secure=True)
    details.refresh_from_db()
    assert None not in {details.email_verified_at, details.mobile_verified_at}


@pytest.mark.parametrize("who", ["the chief himself", "somebody else"])
def test_whoever_was_signed_in_the_new_password_opens_a_stay_of_its_own(
    who: str, browser: Client, chief: Login, desk: KeyDesk
):
    there = chief if who == "the chief himself" else a_person("jan.janssens")[1]
    Login.objects.filter(pk=there.pk).update(state=LoginState.ACTIVE)
    before = carry(browser, a_stay(there)).cookies[settings.SESSION_COOKIE_NAME].value
    begin(browser)
    answer = browser.post("/activate/new-password", {"password": OWN, "repeated": OWN}, secure=True)

    assert answer.headers["Location"] == "/activate/app?next=%2Fhome"
    stay = Session.objects.get(ended_at__isnull=True, login__isnull=False)
    assert (stay.login, stay.level, stay.means) == (chief, 200, "PASSWORD")
    assert not SessionStore(before).load()
    assert not AuditEvent.objects.filter(action="account:login:failure").exists()


def test_two_different_passwords_activate_nothing(browser: Client, chief: Login):
    begin(browser)
    answer = browser.post("/activate/new-password", {"password": OWN, "repeated": OWN + "x"}, secure=True)

    assert "The two passwords are not the same." in answer.text
    assert TemporaryCredential.objects.get().state == "USED_ONCE"


def test_a_weak_password_is_told_with_everything_that_is_wrong(browser: Client, chief: Login):
    begin(browser)
    answer = browser.post("/activate/new-password", {"password": "short", "repeated": "short"}, secure=True)

    assert "at least 10 characters" in answer.text
    assert "at least two digits or special characters" in answer.text


def test_who_has_a_national_number_is_asked_for_it(browser: Client, chief: Login, desk: KeyDesk):
    give_number(chief, desk)
    begin(browser)
    typed = {"password": OWN, "repeated": OWN, "national_number": "85.07.30-033.28"}
    answer = browser.post("/activate/new-password", typed, secure=True)

    assert answer.headers["Location"] == "/activate/app?next=%2Fhome"


def test_a_wrong_national_number_is_asked_for_again_and_never_shown_elsewhere(
    browser: Client, chief: Login, desk: KeyDesk
):
    give_number(chief, desk)
    begin(browser)
    typed = {"password": OWN, "repeated": OWN, "national_number": "85073003429"}
    answer = browser.post("/activate/new-password", typed, secure=True)

    assert answer.status_code == 401
    assert "The national number is not correct." in answer.text
    assert not Session.objects.filter(login=chief).exists()


def test_a_temporary_password_works_once(browser: Client, chief: Login):
    begin(browser)
    again = Client(headers={"accept-language": "en"})

    assert begin(again).status_code == 401


@pytest.mark.parametrize("end", ["over", "broken off"])
@pytest.mark.parametrize(
    ("kind", "told", "of_others"),
    [
        ("CHIEF", "The responsible person of your company", "/login/video-call"),
        ("ACTIVATION", "/login/video-call", "your company"),
    ],
    ids=["a caller for a company", "an officer"],
)
def test_who_has_codes_that_open_nothing_reads_who_gives_others(
    browser: Client, chief: Login, kind, told, of_others, end
):
    TemporaryCredential.objects.update(kind=kind, company=Entity.objects.get())
    if end == "over":
        TemporaryCredential.objects.update(expires_at=SystemClock().now() - timedelta(seconds=1))
    else:
        begin(Client())
    answer = begin(browser)

    assert answer.status_code == 401
    assert ("The activation period is over." if end == "over" else "no new password was chosen in time") in answer.text
    assert told in answer.text
    assert of_others not in answer.text
    assert "02 511 51 51" in answer.text


def test_choosing_a_password_without_a_temporary_one_leads_back(browser: Client, db: None):
    assert browser.get("/activate/new-password", secure=True).headers["Location"] == "/activate"


def choose_own(browser: Client):
    begin(browser)
    return browser.post("/activate/new-password", {"password": OWN, "repeated": OWN}, secure=True)


def test_a_chief_without_a_number_registers_an_app_at_once_and_manages_his_company(browser: Client, chief: Login):
    led_to = choose_own(browser).headers["Location"]
    welcomed = browser.get(led_to, follow=True, secure=True).text
    codes = register_app(browser).text

    assert led_to == "/activate/app?next=%2Fhome"
    assert "The account of Bakery is active." in welcomed
    assert len(re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", codes)) == 10
    assert Session.objects.get(ended_at__isnull=True, login=chief).level == 400
    assert browser.get("/people", secure=True).status_code == 200


def test_another_browser_cannot_register_the_app_with_the_new_password(browser: Client, chief: Login):
    choose_own(browser)
    other = Client(headers={"accept-language": "en"})
    other.post("/sign-in/password", {"user_name": "chief.one", "password": OWN}, secure=True)

    other.get("/home", secure=True)
    assert other.get("/activate/app", secure=True).headers["Location"] == "/home"


def test_the_app_is_offered_for_20_minutes(browser: Client, chief: Login):
    choose_own(browser)
    TemporaryCredential.objects.update(ended_at=SystemClock().now() - timedelta(minutes=20))

    browser.get("/home", secure=True)
    assert browser.get("/activate/app", secure=True).headers["Location"] == "/home"
    assert "within 20 minutes" in browser.get("/home", secure=True).text


@pytest.mark.parametrize(
    ("kind", "number", "led_to"),
    [
        ("ACTIVATION", NUMBER, "/activate/app?next=%2Fhome"),
        ("CHIEF", None, "/activate/app?next=%2Fhome"),
        ("CHIEF", NUMBER, "/activate/app?next=%2Fhome"),
        ("INVITATION", None, "/activate/app?next=%2Fhome"),
        ("INVITATION", NUMBER, "/home"),
        ("NEW_PASSWORD", None, "/home"),
    ],
)
def test_codes_that_a_company_sent_open_nothing_of_somebody_who_is_known_elsewhere(
    browser: Client, chief: Login, desk: KeyDesk, kind: str, number: str | None, led_to: str
):
    TemporaryCredential.objects.update(kind=kind, company=Entity.objects.get())
    if number:
        give_number(chief, desk)
    begin(browser)
    typed = {"password": OWN, "repeated": OWN, "national_number": NUMBER}

    assert browser.post("/activate/new-password", typed, secure=True).headers["Location"] == led_to


@pytest.mark.parametrize(
    "page", ["/student", "/student/attestation", "/sessions", "/sessions/events", "/appointments", "/context"]
)
def test_a_password_that_a_company_began_opens_nothing_of_the_persons_own(
    browser: Client, chief: Login, desk: KeyDesk, page: str
):
    TemporaryCredential.objects.update(kind="INVITATION")
    give_number(chief, desk)
    begin(browser)
    typed = {"password": OWN, "repeated": OWN, "national_number": NUMBER}
    browser.post("/activate/new-password", typed, secure=True)
    home = browser.get("/home", secure=True, follow=True).text

    assert "Your company began this password." in home
    assert "hours left" not in home
    assert browser.get(page, secure=True).headers["Location"].startswith("/step-up")


def test_who_acts_for_a_company_by_a_password_alone_reads_what_opens_it(browser: Client, chief: Login):
    choose_own(browser)

    assert "The pages of your company open once you signed in" in browser.get("/home", secure=True, follow=True).text


def test_an_account_waits_for_a_surer_key_says_so_and_is_active_after_it(browser: Client, desk: KeyDesk):
    login = a_login_with_password(desk, "chief.two")
    now = SystemClock().now()
    entity = Entity.objects.create(
        environment="R",
        company_number="0412345614",
        name="Bakery",
        valid_from=now,
        created_by="test",
        source="OPERATOR",
    )
    register_account(
        entity, chief_id=login.person_id, quality=Quality.EMPLOYER, by=Actor.legal_representative(), at=now
    )
    browser.post("/sign-in/password", {"user_name": "chief.two", "password": PASSWORD}, secure=True)
    told = browser.get("/home", follow=True, secure=True).text
    waiting = EntityAccount.objects.get().state
    Session.objects.filter(login=login, ended_at__isnull=True).update(level=400)
    shown = browser.get("/home", secure=True).text

    assert "The account of Bakery waits for you" in told
    assert waiting == "REGISTERED"
    assert "The account of Bakery is active." in shown
    assert browser.get("/people", secure=True).status_code == 200
