"""Guard the newer facts too, and let nobody empty a table of facts at one stroke."""

from django.db import migrations

NEWER_FACTS = ("evidence_signaturecheck", "evidence_audithead")
FACTS = (
    "evidence_auditevent",
    "evidence_auditlink",
    "evidence_blob",
    "evidence_submissionpart",
    "evidence_usedname",
    *NEWER_FACTS,
)


def guard_rows(table: str) -> migrations.RunSQL:
    """Return the operation that makes the rows of `table` append-only."""
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();",
        f"DROP TRIGGER append_only ON {table};",
    )


def guard_table(table: str) -> migrations.RunSQL:
    """Return the operation that refuses TRUNCATE, which fires no trigger of rows."""
    return migrations.RunSQL(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION guichet_refuse_change();",
        f"DROP TRIGGER never_emptied ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_checks_heads_and_retention")]

    operations = [
        *(guard_rows(table) for table in NEWER_FACTS),
        *(guard_table(table) for table in FACTS),
    ]
