"""What is exported opens as words in every spreadsheet, and shows no national number."""

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from domain.refusals import OutageError
from portal.pages.checkins import sheets, workbooks
from portal.pages.checkins.cells import masked
from portal.pages.checkins.sheets import harmless
from portal.pages.checkins.workbooks import Sheet

FORMULAS = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "  =1", "＝1+1"]  # noqa: RUF001 - full width
AT = datetime(2026, 11, 23, 5, 58, 31, tzinfo=UTC)


def render_csv(titles, rows) -> bytes:
    with sheets.render_csv(titles, rows) as file:
        return file.read()


def render_xlsx(title, titles, rows) -> bytes:
    with workbooks.render_xlsx(Sheet(title, titles, rows)) as file:
        return file.read()


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_written_as_a_word_in_csv(text):
    assert read(render_csv(["Name"], [[text]])) == [["Name"], [f"'{text}"]]


@pytest.mark.parametrize("text", ["Jan Peeters", "0877665502", "", "2026-11-23", "O'Neill"])
def test_a_harmless_text_stays_as_it_is(text):
    assert harmless(text) == text


ODD = st.text(alphabet=st.sampled_from("=+-@,;\t\n\r \"'1a\xa0")) | st.text()


@given(ODD)
def test_no_value_of_a_csv_begins_a_formula_and_none_is_lost(text):
    ((value,),) = read(render_csv(["x"], [[text]]))[1:]
    assert value.replace("'", "") == text.replace("'", "")
    assert not value.lstrip(" \xa0").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(ODD)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_no_cell_is_a_formula_by_whichever_sign_a_spreadsheet_separates(separator, text):
    written = render_csv(["No", "Name"], [["1", text]]).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator) for cell in row]
    assert [cell for cell in cells if cell.lstrip(" \xa0").startswith(("=", "+", "-", "@"))] == []


def test_a_workbook_holds_no_formula_and_no_link():
    book = zipfile.ZipFile(io.BytesIO(render_xlsx("x", ["a"], [[text] for text in [*FORMULAS, "http://x.example"]])))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "<t>=HYPERLINK(" in sheet


MARKUP = {
    "markup of rich words": ("<r><t>x</t></r>", "&lt;r&gt;&lt;t&gt;x&lt;/t&gt;&lt;/r&gt;"),
    "a sign that XML does not hold": ("a\x07b\r", "a_x0007_b_x000D_"),
    "what is written like one": ("_x0041_", "_x005F_x0041_"),
    "half a pair of signs": ("\ud83d", "_xD83D_"),
}


@pytest.mark.parametrize(("text", "held"), MARKUP.values(), ids=MARKUP)
def test_no_words_break_a_workbook(text, held):
    sheet = zipfile.ZipFile(io.BytesIO(render_xlsx("x", ["a"], [[text]]))).read("xl/worksheets/sheet1.xml")
    assert f"<t>{held}</t>" in sheet.decode()
    assert etree.fromstring(sheet) is not None


def test_a_workbook_has_the_parts_that_it_names_and_each_is_sound():
    with workbooks.render_xlsx(Sheet("One & it's", ["a"], [["b"]]), Sheet("Two", ["c"], [], note="Said")) as file:
        book = zipfile.ZipFile(file)
        parts = {name: etree.fromstring(book.read(name)) for name in book.namelist()}
    named = {each.get("PartName").removeprefix("/") for each in parts["[Content_Types].xml"] if each.get("PartName")}
    assert named == {name for name in parts if name.startswith("xl/") and not name.endswith(".rels")}
    targets = {each.get("Id"): each.get("Target") for each in parts["xl/_rels/workbook.xml.rels"]}
    assert {f"xl/{target}" for target in targets.values()} == named - {"xl/workbook.xml"}
    related = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    listed = {each.get("name"): targets[each.get(related)] for each in parts["xl/workbook.xml"].iter("{*}sheet")}
    assert listed == {"One & it's": "worksheets/sheet1.xml", "Two": "worksheets/sheet2.xml"}
    filters = [each.text for each in parts["xl/workbook.xml"].iter("{*}definedName")]
    assert filters == ["'One & it''s'!$A$1:$A$2", "'Two'!$A$2:$A$2"]


