"""A story that is told once for each module; its tests tamper in a transaction that is rolled back."""

from collections.abc import Iterator

import pytest

from tests.evidence.stories import Story, told


@pytest.fixture(scope="module")
def story(django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with django_db_blocker.unblock(), told(tmp_path_factory.mktemp("story")) as story:
        yield story
