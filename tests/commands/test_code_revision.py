"""The revision of the code tells every state of it from any other."""

from pathlib import Path

import pytest

from commands.code_revision import code_revision, digest_of


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "ingest").mkdir()
    (tmp_path / "ingest/prepare.py").write_bytes(b"A = 1\n")
    return tmp_path


def test_one_byte_or_one_name_more_is_another_revision(code: Path):
    first = digest_of(code)
    (code / "ingest/prepare.py").write_bytes(b"A = 2\n")
    second = digest_of(code)
    (code / "ingest/prepare.py").rename(code / "ingest/prepared.py")

    assert len({first, second, digest_of(code)}) == 3


def test_what_only_caches_the_code_is_none(code: Path):
    first = digest_of(code)
    (code / "ingest/__pycache__").mkdir()
    (code / "ingest/__pycache__/prepare.cpython-311.pyc").write_bytes(b"x")

    assert digest_of(code) == first


def test_the_revision_stays_while_a_process_runs():
    assert code_revision() == code_revision()
