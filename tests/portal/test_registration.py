"""The registration office: who may enter it, visits judged and ended, questions answered, people from abroad matched."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings
from django.test import Client, override_settings

from auth.models import CaseState, LoginState, MatchState, OperatorRole, PendingIdentity, RegistrationCase
from auth.registration_questions import waiting_questions
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel
from domain.environments import Environment
from domain.identifiers import Sex, bis_number, insz, is_bis_number, mask_insz, sex_of, written_insz
from domain.languages import Language
from domain.opening_hours import OpeningHours
from domain.registration import CaseRefusal
from evidence.clock import SystemClock
from evidence.models import AuditEvent
from portal.key_desk import key_desk
from portal.openid import providers
from registers.persons.details import name_person, read_details
from registers.persons.models import PersonDetails, PersonIdentifier
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.portal.conftest import token_in
from tests.portal.office import Officer, settle_office, settle_officer
from tests.portal.people import a_person, a_stay

pytestmark = pytest.mark.django_db
NUMBER = insz(40_501_123, born_from_2000=True)
SEEN = {
    "office": "SOCIAL_SECURITY",
    "purpose": "STUDENT",
    "document": "PASSPORT",
    "document_country": "MA",
    "document_number": "AB123456",
    "document_expires_on": "01/01/2040",
    "family_name": "El Fassi",
    "first_name": "Amina",
    "birth_date": "01/05/2004",
    "number": NUMBER,
    "has_mail_address": "on",
    "language": "fr",
}


@pytest.fixture
def officer(desk) -> Officer:
    providers.cache_clear()
    return settle_officer()


@pytest.fixture
def browser(officer: Officer) -> Client:
    return seen_by(officer)


def seen_by(officer: Officer) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.cookies[settings.SESSION_COOKIE_NAME] = officer.cookie
    return browser


def directory() -> PersonDirectory:
    return PersonDirectory(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION)


def known(number: str = NUMBER, family_name: str = "El Fassi") -> int:
    now = SystemClock().now()
    person_id = directory().find_or_create([number], at=now)[number]
    name_person(person_id, family_name=family_name, first_name="Amina", language=Language.FR, actor="test", at=now)
    return person_id


def send(browser: Client, page: str, form: dict[str, str], *, to: str = ""):
    token = token_in(browser.get(page, secure=True).text)
    return browser.post(to or page, {"form-token": token, **form}, secure=True)


def judge(browser: Client, **deviation: str):
    return send(browser, "/registration/cases/new", SEEN | deviation)


def handed_over(browser: Client, case: RegistrationCase, mail: str = "amina@example.org"):
    here = f"/registration/cases/{case.pk}"
    return send(browser, here, {"mail": mail, "language": "fr"}, to=f"{here}/keys")


def test_a_visit_without_anything_against_it_ends_with_a_paper_and_a_mailed_link(browser: Client):
    judged = judge(browser)
    case = RegistrationCase.objects.get()
    assert (judged.status_code, judged["Location"]) == (303, f"/registration/cases/{case.pk}")

    paper = handed_over(browser, case)

    case.refresh_from_db()
    letter = OutboxMessage.objects.get(recipient="amina@example.org")
    code = re.search(r'counter-code">([A-Z2-9]{10})<', paper.text)
    assert code is not None
    assert (case.state, code[1] in letter.body) == (CaseState.KEYS_ISSUED, False)
    assert f"{settings.GUICHET.web.public_url}/first-keys/" in letter.body
    assert paper.text.count('class="counter-code"') == 25
    assert "Vos premières clés numériques" in paper.text
    assert "numéro bis" not in paper.text


def test_the_office_of_the_social_security_registers_who_is_not_known(browser: Client):
    judge(browser)

    person_id = directory().find([NUMBER])[NUMBER]
    assert RegistrationCase.objects.get().person_id == person_id
    assert read_details([person_id])[person_id].name == "Amina El Fassi"


UNNUMBERED = {"number": "", "has_no_number": "on", "sex": "2", "has_searched": "on"}


def made_numbers() -> int:
    return AuditEvent.objects.filter(action="person:bis-number:made").count()


def test_the_office_of_the_social_security_makes_a_bis_number_for_who_has_none(browser: Client):
    judge(browser, **UNNUMBERED)

    case = RegistrationCase.objects.get()
    assert (case.state, made_numbers()) == (CaseState.OPEN, 1)
    assert read_details([case.person_id])[case.person_id].name == "Amina El Fassi"
    row = PersonIdentifier.objects.get(person_id=case.person_id)
    number = directory().reveal(bytes(row.ciphertext), key_id=row.key_id)
    assert is_bis_number(number)
    assert (number[:2], sex_of(number)) == ("04", "2")
    paper = handed_over(browser, case).text
    assert paper.count('class="counter-code"') == 25
    assert f"Votre numéro bis : <strong>{written_insz(number)}</strong>" in " ".join(paper.split())
    assert written_insz(number) not in OutboxMessage.objects.get(recipient="amina@example.org").body


@pytest.mark.parametrize(
    ("deviation", "reason"),
    [
        ({"office": "LOCAL", "has_appointment": "on"}, CaseRefusal.IDENTITY_NOT_REGISTERED),
        ({"document": "BANK_CARD"}, CaseRefusal.DOCUMENT_NOT_ACCEPTED),
    ],
    ids=lambda value: value.name if isinstance(value, CaseRefusal) else "",
)
def test_no_number_is_made_where_no_keys_are_handed_over(browser: Client, deviation, reason):
    judge(browser, **UNNUMBERED | deviation)

    case = RegistrationCase.objects.get()
    assert (case.reasons, case.person_id, made_numbers()) == ((reason,), None, 0)


def test_who_makes_a_number_first_sees_who_is_registered_under_the_name(browser: Client):
    known()
    shown = judge(browser, **UNNUMBERED | {"has_searched": "", "family_name": "EL FASSI"})

    assert "Look first whether the person has a number." in shown.text
    assert "Registered under this family name" in shown.text
    assert (mask_insz(NUMBER) in shown.text, NUMBER in shown.text) == (True, False)
    assert (RegistrationCase.objects.count(), made_numbers()) == (0, 0)


@pytest.mark.parametrize(
    ("deviation", "told"),
    [
        ({"number": ""}, "Enter the number, or say below that the person has none."),
        ({"has_no_number": "on"}, "Who has a number is given no other."),
    ],
)
def test_a_visitor_has_a_number_or_none(browser: Client, deviation, told):
    assert told in judge(browser, **deviation).text
    assert (RegistrationCase.objects.count(), made_numbers()) == (0, 0)


def test_a_day_of_birth_without_a_free_number_is_told(browser: Client):
    born, now = date(2004, 5, 1), SystemClock().now()
    directory().find_or_create([bis_number(born, Sex.FEMALE, serial) for serial in range(998, 0, -2)], at=now)
    answer = judge(browser, **UNNUMBERED)

    assert (answer.status_code, "No number can be made so." in answer.text) == (409, True)
    assert not RegistrationCase.objects.exists()


@pytest.mark.parametrize(
    ("deviation", "reason"),
    [
        ({"document": "DRIVING_LICENCE"}, CaseRefusal.DOCUMENT_NOT_ACCEPTED),
        ({"document": "IDENTITY_CARD"}, CaseRefusal.CARD_NOT_OF_THE_UNION),
        ({"document_expires_on": "01/01/2020"}, CaseRefusal.DOCUMENT_EXPIRED),
        (
            {"birth_date": "01/05/1990", "number": insz(900_501_123, born_from_2000=False)},
            CaseRefusal.NO_PROOF_OF_STUDY,
        ),
        ({"office": "LOCAL", "has_appointment": "on"}, CaseRefusal.IDENTITY_NOT_REGISTERED),
        ({"has_mail_address": ""}, CaseRefusal.NO_MAIL_ADDRESS),
    ],
    ids=lambda value: value.name if isinstance(value, CaseRefusal) else "",
)
def test_something_against_keys_closes_the_case_and_is_told(browser: Client, deviation, reason):
    form = {name: value for name, value in (SEEN | deviation).items() if value}
    shown = browser.get(send(browser, "/registration/cases/new", form)["Location"], secure=True).text

    case = RegistrationCase.objects.get()
    assert (case.state, case.reasons) == (CaseState.REFUSED, (reason,))
    assert "Tell the person" in shown
    assert "Hand over keys" not in shown
    assert not directory().find([form["number"]])


def test_a_local_office_helps_who_is_registered_and_comes_by_appointment(browser: Client):
    known()
    judge(browser, office="LOCAL", has_appointment="on")
    assert RegistrationCase.objects.get().state == CaseState.OPEN


@pytest.mark.parametrize(
    ("deviation", "words"),
    [
        ({"birth_date": "02/05/2004"}, "do not belong together"),
        ({"birth_date": "01/05/2204"}, "Nobody who lives was born on that day."),
        ({"family_name": "Peeters"}, "do not belong together"),
        ({"number": "04050112300"}, "check digits do not fit"),
        ({"document_expires_on": "2040"}, "as day, month and year"),
        ({"document_country": ""}, "Choose the country."),
        ({"document_country": "XX"}, "valid choice"),
        ({"family_name": ""}, "Enter the family name."),
    ],
)
def test_a_mistake_is_told_and_opens_no_case(browser: Client, deviation, words):
    known()
    assert words in judge(browser, **deviation).text
    assert not RegistrationCase.objects.exists()


def test_a_visit_that_is_sent_twice_is_one_case(browser: Client):
    token = token_in(browser.get("/registration/cases/new", secure=True).text)
    for _ in range(2):
        browser.post("/registration/cases/new", SEEN | {"form-token": token}, secure=True)
    assert RegistrationCase.objects.count() == 1


def test_keys_are_handed_over_once_and_shown_once(browser: Client):
    judge(browser)
    case = RegistrationCase.objects.get()
    token = token_in(browser.get(f"/registration/cases/{case.pk}", secure=True).text)
    form = {"mail": "amina@example.org", "language": "fr", "form-token": token}
    first, again = (browser.post(f"/registration/cases/{case.pk}/keys", form, secure=True) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 409)
    assert OutboxMessage.objects.filter(holds_secret=True).count() == 1


def test_an_address_that_is_none_is_told_and_hands_nothing_over(browser: Client):
    judge(browser)
    answer = handed_over(browser, RegistrationCase.objects.get(), mail="amina")

    assert "Enter an e-mail address" in answer.text
    assert RegistrationCase.objects.get().state == CaseState.OPEN


def test_a_blocked_login_gets_no_keys(browser: Client):
    _person, login = a_person("amina")
    directory().add_number(NUMBER, person_id=login.person_id, at=SystemClock().now())
    type(login).objects.filter(pk=login.pk).update(state=LoginState.BLOCKED)
    judge(browser)

    assert "The login of this person is blocked" in handed_over(browser, RegistrationCase.objects.get()).text
    assert RegistrationCase.objects.get().state == CaseState.OPEN


def test_an_officer_closes_a_case_for_a_reason(browser: Client):
    judge(browser)
    case = RegistrationCase.objects.get()
    send(browser, f"/registration/cases/{case.pk}/close", {"reason": "DOCUMENT_EXPIRED"})

    case.refresh_from_db()
    assert (case.state, case.reasons) == (CaseState.REFUSED, (CaseRefusal.DOCUMENT_EXPIRED,))


def test_no_page_of_a_case_shows_the_number_of_the_document(browser: Client):
    shown = browser.get(judge(browser)["Location"], secure=True).text
    assert "AB123456" not in shown
    assert NUMBER not in shown


PATHS = (
    "/registration/cases/new",
    "/registration/cases/100001",
    "/registration/questions",
    "/registration/questions/100001",
)


@pytest.mark.parametrize("path", ["/registration", "/registration/identities", *PATHS])
def test_nobody_but_an_operator_enters(officer: Officer, path: str):
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = a_stay(a_person("bo")[1]).session_key
    assert browser.get(path, secure=True).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_an_officer_with_an_app_code_is_asked_for_the_eid(officer: Officer, path: str):
    weak = settle_officer(user_name="weak.officer", level=AssuranceLevel.APP_CODE)
    assert seen_by(weak).get(path, secure=True)["Location"].startswith("/step-up?level=500")


@pytest.mark.parametrize("path", PATHS)
def test_support_sees_no_visit_and_no_question(officer: Officer, path: str):
    support = settle_officer(OperatorRole.SUPPORT, user_name="sam.support")
    assert seen_by(support).get(path, secure=True).status_code == 403


def test_the_menu_shows_the_office_to_operators_alone(browser: Client):
    assert 'href="/registration"' in browser.get("/home", secure=True).text
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = a_stay(a_person("bo")[1]).session_key
    assert 'href="/registration"' not in other.get("/home", secure=True).text


def test_a_question_is_read_on_record_with_namesakes_masked_and_answered(browser: Client, officer: Officer):
    settle_office(officer, key_desk().locksmith)
    now = SystemClock().now()
    person_id = PersonDetails.objects.get(family_name="Haddad").person_id
    directory().add_number(NUMBER, person_id=person_id, at=now)

    shown = browser.get("/registration/questions/100001", secure=True).text
    answered = send(browser, "/registration/questions/100001", {"answer": "REGISTERED", "note": ""})

    assert "04.05.01-***.**" in shown
    assert NUMBER not in shown
    assert AuditEvent.objects.filter(action="registration:question-read", actor=f"login:{officer.login.pk}").exists()
    assert answered["Location"] == "/registration/questions"
    assert OutboxMessage.objects.get().recipient == "amina@example.org"
    assert not waiting_questions().exists()
    assert browser.get("/registration/questions/100001", secure=True)["Location"] == "/registration/questions"


def test_an_identity_is_matched_with_a_candidate_after_asking(browser: Client, officer: Officer):
    settle_office(officer, key_desk().locksmith)
    person_id = PersonDetails.objects.get(family_name="Haddad").person_id
    page = f"/registration/identities/100001/match/{person_id}"
    assert page in browser.get("/registration/identities/100001", secure=True).text

    send(browser, page, {})

    assert directory().find(["ES/BE/12345"]) == {"ES/BE/12345": person_id}
    row = PendingIdentity.objects.get()
    assert (row.state, row.sealed, row.closed_by) == (MatchState.MATCHED, None, f"login:{officer.login.pk}")


def test_an_identity_is_matched_by_number(browser: Client, officer: Officer):
    settle_office(officer, key_desk().locksmith)
    send(browser, "/registration/identities/100001", {"number": f"{NUMBER[:6]}-{NUMBER[6:9]}.{NUMBER[9:]}"})

    found = directory().find(["ES/BE/12345", NUMBER])
    assert found["ES/BE/12345"] == found[NUMBER]
    assert PersonIdentifier.objects.get(kind="EIDAS").person_id == found[NUMBER]
    assert directory().reveal_number(found[NUMBER]) == NUMBER


def test_an_identity_that_belongs_to_somebody_is_not_matched_twice(browser: Client, officer: Officer):
    settle_office(officer, key_desk().locksmith)
    directory().add_identity("ES/BE/12345", person_id=known(), at=SystemClock().now())
    answer = send(browser, "/registration/identities/100001", {"number": NUMBER})

    assert "belongs to somebody already" in answer.text
    assert PendingIdentity.objects.get().state == MatchState.WAITING


def test_who_is_asked_for_a_number_waits_on_and_is_written_to(browser: Client, officer: Officer):
    settle_office(officer, key_desk().locksmith)
    office = replace(settings.GUICHET.office, hours=OpeningHours.parse("2-4 13:30-17"))
    with override_settings(GUICHET=replace(settings.GUICHET, office=office)):
        send(browser, "/registration/identities/100001/ask", {})

    row = PendingIdentity.objects.get()
    assert (row.state, row.number_asked_at is not None) == (MatchState.WAITING, True)
    assert f"{office.phone}, Tuesday to Thursday from 13:30 to 17." in OutboxMessage.objects.get().body


def test_who_is_refused_is_written_to_and_forgotten(browser: Client, officer: Officer):
    settle_office(officer, key_desk().locksmith)
    send(browser, "/registration/identities/100001/refuse", {})

    assert (PendingIdentity.objects.get().state, PendingIdentity.objects.get().sealed) == (MatchState.REFUSED, None)
    assert "could not find you" in OutboxMessage.objects.get().subject
    assert browser.get("/registration/identities/100001", secure=True)["Location"] == "/registration/identities"


def test_support_matches_with_an_app_code(officer: Officer):
    settle_office(officer, key_desk().locksmith)
    support = settle_officer(OperatorRole.SUPPORT, user_name="sam.support", level=AssuranceLevel.APP_CODE)
    assert seen_by(support).get("/registration/identities/100001", secure=True).status_code == 200


def test_a_person_of_nobody_is_no_candidate(browser: Client, officer: Officer):
    settle_office(officer, key_desk().locksmith)
    assert browser.get("/registration/identities/100001/match/999999", secure=True).status_code == 404
