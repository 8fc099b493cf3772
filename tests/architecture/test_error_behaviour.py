"""Every situation in which a page refuses something names the tests that show how, and they are there."""

import re

import pytest

from tests.architecture.repository import ROOT, table_rows
from tests.architecture.test_promises import NAMED

ROWS = [row for row in table_rows(ROOT / "docs" / "reference" / "error-behaviour.md") if row[0].isdecimal()]


def test_every_situation_is_listed_once() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 12))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_situation_names_tests_that_are_there(row: tuple[str, ...]) -> None:
    named = NAMED.findall(row[-1])
    assert named
    for path, test in named:
        assert re.search(rf"^def {test}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), test
