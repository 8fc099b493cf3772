"""A worker's phone whose connection is slow: what was tapped is asked about only while somebody is there to answer."""

import pytest
from playwright.sync_api import Route, expect

from tests.portal.browser.lines import wait_until
from tests.portal.browser.phones import a_phone, fill, of, people
from tests.portal.checkins.conftest import OTHER_PLACE, a_place

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
POCKETED = """() => {
    Object.defineProperty(document, "hidden", { get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
STANDS_STILL = "(() => { const now = Date.now(); Date.now = () => now; })()"
LONG_AFTERWARDS = "() => { const then = Date.now() + 10_500; Date.now = () => then; }"
"""By the clock of the phone, however slow the machine: more than whoever tapped is asked."""

MEANWHILE = {
    "he still looks": (lambda _tab: None, True),
    "the phone is in his pocket": (lambda tab: tab.evaluate(POCKETED), False),
    "he has waited long": (lambda tab: tab.evaluate(LONG_AFTERWARDS), False),
}


@pytest.fixture(autouse=True)
def place(browser, transactional_db: None) -> None:
    a_place()


@pytest.mark.parametrize(("wait", "is_asked"), MEANWHILE.values(), ids=MEANWHILE)
@pytest.mark.parametrize("slow", ["state", "acts"])
def test_a_slow_answer_asks_about_a_number_only_who_is_still_there(browser, portal, slow, wait, is_asked):
    """The page says at once that it keeps what was tapped: nothing of it is lost for a question that nobody reads.

    What a worker script stands before is not always held back here; that script takes no part in acts.
    """
    with a_phone(browser, portal, service_workers="block") as (context, person_id):
        tab = context.new_page()
        tab.add_init_script(STANDS_STILL)
        tab.goto("/check-in")
        held: list[Route] = []
        context.route(f"**/check-in/{slow}", lambda route: route.continue_() if held else held.append(route))
        fill(tab)
        tab.get_by_label("Number of the work place").fill(OTHER_PLACE)
        tab.get_by_role("button", name="Check in", exact=True).click()
        expect(tab.locator("#kept-acts")).to_contain_text("Kept on this phone")
        wait_until(tab, lambda: held)
        wait(tab)
        held[0].continue_()
        if is_asked:
            expect(tab.locator("[data-told]")).to_contain_text("No work place of this number is known")
            assert of(person_id) == []
        else:
            expect(tab.get_by_role("heading", level=1)).to_have_text("Check-in")
            assert [row.work_place for row in of(person_id)] == [OTHER_PLACE]
