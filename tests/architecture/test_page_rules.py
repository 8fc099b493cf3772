"""The reference lists every page as the code declares it; pages of which access and login speaks are as it says."""

import re

import pytest

from auth.models import OperatorRole
from auth.operators import ROLE_LEVELS
from domain.assurance import AssuranceLevel
from portal.pages.routing import Context, Counting, Freshness, PageRule, declared
from tests.architecture.repository import ROOT, table_rows
from tests.architecture.specified_pages import SPECIFIED, Said, paragraphs_in
from tests.architecture.test_pages import routes

CODE = re.compile(r"`([\w-]+)`")
NOBODY_IN_PARTICULAR = "-"
NOT_SAID = "-"
NO_ACTIVITY = "is no activity"
OFFICERS = "officers: "
CONTEXTS = {
    "oneself": Context.NOT_NEEDED,
    "oneself or a company": Context.STILL_OPEN,
    "a company": Context.REQUIRED,
}
PROOFS = {"of the stay": Freshness.OF_THIS_STAY, "recent": Freshness.RECENT}

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


@pytest.mark.parametrize("said", SPECIFIED, ids=lambda said: said.words)
def test_what_is_written_down_is_what_the_specification_says(said: Said):
    of_each = {name: (WRITTEN[name].level, WRITTEN[name].freshness) for name in said.names}
    assert of_each == {name: (said.level, said.freshness or found) for name, (_level, found) in of_each.items()}


def test_the_specification_speaks_of_no_page_twice():
    names = [name for said in SPECIFIED for name in said.names]
    assert sorted(names) == sorted(set(names))


def test_every_row_names_the_paragraphs_that_speak_of_its_pages():
    of_page = {name: said.paragraphs for said in SPECIFIED for name in said.names}
    cited = {row[0]: paragraphs_in(row[4]) for row in ROWS}
    found = {row[0]: frozenset().union(*(of_page.get(name, ()) for name in CODE.findall(row[-1]))) for row in ROWS}
    assert cited == found


def test_a_row_that_names_a_paragraph_has_no_page_of_which_none_speaks():
    spoken_of = {name for said in SPECIFIED for name in said.names}
    cited = {name for row in ROWS if row[4] != NOT_SAID for name in CODE.findall(row[-1])}
    assert cited == spoken_of


def test_every_page_of_a_company_needs_its_level():
    assert {
        name for name, rule in WRITTEN.items() if rule.context is Context.REQUIRED and (rule.level or 0) < 400
    } == set()


def test_officers_pages_open_from_the_lowest_level_of_their_roles():
    assert {name: WRITTEN[name].level for name in OF_OFFICERS} == {
        name: min(ROLE_LEVELS[role] for role in roles) for name, roles in OF_OFFICERS.items()
    }
