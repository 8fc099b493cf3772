"""Long lists with scripts: searching and sorting change the list alone, and a row leads to its page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.portal.browser.looking import DESK, a_visit
from tests.portal.browser.pages import Who

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def tab(browser, portal, people) -> Iterator[Tab]:
    with a_visit(browser, portal, people, Who.MANAGER, viewport=DESK) as visit:
        yield visit.new_page()


def test_a_row_leads_to_its_page_whole(tab: Tab) -> None:
    tab.goto("/reports?language=en")
    tab.get_by_role("link", name="100002").click()
    expect(tab.get_by_role("heading", level=1, name="Sender 100002")).to_be_visible()
    expect(tab.get_by_role("link", name="Choose the channels")).to_be_visible()


def test_a_search_changes_the_list_and_a_found_row_leads_on(tab: Tab) -> None:
    tab.goto("/reports?language=en")
    tab.get_by_label("Search").fill("Claes")
    tab.get_by_role("button", name="Search").click()
    expect(tab.get_by_role("link", name="100001")).to_have_count(0)
    tab.get_by_role("link", name="100002").click()
    expect(tab.get_by_role("heading", level=1, name="Sender 100002")).to_be_visible()


def test_a_head_sorts_the_list_in_its_place(tab: Tab) -> None:
    tab.goto("/reports?language=en")
    tab.get_by_role("link", name="Technical user").click()
    expect(tab.locator("tbody tr").first).to_contain_text("Jan Peeters")
    expect(tab.get_by_role("heading", level=1, name="Structured reports")).to_be_visible()
