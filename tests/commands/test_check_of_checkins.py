"""`guichet check` of files of check-ins: what is found in each item, and where the frame is at fault."""

import json
import re
from pathlib import Path

import pytest

from commands.__main__ import main
from tests.checkin_files import a_batch, a_day_item, a_worker


def checked(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["check", *words]) == 1
    return capsys.readouterr().out


def test_check_ins_are_judged_item_by_item(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "check-ins.xml"
    path.write_bytes(a_batch(a_day_item(1), a_day_item(2, who=a_worker("85011512300")), a_day_item(7, site="HERE")))

    told = checked(capsys, "--purpose", "CIAO", str(path))

    assert re.search(r"^5 +5:[0-9]+ +2 \(seq 2\) +refuses", told, re.MULTILINE)
    assert "2 of 3 declarations would be refused, the others can be filed." in told
    assert "Check the number: a digit was mistyped" in told


@pytest.mark.parametrize(
    ("payload", "code", "place"),
    [
        (a_batch(a_day_item(1), a_day_item(1)), "ACRF-312", "5:1"),
        (a_batch(a_day_item(), count=2), "ACRF-255", "3:1"),
        (a_batch(a_day_item(), header="<Header/>"), "ACRF-312", "3:1"),
        (a_batch(a_day_item(), "<Header/>", count=1), "ACRF-205", "5:1"),
        (a_batch("  loose", a_day_item(), count=1), "ACRF-312", "4:3"),
    ],
)
def test_what_refuses_a_file_of_check_ins_has_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], payload: bytes, code: str, place: str
) -> None:
    path = tmp_path / "check-ins.xml"
    path.write_bytes(payload)

    told = json.loads(checked(capsys, "--json", "--purpose", "CIAO", str(path)))

    (finding,) = told["sets"][0]["files"][0]["findings"]
    assert (finding["code"], f"{finding['line']}:{finding['column']}") == (code, place)


def test_advice_about_a_number_that_comes_twice_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "check-ins.xml"
    path.write_bytes(a_batch(a_day_item(1), a_day_item(1)))

    _, _, advice = checked(capsys, "--purpose", "CIAO", str(path)).partition("What to do")
    assert "give every item a seq of its own" in " ".join(advice.split())


HEADERS = {
    "a company that is not one": (
        a_batch(a_day_item(), sender="12345"),
        "3:113 SenderEnterpriseNumber does not have the form that it must have",
    ),
    "no number of items": (
        a_batch(a_day_item(), header="<Header><BatchReference>R</BatchReference></Header>"),
        "3:1 the header lacks CreationDateTime",
    ),
    "an element that is none": (
        a_batch(a_day_item(), header="<Header>\n<Nina/></Header>"),
        "4:1 an element stands where BatchReference should",
    ),
}


@pytest.mark.parametrize("case", HEADERS)
def test_of_a_header_is_told_which_element_is_at_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    payload, expected = HEADERS[case]
    path = tmp_path / "check-ins.xml"
    path.write_bytes(payload)

    told = json.loads(checked(capsys, "--json", "--purpose", "CIAO", str(path)))

    (finding,) = told["sets"][0]["files"][0]["findings"]
    assert f"{finding['line']}:{finding['column']} {finding['what']}" == expected
