"""A counter with one sender, ready to be delivered to; every answer it gives must fit its schema."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counter_bench import CounterBench, make_entity, make_sender, open_bench
from tests.ingest.answer_checks import require_all_valid


@pytest.fixture(scope="session")
def keys_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def bench(transactional_db: None, tmp_path: Path, keys_home: Path) -> Iterator[CounterBench]:
    bench = open_bench(tmp_path, keys_home)
    make_sender(bench.number, entity=make_entity(), identity=bench.identity)
    yield bench
    require_all_valid(bench.counter.desk.payloads.blobs)
