import json
import os
import re
import tempfile
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from commands.__main__ import main
from domain.access_anomalies import AccessAnomaly
from domain.brussels import brussels_date
from domain.identifiers import insz
from domain.quarters import Quarter
from domain.refusals import RefusalCode
from sender.advice import advice_for
from sender.check_page import render_page
from sender.check_reports import Outlook
from sender.check_sets import SetChecker
from sender.checking import PayloadChecker
from sender.masking import mask_national_numbers
from tests.access_files import a_declaration, a_manager
from tests.access_files import a_file as access_file
from tests.access_files import a_form as access_form
from validators.dimona.codes import AnomalyCode
from validators.value_types import General

STUDENT = insz(50714001, born_from_2000=True)
WRONG_CHECK = f"{STUDENT[:9]}{(int(STUDENT[9:]) + 1) % 100:02d}"


def today() -> date:
    """Return the Brussels day of this moment."""
    return brussels_date(datetime.now(UTC))


def a_form(*, person: str = STUDENT, hours: str = "40", start_in_days: int = 1) -> str:
    start, end = today() + timedelta(days=start_in_days), today() + timedelta(days=start_in_days + 2)
    if Quarter.of(start) != Quarter.of(end):
        end = start
    return f"""<Form>
<Identification>DIMONA</Identification><FormCreationDate>{today()}</FormCreationDate>
<FormCreationHour>09:12:44.120</FormCreationHour><AttestationStatus>0</AttestationStatus><TypeForm>SU</TypeForm>
<DimonaIn><StartingDate>{start}</StartingDate><EndingDate>{end}</EndingDate>
<PlannedHoursNbr>{hours}</PlannedHoursNbr>
<EmployerId><CompanyID>0412345614</CompanyID></EmployerId>
<NaturalPerson><INSS>{person}</INSS></NaturalPerson>
<DimonaFeatures><JointCommissionNbr>XXX</JointCommissionNbr><WorkerType>STU</WorkerType></DimonaFeatures>
</DimonaIn></Form>"""


def a_payload(folder: Path, *forms: str, name: str = "declarations.xml") -> Path:
    path = folder / name
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<Dimona xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:noNamespaceSchemaLocation="Dimona_{Quarter.of(today())}.xsd">\n' + "\n".join(forms) + "\n</Dimona>\n"
    )
    return path


