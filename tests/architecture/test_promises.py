"""Every promise to users stands in the list once, and the tests that show it are there."""

import re

import pytest

from tests.architecture.repository import ROOT, table_rows

PROMISES = ROOT / "docs" / "reference" / "promises.md"
LAST = 48
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def shown() -> list[tuple[str, str]]:
    return [
        (number, cell)
        for number, _promise, cell in (row for row in table_rows(PROMISES) if row[0].isdecimal())
        if cell != "-"
    ]


def test_every_promise_is_listed_once() -> None:
    assert [int(row[0]) for row in table_rows(PROMISES) if row[0].isdecimal()] == list(range(1, LAST + 1))


@pytest.mark.parametrize(("number", "cell"), shown(), ids=[number for number, _ in shown()])
def test_a_promise_that_is_kept_names_a_test_that_is_there(number: str, cell: str) -> None:
    named = NAMED.findall(cell)
    assert named, f"{number} names no test"
    for path, test in named:
        assert re.search(rf"^def {test}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), test
