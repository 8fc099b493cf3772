"""Blobs are written once, under the hash of what was written."""

import hashlib
import io

import pytest

from evidence.blobs import LocalBlobStore, record_blobs
from evidence.models import Blob

CONTENT = b"<Dimona/>" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path) -> LocalBlobStore:
    return LocalBlobStore(tmp_path / "blobs")


def test_what_was_stored_is_read_under_its_hash(store: LocalBlobStore):
    stored = store.store(io.BytesIO(CONTENT))

    with store.open(SHA256) as content:
        assert (stored.sha256, stored.size, content.read()) == (SHA256, len(CONTENT), CONTENT)


def test_the_same_bytes_again_leave_the_first_file_alone(store: LocalBlobStore, tmp_path):
    store.store(io.BytesIO(CONTENT))
    (first,) = (path for path in tmp_path.rglob(SHA256))
    before = first.stat()
    store.store(io.BytesIO(CONTENT))

    assert first.stat().st_mtime_ns == before.st_mtime_ns
    assert list((tmp_path / "blobs" / "incoming").iterdir()) == []


def test_a_stored_blob_is_read_only(store: LocalBlobStore, tmp_path):
    store.store(io.BytesIO(CONTENT))

    (path,) = (path for path in tmp_path.rglob(SHA256))
    assert path.stat().st_mode & 0o222 == 0


def test_a_source_that_breaks_off_leaves_nothing(store: LocalBlobStore, tmp_path):
    class Breaking(io.BytesIO):
        def read(self, _size: int = -1) -> bytes:
            if self.tell():
                raise OSError("gone")
            return super().read(4)

    with pytest.raises(OSError, match="gone"):
        store.store(Breaking(CONTENT))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_unknown_hash_is_not_found(store: LocalBlobStore):
    with pytest.raises(FileNotFoundError):
        store.open(SHA256)


def test_the_row_of_a_blob_is_written_once(db, store: LocalBlobStore):
    stored = store.store(io.BytesIO(CONTENT))
    record_blobs([stored])
    record_blobs([stored])

    assert list(Blob.objects.values_list("sha256", "size")) == [(SHA256, len(CONTENT))]


def test_many_sources_are_stored_together_each_under_its_own_hash(store: LocalBlobStore, tmp_path):
    contents = [b"%d" % (number % 20) for number in range(25)]

    stored = store.store_all([io.BytesIO(content) for content in contents])

    assert [blob.sha256 for blob in stored] == [hashlib.sha256(content).hexdigest() for content in contents]
    assert [store.locate(blob.sha256).read_bytes() for blob in stored] == contents
    assert list((tmp_path / "blobs" / "incoming").iterdir()) == []
