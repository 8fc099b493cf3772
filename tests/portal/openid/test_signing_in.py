"""Signing in with itsme and eIDAS through the portal, as a browser goes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from auth.models import CountedAttempt, DigitalKey, Login, LoginState, LoginTransaction, Session
from auth.openid.faults import OpenIdFault
from auth.throttles import RATES, Claim
from commands.mock_identity_provider.faults import Fault
from commands.mock_identity_provider.flavours import EIDAS, ITSME
from correspondence.models import OutboxMessage
from domain.languages import Language
from domain.sign_in_limits import Scope
from evidence.clock import SystemClock
from portal.openid import providers
from registers.persons.details import name_person, set_email, verify_email
from tests.portal.openid.conftest import Visit, directory, events, stay_of, told

AN = ITSME.find_person("an")


def test_itsme_signs_in_at_level_450_and_goes_on_where_the_person_wanted(visit: Visit):
    answer = visit.sign_in(query="?next=/student-days%3Fyear%3D2026")

    assert (answer.status_code, answer["Location"]) == (302, "/student-days?year=2026")
    stay = stay_of(visit)
    assert (stay.level, stay.means) == (450, "ITSME")
    assert stay.login.state == LoginState.ACTIVE
    assert stay.login.person_id == directory().find([AN.national_number])[AN.national_number]
    assert events("account:login:success")[0]["means"] == "ITSME"


def test_the_id_of_the_session_is_another_after_signing_in(visit: Visit):
    away = visit.open("/login/itsme")
    before = visit.browser.cookies[settings.SESSION_COOKIE_NAME].value

    visit.open(visit.choose(away["Location"]))

    assert visit.browser.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_without_a_wish_the_overview_comes_next(visit: Visit):
    assert visit.sign_in()["Location"] == "/home"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/%5Cevil.example", "javascript:1"])
def test_a_wish_for_another_site_is_not_gone_on_to(visit: Visit, elsewhere):
    assert visit.sign_in(query=f"?next={elsewhere}")["Location"] == "/home"


def test_eidas_with_a_number_signs_in_at_the_level_of_the_node(visit: Visit):
    visit.sign_in("eidas", acr="http://eidas.europa.eu/LoA/substantial", person="marie")

    assert (stay_of(visit).level, stay_of(visit).means) == (400, "EIDAS")


def test_who_signs_in_with_itsme_for_the_first_time_is_written_to_where_letters_about_keys_go(visit: Visit):
    now = SystemClock().now()
    person_id = directory().find_or_create([AN.national_number], at=now)[AN.national_number]
    told_by = {"actor": "test", "at": now}
    name_person(person_id, family_name=AN.family_name, first_name="", language=Language.FR, **told_by)
    verify_email(person_id, set_email(person_id, "an@example.be", **told_by), **told_by)
    visit.sign_in()
    visit.sign_in()

    letters = OutboxMessage.objects.filter(recipient="an@example.be", subject="Clé numérique activée")
    assert letters.get().body.splitlines()[0].endswith("cette clé numérique a été activée : itsme.")


def test_another_subject_for_the_same_number_is_the_same_login(visit: Visit):
    visit.sign_in()
    visit.sign_in(fault=Fault.NEW_SUBJECT)

    assert Login.objects.count() == 1
    assert DigitalKey.objects.count() == 1


def test_the_same_subject_for_another_number_signs_nobody_in(visit: Visit, mock):
    visit.sign_in()
    other = Visit(Client(headers={"host": "localhost"}), visit.authority)
    provider = mock[0].providers[ITSME.path]
    luc = ITSME.find_person("luc")
    provider.flavour = replace(ITSME, people=(replace(luc, key="an"),))
    try:
        answer = other.sign_in()
    finally:
        provider.flavour = ITSME

    assert answer["Location"] == "/sign-in"
    assert "did not succeed" in told(other)
    assert events("account:login:failure")[0]["reason"] == "other_person"


def test_a_blocked_login_is_told_like_any_failure(visit: Visit):
    visit.sign_in()
    Login.objects.update(state=LoginState.BLOCKED)
    other = Visit(Client(headers={"host": "localhost"}), visit.authority)

    other.sign_in()

    assert "did not succeed" in told(other)
    assert "blocked" not in told(other)


@pytest.mark.parametrize("what", ["refuse", "time-out"])
def test_who_cancels_is_back_at_the_choice_and_told_so(visit: Visit, what):
    answer = visit.sign_in(query="?next=/student-days", what=what)

    assert answer["Location"] == "/sign-in?next=%2Fstudent-days"
    assert "Signing in with itsme was cancelled." in told(visit)
    assert events("account:login:failure") == []


def test_a_failure_is_told_with_a_code_that_is_found_in_the_record(visit: Visit):
    answer = visit.sign_in(fault=Fault.NONCE)

    (event,) = events("account:login:failure")
    assert answer["Location"] == "/sign-in"
    assert event["reason"] == OpenIdFault.NONCE_WRONG
    page = told(visit)
    assert event["reference"] in page
    assert "nonce" not in page
    assert stay_of(visit).login is None


@pytest.mark.parametrize("fault", [Fault.EXCHANGE_500, Fault.TEMPORARILY_UNAVAILABLE, Fault.CLIENT_REFUSED])
def test_a_provider_that_does_not_work_is_told_kindly(visit: Visit, fault):
    visit.sign_in(fault=fault)

    assert "itsme is not available now. You did nothing wrong" in told(visit)
    assert events("account:login:failure") == []


@pytest.mark.parametrize("fault", [Fault.EXCHANGE_500, Fault.EXPIRED])
def test_another_way_still_leads_where_the_person_wanted(visit: Visit, fault):
    assert visit.sign_in(query="?next=/sessions", fault=fault)["Location"] == "/sign-in?next=%2Fsessions"


@pytest.mark.parametrize("content", [None, "{}"])
def test_keys_of_ours_that_cannot_be_read_are_nobodys_fault(visit: Visit, content):
    """What we lack ends as what a provider lacks; the log of the operator says whose it is."""
    back = visit.choose(visit.open("/login/itsme")["Location"])
    path = settings.GUICHET.home / "keys" / "openid.json"
    path.unlink()
    if content is not None:
        path.write_text(content)

    assert visit.open(back)["Location"] == "/sign-in"
    assert "itsme is not available now" in told(visit)
    assert visit.open("/.well-known/openid-keys.json").status_code == 503


@pytest.mark.parametrize("path", ["/login/itsme", "/login/itsme/callback?state=s&code=c"])
def test_an_authority_that_cannot_be_read_is_nobodys_fault(visit: Visit, monkeypatch, path):
    gone = replace(settings.GUICHET.openid, ca="/nowhere.pem")
    monkeypatch.setattr(settings, "GUICHET", replace(settings.GUICHET, openid=gone))
    providers.cache_clear()

    assert visit.open(path)["Location"] == "/sign-in"
    assert "itsme is not available now" in told(visit)


def test_a_provider_that_is_away_is_told_before_anybody_is_sent_there(visit: Visit, monkeypatch):
    gone = replace(settings.GUICHET.itsme, issuer="https://localhost:1/itsme/v2")
    monkeypatch.setattr(settings, "GUICHET", replace(settings.GUICHET, itsme=gone))
    providers.cache_clear()

    answer = visit.open("/login/itsme?next=/home")

    assert answer["Location"] == "/sign-in?next=%2Fhome"
    assert "itsme is not available now" in told(visit)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?state=x",
        "?state=unknown&code=y",
        "?code=y",
        "?state=a&state=b&code=y",
        "?state=%00&code=y",
        f"?state={'s' * 3000}",
    ],
)
def test_an_answer_that_nobody_asked_for_signs_nobody_in(visit: Visit, query):
    answer = visit.open(f"/login/itsme/callback{query}")

    assert answer["Location"] == "/sign-in"
    assert len(events("account:login:failure")) == 1


def test_an_answer_counts_in_the_browser_that_asked_alone(visit: Visit):
    """A link to somebody else's login does not sign its reader in as that somebody."""
    back = visit.choose(visit.open("/login/itsme")["Location"])
    victim = Visit(Client(headers={"host": "localhost"}), visit.authority)

    victim.open(back)

    assert events("account:login:failure")[0]["reason"] == OpenIdFault.STATE_OF_OTHER_BROWSER
    assert stay_of(victim).login is None
    assert visit.open(back)["Location"] == "/home"


