"""A name with a word longer than a phone is wide breaks, wherever it stands, and no page grows wider than the phone."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from domain.checkins.limits import CheckInLimits
from registers.access.models import Entity
from registers.checkins.upkeep import find_missing_outs
from tests.portal.browser.looking import is_wider_than_the_screen, keep_screenshot
from tests.portal.browser.phones import a_phone, people
from tests.portal.browser.test_forgotten_check_outs import BRING
from tests.portal.browser.test_presences import settle_employer
from tests.portal.checkins.acting import ago, kept
from tests.portal.checkins.conftest import COMPANY, PLACE, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Gebouwenonderhoudsmaatschappij Vlaanderen"
WIDTHS = (390, 320)


@pytest.fixture
def employer(transactional_db: None):
    """A user of a company of that name, where people work."""
    a_place()
    user = settle_employer()
    Entity.objects.filter(company_number=COMPANY).update(name=NAME)
    return user


@pytest.mark.parametrize("width", WIDTHS)
def test_a_missing_check_out_for_a_company_of_a_long_name_fits_the_phone(browser, portal, employer, width):
    with a_phone(browser, portal, viewport={"width": width, "height": 844}) as (context, _person_id):
        tab = context.new_page()
        tab.goto("/check-in")
        assert tab.evaluate(BRING, kept(at=ago(hours=17))) == 200
        find_missing_outs(limits=CheckInLimits(), at=datetime.now(UTC))
        paths = {
            "check-in": "/check-in",
            "scanned": f"/check-in/at/{PLACE}",
            "elsewhere": "/check-in?elsewhere=1",
            "mine": "/check-in/mine",
        }
        for place, path in paths.items():
            tab.goto(path)
            expect(tab.locator(".counter-heeds__item")).to_contain_text(NAME)
            keep_screenshot(tab, f"long-name-{place}-{width}")
            assert not is_wider_than_the_screen(tab), path


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_a_company_of_a_long_name_fit_the_phone(browser, portal, employer, width):
    context = browser.new_context(
        base_url=portal.url, ignore_https_errors=True, locale="en-GB", viewport={"width": width, "height": 844}
    )
    cookie = {"name": "__Host-session", "value": employer.cookie, "url": portal.url, "secure": True, "httpOnly": True}
    context.add_cookies([cookie])
    tab = context.new_page()
    for place, path in {"overview": "/presences", "search": "/presences/search"}.items():
        tab.goto(path)
        expect(tab.locator(".counter-context__name")).to_have_text(NAME)
        keep_screenshot(tab, f"long-name-company-{place}-{width}")
        assert not is_wider_than_the_screen(tab), path
    context.close()
