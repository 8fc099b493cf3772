"""Who may open a page: told by the page's own rule, before anything of it runs."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from auth.models import Session
from auth.refusals import TooManyAttemptsError
from auth.session_life import EndReason, SessionEnder
from domain.assurance import AssuranceLevel, Means
from domain.sign_in_limits import Scope
from evidence.clock import SystemClock
from portal.pages.refusals import Denied, StaleForm, TooManyAttempts
from portal.pages.routing import Context, Freshness, declared, page, public_page
from portal.pages.stays import stay_of
from tests.portal.conftest import carry
from tests.portal.people import a_person, a_stay


@page(level=AssuranceLevel.APP_CODE)
def for_app_codes(_request: HttpRequest, stay: Session) -> HttpResponse:
    return HttpResponse(f"level {stay.level}")


@page(level=AssuranceLevel.PASSWORD, freshness=Freshness.RECENT)
def for_the_lately_proven(_request: HttpRequest, _stay: Session) -> HttpResponse:
    return HttpResponse("lately")


@page(level=AssuranceLevel.PASSWORD, context=Context.REQUIRED)
def for_a_company(_request: HttpRequest, stay: Session) -> HttpResponse:
    return HttpResponse(f"entity {stay.entity_id}")


@public_page
def refusing(_request: HttpRequest, how: str) -> HttpResponse:
    match how:
        case "denied":
            raise Denied("Only the chief may do this.")
        case "stale":
            raise StaleForm
        case "often":
            raise TooManyAttempts(TooManyAttemptsError(Scope.LOGIN_USER, retry_after=61))
        case "broken":
            raise RuntimeError
        case _:
            raise Http404


urlpatterns = [
    path("", include("portal.urls")),
    path("app-codes", for_app_codes),
    path("lately", for_the_lately_proven),
    path("company", for_a_company),
    path("refusing/<str:how>", refusing),
]
handler404 = "portal.pages.failures.not_found"
handler500 = "portal.pages.failures.broken"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def signed_in(browser: Client, **stay: object) -> Client:
    _person, login = a_person()
    return carry(browser, a_stay(login, **stay))


def led_to(browser: Client, path: str) -> str:
    answer = browser.get(path, secure=True)
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_who_is_not_signed_in_is_led_to_signing_in_and_back(browser: Client):
    assert led_to(browser, "/app-codes?a=b") == "/sign-in?next=%2Fapp-codes%3Fa%3Db"


def test_who_sent_something_comes_back_to_the_page_without_it(browser: Client):
    answer = browser.post("/app-codes?a=b", {"secret": "x"}, secure=True)
    assert answer.headers["Location"] == "/sign-in?next=%2Fapp-codes%3Funsent%3Dyes"
    assert "What you sent is not saved." in browser.get(answer.headers["Location"], secure=True).text


def test_who_sent_something_after_his_stay_is_told_that_it_is_not_saved(browser: Client):
    signed_in(browser, at=SystemClock().now() - timedelta(hours=9))
    answer = browser.post("/lately", {"secret": "x"}, secure=True)

    assert "What you sent is not saved." in browser.get(answer.headers["Location"], secure=True).text
    assert "What you sent" not in browser.get("/session/ended?next=/lately", secure=True).text


def test_a_stay_that_is_sure_enough_sees_the_page(browser: Client):
    signed_in(browser, level=AssuranceLevel.APP_CODE, means=Means.TOTP)
    assert browser.get("/app-codes", secure=True).text == "level 400"


def test_a_stay_that_is_not_sure_enough_is_led_to_a_stronger_key(browser: Client):
    signed_in(browser, level=AssuranceLevel.EMAIL_CODE, means=Means.EMAIL_CODE)
    assert led_to(browser, "/app-codes") == "/step-up?level=400&next=%2Fapp-codes"


def test_what_is_sensitive_needs_a_proof_of_the_last_five_minutes(browser: Client):
    signed_in(browser, at=SystemClock().now() - timedelta(minutes=5, seconds=1))
    assert led_to(browser, "/lately") == "/step-up?level=200&next=%2Flately"


def test_a_proof_of_four_minutes_ago_is_recent(browser: Client):
    signed_in(browser, at=SystemClock().now() - timedelta(minutes=4))
    assert browser.get("/lately", secure=True).text == "lately"


def test_a_page_for_a_company_leads_to_choosing_one(browser: Client):
    signed_in(browser)
    assert led_to(browser, "/company") == "/context?next=%2Fcompany"


@pytest.mark.parametrize(
    "change",
    [{"last_seen_at": -timedelta(minutes=20, seconds=1)}, {"expires_at": -timedelta(seconds=1)}],
    ids=["idle for 20 minutes", "older than 8 hours"],
)
def test_who_comes_back_too_late_is_told_that_the_stay_ended(change, browser: Client):
    signed_in(browser)
    Session.objects.update(**{name: SystemClock().now() + spell for name, spell in change.items()})

    assert led_to(browser, "/app-codes") == "/session/ended?next=%2Fapp-codes"


def test_a_stay_that_somebody_ended_opens_nothing_any_more(browser: Client):
    person, login = a_person()
    carry(browser, a_stay(login))
    assert browser.get("/app-codes", secure=True).status_code == 200
    SessionEnder(actor="test").end_for_person(person.pk, None, EndReason.BLOCKED, SystemClock().now())

    assert led_to(browser, "/app-codes").startswith("/session/ended")


def test_an_update_in_place_is_led_by_the_browser_as_a_whole(browser: Client):
    answer = browser.get("/app-codes", secure=True, headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/sign-in")


def test_opening_a_page_lets_the_stay_last_longer(browser: Client):
    signed_in(browser)
    Session.objects.update(last_seen_at=SystemClock().now() - timedelta(minutes=19))
    browser.get("/app-codes", secure=True)

    assert SystemClock().now() - Session.objects.get(login__isnull=False).last_seen_at < timedelta(minutes=1)


def test_nothing_of_a_page_is_kept_by_a_browser_or_a_proxy(browser: Client):
    signed_in(browser)
    for address in ("/app-codes", "/sign-in"):
        assert "no-store" in browser.get(address, secure=True).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("denied", 403, "Only the chief may do this."),
        ("missing", 404, "Page not found"),
        ("stale", 409, "This form is out of date"),
        ("often", 429, "Wait 2 minutes"),
    ],
)
def test_a_refusal_is_a_page_in_the_layout_of_all(how, status, words, browser: Client):
    answer = browser.get(f"/refusing/{how}", secure=True)

    assert answer.status_code == status
    assert words in answer.text
    assert 'class="counter-header"' in answer.text


def test_too_many_attempts_say_when_to_come_back(browser: Client):
    assert browser.get("/refusing/often", secure=True).headers["Retry-After"] == "61"


def test_our_own_failure_is_a_page_that_asks_nothing_of_the_database(browser: Client, monkeypatch):
    browser.raise_request_exception = False
    answer = browser.get("/refusing/broken", secure=True)

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert 'class="counter-header"' in answer.text


@override_settings(ROOT_URLCONF="portal.urls")
def test_a_form_from_elsewhere_is_refused_in_the_layout_of_all():
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "nl"})
    answer = strict.post("/sign-out", secure=True)

    assert answer.status_code == 403
    assert "Het formulier kon niet worden aangenomen" in answer.text


def test_a_page_for_everybody_says_so():
    rule = declared(refusing)
    assert rule is not None
    assert rule.level is None


def test_a_stay_of_nobody_is_none(browser: Client):
    request = RequestFactory().get("/")
    request.session = browser.session
    assert stay_of(request) is None


def test_the_cookie_of_a_stay_lasts_as_long_as_the_table_says_and_not_twenty_minutes(browser: Client):
    _person, login = a_person()
    store = a_stay(login)
    carry(browser, store)
    browser.get("/home", secure=True)
    browser.post("/sign-in/password", {"user_name": "x", "password": ""}, secure=True)
    answer = Client().get("/login/itsme", secure=True)
    for cookies in (browser.cookies, answer.cookies):
        morsel = cookies.get(settings.SESSION_COOKIE_NAME)
        assert morsel is None or (morsel["max-age"], morsel["expires"]) == ("", "")


def test_cookies_are_bound_to_this_host_and_hidden_from_scripts(browser: Client, db: None):
    browser.post("/sign-in/password", {"user_name": "", "password": ""}, secure=True)
    browser.get("/sign-in?language=fr", secure=True)
    assert settings.SESSION_COOKIE_NAME.startswith("__Host-")
    for name in (settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME):
        morsel = browser.cookies[name]
        assert (morsel["secure"], morsel["httponly"], morsel["path"], morsel["domain"]) == (True, True, "/", "")
        assert morsel["samesite"] == "Lax"
