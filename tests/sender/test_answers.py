import zipfile
from pathlib import Path

import pytest

from sender.advice import advice_for
from sender.answers import AnswerUnreadableError, read_answer
from tests.sender.builders import a_form, a_notification, an_acknowledgement


def a_zip(folder: Path, *entries: str) -> Path:
    path = folder / "CO.NOTI.999999.20260415.00001.R"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            archive.writestr(entry, a_notification())
    return path


def test_compressed_answer_is_read_from_its_one_entry(tmp_path: Path) -> None:
    assert read_answer(a_zip(tmp_path, "FO.NOTI.999999.20260415.00001.R")).declarations[0].reference == "STU-1"


def test_compressed_answer_with_two_entries_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(AnswerUnreadableError, match="2 entries"):
        read_answer(a_zip(tmp_path, "FO.1", "FO.2"))


def test_compressed_answer_that_unfolds_beyond_the_limit_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(AnswerUnreadableError, match="at most 10 bytes"):
        read_answer(a_zip(tmp_path, "FO.1"), limit=10)


def test_answer_above_the_limit_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "FO.NOTI.999999.20260415.00001.R"
    path.write_bytes(a_notification())
    with pytest.raises(AnswerUnreadableError, match="more than 10 bytes"):
        read_answer(path, limit=10)


def test_every_form_of_a_notification_is_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "FO.NOTI.999999.20260415.00001.R"
    path.write_bytes(a_notification(*(a_form(reference=f"R{number}") for number in range(300))))
    content = read_answer(path)
    assert [declaration.reference for declaration in content.declarations] == [f"R{number}" for number in range(300)]
    assert content.ticket == "03804UE9XCMQZ"


@pytest.mark.parametrize(
    ("code", "meaning", "advised"),
    [
        ("ACRF-133", "name or reference already received", "a new BatchReference"),
        ("ACRF-155", "mandate missing or company not the sender's", "SenderEnterpriseNumber"),
    ],
)
def test_a_code_of_two_causes_names_both(tmp_path: Path, code: str, meaning: str, advised: str) -> None:
    path = tmp_path / "FO.ACRF.999999.20260415.00001.R"
    path.write_bytes(an_acknowledgement(result=0, codes=(code,)))
    (finding,) = read_answer(path).declarations[0].findings
    assert (finding.code, finding.label) == (code, meaning)
    assert advised in advice_for(code)
