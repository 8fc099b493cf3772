"""Receipts that tell the counter of an answer that it arrived."""

from pathlib import Path

import pytest
from lxml import etree

from tests.sender.builders import Identity, a_notification, a_seal, an_acknowledgement
from tests.sender.conftest import Collect
from tests.sender.counter import RehearsalCounter
from tests.sender.test_collect import KEY, offer
from tests.sender.test_zipped_answers import a_zip

ROOT = Path(__file__).resolve().parents[2]
RECEIPT = "FI.ACRF.123456.20260415.00001.R"


def test_receipt_carries_date_and_sequence_of_the_answer_and_goes_out_before_it_is_deleted(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, platform)
    assert collect("--acknowledge", "--sender", "123456") == 0
    receipt = etree.parse(counter.root / "IN" / RECEIPT)
    assert receipt.findtext("Form/FileReference/FileName") == f"FO.{KEY}"
    assert receipt.findtext("Form/ReceptionResult/ResultCode") == "1"
    etree.XMLSchema(etree.parse(ROOT / "schemas/acrf/20231/acrf.xsd")).assertValid(receipt)
    assert f"acknowledged by {RECEIPT}" in capsys.readouterr().out
    changes = [name for event, name in counter.events if event == "remove" or name == RECEIPT]
    assert changes[0] == RECEIPT
    assert (target / RECEIPT).read_bytes() == (counter.root / "IN" / RECEIPT).read_bytes()


def test_receipt_goes_to_the_tray_of_the_environment_and_names_a_zip_by_its_entry(
    counter: RehearsalCounter, platform: Identity, collect: Collect
) -> None:
    key = KEY[:-1] + "T"
    packed = a_zip(f"FO.{key}", a_notification())
    for name, content in (("CO", packed), ("FS", a_seal(platform, packed)), ("GO", b"")):
        counter.offer("OUTTEST", f"{name}.{key}", content)
    assert collect("--acknowledge", "--sender", "123456") == 0
    receipt = etree.parse(counter.root / "INTEST" / f"{RECEIPT[:-1]}T")
    assert receipt.findtext("Form/FileReference/FileName") == f"FO.{key}"


def test_receipt_is_sent_once(counter: RehearsalCounter, platform: Identity, collect: Collect) -> None:
    offer(counter, platform)
    collect("--acknowledge", "--sender", "123456", "--keep")
    (counter.root / "IN" / RECEIPT).unlink()
    assert collect("--acknowledge", "--sender", "123456") == 0
    assert counter.names("IN") == set()


def test_receipt_that_did_not_arrive_keeps_the_answer_there(
    counter: RehearsalCounter, platform: Identity, collect: Collect
) -> None:
    offer(counter, platform)
    counter.troubles.refuse_close.add(RECEIPT)
    assert collect("--acknowledge", "--sender", "123456") == 4
    assert len(counter.names("OUT")) == 3
    counter.troubles.refuse_close.clear()
    assert collect("--acknowledge", "--sender", "123456") == 0
    assert counter.names("OUT") == set()


def test_receipt_that_the_counter_refuses_holds_nothing_up(
    counter: RehearsalCounter, platform: Identity, collect: Collect, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, platform)
    counter.troubles.refuse_open.add(RECEIPT)
    assert collect("--acknowledge", "--sender", "123456") == 0
    assert "does not take its receipt" in capsys.readouterr().out
    assert counter.names("OUT") == set()


def test_answer_about_a_receipt_gets_none(counter: RehearsalCounter, platform: Identity, collect: Collect) -> None:
    offer(counter, platform, an_acknowledgement(result=0, codes=("ACRF-166",), name=RECEIPT))
    assert collect("--acknowledge", "--sender", "123456") == 0
    assert counter.names("IN") == set()


def test_receipts_need_the_sender_number(collect: Collect, capsys: pytest.CaptureFixture[str]) -> None:
    assert collect("--acknowledge") == 2
    assert "sender number is not known" in capsys.readouterr().err
