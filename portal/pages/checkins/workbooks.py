"""Write sheets of rows as a workbook (XLSX), a line at a time as they are read: its cells are words and numbers, never formulas.

The parts are those that ECMA-376 asks of every workbook. Each is written once, into the file itself: nothing that tells of
people lies beside it, and no more of a sheet is in memory than its first lines, which say how wide its columns are.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, islice
from string import ascii_uppercase
from types import MappingProxyType
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from domain.brussels import BRUSSELS
from portal.pages.checkins.cells import Cell, written, zone_of
from portal.spool import spooled

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LOOKED_AT = 500
"""How many lines say how wide the columns are."""
_WIDEST = 40
_REMEMBERED = 4096
"""How many words of a file are not written anew each time: names, places and states come again and again."""
_LONGEST_CELL, _LONGEST_NAME = 32_767, 31
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - of no zone, as spreadsheets count days
_SECONDS_OF_A_DAY = 86_400
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9a-fA-F]{4}_)")
"""What XML does not hold, and what a spreadsheet would read as the way to write that."""
_HEAD, _DAY = 1, 2
_MOMENTS: Mapping[str, int] = MappingProxyType({"": 3, "CEST": 4, "CET": 5})
"""The styles of a title, a day, and an instant by what is said of its zone; by their places in `_STYLES`."""

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="4"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm:ss"/>'
    '<numFmt numFmtId="166" formatCode="yyyy-mm-dd hh:mm:ss &quot;CEST&quot;"/>'
    '<numFmt numFmtId="167" formatCode="yyyy-mm-dd hh:mm:ss &quot;CET&quot;"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '<border><left/><right/><top/><bottom style="thin"><color auto="1"/></bottom><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1"/>'
    + "".join(
        f'<xf numFmtId="{form}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for form in (164, 165, 166, 167)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet of a workbook is called, and what stands in it: 26 columns at most; a `note` stands above the titles."""

    name: str
    titles: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    note: str = ""


def render_xlsx(*sheets: Sheet) -> BinaryIO:
    """Return the sheets as a workbook, the titles of each fixed and filtered; instants are those of Brussels.

    In the hour that October has twice an instant is shown with its zone, and is an instant all the same. A large workbook
    lies on disk until it is closed, and in memory never more than a part of it.
    """
    with spooled() as file, zipfile.ZipFile(file, "w") as book:
        filtered = [_write(book, number, sheet) for number, sheet in enumerate(sheets, start=1)]
        for name, content in _parts(sheets, filtered).items():
            book.writestr(_entry(name), content)
    return file


def _write(book: zipfile.ZipFile, number: int, sheet: Sheet) -> str:
    """Write a sheet and return where its titles and lines stand, as a filter names that."""
    rows, letters, above = iter(sheet.rows), ascii_uppercase[: len(sheet.titles)], 2 if sheet.note else 1
    first = list(islice(rows, _LOOKED_AT))
    line, told = above, _telling()
    with book.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w") as page:
        page.write(_begun(sheet.titles, first, above=above, is_first=number == 1).encode())
        if sheet.note:
            page.write(f'<row r="1">{told("A1", sheet.note)}</row>'.encode())
        titles = (
            f'<c r="{letter}{above}" s="{_HEAD}" t="inlineStr">{_inline(title)}</c>'
            for letter, title in zip(letters, sheet.titles, strict=True)
        )
        page.write(f'<row r="{above}">{"".join(titles)}</row>'.encode())
        for line, row in enumerate(chain(first, rows), start=above + 1):
            cells = [told(f"{letter}{line}", cell) for letter, cell in zip(letters, row, strict=True)]
            page.write(f'<row r="{line}">{"".join(cells)}</row>'.encode())
        page.write(f'</sheetData><autoFilter ref="A{above}:{letters[-1]}{line}"/></worksheet>'.encode())
    return f"$A${above}:${letters[-1]}${line}"


def _begun(titles: Sequence[str], first: Iterable[Sequence[Cell]], *, above: int, is_first: bool) -> str:
    """Return a sheet as far as its first line."""
    chosen = ' tabSelected="1"' if is_first else ""
    widths = [len(title) for title in titles]
    for row in first:
        widths = [max(width, len(written(cell))) for width, cell in zip(widths, row, strict=True)]
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{min(width + 2, _WIDEST)}" customWidth="1"/>'
        for place, width in enumerate(widths, start=1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{chosen} workbookViewId="0">'
        f'<pane ySplit="{above}" topLeftCell="A{above + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft"/></sheetView></sheetViews><cols>{columns}</cols><sheetData>'
    )


def _telling() -> Callable[[str, Cell], str]:
    """Return how the cells of a sheet are written; its words are remembered no longer than it is."""
    inline = lru_cache(maxsize=_REMEMBERED)(_inline)

    def told(at: str, cell: Cell) -> str:
        match cell:
            case None | "":
                return ""
            case str():
                return f'<c r="{at}" t="inlineStr">{inline(cell)}</c>'
            case datetime():
                instant = cell.astimezone(BRUSSELS).replace(tzinfo=None)
                return f'<c r="{at}" s="{_MOMENTS[zone_of(cell)]}"><v>{_days(instant)}</v></c>'
            case date():
                return f'<c r="{at}" s="{_DAY}"><v>{_days(datetime(cell.year, cell.month, cell.day))}</v></c>'  # noqa: DTZ001 - a day
            case _:
                return f'<c r="{at}"><v>{cell}</v></c>'

    return told


def _days(moment: datetime) -> str:
    """Return a moment as spreadsheets count it: in days and parts of a day."""
    since = moment - _DAY_ZERO
    return f"{since.days + (since.seconds + since.microseconds / 1e6) / _SECONDS_OF_A_DAY:.16G}"


def _inline(text: str) -> str:
    """Return words as a cell holds them, with what XML cannot hold as spreadsheets write it, such as `_x0007_`."""
    held = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text[:_LONGEST_CELL])
    kept = ' xml:space="preserve"' if held != held.strip() else ""
    return f"<is><t{kept}>{escape(held)}</t></is>"


def _entry(name: str) -> zipfile.ZipInfo:
    """Return the place of a part, which tells no time."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _parts(sheets: Sequence[Sheet], filtered: Sequence[str]) -> dict[str, str]:
    """Return what stands around the sheets, by name."""
    numbered = range(1, len(sheets) + 1)
    names = [sheet.name[:_LONGEST_NAME] for sheet in sheets]
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbered, names, strict=True)
    )
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets><definedNames>{''.join(_filters(names, filtered))}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": _related(
            *((n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbered), (len(sheets) + 1, "styles", "styles.xml")
        ),
        "_rels/.rels": _related((1, "officeDocument", "xl/workbook.xml")),
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbered
        )
        + "</Types>",
    }


def _filters(names: Sequence[str], filtered: Sequence[str]) -> Iterator[str]:
    """Yield what a spreadsheet calls the filter of each sheet."""
    for place, (name, area) in enumerate(zip(names, filtered, strict=True)):
        quoted = escape(name.replace("'", "''"))
        yield f'<definedName name="_xlnm._FilterDatabase" localSheetId="{place}" hidden="1">\'{quoted}\'!{area}</definedName>'


def _related(*parts: tuple[int, str, str]) -> str:
    told = "".join(f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{name}"/>' for n, kind, name in parts)
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'
