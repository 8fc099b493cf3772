"""Check the references between the large tables once for each statement, guard the facts, show the ledger as a view."""

from django.db import migrations

REFERENCES = (
    ("quotaaccount", "person_id", "persons_person"),
    ("period", "person_id", "persons_person"),
    ("period", "employer_id", "access_entity"),
    ("declaration", "submission_id", "evidence_submission"),
    ("declaration", "period_id", "student_days_period"),
    ("periodversion", "period_id", "student_days_period"),
    ("periodversion", "declaration_id", "student_days_declaration"),
)
FACTS = ("student_days_periodversion", "student_days_declaration")
KEPT = ("student_days_period", "student_days_quotaaccount", "access_entity", "evidence_submission")


def reference(table: str, column: str, parent: str) -> str:
    """Return the triggers that check one reference: new rows all at once, a changed one by itself."""
    return f"""
CREATE TRIGGER refers_{column} AFTER INSERT ON student_days_{table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_require_references('{column}', '{parent}');
CREATE TRIGGER still_refers_{column} BEFORE UPDATE OF {column} ON student_days_{table}
    FOR EACH ROW WHEN (NEW.{column} IS DISTINCT FROM OLD.{column})
    EXECUTE FUNCTION guichet_require_reference('{column}', '{parent}');
"""


LEDGER = """
CREATE VIEW student_days_quotaentry AS
SELECT p.environment, p.person_id, extract(year FROM p.starting_date)::smallint AS year, v.period_id,
    v.number AS version, v.reason, v.planned, v.granted, v.planned - v.granted - v.neutralised AS exceeding, v.change,
    v.received_at, v.filed_at
FROM student_days_periodversion v JOIN student_days_period p ON p.id = v.period_id
WHERE p.unit IS NOT NULL AND v.reason <> 'FILED';
"""


def guard(table: str) -> str:
    """Return the triggers that make a table of facts append-only."""
    return f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_refuse_change();
"""


def keep(table: str) -> str:
    """Return the trigger that refuses to delete what others may refer to."""
    return f"""
CREATE TRIGGER never_deleted BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("student_days", "0004_numbers_as_keys_and_one_history"), ("persons", "0002_large_references")]

    operations = [
        migrations.RunSQL("".join(reference(*row) for row in REFERENCES), migrations.RunSQL.noop),
        migrations.RunSQL("".join(guard(table) for table in FACTS), migrations.RunSQL.noop),
        migrations.RunSQL("".join(keep(table) for table in KEPT), migrations.RunSQL.noop),
        migrations.RunSQL(LEDGER, "DROP VIEW student_days_quotaentry;"),
    ]
