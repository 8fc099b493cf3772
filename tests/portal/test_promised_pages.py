"""What is promised of whole pages: the sign-in page, what to do before it, a company's first sign-in, files instead of forms."""

from dataclasses import replace
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from auth.desk import KeyDesk
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.assurance import MANDATE_LEVEL, AssuranceLevel, Means
from evidence.clock import SystemClock
from registers.access.entity_accounts import register_account
from registers.access.models import EntityAccount
from tests.portal.conftest import carry
from tests.portal.people import a_person, a_stay, settle_manager
from tests.portal.test_structured_reports import a_visitor
from tests.registers.access.conftest import an_entity

pytestmark = pytest.mark.django_db


def shown(browser: Client, path: str) -> lxml.html.HtmlElement:
    answer = browser.get(path, secure=True, follow=True)
    assert answer.status_code == 200, answer.content
    return lxml.html.fromstring(answer.content.decode())


def links(part: lxml.html.HtmlElement) -> list[str]:
    return [urlsplit(each.get("href")).path for each in part.xpath(".//a[@href]")]


def test_the_sign_in_page_has_two_blocks_and_a_link_to_an_itsme_account(browser: Client, desk: KeyDesk):
    partners, codes = shown(browser, "/sign-in").xpath("//main//section")

    assert "recognised partners" in partners.text_content()
    assert links(partners)[:2] == [reverse("sign-in-eid"), reverse("sign-in-itsme")]
    assert "Create your itsme account" in partners.text_content()
    assert reverse("help-itsme") in links(partners)
    assert "user name + password" in codes.text_content()
    assert links(codes)[:3] == [reverse("sign-in-email"), reverse("sign-in-app"), reverse("sign-in-token")]


def test_the_way_to_itsme_leads_to_the_place_where_an_account_is_made(browser: Client, desk: KeyDesk):
    assert shown(browser, "/help/itsme").xpath("//main//a[starts-with(@href, 'https://www.itsme-id.com')]")


def test_before_signing_in_the_way_leads_to_what_a_card_needs_and_how_it_is_tested(browser: Client, desk: KeyDesk):
    assert reverse("help") in links(shown(browser, "/sign-in"))
    assert reverse("help-cards") in links(shown(browser, "/help"))
    told = shown(browser, "/help/cards").text_content()
    for words in ("card reader", "Install the Web eID extension of your browser", "Test it on the sign-in page"):
        assert words in told
    for words in ("I have forgotten my PIN", "The PIN is wrong", "02 511 51 51"):
        assert words in told


def test_where_the_software_of_cards_is_had_stands_in_the_help_as_the_operator_says(settings):
    told = replace(settings.GUICHET.eid, software_page="https://cards.example/{language}/software")
    settings.GUICHET = replace(settings.GUICHET, eid=told)
    browser = Client(headers={"accept-language": "nl"})

    assert shown(browser, "/help/cards").xpath("//main//a[@href='https://cards.example/nl/software']")
    assert reverse("sign-in-eid") in links(shown(browser, "/help/cards"))


def test_without_such_a_page_the_contact_centre_says_where_it_is_had(browser: Client):
    told = shown(browser, "/help/cards").text_content()

    assert "The contact centre says where to get them: 02 511 51 51." in told


SURE = {
    "eID": (AssuranceLevel.EID, Means.EID),
    "itsme": (AssuranceLevel.ITSME, Means.ITSME),
    "app code": (AssuranceLevel.APP_CODE, Means.TOTP),
}
SERVICES = ("people", "reports", "deliveries", "ebox", "company", "access-declarations", "presences")


@pytest.mark.parametrize(("level", "means"), SURE.values(), ids=SURE)
def test_a_chiefs_first_sign_in_activates_the_account_and_opens_every_service(
    browser: Client, desk: KeyDesk, level, means
):
    person, login = a_person("chief.one")
    entity = an_entity()
    by, now = Actor.legal_representative(), SystemClock().now()
    register_account(entity, chief_id=person.pk, quality=Quality.EMPLOYER, by=by, at=now)
    carry(browser, a_stay(login, level=level, means=means))

    assert "is active. You manage it from now on." in shown(browser, "/home").text_content()
    assert EntityAccount.objects.get().state == "ACTIVE"
    assert [browser.get(reverse(name), secure=True).status_code for name in SERVICES] == [200] * len(SERVICES)
    assert reverse("mandates") in links(shown(browser, "/home"))
    mandates = browser.get(reverse("mandates"), secure=True)
    if level >= MANDATE_LEVEL:
        assert mandates.status_code == 200
    else:  # whoever acts for others proves himself once more, with eID or itsme
        stronger = f"{reverse('step-up')}?level={int(MANDATE_LEVEL)}&next={reverse('mandates')}"
        assert unquote(mandates.headers["Location"]) == stronger
        assert reverse("sign-in-itsme") in links(shown(browser, reverse("mandates")))


def test_who_has_many_declarations_is_told_to_send_them_as_files_and_how(client: Client, desk: KeyDesk):
    visitor = a_visitor(client, settle_manager())
    page = shown(visitor.client, "/reports")

    assert "deliver many declarations as files" in page.text_content()
    assert reverse("reports-new") in links(page)
    assert reverse("deliveries-check") in links(shown(visitor.client, "/deliveries"))


def test_the_page_of_own_keys_leads_to_a_password_and_says_what_to_do_when_it_is_forgotten(
    browser: Client, desk: KeyDesk
):
    _person, login = a_person()
    carry(browser, a_stay(login))

    assert reverse("key-password") in links(shown(browser, "/keys"))
    assert "forgotten" in shown(browser, "/help/password").text_content()
    assert reverse("help-password") in links(shown(browser, "/keys"))
