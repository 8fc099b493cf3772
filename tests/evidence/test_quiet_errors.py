"""Errors of the database name what was violated, and never tell a value: they end up in logs."""

import traceback
from collections.abc import Sequence

import pytest
from django.db import DataError, Error, IntegrityError, connection, transaction

from evidence.prepared import open_prepared

SECRET = "05071400153"
REFUSED: dict[str, tuple[str, Sequence[object], str]] = {
    "a check": (
        "INSERT INTO evidence_blob (sha256, size) VALUES (%s, -1)",
        [SECRET],
        'new row for relation "evidence_blob" violates check constraint "blob_size_not_negative"',
    ),
    "a missing value": (
        "INSERT INTO evidence_blob (sha256) VALUES (%s)",
        [SECRET],
        'null value in column "size" of relation "evidence_blob" violates not-null constraint',
    ),
    "a key": (
        "INSERT INTO evidence_blob (sha256, size) VALUES (%s, 1), (%s, 1)",
        [SECRET, SECRET],
        'duplicate key value violates unique constraint "evidence_blob_pkey"',
    ),
    "a value of another kind": ("SELECT (%s::text || 'x')::bigint", [SECRET], "a value does not fit (22P02)"),
}


def told_of(error: Error) -> str:
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize(("statement", "values", "sentence"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("is_prepared", [False, True], ids=["plain", "prepared"])
def test_an_error_names_what_was_violated_and_no_value(
    db: None, statement: str, values: Sequence[object], sentence: str, is_prepared: bool
):
    with (
        pytest.raises((IntegrityError, DataError)) as refused,
        transaction.atomic(),
        open_prepared() if is_prepared else connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)

    assert str(refused.value) == sentence
    assert SECRET not in told_of(refused.value)


def test_the_constraint_is_still_told_to_who_asks(db: None):
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*REFUSED["a key"][:2])

    assert refused.value.__cause__.diag.constraint_name == "evidence_blob_pkey"
