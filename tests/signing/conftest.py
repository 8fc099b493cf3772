"""One signing world a test session: keys cost time, certificates do not."""

import pytest

from tests.signing.builders import Keys


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys()
