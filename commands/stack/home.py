"""Where the product keeps its files, and how a small file there is written whole."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
"""Where the packages lie; the directory that every process of the stack starts in."""


def guichet_home() -> Path:
    """Give the directory of `GUICHET_HOME` (default `var` beside the packages), absolute."""
    return Path(os.environ.get("GUICHET_HOME") or REPOSITORY / "var").resolve()


def write_whole(path: Path, text: str) -> None:
    """Write `text` to `path`, readable by its owner alone, so that a reader sees the old text or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.touch(mode=0o600)
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
