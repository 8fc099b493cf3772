"""A refused form keeps the period that it names and its employer; only refused ones stand in the indexes that find them."""

import django.db.models.deletion
from django.db import migrations, models

REFERENCE = """
CREATE TRIGGER refers_employer_id AFTER INSERT ON student_days_declaration REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_require_references('employer_id', 'access_entity');
CREATE TRIGGER still_refers_employer_id BEFORE UPDATE OF employer_id ON student_days_declaration
    FOR EACH ROW WHEN (NEW.employer_id IS DISTINCT FROM OLD.employer_id)
    EXECUTE FUNCTION guichet_require_reference('employer_id', 'access_entity');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("student_days", "0019_kept_for_years"),
    ]

    operations = [
        migrations.AddField(
            model_name="declaration",
            name="employer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.entity",
            ),
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(condition=models.Q(("accepted", False)), fields=["period"], name="refused_of_period"),
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(
                condition=models.Q(("accepted", False)),
                fields=["employer", "received_at"],
                name="refused_of_employer",
            ),
        ),
        migrations.RunSQL(REFERENCE, migrations.RunSQL.noop),
    ]