PLAIN_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "article", "footer", "nav"),
    *("h1", "h2", "h3", "h4", "p", "span", "code", "a", "ul", "li", "dl", "div", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
PLAIN_ATTRIBUTES = {
    *("lang", "charset", "content", "http-equiv", "name", "class", "id", "scope", "data-label", "href"),
    *("aria-hidden", "aria-label"),
}


def checked(capsys: pytest.CaptureFixture[str], *words: str, code: int) -> str:
    assert main(["check", *words]) == code
    return capsys.readouterr().out


def document_of(capsys: pytest.CaptureFixture[str], *words: str, code: int) -> dict[str, Any]:
    return json.loads(checked(capsys, *words, "--json", code=code))


def test_sound_payload_has_nothing_to_refuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = checked(capsys, str(a_payload(tmp_path, a_form(), a_form())), code=0)
    assert "no reason to refuse any of its 2 declarations" in printed
    assert "Only the counter can judge" in printed


def test_wrong_check_digit_is_shown_with_code_line_column_and_advice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_payload(tmp_path, a_form(), a_form(person=WRONG_CHECK).replace("<INSS>", "<!-- é --> <INSS>"))
    printed = checked(capsys, str(path), code=1)
    (row,) = (line for line in printed.splitlines() if line.startswith("00024-"))
    code, place, declaration, effect, *what = row.split()
    lines = path.read_text().splitlines()
    number = next(index for index, line in enumerate(lines, start=1) if WRONG_CHECK in line)
    assert (code, declaration, effect) == ("00024-004", "2", "refuses")
    assert place == f"{number}:{lines[number - 1].index('<INSS>') + 1}"
    assert what
    assert "00024-004  Check the number" in printed
    assert "1 of 2 declarations would be refused" in printed


def test_lines_beyond_what_the_parser_of_the_rules_counts_are_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_payload(tmp_path, a_form() + "\n" * 70_000, a_form(person=WRONG_CHECK))
    (finding,) = document_of(capsys, str(path), code=1)["sets"][0]["files"][0]["findings"]
    assert WRONG_CHECK in path.read_text().splitlines()[finding["line"] - 1]


def test_first_place_of_a_code_that_is_only_counted_is_right_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_payload(tmp_path, a_form(person=WRONG_CHECK) + "\n" * 70_000, a_form(hours="none"))
    printed = checked(capsys, str(path), "--show", "1", code=1)
    line = next(number for number, text in enumerate(path.read_text().splitlines(), start=1) if ">none<" in text)
    assert f" {line}:1 " in next(text for text in printed.splitlines() if text.startswith("01135-003"))


def test_late_declaration_is_not_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert document_of(capsys, str(a_payload(tmp_path, a_form(start_in_days=-1))), code=0)["outlook"] == "taken"


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"no XML", "ACRF-102", (1, 1)),
        (b"", "ACRF-134", (None, None)),
        (b"<!DOCTYPE Dimona><Dimona/>", "ACRF-102", (1, 1)),
        (
            b"<?xml version='1.0'?>\n <!-- \xc3\xa9 --> <!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]><a>&d;</a>",
            "ACRF-102",
            (2, 13),
        ),
        (b"\xff\xfe<\x00a\x00", "ACRF-138", (1, 1)),
        (b"\n <Other/>", "ACRF-089", (2, 2)),
        (b"<Dimona/>", "ACRF-136", (1, 1)),
        (b"<" * 100_000, "ACRF-312", (None, None)),
        (b"<a>" * 100_000, "ACRF-089", (1, 1)),
        (bytes(range(256)) * 64, "ACRF-138", (1, 1)),
        (b"\x00" * 4096, "ACRF-138", (1, 1)),
        (b"PK\x03\x04 and no more", "ACRF-280", (None, None)),
    ],
)
def test_file_that_would_be_refused_whole_is_told_with_its_code_and_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: str, place: tuple[int | None, int | None]
) -> None:
    path = tmp_path / "declarations.xml"
    path.write_bytes(content)
    document = document_of(capsys, str(path), code=1)
    (finding,) = document["sets"][0]["files"][0]["findings"]
    assert (finding["code"], (finding["line"], finding["column"])) == (code, place)
    assert finding["advice"]
    assert document["sets"][0]["acknowledgement"] == [code]


@pytest.mark.parametrize(
    ("change", "code", "line", "told"),
    [
        (("</Dimona>", "  loose</Dimona>"), "ACRF-312", 12, "text stands outside the forms"),
        ((">DIMONA<", ">OTHERS<"), "ACRF-135", 3, "'OTHERS' of form 1 is not 'DIMONA'"),
        (("UTF-8", "ISO-8859-1"), "ACRF-138", 1, "encoding 'ISO-8859-1' is not UTF-8"),
        (
            ("</INSS>", "</INS>"),
            "ACRF-102",
            9,
            "not well formed: a closing tag is not that of the element that is open",
        ),
        (("XXX", "A & B"), "ACRF-102", 10, "not well formed: a bare & or <, which XML writes as &amp; or &lt;"),
        (("XXX", "caf\xe9"), "ACRF-102", 10, "not well formed: bytes that are not UTF-8"),
        (("</Dimona>", ""), "ACRF-102", 13, "not well formed: the file ends before its elements are closed"),
    ],
)
def test_fault_of_the_file_is_told_with_its_place_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], code: str, line: int, told: str
) -> None:
    path = a_payload(tmp_path, a_form())
    path.write_bytes(path.read_text().replace(*change).encode("latin-1"))
    (finding,) = document_of(capsys, str(path), code=1)["sets"][0]["files"][0]["findings"]
    assert (finding["code"], finding["line"]) == (code, line)
    assert finding["column"] >= 1
    assert finding["what"].endswith(told)


