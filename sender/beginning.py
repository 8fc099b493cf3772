"""Lay down a new sender's configuration and keys in a folder, all or nothing, never over what is there."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sender.troubles import SenderError

PRIVATE, PUBLIC = 0o600, 0o644


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be written: `mode` is PRIVATE for what nobody else may read."""

    content: bytes
    mode: int = PUBLIC


def lay_down(folder: Path, files: Mapping[str, NewFile]) -> tuple[Path, ...]:
    """Write each file under its path relative to `folder` and return where they are.

    Raises SenderError, having written nothing, when one of them is there already, and when a folder cannot be written.
    """
    targets = {folder / name: file for name, file in files.items()}
    there = [path for path in targets if path.exists() or path.is_symlink()]
    if there:
        raise SenderError(
            f"{there[0]} exists already; nothing was written.",
            next_step="Choose another folder, or move that file away: a key is never overwritten.",
        )
    written: list[Path] = []
    path = folder
    try:
        for path, file in targets.items():
            _make_folder(path.parent)
            _write_new(path, file)
            written.append(path)
    except OSError as trouble:
        for path in written:
            path.unlink(missing_ok=True)
        raise SenderError(
            f"{trouble.filename or path} cannot be written: {trouble.strerror}.", next_step="Choose another folder."
        ) from trouble
    return tuple(written)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True)


def _write_new(path: Path, file: NewFile) -> None:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode)
    try:
        with os.fdopen(opened, "wb") as target:
            target.write(file.content)
            target.flush()
            os.fsync(target.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
