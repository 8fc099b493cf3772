import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.__main__ import main
from domain.brussels import brussels_date
from tests.sender.builders import PAYLOAD

NAMED = ["--sender", "123456", "--environment", "T"]


def today() -> str:
    """Return the Brussels day of this moment, as names have it."""
    return f"{brussels_date(datetime.now(UTC)):%Y%m%d}"


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    path = tmp_path / "declarations.xml"
    path.write_bytes(PAYLOAD)
    return path


def named(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(["name", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_name_is_handed_out_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert named(capsys, *NAMED) == [f"FI.DIMN.123456.{today()}.00001.T.1.1"]
    assert named(capsys, *NAMED) == [f"FI.DIMN.123456.{today()}.00002.T.1.1"]


def test_look_leaves_the_number_free(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        named(capsys, *NAMED, "--look")
        == named(capsys, *NAMED, "--look", "--sequence", "00001")
        == named(capsys, *NAMED)
    )


def test_name_and_sign_share_one_book_whatever_the_folder(
    payload: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert named(capsys, str(payload), *NAMED, "--out", str(tmp_path / "one"))[0].endswith("00001.T.1.1")
    assert named(capsys, str(payload), *NAMED, "--out", str(tmp_path / "two"))[0].endswith("00002.T.1.1")
    assert (tmp_path / "two" / f"FI.DIMN.123456.{today()}.00002.T.1.1").read_bytes() == PAYLOAD
    assert payload.exists()


def test_renamed_file_stays_in_its_folder(payload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (printed,) = named(capsys, str(payload), *NAMED, "--rename")
    assert Path(printed) == payload.with_name(f"FI.DIMN.123456.{today()}.00001.T.1.1")
    assert Path(printed).read_bytes() == PAYLOAD
    assert not payload.exists()


def test_several_files_are_parts_of_one_set(payload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stem = f"FI.DIMN.123456.{today()}.00001.T.2"
    second = shutil.copy(payload, payload.with_name("second.xml"))
    assert named(capsys, str(payload), str(second), *NAMED) == [f"{stem}.1", f"{stem}.2"]


def test_parts_can_be_named_before_there_are_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert [name[-3:] for name in named(capsys, *NAMED, "--parts", "3")] == ["3.1", "3.2", "3.3"]


def test_refused_file_gets_a_new_name_of_its_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "FI.ZIMA.654321.20260415.00001.R.1.1"
    path.write_bytes(PAYLOAD)
    assert named(capsys, str(path), "--rename") == [str(tmp_path / f"FI.ZIMA.654321.{today()}.00001.R.1.1")]


def test_state_folder_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*NAMED, "--state", str(tmp_path / "shared")]
    assert named(capsys, *words) != named(capsys, *words)
    assert (tmp_path / "shared" / "123456" / "sequences.json").is_file()


def test_chosen_number_is_not_handed_out_later(capsys: pytest.CaptureFixture[str]) -> None:
    named(capsys, *NAMED, "--sequence", "00001")
    assert named(capsys, *NAMED)[0].endswith("00002.T.1.1")


def test_json_holds_every_name_of_the_set(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads("\n".join(named(capsys, *NAMED, "--json")))
    key = f"DIMN.123456.{today()}.00001.T"
    assert document == {
        "set": key,
        "payloads": [f"FI.{key}.1.1"],
        "signatures": [f"FS.{key}.1.1"],
        "go_ahead": f"GO.{key}.1",
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--environment", "R"], "sender number is not known"),
        (["--sender", "123456"], "environment is not known"),
        ([*NAMED, "--rename"], "no file to name"),
        ([*NAMED, "none.xml"], "no file none.xml"),
        ([*NAMED, "--purpose", "dimn"], "ACRF-131"),
        ([*NAMED, "--sequence", "0"], "ACRF-112"),
        ([*NAMED, __file__, "--parts", "2"], "files given are the parts"),
        ([*NAMED, __file__, f"{Path(__file__).parent}/./{Path(__file__).name}", "--rename"], "is given twice"),
    ],
)
def test_mistake_is_told(capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    assert main(["name", *words]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("parts", ["0", "10", "x"])
def test_impossible_number_of_parts_is_wrong_use(parts: str) -> None:
    with pytest.raises(SystemExit):
        main(["name", *NAMED, "--parts", parts])


def test_state_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["name", *NAMED, "--state", str(tmp_path / "file")]) == 2
    assert "cannot be made" in capsys.readouterr().err
