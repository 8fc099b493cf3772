"""Signed heads: statements of how far the audit chain reached, kept in a table and as files for other places."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db import IntegrityError, transaction

from evidence.models import AuditHead, AuditLink

TEXT, SIGNATURE = ".txt", ".p7s"


class SignsHeads(Protocol):
    """Whoever signs in the platform's name."""

    def sign(self, text: bytes, *, at: datetime) -> bytes:
        """Return a detached CMS, DER, over the text."""
        ...


class ChecksHeads(Protocol):
    """Whoever knows the platform's signature."""

    def find_fault(self, text: bytes, signature: bytes, *, at: datetime) -> str | None:
        """Return why the platform did not sign this text at that instant, None when it did."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """A position of the chain, its hash (64 hexadecimal digits) and when that was signed (aware)."""

    position: int
    hash: str
    signed_at: datetime

    def render(self) -> bytes:
        """Return the canonical text, which is what is signed."""
        return (
            f"guichet audit head\nposition: {self.position}\nhash: {self.hash}\nsigned at: {self.signed_at.isoformat()}\n"
        ).encode("ascii")

    @classmethod
    def parse(cls, text: bytes) -> "Head":
        """Return the head that this canonical text states; ValueError for any other text."""
        lines = text.decode("ascii").split("\n")
        labels = ("position: ", "hash: ", "signed at: ")
        values = [line.removeprefix(label) for label, line in zip(labels, lines[1:4], strict=True)]
        head = cls(int(values[0]), values[1], datetime.fromisoformat(values[2]))
        if head.render() != text:
            raise ValueError("not the canonical text of a head")
        return head

    @property
    def stem(self) -> str:
        """The name of its two files, without ending; in the order of positions."""
        return f"head-{self.position:012d}"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head with its detached CMS (DER)."""

    head: Head
    signature: bytes


def sign_head(signer: SignsHeads, *, at: datetime) -> SignedHead | None:
    """Sign the newest link of the chain and keep the head; what is signed already is not signed again.

    None when the chain has no link yet. Raises OutageError when the signature cannot be made.
    """
    link = AuditLink.objects.order_by("-position").first()
    if link is None:
        return None
    known = AuditHead.objects.filter(position=link.position).first()
    if known is not None:
        return read_head(known)
    head = Head(link.position, link.hash, at)
    signature = signer.sign(head.render(), at=at)
    try:
        with transaction.atomic():
            AuditHead.objects.create(position=head.position, hash=head.hash, signed_at=at, signature=signature)
    except IntegrityError:  # another run signed the same link at the same time: its head is as good
        return read_head(AuditHead.objects.get(position=link.position))
    return SignedHead(head, signature)


def read_head(row: AuditHead) -> SignedHead:
    """Return the head of a row."""
    return SignedHead(Head(row.position, row.hash, row.signed_at), bytes(row.signature))


def write_head(signed: SignedHead, folder: Path) -> Path:
    """Write text and signature into the folder, readable by their owner alone; return the path of the text."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = folder / f"{signed.head.stem}{TEXT}"
    _write(text.with_suffix(SIGNATURE), signed.signature)
    _write(text, signed.head.render())
    return text


def find_head_files(folder: Path) -> Iterator[Path]:
    """Yield the texts of the heads that lie in the folder, in the order of their positions; none when it is not there."""
    yield from sorted(folder.glob(f"head-*{TEXT}"))


def _write(path: Path, content: bytes) -> None:
    """Write the file so that a reader sees it whole or not at all, durable on return."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
