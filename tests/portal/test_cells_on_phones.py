"""A cell of a list on a phone is a table of its own: Chromium draws no space that stands in it between two elements."""

import re

from tests.architecture.repository import ROOT

CELL = re.compile(r"<(td|th)\b[^>]*\bdata-column=(?:\"[^\"]*\"|'[^']*')[^>]*>(.*?)</\1>", re.DOTALL)
APART = re.compile(
    r"(?:</(?:a|code|span|strong|time)>|\{% tag [^%]*%\})(?:\{%[^%]*%\})*\s+(?:\{% tag |<(?:a|code|span|strong|time)\b)"
)
TOGETHER = ("<span>", "<div")


def test_elements_that_a_space_parts_stand_together_in_one() -> None:
    touching = [
        (path.name, found.group(0))
        for path in sorted((ROOT / "portal" / "templates").rglob("*.html"))
        for _tag, cell in CELL.findall(path.read_text(encoding="utf-8"))
        if not cell.lstrip().startswith(TOGETHER) and (found := APART.search(cell))
    ]
    assert touching == []
