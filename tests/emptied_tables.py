"""Empty a test's tables as Django's own `flush` does, but only those that were written in, and small ones quickly."""

from django.core.management.commands import flush
from django.db import connection, connections

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

    was_run = False

    def handle(self, **options: object) -> None:
        Command.was_run = True
        emptied = connections[options["database"]]
        known = set(emptied.introspection.django_table_names(include_views=False)) - KEPT
        with emptied.cursor() as cursor:
            cursor.execute(WRITTEN_IN, [SMALL_BYTES, sorted(known)])
            written_in = cursor.fetchall()
            small = [table for table, is_small in written_in if is_small]
            large = [table for table, is_small in written_in if not is_small]
            if large:
                cursor.execute(f"TRUNCATE {', '.join(large)} CASCADE")
            if small:
                deletions = "; ".join(f"DELETE FROM {table}" for table in small)  # noqa: S608 - our own tables
                cursor.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {deletions}; COMMIT")


def keep_seeded_rows() -> None:
    """Remember what migrations wrote; to be called once, in a new database."""
    known = set(connection.introspection.django_table_names(include_views=False)) - KEPT
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SEEDED}")
        cursor.execute(WRITTEN_IN, [SMALL_BYTES, sorted(known)])
        for table, _ in cursor.fetchall():
            cursor.execute(f"CREATE TABLE {SEEDED}.{table} AS TABLE public.{table}")


def restore_seeded_rows() -> None:
    """Write them again, in the transaction of a test, when a test before it has emptied all tables."""
    if not Command.was_run:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [SEEDED])
        tables = [table for (table,) in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            kept = f"SELECT * FROM {SEEDED}.{table}"  # noqa: S608 - our own tables
            cursor.execute(f"INSERT INTO public.{table} {kept} ON CONFLICT DO NOTHING")
        cursor.execute("SET LOCAL session_replication_role = origin")
