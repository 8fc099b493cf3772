"""With the keyboard alone: everything is reached, seen and used."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page as Tab

from tests.portal.browser.looking import DESK, a_visit, keep_fresh
from tests.portal.browser.pages import PAGES, Page, Who

pytestmark = pytest.mark.django_db
MOST_STOPS = 80
FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const box = it.getBoundingClientRect(), style = getComputedStyle(it);
  const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
    || style.boxShadow !== 'none' || style.backgroundColor === 'rgb(255, 210, 74)';
  return {what: it.outerHTML.slice(0, 90), marked, seen: box.width > 1 && box.height > 1};
}"""


@pytest.fixture(scope="module")
def tabs(browser, portal, people) -> Iterator[dict[Who, Tab]]:
    visits = {who: a_visit(browser, portal, people, who, viewport=DESK) for who in Who}
    opened = {who: visit.__enter__().new_page() for who, visit in visits.items()}
    keep_fresh()
    yield opened
    for visit in visits.values():
        visit.__exit__(None, None, None)


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_everything_that_can_be_used_is_reached_and_is_seen_to_be(page: Page, tabs) -> None:
    tab = tabs[page.who]
    tab.goto(page.path)
    usable = tab.evaluate(
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]"
        ".filter(e => e.checkVisibility() && !e.disabled && e.type !== 'radio').length"
    )
    reached, unmarked, last = set(), [], None
    for _ in range(MOST_STOPS):
        tab.keyboard.press("Tab")
        focus = tab.evaluate(FOCUS)
        if focus is None:
            continue  # past the end; where a summary of errors took the focus, there is more at the beginning
        key = tab.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)")
        if key == last:
            continue  # a field of a date has several stops inside
        if key in reached:
            break
        last = key
        reached.add(key)
        if not (focus["marked"] and focus["seen"]):
            unmarked.append(focus["what"])
    assert unmarked == []
    assert len(reached) >= usable


def test_the_skip_link_comes_first_and_leads_to_the_content(tabs) -> None:
    tab = tabs[Who.SIGNED_IN]
    tab.goto("/keys")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className").startswith("govuk-skip-link")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main-content"


def test_an_error_summary_takes_the_focus_and_leads_to_its_field(tabs) -> None:
    tab = tabs[Who.NOBODY]
    tab.goto("/help/am-i-registered?language=en")
    tab.get_by_role("button", name="Send").press("Enter")
    tab.wait_for_selector(".govuk-error-summary")
    assert "govuk-error-summary" in tab.evaluate("document.activeElement.className")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "id_family_name"


def test_the_end_of_a_session_is_told_in_a_dialog_that_the_keyboard_answers(browser, portal, people) -> None:
    with a_visit(browser, portal, people, Who.SIGNED_IN, viewport=DESK) as context:
        tab = context.new_page()
        tab.clock.install()
        tab.goto("/help?language=en")
        state = {"seconds_left": 100, "seconds_to_warning": 0, "status": "living"}
        tab.route("**/session", lambda route: route.fulfill(json=state))
        tab.clock.fast_forward("18:30")
        tab.wait_for_selector("#session-dialog[open]")
        assert tab.evaluate("document.activeElement.textContent") == "Stay signed in"
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#session-dialog", state="hidden")
