"""Make what was recorded unchangeable: the database refuses to change or delete it, whoever asks."""

from django.db import migrations

FACTS = ("evidence_auditevent", "evidence_auditlink", "evidence_blob", "evidence_submissionpart", "evidence_usedname")

REFUSE_CHANGES = """
CREATE FUNCTION guichet_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""


def guard(table: str) -> migrations.RunSQL:
    """Return the operation that makes `table` append-only."""
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();",
        f"DROP TRIGGER append_only ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGES, "DROP FUNCTION guichet_refuse_change();"),
        *(guard(table) for table in FACTS),
    ]
