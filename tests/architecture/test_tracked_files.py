import re

from tests.architecture.repository import ROOT, shown, tracked_files

FORBIDDEN = {
    "an index address": r"^\s*(--(extra-)?index-url|--find-links|index-url\s*=|extra-index-url\s*=)",
    "a registry host": r"\b(pypi\.(org|io)|files\.pythonhosted\.org|artif[a]ctory|nexus\.[a-z])",
    "a machine path": r"(?<![\w.])/(wo{1}rk|ro{1}ot|home/[a-z]+|tmp/w)/",
    "a private key": r"^-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "unfinished work": r"\b(TO{1}DO|FIX{1}ME)\b",
}
SUFFIXES_OF_BYTES = {".png", ".ico", ".woff2", ".gz", ".mo"}


def test_no_tracked_file_holds_what_belongs_to_one_machine_or_nobody() -> None:
    found = []
    for path in tracked_files():
        if path.suffix in SUFFIXES_OF_BYTES:
            continue
        text = path.read_text(encoding="utf-8")
        for what, pattern in FORBIDDEN.items():
            for match in re.finditer(pattern, text, re.MULTILINE):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{shown(path)}:{line} {what}: {match[0]}")
    assert found == []


def test_lines_end_with_a_newline_alone() -> None:
    texts = [path for path in tracked_files() if path.suffix not in SUFFIXES_OF_BYTES]
    ended = [shown(path) for path in texts if b"\r\n" in path.read_bytes()]
    assert ended == []


def test_what_a_run_leaves_behind_is_not_tracked() -> None:
    left = [shown(path) for path in tracked_files() if {"var", "__pycache__", ".venv"} & set(path.parent.parts)]
    assert left == []


def test_requirement_files_are_compiled_from_what_stands_beside_them() -> None:
    sources = {path.stem for path in (ROOT / "requirements").glob("*.in")}
    assert {path.stem for path in (ROOT / "requirements").glob("*.txt")} == sources | {"uv"}
