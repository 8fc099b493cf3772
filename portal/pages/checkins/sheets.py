"""Write rows as CSV that opens as words in every spreadsheet, never as formulas."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import BinaryIO

from portal.pages.checkins.cells import Cell, written
from portal.spool import spooled

CSV_TYPE = "text/csv; charset=utf-8"
_REMEMBERED = 4096
"""How many words of a file are not looked at anew each time: names, places and states come again and again."""
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full width, on purpose
_FORMULA_WITHIN = re.compile("([,;\t\r\n][ \xa0\"']*)([=+@＝＋－＠-])")  # noqa: RUF001 - full width, on purpose
"""What would begin one where a spreadsheet separates by another sign than ours."""


def harmless(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: what begins like one gets an apostrophe before it.

    So does a part of it behind a comma, semicolon, tab or line break.
    """
    parted = _FORMULA_WITHIN.sub(r"\1'\2", text)
    return f"'{parted}" if parted.lstrip(" \xa0").startswith(_BEGINS_A_FORMULA) else parted


def render_csv(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> BinaryIO:
    """Return the rows as CSV: UTF-8 with its mark, every value quoted, separated by semicolons as spreadsheets here read.

    A large file lies on disk until it is closed, and in memory never more than a part of it.
    """
    told = _telling()
    with spooled() as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(map(told, titles))
        for row in rows:
            writer.writerow(map(told, row))
        text.detach()
    return file


def _telling() -> Callable[[Cell], str]:
    """Return how the cells of a file are written; its words are remembered no longer than it is."""
    safe = lru_cache(maxsize=_REMEMBERED)(harmless)

    def told(cell: Cell) -> str:
        return safe(cell if isinstance(cell, str) else written(cell))

    return told
