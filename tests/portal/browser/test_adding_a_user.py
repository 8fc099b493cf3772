"""An access manager creates a user as the seed tells it: sign in, choose the quality, menu users, add user, choose services."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from registers.access.models import Grant, UserAccount
from tests.portal.browser.looking import a_visit, keep_screenshot
from tests.portal.browser.pages import Who
from tests.portal.browser.running_portal import RunningPortal
from tests.portal.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def tab(portal: RunningPortal, browser: Browser, people: People, django_db_blocker) -> Iterator[Tab]:
    with django_db_blocker.unblock():
        visit = a_visit(browser, portal, people, Who.MANAGER, locale="en")
        context = visit.__enter__()
    yield context.new_page()
    visit.__exit__(None, None, None)


def test_a_user_is_created_from_quality_to_services(tab: Tab) -> None:
    tab.goto("/context?language=en")
    tab.get_by_role("listitem").filter(has_text="0412345614").get_by_role("button").click()
    expect(tab).to_have_url(re.compile("/home$"))
    tab.get_by_role("link", name="People and rights", exact=True).first.click()
    tab.get_by_role("button", name="Add a user").click()
    for label, said in (
        ("First name", "Jo"),
        ("Family name", "Wouters"),
        ("E-mail address", "jo@example.be"),
        ("Mobile number", "+32470123457"),
    ):
        tab.get_by_label(label).fill(said)
    tab.get_by_label("I declare that this person is employed").check()
    tab.locator("main form button[type=submit]").click()
    expect(tab.get_by_role("heading", name="Jo Wouters")).to_be_visible()
    tab.get_by_role("button", name="Give and take rights").click()
    tab.get_by_role("group", name="Dimona declarations").get_by_label("Consult").first.check()
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("The rights are saved.")).to_be_visible()
    keep_screenshot(tab, "adding-a-user")

    user = UserAccount.objects.latest("pk")
    assert (user.state, user.quality) == ("INVITED", "EMPLOYER")
    assert list(Grant.objects.filter(account=user).values_list("service", flat=True)) == ["DIMONA"]
