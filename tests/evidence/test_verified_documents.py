"""Documents that prove corrections are part of what is verified: each that is to be kept lies there, as it was."""

import hashlib
from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from commands.evidence.documents import DocumentsOfCorrections
from evidence.blobs import LocalBlobStore
from evidence.verification.documents import verify_documents
from evidence.verification.findings import Check
from evidence.verification.stored_files import Depth
from registers.checkins.models import CorrectionEvidence, HandedInEvidence
from tests.checkin_items import RECEIVED, a_correction, an_event
from tests.registers.checkins.conftest import Counter, counter, keys

__all__ = ["counter", "keys"]
pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 the log of a gate"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    LocalBlobStore(tmp_path).store(BytesIO(CONTENT))
    return tmp_path


@pytest.fixture
def handed_in() -> None:
    HandedInEvidence.objects.create(
        environment="R", owner="0877665502", sha256=SHA256, media_type="pdf", size=len(CONTENT), handed_in_at=RECEIVED
    )


def verified(folder: Path, *, depth: Depth = Depth.HASHES) -> Check:
    verify_documents(check := Check("documents"), DocumentsOfCorrections(folder), depth=depth)
    return check


def change(folder: Path) -> None:
    path = LocalBlobStore(folder).locate(SHA256)
    path.chmod(0o640)
    path.write_bytes(b"another")


def test_a_document_that_lies_there_as_it_was_is_in_order(folder: Path, handed_in: None):
    assert verified(folder) == Check("documents", checked=1)


def test_a_document_that_a_request_has_is_looked_at_once(folder: Path, handed_in: None, counter: Counter):
    (event,) = counter(an_event())
    counter(a_correction(registration_id=event.registration.id))
    CorrectionEvidence.objects.update(sha256=SHA256, stored_at=RECEIVED)
    assert verified(folder) == Check("documents", checked=1)
    HandedInEvidence.objects.all().delete()
    assert verified(folder) == Check("documents", checked=1)
    CorrectionEvidence.objects.update(erased_at=RECEIVED)
    assert verified(folder) == Check("documents")


@pytest.mark.parametrize("depth", Depth)
def test_a_document_that_the_folder_lacks_is_told(tmp_path: Path, handed_in: None, depth: Depth):
    (sentence,) = verified(tmp_path, depth=depth).sentences
    assert sentence == f"document {SHA256}, handed in to prove a correction, is gone"


@pytest.mark.parametrize(("depth", "wrong"), [(Depth.HASHES, 1), (Depth.SIZES, 0)])
def test_a_document_with_other_bytes_is_told_where_the_bytes_are_read(folder: Path, handed_in: None, depth, wrong: int):
    change(folder)
    assert verified(folder, depth=depth).wrong == wrong


def test_a_document_whose_time_was_over_meanwhile_is_no_fault(tmp_path: Path, handed_in: None):
    class Forgetful:
        def __init__(self) -> None:
            self.kept = DocumentsOfCorrections(tmp_path)

        def list_needed(self) -> Iterator[str]:
            return self.kept.list_needed()

        def needed_among(self, hashes: Collection[str]) -> Collection[str]:
            HandedInEvidence.objects.all().delete()
            return self.kept.needed_among(hashes)

        def open(self, sha256: str) -> BinaryIO:
            return self.kept.open(sha256)

    verify_documents(check := Check("documents"), Forgetful(), depth=Depth.HASHES)
    assert (check.checked, check.wrong) == (1, 0)
