"""Hold the chain against its signed heads: those in the table, and those kept as files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from evidence.heads import SIGNATURE, ChecksHeads, Head, SignedHead, find_head_files, read_head
from evidence.models import AuditHead
from evidence.verification.chain import ChainWalk
from evidence.verification.findings import Check


@dataclass(frozen=True, slots=True)
class KnownHead:
    """A head and where it is kept, as the subject of a sentence; `fault` when it cannot be read."""

    where: str
    signed: SignedHead | None
    fault: str = ""


def read_heads(folders: Sequence[Path]) -> Sequence[KnownHead]:
    """Return every head of the table and of the folders; a head a day, so all of them are few."""
    rows = [KnownHead(f"head {row.position}", read_head(row)) for row in AuditHead.objects.order_by("position")]
    files = [_read_file(text) for folder in folders for text in find_head_files(folder)]
    return [*rows, *files]


def wanted_positions(heads: Sequence[KnownHead]) -> frozenset[int]:
    """Return the positions whose hashes the heads state."""
    return frozenset(known.signed.head.position for known in heads if known.signed is not None)


def verify_heads(check: Check, heads: Sequence[KnownHead], *, walk: ChainWalk, checker: ChecksHeads) -> None:
    """Tell every head whose signature is not the platform's, and every one that the chain does not reach as it was."""
    in_table = set(AuditHead.objects.values_list("position", flat=True))
    for known in heads:
        check.checked += 1
        if known.signed is None:
            check.tell(f"{known.where} cannot be read: {known.fault}")
            continue
        for sentence in _faults(known.signed, walk=walk, checker=checker):
            check.tell(f"{known.where} {sentence}")
        if known.signed.head.position not in in_table:
            check.tell(f"{known.where} has no row in the table: heads were removed from the database")


def _faults(signed: SignedHead, *, walk: ChainWalk, checker: ChecksHeads) -> Iterator[str]:
    head = signed.head
    fault = checker.find_fault(head.render(), signed.signature, at=head.signed_at)
    if fault is not None:
        yield f"is not signed by the platform: {fault}"
    if head.position > walk.length:
        yield f"says that the chain reached position {head.position}, but it ends at {walk.length}: its tail was cut off"
    elif walk.hashes.get(head.position) != head.hash:
        yield f"states another hash for position {head.position} than the chain has: the chain was built anew"


def _read_file(text: Path) -> KnownHead:
    try:
        head = Head.parse(text.read_bytes())
        return KnownHead(f"head file {text.name}", SignedHead(head, text.with_suffix(SIGNATURE).read_bytes()))
    except (OSError, ValueError) as fault:
        return KnownHead(f"head file {text.name}", None, str(fault))


def newest_signed_at(heads: Sequence[KnownHead]) -> datetime | None:
    """Return when the newest head was signed."""
    return max((known.signed.head.signed_at for known in heads if known.signed is not None), default=None)
