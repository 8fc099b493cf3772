import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.__main__ import main
from domain.brussels import brussels_date
from domain.identifiers import insz
from domain.quarters import Quarter

TODAY = brussels_date(datetime.now(UTC))
STUDENT = insz(50714001, born_from_2000=True)
WRONG_CHECK = f"{STUDENT[:9]}{(int(STUDENT[9:]) + 1) % 100:02d}"


def a_form(*, person: str = STUDENT, hours: str = "40", start_in_days: int = 1) -> str:
    start, end = TODAY + timedelta(days=start_in_days), TODAY + timedelta(days=start_in_days + 2)
    if Quarter.of(start) != Quarter.of(end):
        end = start
    return f"""<Form>
<Identification>DIMONA</Identification><FormCreationDate>{TODAY}</FormCreationDate>
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
        f'xsi:noNamespaceSchemaLocation="Dimona_{Quarter.of(TODAY)}.xsd">\n' + "\n".join(forms) + "\n</Dimona>\n"
    )
    return path


def test_sound_payload_has_nothing_to_refuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(a_payload(tmp_path, a_form(), a_form()))]) == 0
    assert "no reason to refuse any of its 2 declarations" in capsys.readouterr().out


def test_wrong_check_digit_is_shown_with_its_code_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(a_payload(tmp_path, a_form(), a_form(person=WRONG_CHECK)))]) == 1
    printed = capsys.readouterr().out
    (row,) = (line for line in printed.splitlines() if line.startswith("00024-"))
    code, line, declaration, effect, *what = row.split()
    assert (code, declaration, effect) == ("00024-004", "2", "refuses")
    assert line.isdigit()
    assert what
    assert "1 of 2 declarations would be refused" in printed


def test_late_declaration_is_remarked_and_not_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(a_payload(tmp_path, a_form(start_in_days=-1))), "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert all(not finding["is_blocking"] for finding in report["findings"])


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"no XML", "ACRF-102"), (b"", "ACRF-134"), (b"<!DOCTYPE Dimona><Dimona/>", "ACRF-102")],
)
def test_file_that_would_be_refused_whole_is_told_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: str
) -> None:
    path = tmp_path / "declarations.xml"
    path.write_bytes(content)
    assert main(["check", str(path)]) == 1
    printed = capsys.readouterr().out
    assert code in printed
    assert "refuse the whole file" in printed


def test_name_that_would_be_refused_is_told_with_its_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = a_payload(tmp_path, a_form(), name=f"FI.DIMN.123456.{TODAY:%Y%m%d}.00000.R.1.1")
    assert main(["check", str(path)]) == 1
    assert "ACRF-127" in capsys.readouterr().out


def test_json_holds_the_findings_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(a_payload(tmp_path, a_form(person=WRONG_CHECK))), "--json"]) == 1
    (report,) = json.loads(capsys.readouterr().out)
    assert report["forms"] == 1
    assert report["findings"][0]["code"] == "00024-004"
    assert report["findings"][0]["is_blocking"]


def test_message_without_rules_here_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(a_payload(tmp_path, a_form())), "--purpose", "DMFA"]) == 2
    assert "DMFA are not known" in capsys.readouterr().err


def test_missing_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.xml")]) == 2
    assert "cannot be opened" in capsys.readouterr().err
