"""Write rows as CSV or as a spreadsheet whose cells are words and numbers, never formulas."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, TypeAlias, cast

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from domain.brussels import BRUSSELS, is_shown_twice
from domain.identifiers import mask_insz

Cell: TypeAlias = str | int | date | datetime | None

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full width, on purpose
_FORMULA_WITHIN = re.compile("([,;\t\r\n][ \xa0\"']*)([=+@＝＋－＠-])")  # noqa: RUF001 - full width, on purpose
"""What would begin one where a spreadsheet separates by another sign than ours."""

_MOMENTS = {
    "": "yyyy-mm-dd hh:mm:ss",
    "CEST": 'yyyy-mm-dd hh:mm:ss "CEST"',
    "CET": 'yyyy-mm-dd hh:mm:ss "CET"',
}
"""How a workbook shows an instant, by what is said of its zone."""

_WIDEST = 40
_IN_MEMORY = 4 * 1024 * 1024


def masked(number: str | None) -> str:
    """Return a national number as a screen shows it, such as `85.01.15-***.**`; nothing for none."""
    return mask_insz(number) if number else ""


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
    file = _open_file()
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([harmless(title) for title in titles])
    for row in rows:
        writer.writerow([harmless(_written(cell)) for cell in row])
    text.detach()
    file.seek(0)
    return file


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet of a workbook is called, and what stands in it."""

    name: str
    titles: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def render_xlsx(*sheets: Sheet) -> BinaryIO:
    """Return the sheets as a workbook, the first line of each fixed and filtered; instants are those of Brussels.

    In the hour that October has twice an instant is shown with its zone, and is an instant all the same. A large workbook
    lies on disk as `render_csv` says.
    """
    file = _open_file()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(file, options) as book:
        head, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
        moments = {zone: book.add_format({"num_format": form}) for zone, form in _MOMENTS.items()}
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name[:31]), sheet, head=head, day=day, moments=moments)
    file.seek(0)
    return file


def _write(page: Worksheet, sheet: Sheet, *, head: Format, day: Format, moments: Mapping[str, Format]) -> None:
    widths = [len(each) + 2 for each in sheet.titles]
    for column, each in enumerate(sheet.titles):
        page.write_string(0, column, each, head)
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            widths[column] = min(max(widths[column], len(_written(cell)) + 2), _WIDEST)
            match cell:
                case datetime():
                    instant = cell.astimezone(BRUSSELS).replace(tzinfo=None)
                    page.write_datetime(last, column, instant, moments[_zone(cell)])
                case date():
                    page.write_datetime(last, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 - a day
                case int():
                    page.write_number(last, column, cell)
                case _:
                    page.write_string(last, column, cell or "")
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(sheet.titles) - 1)


def _open_file() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))


def _written(cell: Cell) -> str:
    match cell:
        case datetime():
            return f"{cell.astimezone(BRUSSELS):%Y-%m-%d %H:%M:%S} {_zone(cell)}".rstrip()
        case None:
            return ""
        case _:
            return str(cell)


def _zone(instant: datetime) -> str:
    """Return the zone by which one of the two hours is known that clocks showed alike; empty for every other hour."""
    return instant.astimezone(BRUSSELS).tzname() or "" if is_shown_twice(instant) else ""
