"""A file that is too large is told when it is chosen; without scripts the answer says the limit and leads back."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.portal.browser.looking import a_visit, keep_screenshot
from tests.portal.browser.pages import Who
from tests.portal.browser.running_portal import RunningPortal
from tests.portal.people import People

pytestmark = pytest.mark.django_db
CHECK = "/deliveries/check?language=en"
BUTTON = "main form button[type=submit]"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that is larger than any page takes; it takes no room on the disk."""
    path = tmp_path_factory.mktemp("large") / "large.xml"
    with path.open("wb") as file:
        file.truncate(40 * 1024**2)
    return path


@pytest.fixture(scope="module")
def tabs(portal: RunningPortal, browser: Browser, people: People, django_db_blocker) -> Iterator[dict[bool, Tab]]:
    """A manager's tabs with scripts and without."""
    with ExitStack() as visits, django_db_blocker.unblock():
        yield {
            scripts: visits.enter_context(
                a_visit(browser, portal, people, Who.MANAGER, java_script_enabled=scripts)
            ).new_page()
            for scripts in (True, False)
        }


def test_a_file_that_is_too_large_is_told_when_it_is_chosen_and_is_not_sent(tabs: dict[bool, Tab], large: Path) -> None:
    tab, sent = tabs[True], []
    tab.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    tab.goto(CHECK)
    chosen = tab.locator("input[type=file]")
    chosen.set_input_files(large)
    told = tab.get_by_role("alert").filter(has_text="The file is larger than 5\xa0MB. Choose a smaller one.")
    expect(told).to_be_visible()
    keep_screenshot(tab, "too-large-chosen")
    tab.locator(BUTTON).click()
    expect(told).to_be_visible()
    chosen.set_input_files({"name": "small.xml", "mimeType": "text/xml", "buffer": b"<a/>"})

    expect(told).to_have_count(0)
    assert sent == []


def test_without_scripts_the_answer_says_the_limit_and_leads_back(tabs: dict[bool, Tab], large: Path) -> None:
    tab = tabs[False]
    tab.goto(CHECK)
    tab.locator("input[type=file]").set_input_files(large)
    tab.locator(BUTTON).click()
    expect(tab.get_by_text("This page takes a file of 5\xa0MB at most.")).to_be_visible()
    keep_screenshot(tab, "too-large-sent")
    tab.get_by_role("link", name="Back, to choose a smaller file").click()

    expect(tab.get_by_role("heading", name="Check a file")).to_be_visible()
