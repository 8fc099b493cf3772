"""What the reference says of roles is what the code decides, and each rule names its check, its constraint and its test."""

import re

import pytest

from domain.access.roles import Appointee, Appointer, may_appoint
from tests.architecture.repository import ROOT, table_rows

ROLES = ROOT / "docs" / "reference" / "roles.md"
TESTS = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
CODE = re.compile(r"`([\w/.]+)`")
PAIRS = [row for row in table_rows(ROLES) if row[0].strip("`") in set(Appointer)]
RULES = [row for row in table_rows(ROLES) if len(row) == 4 and row[1].startswith("`")]
IN_THE_DATABASE = "".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "registers" / "access" / "migrations").glob("0*.py"))
)


def test_the_reference_has_every_pair_of_the_table():
    said = {
        (Appointer(row[0].strip("`")), appointee): cell == "yes"
        for row in PAIRS
        for appointee, cell in zip(Appointee, row[1:], strict=True)
    }
    assert said == {(one, other): may_appoint(one, other) for one in Appointer for other in Appointee}


def test_every_test_that_is_named_is_there():
    named = TESTS.findall(ROLES.read_text(encoding="utf-8"))
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not re.search(rf"^def {test}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert (missing, len(named) > len(RULES)) == ([], True)


@pytest.mark.parametrize("row", RULES, ids=[row[0] for row in RULES])
def test_every_rule_names_its_check_its_constraints_and_its_tests(row: tuple[str, ...]):
    _rule, check, constraints, tests = row
    assert (ROOT / check.strip("`")).is_file()
    unknown = [name for name in CODE.findall(constraints) if not re.search(rf"\b{name}\b", IN_THE_DATABASE)]
    assert unknown == []
    assert TESTS.search(tests)
