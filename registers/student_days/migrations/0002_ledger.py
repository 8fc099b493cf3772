"""Give periods their numbers and make the ledger append-only."""

from django.db import migrations

FACTS = ("student_days_quotaentry", "student_days_periodversion", "student_days_declaration")


def guard(table: str) -> migrations.RunSQL:
    """Return the operation that makes `table` append-only."""
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();",
        f"DROP TRIGGER append_only ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("student_days", "0001_initial"), ("evidence", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE student_days_period_stem START 6100000000 MAXVALUE 9999999999;",
            "DROP SEQUENCE student_days_period_stem;",
        ),
        *(guard(table) for table in FACTS),
    ]
