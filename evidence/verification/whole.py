"""Verify all evidence in one view of the database, so that what happens meanwhile looks like no fault."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from django.db import connection, transaction

from evidence.heads import ChecksHeads
from evidence.models import Submission
from evidence.verification.chain import LINK_BYTES, ChainWalk, count_links, verify_chain
from evidence.verification.documents import KeepsDocuments, verify_documents
from evidence.verification.findings import Check, EvidenceReport
from evidence.verification.heads import KnownHead, newest_signed_at, read_heads, verify_heads, wanted_positions
from evidence.verification.papers import KeepsPapers, verify_papers
from evidence.verification.rows import SUBMISSION_BYTES, RowChecks, verify_rows
from evidence.verification.stored_files import Depth, StoredFiles, Strays, count_bytes, verify_stored_files

Meter: TypeAlias = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Opened with what is being done and the bytes there are; gives what is told of every piece."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What is verified, and by what means."""

    store: StoredFiles
    papers: KeepsPapers
    documents: KeepsDocuments
    checker: ChecksHeads
    head_folders: Sequence[Path]
    depth: Depth
    meter: Meter

    def run(self) -> EvidenceReport:
        """Look at everything; raises nothing for what is wrong, django.db errors when the database does not answer."""
        chain, heads, blobs = Check("events in the chain"), Check("signed heads"), Check("stored files")
        documents = Check("documents of corrections")
        rows, papers = RowChecks(), Check("certificates and revocation data")
        with one_view():
            known = read_heads(self.head_folders)
            with self.meter("reading the chain", count_links() * LINK_BYTES) as advance:
                walk = verify_chain(chain, wanted=wanted_positions(known), advance=advance)
            verify_heads(heads, known, walk=walk, checker=self.checker)
            with self.meter("comparing rows", Submission.objects.count() * SUBMISSION_BYTES) as advance:
                verify_rows(rows, advance=advance)
            verify_papers(papers, self.papers)
        total = count_bytes() if self.depth is Depth.HASHES else 0
        with self.meter("reading stored files", total) as advance:
            strays = verify_stored_files(blobs, self.store, depth=self.depth, advance=advance)
        verify_documents(documents, self.documents, depth=self.depth)
        checks = (chain, heads, blobs, documents, *rows.all(), papers)
        return EvidenceReport(checks, tuple(_remarks(walk, known, strays, checks, self.depth)))


@contextmanager
def one_view() -> Iterator[None]:
    """Show one and the same state of the database inside the block; a caller's own transaction decides that itself."""
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _remarks(
    walk: ChainWalk, heads: Sequence[KnownHead], strays: Strays, checks: Sequence[Check], depth: Depth
) -> Iterator[str]:
    if walk.unlinked:
        yield f"not linked yet: {walk.unlinked} of the newest events; until then the chain does not protect them"
    unsigned = walk.length - max(wanted_positions(heads), default=0)
    if unsigned > 0:
        since = newest_signed_at(heads)
        when = "" if since is None else f" since the newest signed head, of {since:%Y-%m-%d %H:%M} UTC"
        yield f"not signed yet: {unsigned} events{when}; `guichet evidence head` signs them"
    for check in checks:
        if check.not_covered:
            yield f"not compared: {check.not_covered} {check.what}; they were recorded before events told their details"
    if strays.count:
        yield f"files in the blob store that belong to no row: {strays.count}, the first is {strays.first}"
    if depth is Depth.SIZES:
        yield "stored files were not read, only their sizes compared (--fast)"
