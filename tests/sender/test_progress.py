import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sender.progress import LEAST_BYTES, ContinuedFile, MeteredFile, TerminalMeter, open_meter, silent
from tests.sender.builders import Identity

ROOT = Path(__file__).resolve().parents[2]
LONG = LEAST_BYTES * 2


class _Screen(io.StringIO):
    encoding = "utf-8"


class _Ticks:
    """A clock that a second passes on at every look."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


def drawn(*, colour: bool = False, total: int = LONG) -> str:
    screen = _Screen()
    with TerminalMeter(screen, colour=colour, clock=_Ticks())("signing FI\x1b[31m", total) as advance:
        advance(total // 2)
        advance(total)
    return screen.getvalue()


def test_bar_shows_how_far_and_how_long_and_is_gone_at_the_end() -> None:
    printed = drawn()
    assert "  0 % of 8.4 MB" in printed
    assert " 50 % of 8.4 MB, 0:01 left" in printed
    assert "100 %" in printed
    assert "█" in printed
    assert printed.endswith("\r\x1b[2K")
    assert "\x1b[31m" not in printed


def test_colour_is_the_bar_alone() -> None:
    assert "\x1b[32m" in drawn(colour=True)
    assert "\x1b[3" not in drawn(colour=False)


def test_long_label_keeps_its_first_word_and_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    screen = _Screen()
    with TerminalMeter(screen, colour=False)("sending FI.DIMN.100123.20261125.00015.R.2.1", LONG):
        pass
    assert "sending ...00015.R.2.1 \u2591" in screen.getvalue()


def test_small_work_shows_nothing() -> None:
    assert drawn(total=LEAST_BYTES - 1) == ""


def test_screen_without_unicode_gets_plain_signs() -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with TerminalMeter(screen, colour=False)("checking", LONG):
        pass
    screen.seek(0)
    assert "------------------------" in screen.read()


def test_bar_is_erased_when_the_work_fails() -> None:
    screen = _Screen()
    with pytest.raises(OSError, match="gone"), TerminalMeter(screen, colour=False)("fetching", LONG):
        raise OSError("gone")
    assert screen.getvalue().endswith("\r\x1b[2K")


def test_nothing_is_shown_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert open_meter(io.StringIO(), quiet=False) is silent


def test_metered_file_tells_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    told: list[int] = []
    with MeteredFile(path, told.append) as file:
        assert file.read(4) == b"0123"
        file.seek(0)
        assert file.read() == b"0123456789"
    assert sum(told) == 14


def test_what_is_passed_over_of_a_continued_file_is_told_and_what_is_read_again_is_not(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    told: list[int] = []
    with ContinuedFile(path, told.append) as file:
        assert file.seek(4) == 4
        assert file.read(3) == b"456"
        file.seek(2)
        assert file.read() == b"23456789"
    assert told[0] == 4
    assert sum(told) == 10


@pytest.fixture
def words(sender: Identity, tmp_path: Path) -> list[str]:
    key, certificate = sender.write(tmp_path)
    payload = tmp_path / "declarations.xml"
    payload.write_bytes(b" " * LONG)
    known = ["--sender", "123456", "--environment", "T"]
    return ["sign", str(payload), "--key", str(key), "--certificate", str(certificate), *known]


def shown_on_a_terminal(words: list[str], **surroundings: str) -> str:
    """Return what the command writes to a terminal of its own as stderr."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "commands", *words]
    environment = {**os.environ, "TERM": "xterm", **surroundings}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    shown = b""
    try:
        while chunk := os.read(master, 4096):
            shown += chunk
    except OSError:  # the terminal closed: the command ended
        pass
    finally:
        os.close(master)
    assert process.wait(60) == 0
    return shown.decode()


def test_person_at_a_terminal_sees_the_bar(words: list[str]) -> None:
    assert re.search(r"signing \S.*\x1b\[32m.* 0 % of", shown_on_a_terminal(words))


def test_no_color_takes_the_colour_and_quiet_takes_the_bar(words: list[str]) -> None:
    plain = shown_on_a_terminal(words, NO_COLOR="1")
    assert "signing " in plain
    assert "\x1b[32m" not in plain
    assert shown_on_a_terminal([*words, "--quiet"]) == ""


def test_piped_command_writes_no_bar(words: list[str]) -> None:
    command = [sys.executable, "-m", "commands", *words]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, env={**os.environ, "TERM": "xterm"})
    assert told.stderr == b""