def test_an_answer_that_is_sent_twice_signs_in_once(visit: Visit):
    back = visit.choose(visit.open("/login/itsme")["Location"])
    visit.open(back)

    assert visit.open(back)["Location"] == "/sign-in"
    assert len(events("account:login:success")) == 1


def test_a_stay_is_strengthened_and_stays_the_same_persons(visit: Visit):
    visit.sign_in("eidas", person="marie")
    visit.sign_in(query="?level=450&next=/mandates", person="other", number=EIDAS.find_person("marie").national_number)

    assert stay_of(visit).level == 450
    assert Login.objects.count() == 1
    assert len(events("account:login:step_up")) == 1


@pytest.mark.parametrize("fault", [Fault.PROVEN_LONG_AGO, Fault.PROOF_UNDATED])
def test_a_stay_is_not_strengthened_by_what_a_provider_remembers(visit: Visit, fault):
    """FAS may let in without asking whoever its own session still knows, whatever we ask for."""
    visit.sign_in("eidas", person="marie")
    before = stay_of(visit).authenticated_at

    visit.sign_in("eidas", fault, query="?level=400", person="marie")

    assert stay_of(visit).authenticated_at == before
    assert events("account:login:step_up") == []
    assert len(events("account:login:failure")) == 1


@pytest.mark.parametrize("query", ["", "?level=400"])
def test_a_stay_was_proven_when_the_provider_asked(visit: Visit, query):
    if query:
        visit.sign_in("eidas", person="marie")

    visit.sign_in("eidas", Fault.PROVEN_BEFORE, query=query, person="marie")

    assert timedelta(minutes=4) <= SystemClock().now() - stay_of(visit).authenticated_at < timedelta(minutes=5)


