from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.environments import Environment
from domain.filenames import SetKey
from domain.sender_numbers import SenderNumber
from sender.counter_names import CounterName, is_same_counter
from sender.journal import JOURNAL_NAME, Journal, SetRecord
from sender.passphrases import read_passphrase
from sender.platform import PlatformTrust
from sender.troubles import SenderError

KEY = SetKey("DIMN", SenderNumber("123456"), date(2026, 4, 15), "00001", Environment.PRODUCTION)


def test_pass_phrase_variable_that_is_not_set_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEY_PHRASE", raising=False)
    with pytest.raises(SenderError, match="KEY_PHRASE"):
        read_passphrase(tmp_path / "key", variable="KEY_PHRASE")


def test_pass_phrase_is_not_awaited_where_nobody_can_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "empty").open("w+") as silent:
        monkeypatch.setattr("sys.stdin", silent)
        with pytest.raises(SenderError, match="nobody can be asked"):
            read_passphrase(tmp_path / "key", variable=None)


def test_record_of_a_set_survives_in_the_folder(tmp_path: Path) -> None:
    record = SetRecord("EXP_1@counter:8022", {"FI": "ab"})
    delivered = Journal(tmp_path).conclude(KEY, record, at=datetime(2026, 4, 15, 12, tzinfo=UTC))
    assert Journal(tmp_path).record_of(KEY, counter=record.counter) == delivered


def test_record_of_another_counter_does_not_count(tmp_path: Path) -> None:
    Journal(tmp_path).begin(KEY, SetRecord("EXP_1@counter:8022", {"FI": "ab"}))
    assert Journal(tmp_path).record_of(KEY, counter="EXP_1@other:8022") == SetRecord("EXP_1@other:8022")


@pytest.mark.parametrize("other", ["ftp://EXP_1@Counter:8021", "https://self_service_chaman_1@counter:8443"])
def test_record_of_another_channel_of_the_same_host_counts(tmp_path: Path, other: str) -> None:
    record = Journal(tmp_path).begin(KEY, SetRecord("EXP_1@counter:8022", {"FI": "ab"}))
    assert Journal(tmp_path).record_of(KEY, counter=other) == record
    assert Journal(tmp_path).record_of(KEY, counter=other.replace("ounter", "hapel")) != record


@pytest.mark.parametrize("name", ["EXP_1@counter:8022", "ftp://EXP_1@::1:8021", "https://client@counter:8443"])
def test_name_of_a_counter_is_read_back(name: str) -> None:
    assert str(CounterName.parse(name)) == name


def test_damaged_name_of_a_counter_is_only_its_own() -> None:
    assert is_same_counter("?", "?")
    assert not is_same_counter("?", "EXP_1@counter:8022")


@pytest.mark.parametrize("content", ["{", "[]", '{"set": {}}', '{"set": 1}'])
def test_damaged_journal_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / JOURNAL_NAME).write_text(content)
    with pytest.raises(SenderError, match="cannot be read"):
        Journal(tmp_path).record_of(KEY, counter="EXP_1@counter:8022")


def test_file_without_certificate_is_no_ground_for_trust(tmp_path: Path) -> None:
    (tmp_path / "platform.pem").write_text("no certificate")
    with pytest.raises(SenderError, match="holds no certificate"):
        PlatformTrust.read(tmp_path / "platform.pem")


def test_missing_platform_certificate_is_told(tmp_path: Path) -> None:
    with pytest.raises(SenderError, match="cannot be opened"):
        PlatformTrust.read(tmp_path / "none.pem")
