"""Count what a page asks the database as where no test is around it: its transactions with their begin and their end."""

import pytest
from django.db import connection
from django.db.transaction import Atomic


@pytest.fixture
def whole_transactions(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the outermost transaction of a page be a savepoint of the test's own, also where it asks for none.

    Making and leaving a savepoint are two questions, as BEGIN and COMMIT are.
    """
    around, enter = len(connection.savepoint_ids), Atomic.__enter__

    def enter_counted(block: Atomic) -> None:
        asked_for = block.savepoint
        block.savepoint = asked_for or len(connection.savepoint_ids) == around
        try:
            enter(block)
        finally:
            block.savepoint = asked_for

    monkeypatch.setattr(Atomic, "__enter__", enter_counted)
