import json
from pathlib import Path

import pytest

from sender.locks import locked
from tests.sender.builders import (
    EXCEEDING_30_HOURS,
    Identity,
    a_form,
    a_notification,
    a_seal,
    an_acknowledgement,
    an_anomaly,
    an_identity,
)
from tests.sender.conftest import Collect
from tests.sender.counter import RehearsalCounter
from tests.sender.narrow_disk import no_file_larger_than

ROOT = Path(__file__).resolve().parents[2]
KEY = "ACRF.999999.20260415.00001.R"


def offer(
    counter: RehearsalCounter,
    platform: Identity,
    content: bytes | None = None,
    *,
    key: str = KEY,
    tray: str = "OUT",
    signed: bytes | None = None,
) -> bytes:
    content = an_acknowledgement() if content is None else content
    counter.offer(tray, f"FO.{key}", content)
    counter.offer(tray, f"FS.{key}", a_seal(platform, content if signed is None else signed))
    counter.offer(tray, f"GO.{key}", b"")
    return content


def here(target: Path) -> set[str]:
    return {path.name for path in target.iterdir() if not path.name.endswith(".lock")}


def test_verified_answer_is_here_whole_and_gone_there(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    content = offer(counter, platform)
    assert collect() == 0
    assert (target / f"FO.{KEY}").read_bytes() == content
    assert here(target) == {f"{prefix}.{KEY}" for prefix in ("FO", "FS", "GO")}
    assert counter.names("OUT") == set()


def test_answers_of_every_tray_are_collected(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    for tray, environment in (("OUT", "R"), ("OUTTEST", "T"), ("OUTTEST-S", "S")):
        offer(counter, platform, key=KEY[:-1] + environment, tray=tray)
    assert collect() == 0
    assert {name[-1] for name in here(target)} == {"R", "T", "S"}


def test_environment_limits_the_trays(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    offer(counter, platform)
    offer(counter, platform, key=KEY[:-1] + "T", tray="OUTTEST")
    assert collect("--environment", "T") == 0
    assert {name[-1] for name in here(target)} == {"T"}


def test_keep_leaves_the_answer_at_the_counter(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    offer(counter, platform)
    assert collect("--keep") == 0
    assert len(counter.names("OUT")) == 3
    assert len(here(target)) == 3


def test_kept_answer_is_deleted_by_the_next_run_which_fetches_its_signature_alone(
    counter: RehearsalCounter, platform: Identity, collect: Collect, capsys: pytest.CaptureFixture[str], target: Path
) -> None:
    offer(counter, platform)
    collect("--keep")
    counter.events.clear()
    assert collect() == 0
    assert "collected earlier" in capsys.readouterr().out
    assert [name for event, name in counter.events if event == "open"] == [f"FS.{KEY}"]
    assert counter.names("OUT") == set()
    assert here(target) == {f"{prefix}.{KEY}" for prefix in ("FO", "FS", "GO")}


OTHER = an_acknowledgement(codes=("ACRF-125",), result=0)


@pytest.mark.parametrize(
    "moved", [(), ("GO",), ("FO", "GO"), ("FS", "GO")], ids=lambda names: "-".join(names) or "none"
)
def test_another_answer_under_a_name_that_is_here_stays_at_the_counter_and_both_are_whole(
    counter: RehearsalCounter,
    platform: Identity,
    collect: Collect,
    target: Path,
    capsys: pytest.CaptureFixture[str],
    moved: tuple[str, ...],
) -> None:
    """Two senders have answers of one name; a program may have taken some of the first one's files away."""
    first = offer(counter, platform)
    assert collect() == 0
    signature = (target / f"FS.{KEY}").read_bytes()
    for prefix in moved:
        (target / f"{prefix}.{KEY}").unlink()
    left = {name: (target / name).read_bytes() for name in here(target)}
    offer(counter, platform, OTHER)
    assert collect() == 5
    assert "with other content stands in" in capsys.readouterr().out
    assert (counter.root / "OUT" / f"FO.{KEY}").read_bytes() == OTHER
    assert len(counter.names("OUT")) == 3
    assert {name: (target / name).read_bytes() for name in here(target)} == left
    assert left.items() <= {f"FO.{KEY}": first, f"FS.{KEY}": signature, f"GO.{KEY}": b""}.items()


def test_another_answer_is_collected_once_the_first_one_was_moved_away(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    offer(counter, platform)
    collect()
    offer(counter, platform, OTHER)
    assert collect() == 5
    for path in target.glob(f"*{KEY}"):
        path.unlink()
    assert collect() == 0
    assert (target / f"FO.{KEY}").read_bytes() == OTHER
    assert counter.names("OUT") == set()


def test_a_zip_under_the_name_of_an_answer_that_came_plain_is_another_answer(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    offer(counter, platform)
    collect()
    offer(counter, platform)
    (counter.root / "OUT" / f"FO.{KEY}").rename(counter.root / "OUT" / f"CO.{KEY}")
    assert collect() == 5
    assert counter.names("OUT") == {f"CO.{KEY}", f"FS.{KEY}", f"GO.{KEY}"}
    assert f"CO.{KEY}" not in here(target)


def test_an_answer_without_its_signature_file_is_deleted_where_its_content_is_that_which_is_here(
    counter: RehearsalCounter, platform: Identity, collect: Collect
) -> None:
    content = offer(counter, platform)
    collect()
    for again, code in ((OTHER, 5), (content, 0)):
        offer(counter, platform, again)
        (counter.root / "OUT" / f"FS.{KEY}").unlink()
        assert collect() == code
        assert bool(counter.names("OUT")) is bool(code)


def test_answer_without_go_ahead_is_left_alone(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    offer(counter, platform)
    (counter.root / "OUT" / f"GO.{KEY}").unlink()
    assert collect() == 0
    assert here(target) == set()
    assert len(counter.names("OUT")) == 2


def test_tampered_answer_stays_there_and_leaves_nothing_here(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, platform, an_acknowledgement(result=1), signed=an_acknowledgement(result=0))
    assert collect() == 5
    assert "NOT VERIFIED" in capsys.readouterr().out
    assert len(counter.names("OUT")) == 3
    assert here(target) == set()


def test_answer_signed_by_another_is_not_verified(
    counter: RehearsalCounter, collect: Collect, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, an_identity(common_name="Platform"))
    assert collect() == 5
    assert here(target) == set()
    assert "is none of those given as the platform's" in capsys.readouterr().out


def test_answer_without_signature_is_not_verified(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    offer(counter, platform)
    (counter.root / "OUT" / f"FS.{KEY}").unlink()
    assert collect() == 5
    assert here(target) == set()


def test_what_another_program_left_of_an_answer_is_none_any_more(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, platform)
    (counter.root / "OUT" / f"FO.{KEY}").unlink()
    assert collect() == 0
    assert capsys.readouterr().out == "No answers are waiting.\n"
    assert counter.names("OUT") == {f"FS.{KEY}", f"GO.{KEY}"}
    assert here(target) == set()


def test_one_tampered_answer_does_not_hold_up_the_others(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    offer(counter, platform, signed=b"something else")
    offer(counter, platform, key=KEY.replace("00001", "00002"))
    assert collect() == 5
    assert f"FO.{KEY.replace('00001', '00002')}" in here(target)
    assert len(counter.names("OUT")) == 3


def test_copy_that_was_damaged_here_keeps_the_answer_at_the_counter(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, platform)
    collect("--keep")
    (target / f"FO.{KEY}").write_bytes(b"damaged")
    assert collect() == 5
    told = capsys.readouterr().out
    assert "is damaged" in told
    assert "Do what its line says" in told
    assert len(counter.names("OUT")) == 3


def test_answer_left_half_deleted_there_is_deleted_by_the_next_run(
    counter: RehearsalCounter, platform: Identity, collect: Collect
) -> None:
    offer(counter, platform)
    counter.troubles.refuse_remove.add(f"FS.{KEY}")
    assert collect() == 4
    assert counter.names("OUT") == {f"FS.{KEY}", f"GO.{KEY}"}
    counter.troubles.refuse_remove.clear()
    assert collect() == 0
    assert counter.names("OUT") == set()


def test_go_ahead_appears_last_so_that_an_interrupted_fetch_begins_anew(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    content = offer(counter, platform)
    target.mkdir()
    (target / f".FS.{KEY}.part").write_bytes(b"half")
    (target / f"FO.{KEY}").write_bytes(content)
    assert collect() == 0
    assert (target / f"FO.{KEY}").read_bytes() == content
    assert len(here(target)) == 3


def test_second_run_into_the_same_folder_touches_nothing_while_the_first_goes_on(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, platform)
    target.mkdir()
    verified = target / f".FO.{KEY}.part"
    verified.write_bytes(b"what the first run has just verified and is about to publish")
    with locked(target / ".guichet-collect"):
        assert collect() == 4
    assert "Another run" in capsys.readouterr().err
    assert verified.stat().st_size > 50
    assert len(counter.names("OUT")) == 3
    assert collect() == 0


def test_full_disk_keeps_the_answer_at_the_counter_and_leaves_nothing_here(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, platform)
    with no_file_larger_than(100):
        assert collect() == 2
    assert f"FO.{KEY}" in capsys.readouterr().err
    assert list(target.glob(f"*{KEY}*")) == []
    assert len(counter.names("OUT")) == 3
    assert collect() == 0


def test_hostile_name_in_the_tray_is_never_used_as_a_path(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path
) -> None:
    offer(counter, platform, key="ACRF.999999.20260415.00001.R.1.1.evil")
    assert collect() == 0
    assert here(target) == set()


def test_table_shows_reference_ticket_result_excess_and_findings(
    counter: RehearsalCounter, platform: Identity, collect: Collect, capsys: pytest.CaptureFixture[str]
) -> None:
    forms = (
        a_form(anomalies=an_anomaly(exceeding=EXCEEDING_30_HOURS)),
        a_form(
            reference="STU-2",
            ticket="340000JEDT01Z",
            result=0,
            anomalies=an_anomaly(code="00024-004", severity="B", line=7),
        ),
    )
    offer(counter, platform, a_notification(*forms), key=KEY.replace("ACRF", "NOTI"))
    assert collect() == 0
    first, second = (line.split() for line in capsys.readouterr().out.splitlines() if "STU-" in line)
    assert first[:5] == ["STU-1", "340000JEDT00Z", "accepted", "30", "hours"]
    assert first[5:] == ["90017-369", "NP", "above", "the", "contingent"]
    assert second[:4] == ["STU-2", "340000JEDT01Z", "refused", "-"]
    assert second[-2:] == ["(line", "7)"]


def test_of_very_many_declarations_the_refused_are_shown_and_all_are_counted(
    counter: RehearsalCounter, platform: Identity, collect: Collect, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = a_form(reference="LAST", result=0, anomalies=an_anomaly(code="00024-004", severity="B"))
    key = KEY.replace("ACRF", "NOTI")
    offer(counter, platform, a_notification(*[a_form()] * 300, refused), key=key)
    assert collect() == 0
    printed = capsys.readouterr().out
    assert "LAST" in printed
    assert "STU-1" not in printed
    assert "301 declarations: 300 accepted, 1 refused." in printed
    assert f"1 of those refused or with a finding are shown; all stand in {target / f'FO.{key}'}." in printed


def test_refused_set_is_told_with_the_meaning_of_its_code(
    counter: RehearsalCounter, platform: Identity, collect: Collect, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, platform, an_acknowledgement(result=0, codes=("ACRF-125",)))
    assert collect() == 0
    assert "ACRF-125 signature invalid" in capsys.readouterr().out


def test_json_holds_every_answer_for_machines(
    counter: RehearsalCounter, platform: Identity, collect: Collect, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, platform, a_notification(a_form(anomalies=an_anomaly(exceeding=EXCEEDING_30_HOURS))))
    offer(counter, platform, key=KEY.replace("00001", "00002"), signed=b"something else")
    assert collect("--json") == 5
    good, bad = json.loads(capsys.readouterr().out)
    assert good["verified"]
    assert good["content"]["declarations"][0]["exceeding"] == 30
    assert not bad["verified"]


def test_terminal_codes_in_an_answer_are_not_passed_on(
    counter: RehearsalCounter, platform: Identity, collect: Collect, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(counter, platform, a_notification(a_form(reference="STU\u009b31m")))
    assert collect() == 0
    assert "STU?31m" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    [
        a_notification(before='<!DOCTYPE NOTIFICATION [<!ENTITY a "b">]>'),
        a_notification()[:-10],
        b"<Other><Form/></Other>",
        b"<ACRF/>",
    ],
)
def test_signed_answer_of_unknown_form_is_kept_but_not_shown(
    counter: RehearsalCounter,
    platform: Identity,
    collect: Collect,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
) -> None:
    offer(counter, platform, content)
    assert collect() == 0
    assert "cannot be shown" in capsys.readouterr().out
    assert counter.names("OUT") == set()


def test_nothing_waiting_is_said(collect: Collect, capsys: pytest.CaptureFixture[str]) -> None:
    assert collect() == 0
    assert capsys.readouterr().out == "No answers are waiting.\n"
