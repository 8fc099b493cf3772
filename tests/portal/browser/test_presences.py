"""The pages of a company's check-ins keep nobody out, at a desk and on a phone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page as Tab

from auth.models import OperatorRole
from domain.access.services import Right, ServiceCode
from domain.checkins.items import CorrectionRequest, DayPresence, Employer, Evidence, PresenceEvent, Worker
from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import ClockingChannel, EventReason, EventType
from domain.environments import Environment
from domain.identifiers import Sex, bis_number
from domain.languages import Language
from registers.access.granting import WantedRight, grant
from registers.access.models import UserAccount
from registers.checkins.intake import take_items
from registers.checkins.models import Presence
from registers.persons.aliases import Aliases
from registers.persons.details import name_person
from registers.persons.numbers import PersonKeys
from tests.portal.browser.looking import (
    AXE_WHEN_ASKED,
    DESK,
    PHONE,
    borrowed,
    is_wider_than_the_screen,
    keep_screenshot,
    listen,
    read,
    violations,
)
from tests.portal.browser.phones import people
from tests.portal.browser.running_portal import LANGUAGES
from tests.portal.checkins.acting import days_acted
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, a_party, a_place
from tests.portal.office import settle_officer
from tests.portal.people import settle_manager, settle_user
from tests.registers.access.conftest import signed_in

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
NAMES = (("Diaz", "Ana"), ("Nowak", "Zofia"), ("Peeters", "Jan"), ("Amrani", "Yasmina"))
NUMBERS = [bis_number(date(1987, 1, 1 + place), Sex.FEMALE, 998) for place in range(len(NAMES))]
"""Of nobody whom the fixtures of a module have settled: those are there until the first test of it ends."""

PATHS = (
    "/presences",
    "/presences/search",
    "/presences/days",
    "/presences/missing",
    "/presences/completeness",
    "/presences/errors",
    "/presences/corrections",
    "/presences/work-places",
    f"/presences/work-places/{PLACE}",
    f"/presences/work-places/{PLACE}/live",
    f"/presences/work-places/{PLACE}/qr",
    "/presences/means",
)

DRAFT = ("", "/evidence", "/withdraw")
LEAST_CONTRAST = 4.5
CONTRAST = """(words) => {
  const read = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [red, green, blue] = read(colour).map((part) => part / 255).map((part) =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  let behind = words;
  while (read(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const lights = [light(getComputedStyle(words).color), light(getComputedStyle(behind).backgroundColor)];
  return Math.max(...lights) / Math.min(...lights);
}"""
"""Of words with what lies behind them; axe-core leaves it open where a link is spread over its surroundings, as here."""

LOOKS = [("desk", {"viewport": DESK}), ("phone", {"viewport": PHONE, "color_scheme": "dark"})]


def settle_staff(portal) -> int:
    """Let four people have checked in for the company, the last of them on a break now, and return a registration."""
    aliases = Aliases(PersonKeys.read(portal.home / "keys" / "persons.json"), environment=Environment.PRODUCTION)
    now = datetime.now(UTC).replace(microsecond=0)
    for place, (number, (family_name, first_name)) in enumerate(zip(NUMBERS, NAMES, strict=True)):
        act = PresenceEvent(
            at=now - timedelta(hours=2, minutes=place),
            type=EventType.IN,
            worker=Worker(inss=number),
            employer=Employer(enterprise_number=COMPANY),
            work_place_id=PLACE,
        )
        person_id = aliases.find_or_create({act.worker}, at=now)[act.worker].person_id
        name_person(
            person_id, family_name=family_name, first_name=first_name, language=Language.NL, actor="test", at=now
        )
        by = Declarant(Environment.PRODUCTION, ClockingChannel.PORTAL, person_id=person_id)
        take_items([act], by=by, received_at=now, at=now, aliases=aliases, limits=CheckInLimits())
    left = replace(act, at=now - timedelta(minutes=5), type=EventType.OUT, reason=EventReason.BREAK)
    take_items([left], by=by, received_at=now, at=now, aliases=aliases, limits=CheckInLimits())
    return Presence.objects.filter(employer=COMPANY).order_by("number")[0].number


def settle_day(portal) -> int:
    """Let the company have registered one of them for today where days are registered, and return the registration."""
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    aliases = Aliases(PersonKeys.read(portal.home / "keys" / "persons.json"), environment=Environment.PRODUCTION)
    now, worker = datetime.now(UTC), Worker(inss=NUMBERS[0])
    day = DayPresence(worker, Employer(enterprise_number=COMPANY), OTHER_PLACE)
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)
    (taken,) = take_items([day], by=by, received_at=now, at=now, aliases=aliases, limits=CheckInLimits())
    return int(taken.registration.id)


def ask_for_a_correction(portal, number: int) -> str:
    """Announce a document that is still to be handed in."""
    aliases = Aliases(PersonKeys.read(portal.home / "keys" / "persons.json"), environment=Environment.PRODUCTION)
    now = datetime.now(UTC)
    item = CorrectionRequest(
        number,
        None,
        "The badge reader was an hour slow.",
        corrected_at=now - timedelta(hours=3),
        evidence=(Evidence("badge-log.pdf", "9f" * 32),),
    )
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)
    (taken,) = take_items([item], by=by, received_at=now, at=now, aliases=aliases, limits=CheckInLimits())
    return str(taken.correction_id)


def settle_employer(company: str = COMPANY):
    manager = settle_manager(company=company, user_name="an.other")
    user = settle_user(manager, user_name="bo.other")
    account = UserAccount.objects.get(person_id=user.person_id, entity_id=manager.entity_id)
    wanted = WantedRight(ServiceCode.CHECK_INS, Right.DECLARE)
    grant(account.pk, wanted, by=signed_in(manager.company.chief), at=datetime.now(UTC))
    return user


@pytest.mark.parametrize(("name", "looks"), LOOKS, ids=["desk", "phone"])
def test_the_pages_of_a_company_keep_nobody_out(browser, portal, transactional_db, name, looks):
    site = a_place()
    a_party(site, COMPANY, "CONTRACTOR")
    number, employer = settle_staff(portal), settle_employer()
    day = settle_day(portal)
    draft = f"/presences/corrections/{ask_for_a_correction(portal, number)}"
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True, locale="en-GB", **looks)
    cookie = {"name": "__Host-session", "value": employer.cookie, "url": portal.url, "secure": True, "httpOnly": True}
    context.add_cookies([cookie])
    context.add_init_script(AXE_WHEN_ASKED)
    tab = context.new_page()
    complaints = listen(tab)
    found = {}
    for path in (
        *PATHS,
        f"/presences/{number}",
        f"/presences/{number}/correction",
        f"/presences/{day}",
        f"/presences/{day}/cancellation",
        *(f"{draft}{page}" for page in DRAFT),
    ):
        answer = tab.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        keep_screenshot(tab, f"{path.strip('/').replace('/', '-').replace(draft[-19:], 'draft')}-staff-{name}")
        found[path] = [*violations(tab), *(["wider than the screen"] if is_wider_than_the_screen(tab) else [])]
    tab.goto("/presences/search")
    tab.get_by_label("Registered, with remarks").check()
    tab.get_by_role("button", name="Add a period").click()
    tab.get_by_label("From").nth(1).fill("2026-11-02")
    for more in ("More criteria", "Remarks"):
        tab.locator("summary", has_text=more).click()
    keep_screenshot(tab, f"presences-criteria-staff-{name}")
    found["criteria"] = [*violations(tab), *(["wider than the screen"] if is_wider_than_the_screen(tab) else [])]
    assert tab.get_by_label("Registered, with remarks").is_checked()
    tab.get_by_role("button", name="Search").click()
    tab.get_by_role("link", name="Give the last day.").wait_for()
    context.close()
    assert {path: each for path, each in found.items() if each} == {}
    assert complaints == []


CLIENT = "0448181966"


@pytest.mark.parametrize(("name", "looks"), LOOKS, ids=["desk", "phone"])
def test_a_client_reads_numbers_without_hindrance(browser, portal, transactional_db, name, looks):
    site = a_place()
    a_party(site, "0400767772", "SUBCONTRACTOR", a_party(site, COMPANY, "CONTRACTOR"))
    a_party(site, CLIENT, "CLIENT")
    settle_staff(portal)
    client = settle_employer(CLIENT)
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True, locale="en-GB", **looks)
    cookie = {"name": "__Host-session", "value": client.cookie, "url": portal.url, "secure": True, "httpOnly": True}
    context.add_cookies([cookie])
    context.add_init_script(AXE_WHEN_ASKED)
    tab = context.new_page()
    complaints, found = listen(tab), {}
    for path in ("/presences", "/presences/work-places", f"/presences/work-places/{PLACE}"):
        tab.goto(path)
        keep_screenshot(tab, f"{path.strip('/').replace('/', '-')}-client-{name}")
        found[path] = [*violations(tab), *(["wider than the screen"] if is_wider_than_the_screen(tab) else [])]
    assert "Diaz" not in tab.inner_text("main")
    context.close()
    assert {path: each for path, each in found.items() if each} == {}
    assert complaints == []


def tab_speaks(tab: Tab, page: str) -> list[str]:
    """Return what is said in another language than the one asked for, on a page that a signed search leads to."""
    said = {}
    for language in LANGUAGES:
        tab.goto(f"{page}&language={language}")
        said[language] = read(tab)
    wrong = [f"{language}: is in {each.language}" for language, each in said.items() if each.language != language]
    return [*wrong, *borrowed({language: each.sentences for language, each in said.items()})]


@pytest.mark.parametrize(("name", "looks"), LOOKS, ids=["desk", "phone"])
def test_an_inspector_searches_and_looks_without_hindrance(browser, portal, transactional_db, name, looks):
    a_party(a_place(), COMPANY, "CONTRACTOR")
    number = settle_staff(portal)
    ask_for_a_correction(portal, number)
    inspector = settle_officer(OperatorRole.INSPECTOR, user_name="eva.inspector")
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True, locale="en-GB", **looks)
    cookie = {"name": "__Host-session", "value": inspector.cookie, "url": portal.url, "secure": True, "httpOnly": True}
    context.add_cookies([cookie])
    context.add_init_script(AXE_WHEN_ASKED)
    tab = context.new_page()
    complaints, found = listen(tab), {}

    def judge(page: str) -> None:
        keep_screenshot(tab, f"inspection-{page}-{name}")
        found[page] = [*violations(tab), *(["wider than the screen"] if is_wider_than_the_screen(tab) else [])]

    tab.goto("/inspection")
    tab.get_by_role("button", name="Search").click()
    tab.get_by_role("link", name="Say why you look.").wait_for()
    judge("refused")
    tab.get_by_label("Reason").fill("Visit at the gate, report 17")
    tab.get_by_label("From", exact=True).fill(days_acted()["first"])
    tab.get_by_label("Number of the work place").fill(PLACE)
    tab.get_by_role("button", name="Search").click()
    tab.get_by_text("Registrations: 5").wait_for()
    judge("found")
    address = tab.url
    tab.get_by_role("row").nth(1).get_by_role("link").click()
    tab.get_by_text("Receipt number").wait_for()
    judge("one")
    one = tab.url
    tab.goto(address)
    tab.get_by_role("button", name="Who is there now").click()
    tab.get_by_text("4 people at").wait_for()
    judge("on-site")
    spoken = {page: tab_speaks(tab, page) for page in (address, one, tab.url)} if name == "desk" else {}
    context.close()
    assert {page: each for page, each in spoken.items() if each} == {}
    assert {page: each for page, each in found.items() if each} == {}
    assert complaints == []


@pytest.mark.parametrize(("name", "looks"), LOOKS, ids=["desk", "phone"])
def test_the_number_of_the_page_that_is_shown_can_be_read_whatever_points_at_it(
    browser, portal, transactional_db, name, looks
):
    for number in range(60):
        a_place(f"1Y1003TST{number:02}7Z")
    employer = settle_employer()
    context = browser.new_context(base_url=portal.url, ignore_https_errors=True, locale="en-GB", **looks)
    cookie = {"name": "__Host-session", "value": employer.cookie, "url": portal.url, "secure": True, "httpOnly": True}
    context.add_cookies([cookie])
    context.add_init_script(AXE_WHEN_ASKED)
    tab = context.new_page()
    tab.goto("/presences/work-places?page=2")
    current, contrasts = tab.get_by_role("link", name="Page 2"), {}
    contrasts["alone"] = current.evaluate(CONTRAST)
    current.hover()
    contrasts["pointed at"] = current.evaluate(CONTRAST)
    current.focus()
    contrasts["chosen"] = current.evaluate(CONTRAST)
    keep_screenshot(tab, f"pages-of-a-list-{name}")
    assert {state: contrast for state, contrast in contrasts.items() if contrast < LEAST_CONTRAST} == {}
    context.close()
