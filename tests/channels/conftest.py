"""A mailbox over the test database."""

from pathlib import Path

import pytest

from tests.counter_bench import CounterBench, make_entity, make_sender, open_bench


@pytest.fixture(scope="session")
def keys_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def bench(transactional_db: None, tmp_path: Path, keys_home: Path) -> CounterBench:
    bench = open_bench(tmp_path, keys_home)
    make_sender(bench.number, entity=make_entity(), identity=bench.identity)
    return bench
