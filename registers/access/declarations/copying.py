"""Write many rows at once: by COPY what is new, by one statement what changes."""

from collections.abc import Iterable, Sequence

from django.db import connection, models
from psycopg import sql

Value = object
"""What psycopg writes: text, numbers, instants, bytes, JSON as a text, or None."""


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Return that many numbers of new rows of the table."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],  # noqa: SLF001 - Django's own way to the name of a table
        )
        return [number for (number,) in cursor.fetchall()]


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Insert the rows in the running transaction; nothing is said to the server when there is none."""
    waiting = list(rows)
    if not waiting:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),  # noqa: SLF001 - likewise
        sql.SQL(", ").join(map(sql.Identifier, columns)),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in waiting:
            copy.write_row(row)


def update_rows(
    model: type[models.Model], columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Value]], *, key: str = "id"
) -> None:
    """Change the rows in the running transaction; each is its key, then the values of `columns` (name and type)."""
    if not rows:
        return
    names = [name for name, _ in columns]
    statement = sql.SQL(
        "UPDATE {table} SET {changes} FROM unnest({arrays}) AS new ({names}) WHERE {table}.{key} = new.key"
    ).format(
        table=sql.Identifier(model._meta.db_table),  # noqa: SLF001 - likewise
        changes=sql.SQL(", ").join(sql.SQL("{name} = new.{name}").format(name=sql.Identifier(name)) for name in names),
        arrays=sql.SQL(", ").join(
            sql.SQL("%s::{}[]").format(sql.SQL(kind)) for kind in ("bigint", *(kind for _, kind in columns))
        ),
        names=sql.SQL(", ").join([sql.SQL("key"), *map(sql.Identifier, names)]),
        key=sql.Identifier(key),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
