"""File names: every element, every code, and nothing that crashes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.environments import INBOXES, OUTBOXES, Environment, Tray
from domain.filenames import FileName, Prefix, SetKey, is_taken_at_the_door, is_temporary, judge_file_name
from domain.refusals import Refusal
from domain.sender_numbers import SenderNumber

TODAY = date(2026, 4, 15)


def codes(name: str) -> list[str]:
    return [str(refusal.code) for refusal in judge_file_name(name, today=TODAY)]


@pytest.mark.parametrize(
    "name",
    [
        "FI.DIMN.123456.20260415.00001.R.1.1",
        "FS.DIMN.123456.20260415.ZZZZZ.T.9.9",
        "GO.DIMN.123456.20260415.00001.S.1",
        "TD.DIMN.123456.20260415.00001.R.4",
        "FI.ZIMA.003000.20260415.00001.R",
        "GO.ZIMA.003000.20250414.00001.R",
    ],
)
def test_a_sound_name_is_read_and_written_back_unchanged(name: str):
    assert str(FileName.parse(name, today=TODAY)) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("XX.DIMN.123456.20260415.00001.R.1.1", ["ACRF-129"]),
        ("", ["ACRF-129"]),
        ("fi.DIMN.123456.20260415.00001.R.1.1", ["ACRF-129"]),
        ("FI", ["ACRF-131"]),
        ("FI.DIMN.123456.20260415.00001.R.1", ["ACRF-131"]),
        ("FI.DIMN.123456.20260415.00001.R.1.1.1", ["ACRF-131"]),
        ("FI.dimn.123456.20260415.00001.R.1.1", ["ACRF-131"]),
        ("FI.DIMN.12345.20260415.00001.R.1.1", ["ACRF-131"]),
        ("FI.DIMN.000000.20260415.00001.R.1.1", ["ACRF-131"]),
        ("FI.DIMN.12345A.20260415.00001.R.1.1", ["ACRF-131"]),
        ("FS.DIMN.123456.20260415.00001.R.1", ["ACRF-132"]),
        ("GO.DIMN.123456.20260415.00001.R.1.1", ["ACRF-107"]),
        ("TD.DIMN.123456.20260415.00001.R.1.1", ["ACRF-107"]),
        ("FI.DIMN.123456.2026415.00001.R.1.1", ["ACRF-109"]),
        ("FI.DIMN.123456.20260230.00001.R.1.1", ["ACRF-110"]),
        ("FI.DIMN.123456.2026041A.00001.R.1.1", ["ACRF-110"]),
        ("FI.DIMN.123456.00000101.00001.R.1.1", ["ACRF-110"]),
        ("FI.DIMN.123456.20260416.00001.R.1.1", ["ACRF-111"]),
        ("FI.DIMN.123456.20250413.00001.R.1.1", ["ACRF-126"]),
        ("FI.DIMN.123456.20260415.000001.R.1.1", ["ACRF-112"]),
        ("FI.DIMN.123456.20260415.0000a.R.1.1", ["ACRF-367"]),
        ("FI.DIMN.123456.20260415.00000.R.1.1", ["ACRF-127"]),
        ("FI.DIMN.123456.20260415.00001.X.1.1", ["ACRF-117"]),
        ("FI.DIMN.123456.20260415.00001.r.1.1", ["ACRF-117"]),
        ("FI.DIMN.123456.20260415.00001..1.1", ["ACRF-144"]),
        ("GO.DIMN.123456.20260415.00001.", ["ACRF-144"]),
        ("FI.DIMN.123456.20260415.00001.R.10.1", ["ACRF-114"]),
        ("FI.DIMN.123456.20260415.00001.R.x.1", ["ACRF-115"]),
        ("FI.DIMN.123456.20260415.00001.R.0.1", ["ACRF-116"]),
        ("FI.DIMN.123456.20260415.00001.R.2.3", ["ACRF-123"]),
        ("FS.DIMN.123456.20260415.00001.R.2.0", ["ACRF-124"]),
        ("FS.DIMN.123456.20260415.00001.R.2.10", ["ACRF-124"]),
        ("FI.DIMN.123456.20260416.00000.X.0.1", ["ACRF-111", "ACRF-127", "ACRF-116", "ACRF-117"]),
    ],
)
def test_each_fault_has_its_code_in_the_order_of_the_table(name: str, expected: list[str]):
    assert codes(name) == expected


def test_a_digit_of_another_script_is_no_digit():
    assert codes("FI.DIMN.12345\u0666.20260415.00001.R.1.1") == ["ACRF-131"]
    assert codes("FI.DIMN.123456.2026041\u0665.00001.R.1.1") == ["ACRF-110"]


def test_a_trailing_newline_is_seen():
    assert codes("FI.DIMN.123456.20260415.00001.R.1.1\n") == ["ACRF-123"]


@pytest.mark.parametrize("name", ["FI.DIMN.123456.20260415.00001.R.5.1", "GO.DIMN.123456.20260415.00001.R.5"])
def test_a_number_of_parts_above_a_smaller_maximum_has_its_own_code(name: str):
    (refusal,) = judge_file_name(name, today=TODAY, max_parts=4)

    assert refusal.code == "ACRF-128"
    assert judge_file_name(name, today=TODAY, max_parts=5) == ()
    with pytest.raises(Refusal, match="ACRF-128"):
        FileName.parse(name, today=TODAY, max_parts=4)


@pytest.mark.parametrize(
    "name",
    [
        "FI.D\u0406MN.123456.20260415.00001.R.1.1",
        "F\u0406.DIMN.123456.20260415.00001.R.1.1",
        "FI.DIMN.\uff11\uff12\uff13\uff14\uff15\uff16.20260415.00001.R.1.1",
        "FI.DIMN.123456.\u0662\u0660260415.00001.R.1.1",
        "FI.DIMN.123456.20260415.0000\u0410.R.1.1",
        "FI.DIMN.123456.20260415.00001.\u0420.1.1",
        "FI.DIMN.123456.20260415.00001.R.\u0661.1",
        "FI.DIMN.123456.20260415.00001.R.1.\u00b9",
        "FI.DIMN.123456.20260415.00001.R.1.1\u200b",
        "FI.DIMN.123456.20260415.00001.R.1.1\r",
        "FI.DIMN.123456.20260415.00001.R\x00.1.1",
        "fi.dimn.123456.20260415.00001.r.1.1",
        "../FI.DIMN.123456.20260415.00001.R.1.1",
        "FI.DIMN.123456.20260415.00001.R.1.1/..",
        "FI.DIMN.123456.20260415.00001.R.1.1" * 8,
    ],
)
def test_a_name_that_only_looks_like_one_is_none(name: str):
    assert codes(name) != []
    assert is_taken_at_the_door(name) is (name == "fi.dimn.123456.20260415.00001.r.1.1")


def test_parse_raises_the_first_fault():
    with pytest.raises(Refusal, match="ACRF-111"):
        FileName.parse("FI.DIMN.123456.20260416.00001.X.1.1", today=TODAY)


def test_a_name_without_a_tail_has_one_part():
    name = FileName.parse("FI.ZIMA.003000.20260415.00001.R", today=TODAY)

    assert (name.declared_parts, name.part_index) == (1, 1)


NEARLY = st.lists(
    st.sampled_from(
        ["FI", "FS", "GO", "TD", "DIMN", "123456", "20260415", "00001", "R", "1", "9", "0", "", "%2f", ".."]
    )
    | st.text(max_size=8),
    max_size=9,
).map(".".join)


@given(st.text(max_size=300) | NEARLY, st.integers(1, 9))
def test_no_text_makes_the_parser_or_the_door_fail(text: str, max_parts: int):
    refusals = judge_file_name(text, today=TODAY, max_parts=max_parts)
    assert all(isinstance(refusal, Refusal) for refusal in refusals)
    if not refusals:
        assert str(FileName.parse(text, today=TODAY)) == text
        assert is_taken_at_the_door(text)
    assert not is_taken_at_the_door(text) or (text.isascii() and text.isprintable() and "/" not in text)


@given(
    prefix=st.sampled_from(Prefix),
    sender=st.integers(1, 999_998),
    days=st.integers(0, 366),
    sequence=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=5).filter(
        lambda text: text != "00000"
    ),
    environment=st.sampled_from(Environment),
    parts=st.integers(1, 9),
)
def test_every_name_made_of_sound_elements_is_read_back(prefix, sender, days, sequence, environment, parts):
    key = SetKey("DIMN", SenderNumber(f"{sender:06d}"), TODAY - timedelta(days=days), sequence, environment)
    part = parts if prefix in (Prefix.PAYLOAD, Prefix.SIGNATURE) else None
    name = FileName(prefix, key, parts, part)

    assert FileName.parse(str(name), today=TODAY) == name


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("x", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("a/b", False),
        ("", False),
        ("..", False),
        ("ü", False),
        ("a b", False),
    ],
)
def test_a_door_takes_printable_names_of_64_characters(name: str, taken: bool):
    assert is_taken_at_the_door(name) is taken


@pytest.mark.parametrize("name", ["x.filepart", "x.part", "x.TMP"])
def test_temporary_names_are_known(name: str):
    assert is_temporary(name)


def test_a_finished_name_is_not_temporary():
    assert not is_temporary("FI.DIMN.123456.20260415.00001.R.1.1")


def test_each_tray_has_its_environment():
    assert [tray.environment for tray in INBOXES] == list(Environment)
    assert [tray.environment for tray in OUTBOXES] == list(Environment)
    assert all(tray.is_inbox for tray in INBOXES)
    assert not any(tray.is_inbox for tray in OUTBOXES)
    assert Tray("INTEST-S").environment is Environment.SIMULATION
