"""Each requirement of OWASP ASVS 5.0 to which the counter is held stands in the reference once, with a test that is there."""

import re

import pytest

from tests.architecture.repository import ROOT, table_rows
from tests.architecture.test_promises import NAMED

_ID = re.compile(r"\d+\.\d+\.\d+")
REQUIRED = (
    *("2.3.1", "2.3.2", "2.3.3", "2.3.5", "2.4.1"),
    *("6.1.1", "6.1.3", *(f"6.2.{number}" for number in range(1, 13)), *(f"6.3.{number}" for number in range(1, 9))),
    *("6.4.1", "6.4.3", "6.4.4", "6.4.6", *(f"6.5.{number}" for number in range(1, 7)), "6.6.1", "6.6.2", "6.6.3"),
    *("6.7.1", "6.7.2", "6.8.1", "6.8.2", "6.8.4"),
    *("7.1.1", "7.1.2", "7.1.3", "7.2.1", "7.2.2", "7.2.3", "7.2.4", "7.3.1", "7.3.2"),
    *("7.4.1", "7.4.2", "7.4.3", "7.4.4", "7.4.5", "7.5.1", "7.5.2", "7.5.3", "7.6.1", "7.6.2"),
    *("8.1.1", "8.1.2", "8.2.1", "8.2.2", "8.2.3", "8.3.1", "8.3.2", "8.4.1"),
    *("10.2.1", "10.2.2", "10.5.1", "10.5.2", "10.5.3", "10.5.4"),
    *(*(f"16.2.{number}" for number in range(1, 6)), *(f"16.3.{number}" for number in range(1, 5))),
)
ROWS = [row for row in table_rows(ROOT / "docs" / "reference" / "signing-in.md") if _ID.fullmatch(row[0])]


def test_every_requirement_is_listed_once() -> None:
    assert [row[0] for row in ROWS] == list(REQUIRED)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_requirement_names_tests_that_are_there(row: tuple[str, ...]) -> None:
    named = NAMED.findall(row[-1])
    assert named
    for path, test in named:
        assert re.search(rf"^def {test}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), test