def test_zip_is_looked_into_with_a_remark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inner = a_payload(tmp_path, a_form(), a_form(person=WRONG_CHECK))
    path = tmp_path / "declarations.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, inner.name)
    (file,) = document_of(capsys, str(path), code=1)["sets"][0]["files"]
    assert (file["declarations"], file["findings"][0]["code"]) == (2, "00024-004")
    assert (
        file["findings"][0]["line"]
        == inner.read_text()
        .splitlines()
        .index(next(line for line in inner.read_text().splitlines() if WRONG_CHECK in line))
        + 1
    )
    assert "only some channels" in file["remarks"][0]


def test_zip_with_two_entries_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "declarations.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.xml", b"<a/>")
        archive.writestr("b.xml", b"<a/>")
    assert document_of(capsys, str(path), code=1)["sets"][0]["acknowledgement"] == ["ACRF-281"]


def test_block_between_the_forms_is_placed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = a_payload(tmp_path, a_form(), "  <Other/>")
    (finding,) = document_of(capsys, str(path), code=1)["sets"][0]["files"][0]["findings"]
    assert path.read_text().splitlines()[finding["line"] - 1][finding["column"] - 1 :] == "<Other/>"


@given(st.binary(max_size=300))
def test_no_file_makes_the_check_fail(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "declarations.xml")
        path.write_bytes(content)
        checker = SetChecker(PayloadChecker(at=datetime.now(UTC)), sender=None, purpose=None, certificates=None)
        report = checker.check([path])
        assert report.outlook is Outlook.REFUSED
        assert render_page(report)


@pytest.mark.parametrize(("size", "told"), [(1, "1 byte"), (2, "2 bytes"), (1_000_000, "1 MB"), (1_500_000, "1.5 MB")])
def test_the_size_of_a_file_is_told_in_words_that_fit(tmp_path: Path, size: int, told: str) -> None:
    (path := tmp_path / "declarations.xml").write_bytes(b" " * size)
    checker = SetChecker(PayloadChecker(at=datetime.now(UTC)), sender=None, purpose=None, certificates=None)
    assert f">{told}<" in render_page(checker.check([path]))


def test_many_findings_are_bounded_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = a_payload(tmp_path, *(a_form(person=WRONG_CHECK) for _ in range(30)))
    page = tmp_path / "report.html"
    printed = checked(capsys, str(path), "--show", "5", "--html", str(page), code=1)
    assert len([line for line in printed.splitlines() if line.startswith("00024-004 ") and "refuses  The" in line]) == 5
    assert "The first 5 of 30 findings are shown; the other 25 are counted by code." in printed
    assert "30 of 30 declarations would be refused." in printed
    assert page.read_text().count('data-label="Line:column"') == 5
    assert "the other 25 are counted by code" in page.read_text()
    (file,) = document_of(capsys, str(path), "--show", "5", code=1)["sets"][0]["files"]
    assert (len(file["findings"]), file["findings_in_all"], file["codes"]) == (5, 30, {"00024-004": 30})


@pytest.mark.parametrize("words", [["--show", "0"], ["--show", "x"]])
def test_senseless_number_of_findings_is_wrong_use(tmp_path: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", str(a_payload(tmp_path, a_form())), *words])


def test_message_without_rules_here_is_judged_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = document_of(capsys, str(a_payload(tmp_path, a_form())), "--purpose", "DMFA", code=1)
    assert document["sets"][0]["acknowledgement"] == ["ACRF-158"]


@pytest.mark.parametrize("name", ["none.xml", "FI.DIMN.123456.20260415.00001.R.1.1"])
def test_missing_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["check", str(tmp_path / name)]) == 2
    assert "no such file" in capsys.readouterr().err


def test_what_is_no_file_is_told_and_never_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main(["check", str(tmp_path / "pipe")]) == 2
    assert "is no file" in capsys.readouterr().err


def test_report_never_takes_the_place_of_what_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = a_payload(tmp_path, a_form())
    before = path.read_bytes()
    for where in (path, tmp_path):
        assert main(["check", str(where), "--html", f"{tmp_path}/./{path.name}"]) == 2
        assert "is one of the files to check" in capsys.readouterr().err
        assert path.read_bytes() == before


def test_report_may_lie_in_the_folder_that_is_checked(tmp_path: Path) -> None:
    a_payload(tmp_path, a_form())
    for _ in range(2):
        assert main(["check", str(tmp_path), "--html", str(tmp_path / "report.html")]) == 0


