"""Fill tables from one row that the product itself made: set-based, and with whatever columns the table has."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model

Span = tuple[int, int]
"""First and last of the numbers `n` that copies are made for."""


def multiply(prototype: "Model", span: Span, **columns: str) -> None:
    """Copy a row for every `n` of the span; `columns` are SQL expressions of `n`, all others are as in the prototype.

    A primary key that is not named is given by the table itself.
    """
    from django.db import connection  # noqa: PLC0415 - Django is set up by then

    meta = prototype._meta  # noqa: SLF001 - Django's documented way to a model's columns
    kept = [str(field.column) for field in meta.concrete_fields if not field.primary_key or field.column in columns]
    unknown = set(columns) - set(kept)
    if unknown:
        raise ValueError(f"{meta.db_table} has no columns {sorted(unknown)}")
    quote = connection.ops.quote_name
    table, key = quote(meta.db_table), quote(str(meta.pk.column))
    values = [f"({columns[name]})" if name in columns else f"p.{quote(name)}" for name in kept]
    statement = (
        f"INSERT INTO {table} ({', '.join(map(quote, kept))}) "  # noqa: S608 - names of our own tables and columns
        f"SELECT {', '.join(values)} FROM {table} p CROSS JOIN generate_series(%s, %s) n WHERE p.{key} = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*span, prototype.pk])


def analyse() -> None:
    """Let the planner know what was filled, as it would by itself after a while."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by then

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
