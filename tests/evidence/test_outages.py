"""A database that answers nobody is told apart from one that had no memory for a single transaction."""

import pytest
from django.db import DatabaseError, connection, transaction

from evidence.outages import is_database_gone


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "is_gone"),
    [("08006", True), ("53300", True), ("57P01", True), ("53200", False), ("23505", False)],
    ids=["broken line", "too many connections", "shut down", "out of memory", "a name that is taken"],
)
def test_what_the_database_lacked_for_one_is_not_lacking_for_all(state: str, is_gone: bool):
    with pytest.raises(DatabaseError) as told, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")

    assert is_database_gone(told.value) is is_gone
