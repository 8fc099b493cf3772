"""The own stay: told how long it lasts, extended, ended, and for which company it acts."""

from datetime import datetime, timedelta

import lxml.html
import pytest
from django.test import Client

from auth.models import Session
from auth.session_life import EndReason, end_for_login
from domain.access.qualities import Quality
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.open_contexts import OwnContexts, contexts_open_to
from tests.portal.conftest import carry, token_in
from tests.portal.people import a_person, a_stay
from tests.registers.access.conftest import Company, make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(browser: Client) -> Client:
    _person, login = a_person()
    return carry(browser, a_stay(login))


def seen(minutes: float) -> None:
    Session.objects.update(last_seen_at=SystemClock().now() - timedelta(minutes=minutes))


def the_stay() -> Session:
    return Session.objects.get(login__isnull=False, ended_at__isnull=True)


def test_asking_how_long_a_stay_lasts_does_not_make_it_longer(signed_in: Client):
    seen(15)
    before = the_stay().last_seen_at
    told = signed_in.get("/session", secure=True).json()

    assert 290 <= told["seconds_left"] <= 300
    assert 170 <= told["seconds_to_warning"] <= 180
    assert the_stay().last_seen_at == before


def test_a_stay_that_is_over_is_told_as_over(signed_in: Client):
    seen(20.1)
    assert signed_in.get("/session", secure=True).status_code == 401


def test_extending_makes_it_longer_with_a_script(signed_in: Client):
    seen(19)
    told = signed_in.post("/session/extend", secure=True, headers={"accept": "application/json"}).json()

    assert told["seconds_left"] > 1190


def test_extending_leads_back_without_a_script(signed_in: Client):
    seen(19)
    answer = signed_in.post("/session/extend", {"next": "/keys"}, secure=True)

    assert answer.headers["Location"] == "/keys"
    assert SystemClock().now() - the_stay().last_seen_at < timedelta(seconds=30)


def test_a_stay_that_is_over_cannot_be_extended(signed_in: Client):
    seen(20.1)
    assert signed_in.post("/session/extend", secure=True).headers["Location"] == "/session/ended"
    told = signed_in.post("/session/extend", secure=True, headers={"accept": "application/json"})
    assert told.status_code == 401


def test_a_page_without_scripts_goes_to_the_warning_after_18_minutes(signed_in: Client):
    text = signed_in.get("/home", secure=True).text
    assert '<noscript><meta http-equiv="refresh" content="10' in text
    assert "url=/session/warning?next=%2Fhome" in text


def test_the_warning_does_not_extend_and_ends_with_the_stay(signed_in: Client):
    signed_in.get("/home", secure=True)
    seen(18)
    answer = signed_in.get("/session/warning?next=/keys", secure=True)

    assert "Stay signed in" in answer.text
    assert 115 <= int(answer.headers["Refresh"].partition(";")[0]) <= 121
    assert SystemClock().now() - the_stay().last_seen_at > timedelta(minutes=17)


def test_who_did_not_extend_is_led_to_a_link_to_sign_in_again_and_back_to_the_page(signed_in: Client):
    seen(20.1)
    answer = signed_in.get("/keys", follow=True, secure=True)
    (link,) = lxml.html.fromstring(answer.text).xpath("//main//a[contains(@class, 'govuk-button')]")

    assert "A session ends after 20 minutes without activity" in answer.text
    assert (link.text_content(), link.get("href")) == ("Sign in again", "/sign-in?next=/keys")


def test_near_eight_hours_the_warning_offers_no_extension(signed_in: Client):
    seen(0)
    Session.objects.update(expires_at=SystemClock().now() + timedelta(minutes=5))

    assert "nearly as long as it may" in signed_in.get("/session/warning", secure=True).text


def test_signing_out_ends_the_stay_and_can_be_repeated(signed_in: Client):
    for _ in range(2):
        answer = signed_in.post("/sign-out", secure=True, headers={"referer": "https://testserver/home"})
        assert answer.headers["Location"] == "/signed-out"
    assert not Session.objects.filter(login__isnull=False, ended_at__isnull=True).exists()


def test_own_sessions_are_listed_and_ended_one_by_one(browser: Client):
    _person, login = a_person()
    other = a_stay(login)
    carry(browser, a_stay(login))
    page = browser.get("/sessions", secure=True).text
    assert page.count("192.0.2.7") == 2
    browser.post(f"/sessions/{other.stay.pk}/end", {"form-token": token_in(page)}, secure=True)

    assert Session.objects.get(pk=other.stay.pk).end_reason == "OWN_CHOICE"


