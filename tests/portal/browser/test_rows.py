"""What stands in a row keeps to it: buttons, whether they lead on or send a form, and header and menu in each language."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload
from playwright.sync_api import Page as Tab

from tests.portal.browser.looking import DESK, PHONE, a_visit
from tests.portal.browser.pages import Who
from tests.portal.browser.running_portal import LANGUAGES

pytestmark = pytest.mark.django_db
FALLS_OUT = """() => [...document.querySelectorAll('td[data-column]')].filter(cell => {
  const words = document.createRange(), box = cell.getBoundingClientRect();
  words.selectNodeContents(cell);
  return [...words.getClientRects()].some(part => part.left < box.left + box.width / 3);
}).map(cell => cell.innerText)"""
"""The cells whose words stand below the name of their column, not beside it."""


@pytest.fixture(scope="module")
def tab(browser, portal, people) -> Iterator[Tab]:
    with a_visit(browser, portal, people, Who.MANAGER) as visit:
        yield visit.new_page()


def boxes(tab: Tab) -> list[dict[str, float]]:
    tab.goto("/ebox/100001?language=en")
    found = [button.bounding_box() for button in tab.locator(".govuk-button-group .govuk-button").all()]
    return [dict(box) for box in found if box is not None]


def test_on_a_desk_the_buttons_of_a_document_stand_at_one_height(tab: Tab) -> None:
    tab.set_viewport_size(DESK)
    found = boxes(tab)

    assert len(found) == 3
    assert len({(box["y"], box["height"]) for box in found}) == 1


def test_on_a_phone_they_are_as_wide_as_each_other(tab: Tab) -> None:
    tab.set_viewport_size(PHONE)
    assert len({(box["x"], box["width"]) for box in boxes(tab)}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", [".counter-header__link", ".govuk-service-navigation__link"])
def test_on_a_desk_header_and_menu_keep_to_a_line_each(tab: Tab, language: str, row: str) -> None:
    tab.set_viewport_size(DESK)
    tab.goto(f"/home?language={language}")
    found = [link.bounding_box() for link in tab.locator(f"{row}:visible").all()]
    heights = [box["y"] for box in found if box is not None]

    assert len(heights) > 5
    assert max(heights) - min(heights) < 10


def test_on_a_phone_what_a_cell_holds_stands_beside_the_name_of_its_column(tab: Tab) -> None:
    tab.set_viewport_size(PHONE)
    tab.goto("/deliveries/check?language=en")
    file = FilePayload(name="bad.xml", mimeType="text/xml", buffer=b"<Dimona/>")
    tab.locator("input[type=file]").set_input_files(file)
    tab.get_by_role("button", name="Check", exact=True).click()
    tab.get_by_text("refuses").wait_for()
    tab.wait_for_load_state()

    assert tab.evaluate(FALLS_OUT) == []