def test_a_note_stands_above_the_titles_and_is_not_filtered():
    with workbooks.render_xlsx(Sheet("x", ["a", "b"], [["c", 1]], note="Said")) as file:
        sheet = etree.fromstring(zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml"))
    words = {each.get("r"): "".join(each.itertext()) for each in sheet.iter("{*}c")}
    assert words == {"A1": "Said", "A2": "a", "B2": "b", "A3": "c", "B3": "1"}
    assert [each.get("ref") for each in sheet.iter("{*}autoFilter")] == ["A2:B3"]
    assert [each.get("topLeftCell") for each in sheet.iter("{*}pane")] == ["A3"]


def test_instants_are_those_of_brussels():
    assert read(render_csv(["at", "day"], [[AT, date(2026, 11, 23)]]))[1] == ["2026-11-23 06:58:31", "2026-11-23"]
    sheet = zipfile.ZipFile(io.BytesIO(render_xlsx("x", ["at"], [[AT]]))).read("xl/worksheets/sheet1.xml").decode()
    assert "<v>46349.29063657407</v>" in sheet


@pytest.mark.parametrize(("hour", "zone"), [(0, "CEST"), (1, "CET")], ids=["before", "after"])
def test_an_instant_of_the_hour_that_october_has_twice_says_its_zone(hour: int, zone: str):
    at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert read(render_csv(["at"], [[at]]))[1] == [f"2026-10-25 02:30:00 {zone}"]
    of_october, of_november = shown_as(render_xlsx("x", ["at"], [[at], [AT]]))
    assert of_october == ("46320.10416666666", f'yyyy-mm-dd hh:mm:ss "{zone}"')
    assert of_november == ("46349.29063657407", "yyyy-mm-dd hh:mm:ss")


def shown_as(content: bytes) -> list[tuple[str, str]]:
    """Return the value and the form of each number in the sheet."""
    book = zipfile.ZipFile(io.BytesIO(content))
    names = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    looks = etree.fromstring(book.read("xl/styles.xml"))
    forms = {each.get("numFmtId"): each.get("formatCode") for each in looks.findall("x:numFmts/x:numFmt", names)}
    styles = [forms.get(each.get("numFmtId"), "") for each in looks.findall("x:cellXfs/x:xf", names)]
    cells = etree.fromstring(book.read("xl/worksheets/sheet1.xml")).findall(".//x:c[x:v]", names)
    return [
        (each.findtext("x:v", namespaces=names), styles[int(each.get("s"))]) for each in cells if each.get("t") != "s"
    ]


@pytest.mark.parametrize(("number", "shown"), [("85011512355", "85.01.15-***.**"), ("", ""), (None, "")])
def test_a_national_number_is_masked_but_for_its_date(number, shown):
    assert masked(number) == shown


RENDERED = [sheets.render_csv, lambda titles, rows: workbooks.render_xlsx(Sheet("x", titles, rows))]


@pytest.mark.parametrize("render", RENDERED)
def test_a_large_file_is_not_held_in_memory(render):
    line = ["Ana Diaz, Town hall, Gent"] * 14
    tracemalloc.start()
    with render(["x"] * 14, (line for _ in range(25_000))) as file:
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert file.read(2) in {b"PK", b"\xef\xbb"}
    assert most < 8_000_000


@pytest.mark.parametrize("render", RENDERED)
def test_a_large_file_lies_on_the_disk_of_the_counter_without_a_name(render):
    with render(["x"] * 14, (["Ana Diaz, " * 30] * 14 for _ in range(25_000))) as file:
        place = Path(f"/proc/self/fd/{file.fileno()}").readlink()
    assert place.parent == settings.GUICHET.home / "spool"
    assert list(place.parent.iterdir()) == []


def test_what_cannot_be_read_leaves_no_file_open():
    def rows() -> Iterator[list[str]]:
        yield ["x"]
        raise OutageError("the database is gone")

    with pytest.raises(OutageError), workbooks.render_xlsx(Sheet("x", ["a"], rows())):
        pass