def test_a_stay_is_not_strengthened_by_somebody_else(visit: Visit):
    visit.sign_in("eidas", person="marie")
    visit.sign_in(query="?level=450", person="an")

    assert (stay_of(visit).level, stay_of(visit).means) == (400, "EIDAS")
    assert "This key belongs to somebody else than who is signed in." in told(visit)
    assert [event["reason"] for event in events("account:login:failure")] == ["other_person"]


def test_a_level_beyond_a_provider_is_told_before_anybody_is_sent_there(visit: Visit):
    visit.sign_in()
    answer = visit.open("/login/itsme?level=500&next=/keys")

    assert answer["Location"] == "/step-up?level=500&next=%2Fkeys"
    assert "itsme is not strong enough for this page" in told(visit)


@pytest.mark.parametrize("fault", [Fault.EXPIRED, Fault.TEMPORARILY_UNAVAILABLE])
def test_who_fails_to_strengthen_his_stay_chooses_another_key_that_would_do(visit: Visit, fault):
    visit.sign_in("eidas", person="marie")
    answer = visit.sign_in(query="?level=450&next=/mandates", fault=fault)

    assert answer["Location"] == "/step-up?level=450&next=%2Fmandates"
    assert stay_of(visit).level == 400


def test_keys_that_count_for_one_company_alone_are_not_offered_again_after_a_failure(visit: Visit):
    visit.sign_in("eidas", person="marie")
    answer = visit.sign_in(query="?level=450&confined=yes&next=/keys", fault=Fault.EXPIRED)
    assert answer["Location"] == "/step-up?level=450&confined=yes&next=%2Fkeys"


def test_the_page_goes_to_the_provider_in_the_language_of_the_reader(visit: Visit):
    visit.browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"

    assert "ui_locales=de" in visit.open("/login/itsme")["Location"]


def test_a_provider_without_a_client_id_is_not_offered(visit: Visit, monkeypatch):
    without = replace(settings.GUICHET.itsme, client_id="")
    monkeypatch.setattr(settings, "GUICHET", replace(settings.GUICHET, itsme=without))
    providers.cache_clear()

    for path in ("/login/itsme", "/login/itsme/callback?state=s&code=c"):
        assert "not available" in visit.open(path).content.decode()
    assert visit.open("/login/eidas").status_code == 302


def test_a_source_that_begins_too_many_logins_waits(visit: Visit):
    (rate,) = RATES[Scope.PROVIDER_SOURCE]
    claim, now = Claim(Scope.PROVIDER_SOURCE, "127.0.0.1"), SystemClock().now()
    key = providers().locksmith.digest(claim.subject, purpose=f"throttle:{claim.scope}")
    counted = [CountedAttempt(scope=claim.scope, key_hash=key, at=now) for _ in range(rate.most - 1)]
    CountedAttempt.objects.bulk_create(counted)
    assert visit.open("/login/itsme").status_code == 302

    for path in ("/login/itsme", "/login/itsme/callback?state=invented&code=c"):
        answer = visit.open(path)
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
        assert "Other ways of signing in stay possible." in answer.content.decode()
    assert LoginTransaction.objects.count() == 1
    assert events("account:login:failure") == []


def test_the_page_that_asks_for_more_leads_to_a_provider_that_gives_it(visit: Visit):
    visit.sign_in("eidas", person="marie")

    page = visit.open("/step-up?level=450&next=/sessions").content.decode()

    assert "/login/itsme?level=450&amp;next=/sessions" in page


def test_our_keys_are_published_without_their_private_halves(visit: Visit):
    answer = visit.open("/.well-known/openid-keys.json")

    assert [key["use"] for key in answer.json()["keys"]] == ["sig", "enc"]
    assert not {"d", "p", "q"} & {name for key in answer.json()["keys"] for name in key}
    assert answer["Cache-Control"] == "public, max-age=1800"


def test_nothing_of_a_person_is_recorded_or_kept_in_the_open(visit: Visit):
    visit.sign_in("eidas", person="jan")
    visit.sign_in(person="an")
    kept = " ".join(str(row) for row in Session.objects.values_list("data", flat=True))
    kept += " ".join(
        str(detail) for action in ("account:login:success", "account:created") for detail in events(action)
    )

    for secret in ("Kowalski", "PL/BE", AN.national_number, AN.family_name):
        assert secret not in kept
