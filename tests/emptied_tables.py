"""Empty a test's tables as Django's own `flush` does, but only those that were written in, and small ones quickly.

What migrations wrote stands there again afterwards: every test begins with a database as it was migrated.
"""

from typing import ClassVar

from django.core.management.commands import flush
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper

KEPT = {"django_content_type", "auth_permission"}
"""What migrating makes for every table; Django's command empties these and makes them again."""

SMALL_BYTES = 256 * 1024
"""Up to here, deleting rows costs less than the new files that a TRUNCATE makes; beyond, their remains would."""

WRITTEN_IN = """
SELECT oid::regclass::text, size <= %s AND has_parameter_privilege('session_replication_role', 'SET')
FROM (
    SELECT oid, pg_relation_size(oid)
        + coalesce((SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(oid) WHERE isleaf), 0) AS size
    FROM pg_class WHERE oid = ANY(%s::regclass[])
) AS sized
WHERE size > 0
"""
"""A partitioned table is as large as its parts together."""


SEEDED = "seeded"
"""The schema that keeps the rows which migrations made."""


class Command(flush.Command):
    """Takes the place of `flush`: a table without a single page of content is empty already."""

    restoring: ClassVar[list[str]] = []
    """The statements that write the rows of migrations again."""

    def handle(self, **options: object) -> None:
        emptied = connections[options["database"]]
        known = set(emptied.introspection.django_table_names(include_views=False)) - KEPT
        with emptied.cursor() as cursor:
            cursor.execute(WRITTEN_IN, [SMALL_BYTES, sorted(known)])
            written_in = cursor.fetchall()
            small = [table for table, is_small in written_in if is_small]
            large = [table for table, is_small in written_in if not is_small]
            if large:
                let_be_emptied(cursor)
                cursor.execute(f"TRUNCATE {', '.join(large)} CASCADE")
            statements = [*(f"DELETE FROM {table}" for table in small), *self.restoring]  # noqa: S608 - our own tables
            if statements:
                cursor.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {'; '.join(statements)}; COMMIT")


def let_be_emptied(cursor: CursorWrapper) -> None:
    """Switch off what refuses TRUNCATE, as an owner of tables may: of the parts of months, also those that a test made."""
    cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'never_emptied' AND tgenabled <> 'D'")
    for (table,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER never_emptied")


def keep_seeded_rows() -> None:
    """Remember what migrations wrote; to be called once, in a new database."""
    known = set(connection.introspection.django_table_names(include_views=False)) - KEPT
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SEEDED}")
        cursor.execute(WRITTEN_IN, [SMALL_BYTES, sorted(known)])
        seeded = [table for table, _ in cursor.fetchall()]
        for table in seeded:
            cursor.execute(f"CREATE TABLE {SEEDED}.{table} AS TABLE public.{table}")
    Command.restoring = [f"INSERT INTO public.{table} TABLE {SEEDED}.{table}" for table in seeded]
