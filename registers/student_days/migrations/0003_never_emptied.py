"""Let nobody empty the ledger at one stroke: TRUNCATE fires no trigger of rows."""

from django.db import migrations

FACTS = ("student_days_quotaentry", "student_days_periodversion", "student_days_declaration")


def guard_table(table: str) -> migrations.RunSQL:
    """Return the operation that refuses TRUNCATE of `table`."""
    return migrations.RunSQL(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION guichet_refuse_change();",
        f"DROP TRIGGER never_emptied ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("student_days", "0002_ledger"), ("evidence", "0002_append_only")]

    operations = [*(guard_table(table) for table in FACTS)]
