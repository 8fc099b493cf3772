"""The reference lists every page as the code declares it; pages of which the specification speaks are as it says."""

import re

import pytest

from auth.models import OperatorRole
from auth.operators import ROLE_LEVELS
from domain.assurance import AssuranceLevel
from portal.pages.routing import Context, Counting, Freshness, PageRule, declared
from tests.architecture.repository import ROOT, table_rows
from tests.architecture.test_pages import routes

CODE = re.compile(r"`([\w-]+)`")
NOBODY_IN_PARTICULAR = "-"
NO_ACTIVITY = "is no activity"
OFFICERS = "officers: "
CONTEXTS = {
    "oneself": Context.NOT_NEEDED,
    "oneself or a company": Context.STILL_OPEN,
    "a company": Context.REQUIRED,
}
PROOFS = {"of the stay": Freshness.OF_THIS_STAY, "recent": Freshness.RECENT}

SPECIFIED: dict[str, tuple[int, Freshness | None, tuple[str, ...]]] = {
    "§2.2 manage extra qualities": (400, None, ("company-quality-add", "company-quality-end")),
    "§2.2, §4.4 disable password login": (400, Freshness.RECENT, ("company-password-off", "company-password-on")),
    "§2.2 create, block, unblock and delete users, reset passwords": (
        400,
        None,
        ("people", "people-add", "people-user", "people-step", "people-invite", "people-password"),
    ),
    "§2.2 grant and revoke service rights": (
        400,
        None,
        ("people-rights", "people-right-confirm", "people-right-refuse"),
    ),
    "§2.2 batch configuration": (
        400,
        None,
        ("reports", "reports-new-technical-user", "report-sender", "report-channels", "report-services"),
    ),
    "§2.2, §4.2 the company's e-Box, and the routing of its tasks": (
        400,
        None,
        ("ebox", "ebox-document", "ebox-attachment", "ebox-parameters", "ebox-routes"),
    ),
    "§2.2 export access register and audit log": (450, None, ("people-register", "people-events")),
    "§3.2 accept an appointment": (400, Freshness.RECENT, ("own-appointment-accept",)),
    "§3.7 registration officer": (
        500,
        None,
        (
            *("registration-begin", "registration-case", "registration-keys", "registration-close"),
            *("registration-questions", "registration-question", "registration-number"),
        ),
    ),
    "§4.2 remaining hours and attestation": (200, None, ("student", "student-attestation")),
    "§4.2 employers, wage, contract details": (
        300,
        None,
        ("student-calendar", "student-calendar-file", "student-period", "student-hours", "student-looks"),
    ),
    "§4.2 check-in service": (350, None, ("check-in", "check-in-at", "check-in-acts", "own-checkins", "own-checkin")),
    "§4.2 company portal": (400, None, ("company", "deliveries", "deliveries-check", "presences", "student-code")),
    "§4.2 mandates": (450, None, ("mandates", "mandate-offer", "mandate-step")),
    "§4.2 the citizen's e-Box": (
        300,
        None,
        ("own-ebox", "own-ebox-document", "own-ebox-address", "own-ebox-attachment"),
    ),
    "§4.3 the address of letters about keys": (400, None, ("key-notices", "key-notices-code")),
    "§4.4 appointments": (
        400,
        Freshness.RECENT,
        ("people-appoint", "people-manager", "people-take-up", "people-resign"),
    ),
    "§4.4 certificate upload": (400, Freshness.RECENT, ("report-certificates", "report-ftp-certificates")),
    "§4.4 keys": (
        400,
        Freshness.RECENT,
        ("report-ssh-keys", "report-web-new", "report-web-key-new", "people-add", "people-invite", "people-password"),
    ),
    "§4.4 sender activation": (400, Freshness.RECENT, ("report-activate", "report-resume")),
    "§8.3 confirm what a file declared": (400, Freshness.RECENT, ("access-declaration-step", "access-file-step")),
    "§8.3 let a sender declare access": (400, Freshness.RECENT, ("report-access-step",)),
}
"""What the specification says of access and login: the level from which on, and whether the proof must be recent."""

ROWS = [row for row in table_rows(ROOT / "docs" / "reference" / "pages.md") if CODE.search(row[-1])]


def written(row: list[str]) -> PageRule:
    """Return the rule that a row of the reference writes down."""
    title, who, level, proof = row[:4]
    if level == NOBODY_IN_PARTICULAR:
        assert (who, proof) == ("everybody", NOBODY_IN_PARTICULAR)
        return PageRule(None)
    context = Context.NOT_NEEDED if who.startswith(OFFICERS) else CONTEXTS[who]
    counting = Counting.NOT_AT_ALL if NO_ACTIVITY in title else Counting.AS_ACTIVITY
    return PageRule(AssuranceLevel(int(level)), PROOFS[proof], context, counting)


def officers_of(row: list[str]) -> frozenset[OperatorRole]:
    """Return the roles to which the pages of a row open."""
    return frozenset(map(OperatorRole, CODE.findall(row[1])))


WRITTEN = {name: written(row) for row in ROWS for name in CODE.findall(row[-1])}
OF_OFFICERS = {name: officers_of(row) for row in ROWS if row[1].startswith(OFFICERS) for name in CODE.findall(row[-1])}


def test_every_page_is_written_down_once():
    listed = [name for row in ROWS for name in CODE.findall(row[-1])]
    assert sorted(listed) == sorted(str(route.name) for route in routes())


def test_every_page_declares_what_is_written_down():
    found = {str(route.name): declared(route.callback) for route in routes()}
    assert {name: (found[name], rule) for name, rule in WRITTEN.items() if found[name] != rule} == {}


@pytest.mark.parametrize("said", SPECIFIED)
def test_what_is_written_down_is_what_the_specification_says(said: str):
    level, freshness, names = SPECIFIED[said]
    of_each = {name: (WRITTEN[name].level, WRITTEN[name].freshness) for name in names}
    assert of_each == {name: (level, freshness or found) for name, (_level, found) in of_each.items()}


def test_every_page_of_a_company_needs_its_level():
    assert {
        name for name, rule in WRITTEN.items() if rule.context is Context.REQUIRED and (rule.level or 0) < 400
    } == set()


def test_officers_pages_open_from_the_lowest_level_of_their_roles():
    assert {name: WRITTEN[name].level for name in OF_OFFICERS} == {
        name: min(ROLE_LEVELS[role] for role in roles) for name, roles in OF_OFFICERS.items()
    }
