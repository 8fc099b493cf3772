"""Work for many submissions together is begun again at once where the database rolled it back because of others."""

import logging
from collections.abc import Sequence

import pytest
from django.db import OperationalError, connection, transaction

from evidence.models import Submission
from ingest.groups import ATTEMPTS, group, try_together


class Work:
    """Does nothing but fail in the database, as often as it is told."""

    def __init__(self, failures: int, state: str) -> None:
        self.failures = failures
        self.state = state
        self.begun: list[int] = []

    def __call__(self, items: Sequence[str]) -> list[str]:
        self.begun.append(len(items))
        with transaction.atomic(), connection.cursor() as cursor:
            if len(self.begun) <= self.failures:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{self.state}'; END $$")
        return list(items)


def never(item: str, trouble: Exception) -> None:
    raise AssertionError(item) from trouble


@pytest.mark.parametrize("state", ["40001", "40P01"], ids=["serialization failure", "deadlock"])
def test_what_others_were_in_the_way_of_is_begun_again_together(
    transactional_db: None, state: str, caplog: pytest.LogCaptureFixture
):
    work = Work(ATTEMPTS - 1, state)
    with caplog.at_level(logging.WARNING):
        assert try_together(["a", "b"], work, fail=never) == ["a", "b"]

    assert work.begun == [2] * ATTEMPTS
    assert len(caplog.messages) == ATTEMPTS - 1


def test_one_by_itself_is_begun_again_too(transactional_db: None):
    work = Work(1, "40P01")

    assert try_together(["a"], work, fail=never) == ["a"]
    assert work.begun == [1, 1]


def test_it_is_not_begun_for_ever(transactional_db: None):
    work = Work(ATTEMPTS, "40P01")
    with pytest.raises(OperationalError):
        try_together(["a", "b"], work, fail=never)

    assert work.begun == [2] * ATTEMPTS


def test_a_database_that_is_gone_is_raised_at_once(transactional_db: None):
    work = Work(1, "57P01")
    with pytest.raises(OperationalError):
        try_together(["a", "b"], work, fail=never)

    assert work.begun == [2]


def test_what_the_database_had_no_memory_for_is_tried_by_itself_and_harms_no_neighbour(transactional_db: None):
    work, failed = Work(2, "53200"), dict[str, str | None]()

    def fail(item: str, trouble: Exception) -> None:
        failed[item] = getattr(trouble.__cause__, "sqlstate", None)

    assert try_together(["a", "b"], work, fail=fail) == ["b"]
    assert work.begun == [2, 1, 1]
    assert failed == {"a": "53200"}


def test_what_is_to_be_alone_is_by_itself_and_nothing_changes_its_place():
    purposes = ["DIMN", "CIAO", "ACCS", "ACCS", "DIMN"]
    submissions = [Submission(purpose=purpose, payload_bytes=1) for purpose in purposes]
    told = [
        [one.purpose for one in together] for together in group(submissions, alone=lambda one: one.purpose == "ACCS")
    ]
    assert told == [["DIMN", "CIAO"], ["ACCS"], ["ACCS"], ["DIMN"]]
