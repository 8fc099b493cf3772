"""Countries whose keys can be used: found from the sign-in page, by name in the reader's language, as the operator keeps them."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from auth.models import ActiveCountry
from domain.brussels import brussels_date
from portal.pages.countries import countries, country_name, country_names

pytestmark = pytest.mark.django_db
HELP = "/help/other-countries"


def entered(*codes: str, begins_in: int = 0, closes_in: int | None = None) -> None:
    today = brussels_date(datetime.now(UTC))
    ActiveCountry.objects.bulk_create(
        ActiveCountry(
            country=code,
            first_day=today + timedelta(days=begins_in),
            closed_on=None if closes_in is None else today + timedelta(days=closes_in),
        )
        for code in codes
    )


@pytest.fixture(autouse=True)
def no_country(db: None) -> None:
    ActiveCountry.objects.all().delete()


def page(language: str = "en") -> lxml.html.HtmlElement:
    answer = Client(headers={"accept-language": language}).get(HELP, secure=True)
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.content.decode())


def listed(language: str = "en") -> list[str]:
    return [
        each.text_content()
        for each in page(language).xpath("//*[@id='countries']/following-sibling::*[1][self::ul]/li")
    ]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("nl", ["Estland", "Oostenrijk", "Tsjechië", "Zweden"]),
        ("fr", ["Autriche", "Estonie", "Suède", "Tchéquie"]),
        ("de", ["Estland", "Österreich", "Schweden", "Tschechien"]),
        ("en", ["Austria", "Czechia", "Estonia", "Sweden"]),
    ],
)
def test_countries_are_listed_by_their_names_in_the_order_of_the_language(language: str, names: list[str]):
    entered("SE", "AT", "CZ", "EE")

    assert listed(language) == names


@pytest.mark.parametrize(
    ("entry", "is_listed"),
    [
        ({"begins_in": 0}, True),
        ({"begins_in": 1}, False),
        ({"begins_in": -9, "closes_in": 1}, True),
        ({"begins_in": -9, "closes_in": 0}, False),
    ],
    ids=["from today on", "from tomorrow on", "until today", "until yesterday"],
)
def test_the_list_is_that_of_today_in_brussels(entry: dict[str, int], is_listed: bool):
    entered("EE", **entry)

    assert listed() == ["Estonia"] * is_listed


def test_an_empty_list_says_whom_to_ask_and_what_else_there_is():
    told = page().text_content()

    assert listed() == []
    assert "No country is entered at the moment." in told
    assert "02 511 51 51, Monday to Friday from 7 to 20" in told
    assert "read on below, at “You have neither”" in told


def test_the_sign_in_page_leads_to_the_countries():
    choice = lxml.html.fromstring(Client().get("/sign-in", secure=True).content.decode())
    (link,) = choice.xpath("//section[@aria-labelledby='partner-keys']//a[contains(@href, '#countries')]")

    assert urlsplit(link.get("href")).path == reverse("help-other-countries")
    assert page().get_element_by_id("countries") is not None


def test_the_page_asks_the_database_once(django_assert_num_queries):
    entered("SE", "AT", "CZ", "EE")
    browser = Client()
    with django_assert_num_queries(1):
        browser.get(HELP, secure=True)


def test_a_code_that_no_language_names_stays_a_code():
    assert (country_name("XX"), country_names(["XX"])) == ("XX", [])


def test_what_is_a_territory_and_no_country_is_not_offered():
    assert {"EU", "UN", "ZZ"}.isdisjoint(code for code, _name in countries())
