"""What is exported opens as words in every spreadsheet, and shows no national number."""

import csv
import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from portal.pages.checkins import sheets
from portal.pages.checkins.sheets import Sheet, harmless, masked

FORMULAS = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "  =1", "＝1+1"]  # noqa: RUF001 - full width
AT = datetime(2026, 11, 23, 5, 58, 31, tzinfo=UTC)


def render_csv(titles, rows) -> bytes:
    with sheets.render_csv(titles, rows) as file:
        return file.read()


def render_xlsx(title, titles, rows) -> bytes:
    with sheets.render_xlsx(Sheet(title, titles, rows)) as file:
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


@pytest.mark.parametrize(
    "render", [sheets.render_csv, lambda titles, rows: sheets.render_xlsx(Sheet("x", titles, rows))]
)
def test_a_large_file_is_not_held_in_memory(render):
    line = ["Ana Diaz, Town hall, Gent"] * 14
    tracemalloc.start()
    with render(["x"] * 14, (line for _ in range(25_000))) as file:
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert file.read(2) in {b"PK", b"\xef\xbb"}
    assert most < 8_000_000
