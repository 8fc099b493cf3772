"""Find a directory whose path is short enough to hold a unix socket."""

import hashlib
import os
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 107
"""Bytes that fit in `sun_path` on Linux, without the closing zero."""


def find_socket_directory(preferred: Path, socket_name: str, *, owner: int | None = None) -> Path:
    """Give `preferred` when `preferred/socket_name` fits in a socket address, else a private directory that is short.

    The short one is named after `preferred`, so that every process finds the same one. `owner` (a user id, default
    our own) is who may use it. Raises PermissionError when somebody else made the short one before us.
    """
    if len(os.fsencode(preferred / socket_name)) <= LONGEST_SOCKET_PATH:
        preferred.mkdir(parents=True, exist_ok=True)
        return preferred
    owner = os.geteuid() if owner is None else owner
    digest = hashlib.sha256(os.fsencode(preferred)).hexdigest()[:12]
    short = _short_parent(socket_name) / f"guichet-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if short.is_symlink() or found.st_uid not in {os.geteuid(), owner}:
        raise PermissionError(f"{short} is needed for a socket but belongs to user {found.st_uid}: remove it")
    short.chmod(0o700)
    if found.st_uid != owner:
        os.chown(short, owner, -1)
    return short


def _short_parent(socket_name: str) -> Path:
    """Give the system's temporary directory, or `/tmp` when the configured one is itself too long."""
    configured = Path(tempfile.gettempdir())
    room = LONGEST_SOCKET_PATH - len(f"/guichet-{'0' * 12}/{socket_name}")
    return configured if len(os.fsencode(configured)) <= room else Path("/tmp")  # noqa: S108 - private directory inside
