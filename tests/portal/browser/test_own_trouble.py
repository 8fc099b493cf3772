"""What a page tells of our own trouble, and of waived signatures: read on a phone and in the dark."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import Page as Tab

from channels.configuring.unsigned_sets import waive_signatures
from channels.models import Sender, SenderChannel
from domain.channels import Channel
from evidence.clock import SystemClock
from tests.portal.browser.looking import DESK, PHONE, a_visit, keep_screenshot, read, violations
from tests.portal.browser.pages import Who
from tests.portal.browser.running_portal import LANGUAGES, RunningPortal
from tests.portal.people import People

pytestmark = pytest.mark.django_db
LARGE = b"x" * (4 * 1024**2)
TOLD = {
    "nl": "Niets van wat u net verzond, is bewaard.",
    "fr": "Rien de ce que vous venez d'envoyer n'a été conservé.",
    "de": "Nichts von dem, was Sie gerade gesendet haben, wurde behalten.",
    "en": "Nothing of what you sent just now was kept.",
}


def send_large(tab: Tab, language: str) -> Locator:
    """Send a file that needs room on the disk; return where the answer stands."""
    tab.goto(f"/deliveries/check?language={language}")
    tab.locator("input[type=file]").set_input_files(
        {"name": "large.xml", "mimeType": "text/xml", "buffer": LARGE},
    )
    with tab.expect_navigation() as navigation:
        tab.locator("main form button[type=submit]").click()
    answer = navigation.value
    assert answer is not None
    assert (answer.status, answer.headers["retry-after"]) == (503, "120")
    return tab.locator("main")


LOOKS = {"light": DESK, "dark": PHONE}


@pytest.fixture(scope="module")
def tabs(portal: RunningPortal, browser: Browser, people: People, django_db_blocker) -> Iterator[dict[str, Tab]]:
    """A manager's tabs, at a desk and on a phone in the dark; of a sender of his company signatures are waived."""
    with ExitStack() as visits, django_db_blocker.unblock():
        sender = Sender.objects.get(number="100002")
        SenderChannel.objects.get_or_create(sender=sender, channel=Channel.WEB_SERVICE)
        waive_signatures(sender, actor="operator", at=SystemClock().now())
        yield {
            look: visits.enter_context(
                a_visit(browser, portal, people, Who.MANAGER, color_scheme=look, viewport=size)
            ).new_page()
            for look, size in LOOKS.items()
        }


@pytest.mark.parametrize("look", LOOKS)
def test_a_file_for_which_the_disk_has_no_room_is_told_to_be_our_trouble(
    portal: RunningPortal, tabs: dict[str, Tab], look: str
) -> None:
    room = portal.home / "spool"
    aside = room.rename(portal.home / "spool.aside") if room.exists() else None
    room.write_bytes(b"no folder")
    try:
        for language in LANGUAGES:
            expect(send_large(tabs[look], language)).to_contain_text(TOLD[language])
            keep_screenshot(tabs[look], f"own-trouble-{look}-{language}")
            assert read(tabs[look]).deviations(language) == []
        assert violations(tabs[look]) == []
    finally:
        room.unlink()
        if aside is not None:
            aside.rename(room)


@pytest.mark.parametrize("look", LOOKS)
def test_that_signatures_are_waived_is_read_on_the_page_of_the_sender_and_in_the_list(
    tabs: dict[str, Tab], look: str
) -> None:
    for name, path in (("sender", "/reports/100002"), ("list", "/reports")):
        tabs[look].goto(f"{path}?language=en")
        expect(tabs[look].locator("main")).to_contain_text("waived")
        keep_screenshot(tabs[look], f"waived-{name}-{look}")
        assert read(tabs[look]).deviations("en") == []
        assert violations(tabs[look]) == []