def test_report_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    path = a_payload(tmp_path, a_form())
    (tmp_path / "report").mkdir()
    assert main(["check", str(path), "--html", str(tmp_path / "report")]) == 2
    assert {item.name for item in tmp_path.iterdir()} == {path.name, "report"}


def test_report_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = a_payload(tmp_path, a_form())
    assert main(["check", str(path), "--html", str(tmp_path / "none" / "report.html")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_report_loads_nothing_and_shows_no_national_number_and_no_foreign_markup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = "<Reference><ReferenceType>1</ReferenceType><ReferenceOrigin>1</ReferenceOrigin><ReferenceNbr>{}</ReferenceNbr></Reference>"
    forms = [
        a_form(person=WRONG_CHECK).replace("<DimonaIn>", f"{reference.format(text)}<DimonaIn>")
        for text in (
            STUDENT,
            f"{STUDENT[:2]}.{STUDENT[2:4]}.{STUDENT[4:6]}-{STUDENT[6:9]}.{STUDENT[9:]}",
            '&lt;b a="c"&gt;',
        )
    ]
    broken = a_form().replace("<WorkerType>", "<oops-x/><WorkerType>")
    page = tmp_path / "report.html"
    name = f"{STUDENT}<img src=x onerror=alert(1)>.xml"
    checked(capsys, str(a_payload(tmp_path, *forms, broken, name=name)), "--html", str(page), code=1)
    text = page.read_text()
    assert STUDENT not in re.sub(r"[^0-9]+", "", text)
    assert WRONG_CHECK not in text
    assert "&lt;img src=x" in text
    page_tree = etree.fromstring(text, etree.HTMLParser(recover=False))
    assert {str(element.tag) for element in page_tree.iter()} <= PLAIN_TAGS
    assert {str(name) for element in page_tree.iter() for name in element.attrib} <= PLAIN_ATTRIBUTES
    assert "url(" not in text
    assert "@import" not in text
    assert page_tree.xpath("string(//meta[@http-equiv]/@content)").startswith("default-src 'none'")


@given(st.text(max_size=60), st.integers(0, 99_999_999_999))
def test_masked_text_shows_no_eleven_digits_in_a_row(text: str, number: int) -> None:
    digits = f"{number:011d}"
    for written in (digits, f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}", f"{digits}7"):
        assert (
            re.search(
                r"[0-9]{10}", re.sub(r"[.\- /]", "", mask_national_numbers(f"{text}\n{written}").rpartition("\n")[2])
            )
            is None
        )


def test_name_of_a_file_is_not_taken_for_a_number() -> None:
    name = "FI.DIMN.123456.20260415.00001.R.1.1"
    assert mask_national_numbers(name) == name


def test_every_code_that_a_check_can_raise_has_advice() -> None:
    raised = [f"00000-{general}" for general in General] + [str(code) for code in AnomalyCode]
    raised += [str(code) for code in AccessAnomaly if code.severity is not None]
    assert [code for code in raised if not advice_for(code)] == []
    never_here = {
        RefusalCode.SENDER_NOT_AUTHORISED,
        RefusalCode.PRODUCTION_ELSEWHERE,
        RefusalCode.TEST_ELSEWHERE,
        RefusalCode.SIMULATION_ELSEWHERE,
        RefusalCode.SIGNATURE_FORBIDDEN,
        RefusalCode.NAME_ALREADY_RECEIVED,
        RefusalCode.ENVIRONMENT_UNDETECTABLE,
        RefusalCode.SERVICE_NOT_CONFIGURED,
        RefusalCode.TICKET_UNKNOWN,
        RefusalCode.ANSWER_ALREADY_ACKNOWLEDGED,
        RefusalCode.CHANNEL_NOT_CONFIGURED,
    }
    assert [code for code in RefusalCode if code not in never_here and not advice_for(code)] == []


def test_access_declarations_are_judged_by_their_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "access.xml"
    path.write_bytes(access_file(access_form(a_declaration(a_manager(role="CHIEF")))))

    assert main(["check", "--purpose", "ACCS", str(path)]) == 1
    told = capsys.readouterr().out
    assert "ACCS-020" in told
    assert "Appoint main access managers in the portal." in told
