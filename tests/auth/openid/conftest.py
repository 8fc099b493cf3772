from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.mock_identity_provider.server import MockServer
from tests.auth.openid.mock_bench import MockBench, eidas_of, itsme_of, open_bench, running_mock


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MockServer, Path]]:
    with running_mock(tmp_path_factory.mktemp("mock")) as running:
        yield running


@pytest.fixture
def itsme(mock: tuple[MockServer, Path]) -> Iterator[MockBench]:
    with open_bench(mock, itsme_of(mock[0].url)) as bench:
        yield bench


@pytest.fixture
def eidas(mock: tuple[MockServer, Path]) -> Iterator[MockBench]:
    with open_bench(mock, eidas_of(mock[0].url)) as bench:
        yield bench
