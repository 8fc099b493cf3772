"""The signature bench measures what it says, over few and small files here."""

from pathlib import Path

import pytest

from commands.bench import signature


def test_the_figures_are_there_and_above_nought() -> None:
    scale = signature.Scale(small_files=2, openssl_files=1, large_bytes=2_000_000, rounds=1)
    figures = signature.measure(scale)
    assert {"verifications_per_s", "openssl_per_s", "ratio_200mb_to_openssl", "peak_mb_200mb"} <= figures.keys()
    assert all(figures[name] > 0 for name in figures if not name.startswith("is_"))


def test_without_the_openssl_program_the_bench_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(signature.OutageError, match="openssl program"):
        signature._find_openssl()
