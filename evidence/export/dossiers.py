"""Write the folder: files under their names, certificates, revocation data, the chain piece, its head and the check."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import BinaryIO

from evidence.audit import render_event
from evidence.blobs import BlobStore
from evidence.export.pieces import ChainPiece, NotProvableError
from evidence.models import AnswerFile, Reception, Submission

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
"""What a shell can handle without quoting; every name that was sealed or given has this form."""
_GO_AHEAD = "GO."
_WITH_GO_AHEAD = (Reception.COMPLETE, Reception.PARTS_MISSING)


@dataclass(frozen=True, slots=True)
class Papers:
    """What other rooms know of the signatures: PEM certificates and DER revocation records, by their file names."""

    certificates: Mapping[str, bytes]
    revocation: Mapping[str, bytes]


def write_dossier(folder: Path, submission: Submission, piece: ChainPiece, *, papers: Papers, blobs: BlobStore) -> None:
    """Write everything into a new folder that only its owner can read; it appears whole or not at all.

    Raises NotProvableError when the folder is there already or a file of the submission is gone.
    """
    if folder.exists():
        raise NotProvableError(f"{folder} is there already; name another folder with --to")
    beside = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    beside.mkdir(mode=0o700, parents=True)
    try:
        _write_files(beside, submission, blobs)
        for name, content in papers.certificates.items():
            _write(beside / "certificates" / name, content)
        for name, content in papers.revocation.items():
            _write(beside / "revocation" / name, content)
        _write_piece(beside, piece)
        _write(beside / "README.txt", _readme(submission, piece))
        _write(beside / "verify.sh", files(__package__).joinpath("verify.sh").read_bytes())
        (beside / "verify.sh").chmod(0o700)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write_files(folder: Path, submission: Submission, blobs: BlobStore) -> None:
    for part in submission.parts.order_by("part", "name"):
        _copy(folder / "delivery" / _plain(part.name), part.blob_id, blobs)
    if submission.reception in _WITH_GO_AHEAD and submission.subject_name.startswith(_GO_AHEAD):
        _write(folder / "delivery" / _plain(submission.subject_name), b"")
    for file in AnswerFile.objects.filter(answer__submission=submission).order_by("name"):
        target = folder / "answers" / _plain(file.name)
        if file.blob_id is None:
            _write(target, b"")
        else:
            _copy(target, file.blob_id, blobs)


def _write_piece(folder: Path, piece: ChainPiece) -> None:
    own = {link.position for link in piece.own}
    with _new_file(folder / "chain" / "events.jsonl") as lines:
        for link in piece.own:
            lines.write(render_event(link.event, position=link.position, previous=link.previous_hash) + b"\n")
    with _new_file(folder / "chain" / "links.txt") as lines:
        for link in piece.links():
            whose = "own" if link.position in own else "other"
            lines.write(f"{link.position} {link.previous_hash} {link.hash} {whose}\n".encode("ascii"))
    _write(folder / "head" / "head.txt", piece.head.head.render())
    _write(folder / "head" / "head.p7s", piece.head.signature)


def _readme(submission: Submission, piece: ChainPiece) -> bytes:
    text = Template(files(__package__).joinpath("README.txt").read_text(encoding="utf-8"))
    uncovered = (
        f"{piece.uncovered} later events of this submission are not in the piece: no signed head covers them yet.\n"
        if piece.uncovered
        else ""
    )
    return text.substitute(
        number=submission.pk,
        subject=submission.subject_name if _PLAIN_NAME.match(submission.subject_name) else "(a name that is no name)",
        ticket=submission.ticket or "none, because its name had been used before",
        received=f"{submission.received_at:%Y-%m-%d %H:%M:%S} UTC",
        first=piece.own[0].position,
        last=piece.own[-1].position,
        head=piece.head.head.position,
        signed=f"{piece.head.head.signed_at:%Y-%m-%d %H:%M:%S} UTC",
        uncovered=uncovered,
    ).encode("utf-8")


def _plain(name: str) -> str:
    if not _PLAIN_NAME.match(name):
        raise NotProvableError(f"a file of the submission has a name that cannot be exported: {name!r}")
    return name


def _copy(target: Path, sha256: str, blobs: BlobStore) -> None:
    try:
        with blobs.open(sha256) as source, _new_file(target) as copy:
            shutil.copyfileobj(source, copy, 1024 * 1024)
    except FileNotFoundError:
        raise NotProvableError(f"blob {sha256} ({target.name}) is gone: run `guichet evidence verify`") from None


def _write(target: Path, content: bytes) -> None:
    with _new_file(target) as file:
        file.write(content)


@contextmanager
def _new_file(target: Path) -> Iterator[BinaryIO]:
    target.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
