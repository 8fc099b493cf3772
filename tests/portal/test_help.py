"""Help for who cannot sign in: telephone and hours are shown, the form says neither yes nor no."""

from datetime import date

import lxml.html
import pytest
from django.test import Client

from auth.desk import KeyDesk
from auth.registration_questions import Question, open_question, waiting_questions
from correspondence.models import OutboxMessage
from tests.portal.conftest import token_in

pytestmark = pytest.mark.django_db
ASKED = {"family_name": "Peeters", "first_name": "Els", "birth_date": "31/12/2001", "email": "els@example.org"}


def ask(browser: Client, **deviation: str):
    token = token_in(browser.get("/help/am-i-registered", secure=True).text)
    return browser.post("/help/am-i-registered", {"form-token": token, **ASKED, **deviation}, secure=True)


def test_offices_show_hours_telephone_and_accepted_documents(browser: Client):
    text = browser.get("/help/offices", secure=True).text
    for words in ("Monday to Friday from 9 to 12", "+32 2 509 59 59", "passport", "not a driving licence", "30"):
        assert words in text


@pytest.mark.parametrize(
    ("language", "address"),
    [
        ("nl", "Victor Hortaplein 11, 1060 Brussel"),
        ("fr", "Place Victor Horta 11, 1060 Bruxelles"),
        ("de", "Victor-Horta-Platz 11, 1060 Brüssel"),
        ("en", "Place Victor Horta 11, 1060 Brussels"),
    ],
)
def test_the_office_has_its_address_in_the_language_of_the_page(language: str, address: str):
    text = Client(headers={"accept-language": language}).get("/help/offices", secure=True).text

    assert f">{address}</dd>" in text


def test_the_contact_centre_is_shown_with_its_hours(browser: Client):
    assert "02 511 51 51, Monday to Friday from 7 to 20" in browser.get("/help", secure=True).text


def test_a_question_goes_to_an_officer_and_the_page_tells_nothing(browser: Client, desk: KeyDesk):
    answer = ask(browser)
    (waiting,) = waiting_questions()

    assert answer.headers["Location"] == "/help/am-i-registered/sent"
    assert open_question(waiting, desk=desk) == Question("Peeters", "Els", date(2001, 12, 31), "els@example.org")


def test_a_question_is_mailed_to_nobody_in_clear(browser: Client, desk: KeyDesk):
    ask(browser)
    assert not OutboxMessage.objects.exists()


def test_a_question_that_is_sent_twice_is_asked_once(browser: Client, desk: KeyDesk):
    token = token_in(browser.get("/help/am-i-registered", secure=True).text)
    for _ in range(2):
        browser.post("/help/am-i-registered", {"form-token": token, **ASKED}, secure=True)
    assert len(waiting_questions()) == 1


@pytest.mark.parametrize(
    ("deviation", "words"),
    [
        ({"family_name": ""}, "Enter your family name."),
        ({"birth_date": "31/13/2001"}, "as day, month and year"),
        ({"birth_date": "31/12/2201"}, "Nobody who lives was born on that day."),
        ({"email": "els"}, "This is not an e-mail address"),
    ],
)
def test_what_is_missing_is_told_beside_its_field(deviation, words, browser: Client, desk: KeyDesk):
    answer = ask(browser, **deviation)
    assert words in answer.text
    assert "There is a problem" in answer.text
    assert not waiting_questions()


def test_the_sixth_question_in_an_hour_waits(browser: Client, desk: KeyDesk):
    for _ in range(5):
        ask(browser)
    answer = ask(browser)

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert f'value="{ASKED["family_name"]}"' in answer.text
    assert "If it cannot wait, call the contact centre: 02 511 51 51, Monday to Friday from 7 to 20." in answer.text
    assert "eID or itsme stays possible" not in answer.text


def test_the_help_says_which_way_suits_a_desk_and_which_a_phone(browser: Client):
    rows = lxml.html.fromstring(browser.get("/help", secure=True).text).xpath("//main//tbody/tr")

    assert [tuple(cell.text_content() for cell in row.xpath("td")) for row in rows] == [
        ("a computer with a card reader", "eID or foreigner's card", "everything"),
        ("a phone or tablet", "itsme, or a password with the code of an app", "everything"),
        ("a phone or tablet", "user name and password alone", "the remaining hours and the attestation only"),
        ("neither eID nor itsme", "a key of your country, or a token from a registration office", "everything"),
    ]


def test_getting_itsme_is_told_step_by_step(browser: Client):
    text = browser.get("/help/itsme", secure=True).text
    lists = lxml.html.fromstring(text).xpath("//main//ol")
    making, signing_in = ([step.text_content() for step in steps.xpath("li")] for steps in lists)
    assert "bank card or your eID" in text
    assert [len(making), len(signing_in)] == [8, 3]
    for step, words in (
        (1, "telephone number"),
        (3, "identification token"),
        (6, "number 8836"),
        (7, "your itsme code"),
    ):
        assert words in making[step]
    for step, words in enumerate(("itsme", "The app shows which site asks. Confirm.", "Enter your itsme code.")):
        assert words in signing_in[step]


def test_cards_are_explained_before_and_when_something_is_wrong(browser: Client):
    text = browser.get("/help/cards", secure=True).text
    for words in ("Before you begin", "Six steps", "I have forgotten my PIN", "02 511 51 51"):
        assert words in text