def test_another_ones_session_is_not_ended(browser: Client):
    _person, stranger = a_person("jan.maes")
    theirs = a_stay(stranger)
    _person, login = a_person()
    a_stay(login)
    carry(browser, a_stay(login))
    token = token_in(browser.get("/sessions", secure=True).text)
    browser.post(f"/sessions/{theirs.stay.pk}/end", {"form-token": token}, secure=True)

    assert Session.objects.get(pk=theirs.stay.pk).ended_at is None


def test_everything_else_is_ended_at_once(browser: Client):
    _person, login = a_person()
    for _ in range(3):
        store = a_stay(login)
    carry(browser, store)
    token = token_in(browser.get("/sessions", secure=True).text)
    browser.post("/sessions/end-others", {"form-token": token}, secure=True)

    assert the_stay().pk == store.stay.pk


def of_companies(browser: Client, *companies: Company) -> Client:
    """Sign in somebody who is a user of each of the companies."""
    person, login = a_person()
    for company in companies:
        company.user(person.pk)
    return carry(browser, a_stay(login))


def test_the_only_company_is_chosen_by_itself(browser: Client):
    company = make_company()
    of_companies(browser, company)
    page = browser.get("/home", follow=True, secure=True)

    assert page.redirect_chain == [("/home", 302)]
    assert "Bakery" in page.text
    assert (the_stay().entity_id, the_stay().quality) == (company.id, Quality.EMPLOYER)


def test_who_acts_for_several_chooses_one_first(browser: Client):
    one, two = make_company(), make_company("0400767772")
    of_companies(browser, one, two)
    assert browser.get("/home", secure=True).headers["Location"] == "/context?next=%2Fhome"
    page = browser.get("/context?next=/keys", secure=True).text
    assert page.count('name="context"') == 2
    answer = browser.post("/context", {"context": f"{two.id}:EMPLOYER", "next": "/keys"}, secure=True)

    assert answer.headers["Location"] == "/keys"
    assert the_stay().entity_id == two.id


def test_a_choice_of_a_company_is_a_new_id(browser: Client):
    one, two = make_company(), make_company("0400767772")
    of_companies(browser, one, two)
    browser.get("/home", secure=True)
    before = the_stay().pk
    browser.post("/context", {"context": f"{one.id}:EMPLOYER"}, secure=True)

    assert the_stay().pk != before


@pytest.mark.parametrize("quality", ["EMPLOYER", "SOCIAL_SECRETARIAT", ""])
def test_a_company_of_others_cannot_be_chosen(quality, browser: Client):
    mine, theirs = make_company(), make_company("0400767772")
    of_companies(browser, mine)
    browser.get("/home", secure=True)
    browser.post("/context", {"context": f"{theirs.id}:{quality}"}, secure=True)

    assert the_stay().entity_id == mine.id


@pytest.mark.parametrize(
    ("place", "headers", "told"),
    [
        ("arrival", {}, (302, "/home")),
        ("own_sessions.contexts", {}, (302, "/session/ended?next=%2Fcontext%3Funsent%3Dyes")),
        ("own_sessions.contexts", {"accept": "application/json"}, (401, None)),
    ],
    ids=["a page is asked for once more", "a form", "a program"],
)
def test_a_stay_that_ends_while_a_company_is_chosen_is_told_as_over(browser: Client, monkeypatch, place, headers, told):
    companies = [make_company()] if place == "arrival" else [make_company(), make_company("0400767772")]
    of_companies(browser, *companies)
    first = Session.objects.get(login__isnull=False)

    def ending(stay: Session, *, at: datetime) -> OwnContexts:
        end_for_login(first.login_id or 0, reason=EndReason.BLOCKED, at=at, actor="operator")
        return contexts_open_to(stay, at=at)

    monkeypatch.setattr(f"portal.pages.{place}.contexts_open_to", ending)
    if place == "arrival":
        answer = browser.get("/home", secure=True)
    else:
        chosen = {"context": f"{companies[0].id}:EMPLOYER"}
        answer = browser.post("/context", chosen, secure=True, headers=headers)

    assert (answer.status_code, answer.headers.get("Location")) == told
    assert not Session.objects.filter(login__isnull=False, ended_at__isnull=True).exists()


def test_an_invitation_is_taken_up_by_signing_in(browser: Client):
    company, (person, login) = make_company(), a_person()
    account = company.invite(person.pk, at=SystemClock().now())
    carry(browser, a_stay(login, level=AssuranceLevel.ITSME))
    browser.get("/home", secure=True)

    account.refresh_from_db()
    assert account.state == "ACTIVE"
    assert the_stay().entity_id == company.id
