"""Keys that a caller had codes for open the company of the codes, and nothing else until a card is shown (decision 0050)."""

import pytest
from django.conf import settings
from django.test import Client

from auth.desk import KeyDesk
from auth.models import DigitalKey, Login, Session, TemporaryCredential
from auth.proofs import Proof, Source
from auth.session_life import choose_context
from auth.sessions import SessionStore
from auth.signing_in import step_up
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.assurance import AssuranceLevel, Means
from evidence.clock import SystemClock
from registers.access.entity_accounts import activate_account, register_account
from registers.access.models import Entity, EntityAccount
from registers.persons.models import PersonDetails
from tests.auth.builders import PersonsInMemory
from tests.portal.activating import NUMBER, OWN, a_chief, begin, give_number, register_app
from tests.portal.conftest import carry


@pytest.fixture
def chief(desk: KeyDesk) -> Login:
    """A chief whose codes were just sent."""
    return a_chief(desk)


@pytest.fixture
def confined(browser: Client, chief: Login, desk: KeyDesk) -> Client:
    """The browser of a chief with a number, after the codes that a caller had sent and an app made with them."""
    TemporaryCredential.objects.update(kind="CHIEF", company=Entity.objects.get())
    PersonDetails.objects.create(
        person_id=chief.person_id,
        environment="R",
        family_name="Maes",
        email="chief@example.org",
        mobile="+32470000000",
        language="en",
        changed_at=SystemClock().now(),
    )
    give_number(chief, desk)
    begin(browser)
    typed = {"password": OWN, "repeated": OWN, "national_number": NUMBER}
    led_to = browser.post("/activate/new-password", typed, secure=True).headers["Location"]
    browser.get(led_to, secure=True, follow=True)
    register_app(browser)
    return browser


OWN_PAGES = ("/student", "/student/attestation", "/sessions", "/sessions/events", "/appointments", "/keys", "/my-ebox")
COMPANY_PAGES = ("/people", "/company", "/reports", "/deliveries", "/ebox", "/context", "/home")


def not_opened(browser: Client, *pages: str) -> dict[str, int]:
    """Return the pages that are not shown, each with its status."""
    answered = {page: browser.get(page, secure=True).status_code for page in pages}
    return {page: status for page, status in answered.items() if status != 200}


def led_to(browser: Client, page: str) -> str:
    return str(browser.get(page, secure=True).headers.get("Location", ""))


def test_keys_from_codes_of_a_caller_open_the_company_of_the_codes(confined: Client):
    assert not_opened(confined, *COMPANY_PAGES) == {}


def test_keys_from_codes_of_a_caller_open_nothing_of_the_person(confined: Client):
    for page in (*OWN_PAGES, "/check-in", "/decisions", "/registration"):
        step = led_to(confined, page)
        assert step.startswith("/step-up?"), page

        told = confined.get(step, secure=True).text
        assert "sent for Bakery (0412345614), and they count for that company alone" in told, page
        assert "eID" in told, page
        assert "mobile app" not in told, page


def test_keys_from_codes_of_a_caller_open_no_other_company(confined: Client, chief: Login):
    act_in_another_company(confined, chief)
    pages = ("/people", "/company", "/reports", "/deliveries", "/ebox")
    assert [page for page in pages if not led_to(confined, page).startswith("/step-up?")] == []


def test_who_shows_his_card_in_that_stay_opens_everything_for_good(confined: Client, chief: Login, desk: KeyDesk):
    show_card(confined, chief)
    act_in_another_company(confined, chief)
    assert not_opened(confined, *OWN_PAGES, "/people", "/company") == {}
    assert not DigitalKey.objects.filter(confined_to__isnull=False).exists()


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_where_keys_count_is_told_in_every_language(confined: Client, language: str):
    led_to = confined.get("/student", secure=True).headers["Location"]
    told = confined.get(led_to, secure=True, headers={"accept-language": language}).text
    words = {"nl": "alleen voor die", "fr": "ne comptent", "de": "zählen nur", "en": "count for that company alone"}

    assert "Bakery" in told
    assert words[language] in told


def test_the_overview_says_where_keys_count_and_offers_the_company_alone(confined: Client):
    home = confined.get("/home", secure=True).text

    assert "Your keys count for Bakery (0412345614) alone" in home
    assert 'href="/people"' in home
    assert 'href="/keys"' not in home


def test_later_sign_ins_by_those_keys_are_led_to_the_company_and_stay_confined(confined: Client, chief: Login):
    another_company(chief)
    later = Client(headers={"accept-language": "en"})
    later.post("/sign-in/password", {"user_name": "chief.one", "password": OWN}, secure=True)
    later.get("/home", secure=True, follow=True)

    stay = Session.objects.filter(login=chief, ended_at=None).latest("pk")
    assert (stay.level, stay.entity.name, stay.level_for(None)) == (200, "Bakery", 100)
    assert EntityAccount.objects.get(entity__name="Dairy").state == "REGISTERED"
    assert later.get("/student", secure=True).headers["Location"].startswith("/step-up?")


def test_codes_of_a_caller_prove_no_address(confined: Client):
    details = PersonDetails.objects.get()
    assert EntityAccount.objects.get().state == "ACTIVE"
    assert (details.email_verified_at, details.mobile_verified_at) == (None, None)


def test_no_key_that_was_made_with_such_codes_counts_elsewhere(confined: Client):
    bakery = Entity.objects.get().pk
    keys = DigitalKey.objects.filter(state="ACTIVE").values_list("means", "confined_to")
    assert set(keys) == {("PASSWORD", bakery), ("TOTP", bakery), ("RECOVERY_CODE", bakery)}


def another_company(chief: Login) -> Entity:
    """Register a company that the person is to be the chief of, without codes, since he has keys."""
    now = SystemClock().now()
    dairy = Entity.objects.create(
        environment="R",
        company_number="0403019261",
        name="Dairy",
        valid_from=now,
        created_by="test",
        source="OPERATOR",
    )
    register_account(dairy, chief_id=chief.person_id, quality=Quality.EMPLOYER, by=Actor.legal_representative(), at=now)
    return dairy


def act_in_another_company(browser: Client, chief: Login) -> None:
    dairy, now = another_company(chief), SystemClock().now()
    activate_account(dairy.pk, by=Actor.person(chief.person_id, level=500), at=now)
    store = SessionStore(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    choose_context(store, entity_id=dairy.pk, quality=Quality.EMPLOYER, at=now)
    store.save()
    carry(browser, store)


def show_card(browser: Client, chief: Login) -> None:
    now = SystemClock().now()
    store = SessionStore(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    proof = Proof(Means.EID, AssuranceLevel.EID, chief.pk, now)
    step_up(store, [proof], required=AssuranceLevel.EID, source=Source("192.0.2.7"), persons=PersonsInMemory(), at=now)
    store.save()
    carry(browser, store)
